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
      rows:
        - title: Summary
          levels: {2: Good., 1: Missing.}
    units: {}
"""


def test_the_rubric_has_five_sections_of_twenty_points():
    assert ASSIGNMENT.rubric.total == 100
    assert ASSIGNMENT.rubric.points == {"5": 20, "4": 16, "3": 12, "2": 8, "1": 4}
    assert len(ASSIGNMENT.rubric.rows) == 5


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
        (
            "title: Summary",
            "name: Summary",
            "9: 'name' is no key here; allowed are title, text, levels, points and up_to",
        ),
        (
            "rows:",
            "rows: []\n      row:",
            "8: rows must be at least one (got [])\ngrading_config.yaml:9: 'row' is",
        ),
        ("points: {2: 20, 1: 4}", "points: {2: 0, 1: 0}", "6: 'Summary' gives no points at any level"),
        ("levels: {2: Good., 1: Missing.}", "up_to: 0", "10: up_to must be a number > 0 (got 0)"),
        ("levels: {2: Good., 1: Missing.}", "text: Good?", "9: 'Summary' must have either levels or up_to"),
        ("1: Missing.}", "1: Missing.}\n          up_to: 2", "9: 'Summary' must have either levels or up_to"),
        (
            "title: Summary",
            "points: {1: 4}\n          title: Summary",
            "6: 'Summary' must describe the levels 1",
        ),
        ("1: Missing.", "No report: Nothing.", "9: 'no report' is no name for a level"),
        ("units: {}", "    - {title: summary, up_to: 1}\n    units: {}", "6: two rows are called 'Summary'"),
    ],
)
def test_a_wrong_entry_is_named_with_its_line(tmp_path, old, new, sentence):
    (tmp_path / config.FILE_NAME).write_text(COURSE.replace(old, new), encoding="utf-8")
    with pytest.raises(config.ConfigError) as caught:
        config.load(tmp_path)
    assert str(caught.value).startswith(f"grading_config.yaml:{sentence}")


def test_weights_without_a_rubric_are_refused(tmp_path):
    text = COURSE[: COURSE.index("    rubric:")] + "    units: {}\n"
    (tmp_path / config.FILE_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(config.ConfigError, match=r":3: 'weights' need a 'rubric'"):
        config.load(tmp_path)


def test_a_row_has_points_of_its_own_or_free_ones(tmp_path):
    rows = """        - {title: Style, points: {good: 3, poor: 0}, levels: {good: Short., poor: Long.}}
        - {title: Tuning, up_to: 1.5, text: Half a point for each model.}
    units: {}"""
    (tmp_path / config.FILE_NAME).write_text(COURSE.replace("    units: {}", rows), encoding="utf-8")
    demo = config.load(tmp_path).assignment("demo")
    summary, style, tuning = demo.rubric.rows
    assert demo.rubric.levels_of(summary) == {"2": 20, "1": 4}
    assert demo.rubric.levels_of(style) == {"good": 3, "poor": 0}
    assert demo.rubric.levels_of(tuning) == {}
    assert demo.rubric.total == 20 + 3 + 1.5
    assert "0 to 1.5 points" in page(RESULT, demo)


@pytest.mark.parametrize(
    ("name", "people", "total", "told"),
    [
        (A7, 100, 100, "do not count"),
        ("lab7_vanilla_rnn", 10, 30, "up to 10 points more"),
        ("a3b_recurrent_networks", 5, 10, "up to 5 points more"),
        ("vanishing_gradients", 4, 10, "up to 4 points more"),
        ("sequence_toolkit", 0, 10, ""),
    ],
)
def test_every_assignment_has_the_points_of_its_handout(name, people, total, told):
    entry = config.load(ROOT).assignment(name)
    machine = round(sum(check.points for check in entry.checks.values() if check.enabled), 6)
    assert (entry.rubric.total if entry.rubric else 0) == people
    assert entry.total(machine, machine, people) == (total, total)
    assert entry.total(0, machine, 0) == (0, total)
    assert told in entry.sentence_for_graders


@pytest.mark.parametrize(("report", "grade"), [(1, 50), (0, 25), (3, 62.5)])
def test_weights_make_a_mean_of_both_parts_out_of_100(tmp_path, report, grade):
    text = COURSE.replace("report: 1", f"report: {report}")
    (tmp_path / config.FILE_NAME).write_text(text, encoding="utf-8")
    demo = config.load(tmp_path).assignment("demo")
    assert demo.total(10, 40, 15) == (grade, 100)  # a quarter of the code, three quarters of the report


def test_the_page_has_the_rubric_and_what_the_points_count_for():
    shown = page(RESULT, ASSIGNMENT)
    assert "do not count towards the grade" in shown
    for row in ASSIGNMENT.rubric.rows:
        assert row.title in shown
    assert "must skip &lt;PAD&gt; are all explained" in shown


def test_the_terminal_tells_graders_what_the_points_count_for():
    console = Console(file=io.StringIO(), width=100)
    Terminal(ASSIGNMENT, console).show(RESULT)
    assert "do not count towards the grade" in console.file.getvalue()


def test_texts_that_are_not_there_are_a_wrong_call(tmp_path, monkeypatch):
    monkeypatch.delenv("AUTOGRADER_DATA", raising=False)
    with pytest.raises(config.ConfigError, match="there is no such folder"):
        app(["check", A7, "--data", str(tmp_path / "none")], standalone_mode=False)
