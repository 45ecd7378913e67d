"""Assignment 3B's notebook runs on the solution, its record is read back, and what looks unusual is told."""

import json
from pathlib import Path

import pytest

from autograder import grading, submission
from autograder.checks import Mismatch
from autograder.course import config, templates
from autograder.sandbox import Program
from autograder.submission.outputs import CellOutput, Outputs
from tests.harness.files import lay, run_notebook
from tests.harness.sampling import thorough
from tests.visible.a3b_recurrent_networks import test_notebook as shown
from tests.visible.a3b_recurrent_networks import test_report as written
from tests.visible.a3b_recurrent_networks.support import record as form
from tests.visible.a3b_recurrent_networks.support.strings import NDFA, is_balanced

ROOT = Path(__file__).parents[3]
A3B = "a3b_recurrent_networks"
SETTINGS = config.load(ROOT)


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """A folder with the solution's notebook after a quick run on made-up reviews, and its report."""
    folder = tmp_path_factory.mktemp("a3b")
    run_notebook(templates.solved_notebook(ROOT, A3B), folder)
    lay(folder, templates.solved_report(ROOT, A3B))
    return submission.read(folder, SETTINGS.assignments[A3B])


@pytest.fixture
def record():
    """What the last cell records of a good run."""
    return {
        "reviews": "IMDb",
        "quick": False,
        "majority": 0.5,
        "validation": {"MLP": 0.84, "Elman": 0.78, "nn.RNN": 0.75, "LSTM": 0.85},
        "test": {"MLP": 0.83, "Elman": 0.77, "nn.RNN": 0.74, "LSTM": 0.84},
        "ndfa": [["ss"] * 9 + ["sab!s"], ["ss"] * 4 + ["sabc!s"] * 3 + ["suvw!uvw!s"] * 2 + ["sklm!"]],
        "brackets": [["(()"] * 5 + ["(())"] * 5, ["(())"] * 6 + ["(()))("] * 4],
    }


def handed_in_with(record, report=""):
    """A submission whose notebook shows this record."""
    line = CellOutput(9, False, 1, form.MARKER + json.dumps(record), 0, "")
    return submission.Submission(
        Program(()), "", report=report, report_name="report.md", outputs=Outputs("a.ipynb", (line,))
    )


@thorough
def test_the_solution_runs_and_its_evidence_is_read_back(handed_in, portable):
    assignment = SETTINGS.assignments[A3B]
    result = grading.grade(
        SETTINGS, assignment, handed_in, workers=portable, seed=0, only=["notebook", "report"]
    )
    found = {check.id.partition("::")[2]: check for check in result.checks}
    assert "quick run" in found.pop("experiments_ran_in_full").message
    assert found.pop("accuracies_are_plausible").outcome == "blocked"
    assert found.pop("most_samples_are_right").outcome == "fail"  # two epochs on a few strings teach little
    assert "did not" not in found.pop("report_gives_the_recorded_accuracies").message
    assert [check.text for check in found.values() if check.outcome != "pass"] == []


@thorough
def test_its_record_holds_what_its_cells_show(handed_in):
    cells = "\n".join(cell.text for cell in handed_in.outputs.cells)
    read = form.read(handed_in.outputs)
    for name, accuracy in read.test.items():
        assert f"| {read.validation[name]:.3f} | {accuracy:.3f} |" in cells, name
    assert len(read.ndfa) == 2 and all(text in cells for text in read.brackets[-1])
    assert sum(cell.pictures for cell in handed_in.outputs.cells) == 2


@thorough
def test_definitions_are_read_without_reviews_or_training(handed_in):
    assert {"x_train", "train_batches", "test", "results"} <= {*handed_in.left_out}


def test_a_good_record_is_complained_about_by_nobody(record):
    report = "# R\n\n## A\n\nMLP 84 % and 0.83, Elman 0.780 and 77.0 %, LSTM 0.85 and 0.84."
    found = handed_in_with(record, report)
    assert form.read(found.outputs).model_dump() == record
    for check in (
        shown.test_experiments_ran_in_full,
        shown.test_accuracies_are_plausible,
        shown.test_ten_samples_after_every_epoch,
        shown.test_most_samples_are_right,
        written.test_report_gives_the_recorded_accuracies,
    ):
        check(found)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("validation", {"MLP": 0.8}),
        ("test", {"MLP": 84.0, "Elman": 0.7, "LSTM": 0.7}),
        ("test", {"MLP": True, "Elman": 0.7, "LSTM": 0.7}),
        ("ndfa", []),
        ("brackets", [["(())", 7]]),
        ("brackets", "(())"),
        ("quick", 0),
        ("reviews", None),
        ("majority", float("nan")),
    ],
)
def test_a_record_of_another_kind_is_refused(record, key, value):
    with pytest.raises(Mismatch) as caught:
        form.read(handed_in_with({**record, key: value}).outputs)
    assert "not readable" in caught.value.message and caught.value.place == "a.ipynb, code cell 9"


@pytest.mark.parametrize(
    ("check", "key", "value", "words"),
    [
        (shown.test_experiments_ran_in_full, "quick", True, "quick run"),
        (shown.test_experiments_ran_in_full, "reviews", "synthetic", "made up"),
        (
            shown.test_accuracies_are_plausible,
            "validation",
            {"MLP": 0.6, "Elman": 0.7, "LSTM": 0.7},
            "not above 60 %",
        ),
        (
            shown.test_accuracies_are_plausible,
            "test",
            {"MLP": 0.83, "Elman": 0.99, "LSTM": 0.8},
            "better than",
        ),
        (
            shown.test_accuracies_are_plausible,
            "test",
            {"MLP": 0.51, "Elman": 0.77, "LSTM": 0.84},
            "far apart",
        ),
        (
            shown.test_ten_samples_after_every_epoch,
            "ndfa",
            [["ss", "s"] * 5, ["ss"]],
            "After epoch 2 1 samples",
        ),
        (shown.test_ten_samples_after_every_epoch, "brackets", [["()"] * 10], "all the same"),
        (shown.test_most_samples_are_right, "ndfa", [["ss"] * 10], "0 of 0"),
        (shown.test_most_samples_are_right, "brackets", [[")("] * 6 + ["()"] * 4], "4 of 10"),
    ],
)
def test_results_that_look_unusual(record, check, key, value, words):
    with pytest.raises(Mismatch) as caught:
        check(handed_in_with({**record, key: value}))
    assert words in caught.value.message and caught.value.hint.endswith("?")


def test_a_report_is_read_for_every_question(record):
    text = templates.solved_report(ROOT, A3B)["report.md"]
    written.test_report_answers_every_question(handed_in_with(record, text))
    for word, what in (("ypothesis", "hypothesis"), ("rackets", "brackets")):
        spoilt = text.replace(word, "…").replace("racket", "…")
        with pytest.raises(Mismatch, match=what):
            written.test_report_answers_every_question(handed_in_with(record, spoilt))
    with pytest.raises(Mismatch, match="validation accuracy of MLP"):
        written.test_report_gives_the_recorded_accuracies(handed_in_with(record, "# A\n\n0.9 and 12"))


def test_strings_are_judged_in_order_and_with_a_repetition():
    assert [bool(is_balanced(text)) for text in ("(())", "()()", ")(", "(()", "", "(a)")] == [True, True] + [
        False
    ] * 4
    assert NDFA.fullmatch("sabc!abc!s") and not any(map(NDFA.fullmatch, ("ss", "sabc!klm!s", "sabcs")))


def test_the_rubric_and_the_checks_are_five_points_each():
    assignment = SETTINGS.assignments[A3B]
    assert assignment.rubric.total == 5
    assert sum(check.points for check in assignment.checks.values() if check.enabled) == pytest.approx(5)
    assert assignment.total(3, 5, 4) == (7, 10)
