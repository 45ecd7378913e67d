"""The attacks through a whole grading: nothing for the attacked cell, all else as if they were not there."""

import sys
from pathlib import Path

import pytest

from autograder import config, grading, submission
from autograder.audit import corpus
from autograder.sandbox import ZygoteWorkers

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="locked-down workers need Linux")


@pytest.fixture(scope="module")
def grade(tmp_path_factory):
    settings = config.load(ROOT)
    assignment = settings.assignments["a7_sequence_modeling"]
    limits = assignment.limits.model_copy(update={"call_seconds": 4, "import_seconds": 4, "memory_mb": 1024})
    assignment = assignment.model_copy(update={"limits": limits})
    with ZygoteWorkers() as workers:

        def run(files):
            handed_in = submission.read(
                corpus.materialise(files, tmp_path_factory.mktemp("attack")), assignment
            )
            return grading.grade(settings, assignment, handed_in, workers=workers, seed=7, only=["cells"])

        yield run


@pytest.mark.parametrize("attack", corpus.attacks(ROOT), ids=lambda attack: attack.name)
def test_an_attack_earns_nothing_and_stops_nobody(attack, grade):
    result = grade(attack.files)
    assert len(result.checks) > 15
    assert [check.id for check in result.faults] == []
    attacked = [check for check in result.checks if check.id in attack.checks]
    assert [check.id for check in attacked if check.outcome == "pass"] == []


def test_other_cells_are_graded_beside_an_attack_that_waits_for_its_call(grade):
    (attack,) = [each for each in corpus.attacks(ROOT) if each.name == "exit_in_forward"]
    others = [check for check in grade(attack.files).checks if "vanilla" not in check.id]
    assert len(others) > 10
    assert {check.outcome for check in others} == {"pass"}
