"""The notebook runs from top to bottom on the solution, and the grader reads what it shows."""

import json

import nbformat
import pytest

from autograder.audit import corpus
from autograder.course import templates
from autograder.submission import read
from autograder.submission.slice import cut

from .conftest import A7, ROOT


@pytest.fixture
def handed_in(run_notebook, tmp_path):
    nbformat.write(run_notebook, tmp_path / "assignment.ipynb")
    return tmp_path


def test_the_solution_runs_and_its_evidence_is_read_back(course, handed_in):
    verdicts = course.grade(handed_in)
    failed = {name.partition("::")[2]: check for name, check in verdicts.items() if check.outcome != "pass"}
    assert "quick run" in failed.pop("experiments_ran_in_full").message
    assert failed.pop("accuracies_are_plausible").outcome == "blocked"
    failed.pop("two_sentences_for_each_of_two_authors", None)  # one epoch may teach no more than to stop
    failed.pop("report_is_begun")
    assert not [check for check in failed.values() if (check.unit, check.outcome) != ("report", "blocked")]


def test_its_record_holds_what_its_cells_show(course, handed_in):
    outputs = read(handed_in, course.assignment).outputs
    shown = "\n".join(cell.text for cell in outputs.cells)
    record = json.loads(shown.rpartition("A7-RESULTS ")[2])
    assert record["quick"] is True and record["texts"] == "synthetic"
    for network in record["networks"].values():
        assert (
            f"| {network['parameters']:,} | {network['losses'][-1]:.3f} | {network['accuracy']:.3f} |"
            in shown
        )
    assert record["text"] in shown and len(record["text"]) == len("The summer") + 150


def test_the_grader_reads_its_definitions_without_reading_texts_or_training(course, handed_in):
    submission = read(handed_in, course.assignment)
    assert {"texts", "vocab", "train_pairs", "majority", "inputs", "results"} <= {*submission.left_out}


@pytest.mark.parametrize(
    "lines",
    [
        "from data import author_sentences\npairs = author_sentences(0)\n",
        "from data import *\npairs = author_sentences(0)\n",
        "import data\npairs = data.author_sentences(0)\n",
    ],
)
def test_texts_are_not_read_when_data_is_imported_either(lines):
    assert "pairs" in cut(lines, ["collate_fn"]).left_out


def test_a_bar_was_shown_for_each_training(run_notebook):
    bars = "".join(
        output.text
        for cell in run_notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    )
    for title in ("vanilla RNN", "LSTM", "GRU", "2-layer LSTM", "one-to-many", "many-to-many"):
        assert f"{title}: 100%" in bars


def test_the_template_is_not_started_and_gets_one_remark_for_notebook_and_report(course):
    verdicts = course.grade(ROOT / "templates" / A7)
    code = [check for check in verdicts.values() if not check.is_notice]
    assert code and not any(check.started for check in code)
    remarks = [check for check in verdicts.values() if check.is_remark]
    assert [check.id for check in remarks] == [
        "notebook::notebook_was_run_from_top_to_bottom",
        "report::report_is_begun",
    ]
    assert "was not run yet" in remarks[0].message and "nothing but its headers" in remarks[1].message


def test_modules_alone_get_one_polite_remark(course, tmp_path):
    corpus.materialise(templates.solved_modules(ROOT, A7), tmp_path)
    verdicts = course.grade(tmp_path, "notebook")
    [remark] = [check for check in verdicts.values() if check.is_remark]
    assert "There is no notebook here" in remark.message and remark.hint


def test_given_code_is_one_closed_cell(run_notebook):
    [cell] = [cell for cell in run_notebook.cells if cell.get("id") == "data"]
    assert cell.source.startswith("# @title The texts")
    assert cell.metadata.cellView == "form" and cell.metadata.jupyter.source_hidden
    assert "def author_sentences" in cell.source
