"""The attacks through a whole grading: each gets the verdict that it states, and no check is a fault."""

import sys
from pathlib import Path

import pytest

from autograder import grading, submission
from autograder.audit import corpus
from autograder.audit.attacks import Expectation, _expectation, attacks
from autograder.course import config
from autograder.results import CheckResult
from autograder.sandbox import ZygoteWorkers
from tests.harness.sampling import one_in

ROOT = Path(__file__).parents[3]
LIMITS = {"call_seconds": 4, "import_seconds": 4, "memory_mb": 1024}

locked = pytest.mark.skipif(sys.platform != "linux", reason="locked-down workers need Linux")


@pytest.fixture(scope="module")
def settings():
    return config.load(ROOT)


@pytest.fixture(scope="module")
def workers():
    with ZygoteWorkers() as workers:
        yield workers


@locked
@pytest.mark.parametrize("attack", one_in(3, attacks(ROOT)), ids=lambda attack: attack.name)
def test_an_attack_gets_the_verdict_that_it_states(attack, settings, workers, tmp_path):
    assignment = settings.assignments[attack.assignment]
    limits = assignment.limits.model_copy(update=LIMITS)
    assignment = assignment.model_copy(update={"limits": limits})
    handed_in = submission.read(corpus.materialise(attack.files, tmp_path), assignment)
    result = grading.grade(settings, assignment, handed_in, workers=workers, seed=7, only=attack.units)
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
