"""Thresholds from what was measured: exact bounds, a proposal in the widest gap, and one number rewritten."""

from pathlib import Path

import pytest

from autograder.audit import calibrate
from autograder.audit.calibrate import Measured, upper_bound


@pytest.mark.parametrize(
    ("events", "trials", "bound"), [(0, 100, 0.029513), (1, 100, 0.046560), (5, 100, 0.102253), (3, 3, 1.0)]
)
def test_the_bound_is_that_of_clopper_and_pearson(events, trials, bound):
    assert upper_bound(events, trials) == pytest.approx(bound, abs=1e-5)


def entry(**values):
    return Measured("u::learns", "accuracy", **{"bound": 0.8, "solution": [0.95, 0.97, 0.99], **values})


def test_the_proposal_lies_between_right_and_wrong():
    found = entry(mistakes={"A": [0.31, 0.35], "B": [0.5]}, alternatives={"c": [0.9]})
    assert found.proposal() == pytest.approx(0.7)


def test_a_mistake_that_learns_does_not_move_the_proposal_up():
    found = entry(mistakes={"A": [0.3], "B": [0.94], "C": [0.1]})
    assert found.proposal() == pytest.approx(0.62)
    assert found.false_pass() == (1, 3)


def test_a_bound_from_above_is_mirrored():
    found = entry(bound=1.0, upper=True, solution=[0.4, 0.5], mistakes={"A": [2.0]})
    assert found.proposal() == pytest.approx(1.25)
    assert found.passes(0.9) and not found.passes(1.1)


def test_a_hundred_right_runs_bound_three_attempts_below_one_in_ten_thousand():
    share, bound = entry(solution=[0.9] * 100).false_fail()
    assert share == 0 and bound < 1e-4


def test_writing_changes_one_number_and_no_comment(tmp_path):
    text = (
        "course: C  # mine\n\nassignments:\n  a:\n    title: A\n    units:\n      u:\n        checks:\n"
        "          # trains\n"
        "          learns: {points: 1, visibility: hidden, thresholds: {accuracy: 0.8}}  # !\n"
    )
    path = Path(tmp_path, "grading_config.yaml")
    path.write_text(text)
    found = entry(mistakes={"A": [0.31]})
    calibrate.write(tmp_path, "a", [found])
    assert path.read_text() == text.replace("0.8", "0.63")
    assert found.bound == 0.63
