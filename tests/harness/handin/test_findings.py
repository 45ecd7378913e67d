"""What is missing comes from the checks of what is asked for, and says what to do."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from autograder.course import config
from autograder.handin.findings import findings
from autograder.handin.shown import show
from autograder.results import CheckResult, Outcome, Result

ROOT = Path(__file__).parents[3]
LAB7 = config.load(ROOT).assignment("lab7_vanilla_rnn")
CODE = ("script::weights_are_initialised", "script::good_is_1_and_bad_is_0")


def verdict(name: str, outcome: Outcome = "pass", message: str = "", started: bool = True) -> CheckResult:
    points = 5 if name in CODE else 0
    hint, place = ("What next?", "answers.md:3") if outcome == "fail" else ("", "")
    unit = name.partition("::")[0]
    return CheckResult(
        name, f"About {name}", unit, outcome, points, "visible", message, hint, place, started=started
    )


def result(*changed: CheckResult, notices: tuple[str, ...] = ()) -> Result:
    """All is right but what is `changed`."""
    asked = LAB7.hand_in
    verdicts = {name: verdict(name) for name in (*CODE, *asked.needed, *asked.report)}
    verdicts |= {each.id: each for each in changed}
    return Result(LAB7.name, 0, tuple(verdicts.values()), 1.0, "", "", notices)


def texts(part: tuple) -> list[str]:
    return [each.text for each in part]


def test_all_that_is_there_is_said_to_be_there() -> None:
    read = "Found shots.pdf: people will read it, the grader does not."
    found = findings(result(notices=(read,)), LAB7, ["shots.pdf"])
    assert "shots.pdf: people read it." in found.there
    assert not found.missing and not found.worth_a_look
    assert found.there[0] == "2 of 2 checks of the code pass: 10 of 10 points here."
    assert "About answers::question_5_is_answered." in found.there


def test_what_fails_of_what_is_asked_for_is_missing_with_what_to_do() -> None:
    failed = verdict("answers::question_6_is_answered", "fail", "Question 6 has no answer yet.")
    [missing] = findings(result(failed), LAB7, ["shots.pdf"]).missing
    assert (missing.text, missing.to_do, missing.place) == (failed.message, "What next?", "answers.md:3")


def test_what_waits_for_something_missing_is_not_told_as_well() -> None:
    failed = verdict("answers::answers_are_there", "fail", "There is no answers.md here.")
    waiting = verdict("answers::question_5_is_answered", "blocked", "waits")
    found = findings(result(failed, waiting), LAB7, [])
    assert texts(found.missing) == ["There is no answers.md here."]


def test_a_document_may_stand_for_a_report_of_which_nothing_is_there() -> None:
    failed = verdict("answers::answers_are_there", "fail", "There is no answers.md here.")
    waiting = [verdict(f"answers::question_{n}_is_answered", "blocked", "waits") for n in (5, 6)]
    found = findings(result(failed, *waiting), LAB7, ["shots.pdf"])
    assert not found.missing
    assert texts(found.worth_a_look) == ["There is no answers.md here."]
    assert "shots.pdf: people read it." in found.there


def test_a_document_does_not_stand_for_a_part_of_a_report() -> None:
    failed = verdict("answers::question_6_is_answered", "fail", "Question 6 has no answer yet.")
    assert texts(findings(result(failed), LAB7, ["shots.pdf"]).missing) == ["Question 6 has no answer yet."]


def test_code_that_is_partly_wrong_stops_nothing_and_code_without_a_right_line_does() -> None:
    wrong = verdict(CODE[0], "fail", "W is missing.")
    found = findings(result(wrong), LAB7, ["shots.pdf"])
    assert not found.missing
    assert texts(found.worth_a_look) == ["1 of 2 checks of the code pass: 5 of 10 points here."]
    both = [verdict(name, "fail", "W is missing.") for name in CODE]
    found = findings(result(*both), LAB7, ["shots.pdf"])
    assert texts(found.missing) == ["0 of 2 checks of the code pass: 0 of 10 points here."]
    stubs = [verdict(name, "fail", started=False) for name in CODE]
    found = findings(result(*stubs), LAB7, ["shots.pdf"])
    assert texts(found.missing) == ["No code is written yet: every TODO is still there."]


def test_a_fault_of_the_grader_is_told_and_stops_nothing() -> None:
    fault = verdict("answers::question_5_is_answered", "fault", "The grader failed.")
    found = findings(result(fault), LAB7, ["shots.pdf"])
    assert not found.missing and "The grader failed." in texts(found.worth_a_look)


def test_screenshots_are_asked_for_and_not_insisted_on() -> None:
    found = findings(result(), LAB7, [])
    assert texts(found.worth_a_look) == ["There is no PDF beside your work."] and not found.missing


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_what_is_missing_is_shown_first_and_in_the_terminals_width(width: int, encoding: str) -> None:
    failed = verdict(
        "answers::question_6_is_answered", "fail", "Question 6 has no answer yet – " + "so " * 40
    )
    found = findings(result(failed), LAB7, [])
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    show(found, LAB7, Console(file=stream, width=width, highlight=False))
    stream.seek(0)
    lines = stream.read().split("\n")
    assert max(map(len, lines)) <= min(width, 100)
    titles = [line.strip() for line in lines if line.strip() in ("Missing", "Worth a look", "There")]
    assert titles == ["Missing", "Worth a look", "There"]
