"""Two gradings of one submission: what differs between their verdicts, and what could be the reason."""

from dataclasses import replace

from autograder.grading.comparison import circumstances, differences
from autograder.results import CheckResult, Result

PASS = CheckResult("cells::one", "One", "cells", "pass", 1, "visible")
FAIL = CheckResult(
    "cells::two", "Two", "cells", "fail", 1, "hidden", "No tanh.", "Look.", "cells.py:3", "A-1"
)
BEFORE = Result(
    "demo",
    7,
    (PASS, FAIL),
    1.0,
    "0.1",
    "abc",
    digest="d",
    environment={"python": "3.11.7", "torch": "2.13.0"},
)


def test_seconds_points_and_protections_make_no_difference():
    checks = tuple(replace(check, seconds=9.0, max_points=2) for check in BEFORE.checks)
    assert differences(BEFORE, replace(BEFORE, checks=checks, seconds=5.0)) == ()
    assert circumstances(BEFORE, replace(BEFORE, seconds=5.0)) == ()


def test_a_flip_is_told_by_outcome_and_words_by_what_differs_first():
    now = replace(BEFORE, checks=(replace(PASS, outcome="fail", message="x"), replace(FAIL, hint="Think.")))
    flip, words = differences(BEFORE, now)
    assert flip.is_flip and flip.line == "cells::one: pass → fail"
    assert not words.is_flip and words.line == "cells::two, hint: Look. → Think."


def test_a_check_that_one_side_lacks_is_a_difference():
    assert [each.line for each in differences(BEFORE, replace(BEFORE, checks=(PASS,)))] == [
        "cells::two: fail → not run"
    ]
    assert [each.line for each in differences(replace(BEFORE, checks=(FAIL,)), BEFORE)] == [
        "cells::one: not run → pass"
    ]


def test_what_has_changed_is_said_and_what_an_old_record_did_not_keep_is_not():
    now = replace(
        BEFORE,
        digest="e",
        checks_version="abd",
        environment={"python": "3.12.1", "torch": "2.13.0", "system": "Linux"},
        layers={"seccomp": "on"},
    )
    assert circumstances(BEFORE, now) == (
        "The submission's code is not what was graded then.",
        "The checks or their configuration have changed.",
        "Python was 3.11.7 and is 3.12.1.",
        "The submission is locked down now and was not then.",
    )
