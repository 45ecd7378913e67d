"""The attacks through a whole grading: each gets the verdict that it states, and no check is a fault."""

from pathlib import Path

import pytest

from autograder import grading, submission
from autograder.audit import corpus
from autograder.audit.attacks import Expectation, _expectation, attacks
from autograder.course import config
from autograder.results import CheckResult
from tests.harness.sampling import these

ROOT = Path(__file__).parents[3]
ATTACKS = {attack.name: attack for attack in attacks(ROOT)}
# Of the escapes, which sandbox/test_attacks.py runs all, one that forges, one that takes memory and one that
# undoes a refusal; of those that imitate what is asked, some that are quick.
ESCAPES = ("forged_answer", "memory_bomb", "undone_refusal")
IMITATIONS = ("ragged_losses", "models_of_nothing", "layer_without_packing")
IN_BRIEF = [ATTACKS[name] for name in ESCAPES + IMITATIONS]
LIMITS = {"call_seconds": 4, "import_seconds": 4, "memory_mb": 1024}


@pytest.fixture(scope="module")
def settings():
    return config.load(ROOT)


@pytest.mark.parametrize("attack", these(IN_BRIEF, ATTACKS.values()), ids=lambda attack: attack.name)
def test_an_attack_gets_the_verdict_that_it_states(attack, settings, locked, tmp_path):
    assignment = settings.assignments[attack.assignment]
    limits = assignment.limits.model_copy(update=LIMITS)
    assignment = assignment.model_copy(update={"limits": limits})
    handed_in = submission.read(corpus.materialise(attack.files, tmp_path), assignment)
    result = grading.grade(settings, assignment, handed_in, workers=locked, seed=7, only=attack.units)
    enabled = [name for name, entry in assignment.checks.items() if entry.enabled]
    assert attack.successes(result.checks, enabled) == []


def verdict(name: str, outcome: str, points: float = 1.0) -> CheckResult:
    return CheckResult(f"u::{name}", name, "u", outcome, points, "visible")


@pytest.mark.parametrize(
    ("line", "holds"),
    [
        ("nothing from u", False),
        ("everything from u", False),
        ("at most 1 from u", True),
        ("at most 0.5", False),
        ("fails u::b*", True),
        ("fails u::*", False),
        ("passes u::a", True),
        ("passes u::a u::b", False),
        ("passes u::c*", False),
        ("nothing from v", False),
    ],
)
def test_an_expectation_is_held_against_the_verdicts(line, holds):
    expectation = _expectation(line, "a test")
    assert isinstance(expectation, Expectation)
    assert (expectation.failing([verdict("a", "pass"), verdict("b", "fail")]) == "") == holds


@pytest.mark.parametrize("line", ["wrong", "nothing of u", "fails a_name_without_its_unit", "at most"])
def test_an_expectation_that_cannot_be_read_is_refused(line):
    with pytest.raises(corpus.BadCorpus, match="cannot be read"):
        _expectation(line, "a test")
