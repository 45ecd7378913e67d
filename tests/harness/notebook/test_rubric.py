"""The rubric and the weights: whole, or refused with the line; shown to those who grade."""

import io

import pytest
from rich.console import Console

from autograder.cli import app
from autograder.course import config
from autograder.reports.html import page
from autograder.reports.terminal import Terminal
from autograder.results import Result

from .conftest import A7, ROOT

ASSIGNMENT = config.load(ROOT).assignment(A7)
RESULT = Result(A7, 0, (), 1.0, "1", "1")
COURSE = """
assignments:
  demo:
    title: Demo
    weights: {report: 1, implementation: 1}
    rubric:
      points: {2: 20, 1: 4}
      sections:
        - title: Summary
          levels: {2: Good., 1: Missing.}
    units: {}
"""


def test_the_rubric_has_five_sections_of_twenty_points():
    assert ASSIGNMENT.rubric.total == 100
    assert ASSIGNMENT.rubric.points == {"5": 20, "4": 16, "3": 12, "2": 8, "1": 4}
    assert len(ASSIGNMENT.rubric.sections) == 5


def test_by_default_the_report_alone_counts_and_the_file_says_so_loudly():
    assert (ASSIGNMENT.weights.report, ASSIGNMENT.weights.implementation) == (1, 0)
    before = (
        (ROOT / config.FILE_NAME)
        .read_text(encoding="utf-8")
        .partition("weights: {report: 1, implementation: 0}")
    )
    assert before[1] and "DOES NOT COUNT" in before[0].rpartition("limits:")[2]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "report: 1, implementation: 1",
            "report: 0, implementation: 0",
            "5: one of the weights must be more",
        ),
        ("report: 1", "report: -1", "5: report must be a number ≥ 0 (got -1)"),
        ("report: 1", "raport: 1", "5: 'raport' is no key here (did you mean 'report'?)"),
        ("1: Missing.", "3: Missing.", "6: 'Summary' must describe the levels 2 and 1"),
        ("2: 20", "2: twenty", "7: 2 must be a number (got 'twenty')"),
        ("title: Summary", "name: Summary", "9: 'name' is no key here; allowed are title and levels"),
    ],
)
def test_a_wrong_entry_is_named_with_its_line(tmp_path, old, new, sentence):
    (tmp_path / config.FILE_NAME).write_text(COURSE.replace(old, new), encoding="utf-8")
    with pytest.raises(config.ConfigError) as caught:
        config.load(tmp_path)
    assert str(caught.value).startswith(f"grading_config.yaml:{sentence}")


def test_the_page_has_the_rubric_and_what_the_points_count_for():
    shown = page(RESULT, ASSIGNMENT)
    assert "do not count towards the grade" in shown
    for section in ASSIGNMENT.rubric.sections:
        assert section.title in shown
    assert "must skip &lt;PAD&gt; are all explained" in shown


@pytest.mark.parametrize(("own", "told"), [(None, True), (ROOT, False)])
def test_the_terminal_tells_graders_what_the_points_count_for(own, told):
    console = Console(file=io.StringIO(), width=100)
    Terminal(ASSIGNMENT, console).show(RESULT, own)
    assert ("do not count towards the grade" in console.file.getvalue()) is told


def test_texts_that_are_not_there_are_a_wrong_call(tmp_path, monkeypatch):
    monkeypatch.delenv("AUTOGRADER_DATA", raising=False)
    with pytest.raises(config.ConfigError, match="there is no such folder"):
        app(["check", A7, "--data", str(tmp_path / "none")], standalone_mode=False)
