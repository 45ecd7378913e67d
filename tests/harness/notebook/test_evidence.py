"""Each finding about a notebook's outputs: silent on a good one, one sentence on a wrong one."""

import dataclasses
import json

import pytest

from autograder.checks.notebook import was_run
from autograder.submission.notebook import read_notebook
from autograder.submission.outputs import MAX_TEXT, Outputs
from tests.visible.a7_sequence_modeling import test_notebook as checks
from tests.visible.a7_sequence_modeling.support.record import MARKER, read

from .conftest import cell, complaint, handed_in


def changed(record, path, value):
    """The record with one entry replaced; "networks.lstm.losses" names an entry inside others."""
    *way, last = path.split(".")
    inner = record
    for key in way:
        inner = inner[key]
    inner[last] = value
    return record


def recording(record):
    """A submission whose notebook recorded that."""
    return handed_in(Outputs("a.ipynb", (cell(9, 1, text=MARKER + json.dumps(record)),)))


def test_a_good_notebook_is_complained_about_by_nobody(outputs, record, student):
    assert read(outputs).model_dump() == record
    first, *others = outputs.cells
    seeded = dataclasses.replace(first, code="torch.manual_seed(0)")
    submission = handed_in(dataclasses.replace(outputs, cells=(seeded, *others)))
    for name, check in vars(checks).items():
        if name.startswith("test_"):
            check(submission=submission, **({"student": student} if "parameter" in name else {}))


@pytest.mark.parametrize(
    ("cells", "words", "place"),
    [
        ([cell(2, None), cell(3, None)], "was not run yet", ""),
        ([cell(2, 1), cell(3, None)], "Code cell 3 was not run", "code cell 3"),
        ([cell(2, 5), cell(3, 4)], "Code cell 3 was run before", "code cell 3"),
        ([cell(2, 1), cell(3, 1)], "Code cell 3 was run before", "code cell 3"),
        ([cell(2, 1, error="NameError"), cell(3, None)], "Code cell 2 ended with NameError", "code cell 2"),
    ],
)
def test_outputs_that_are_missing_or_old(cells, words, place):
    said = complaint(was_run, Outputs("a.ipynb", tuple(cells)))
    assert words in said.message and place in said.place


def test_empty_cells_and_later_counts_are_fine():
    was_run(Outputs("a.ipynb", (cell(1, 7), cell(2, None, empty=True), cell(3, 9))))


def test_a_notebook_without_a_picture(outputs):
    blank = tuple(dataclasses.replace(each, pictures=0) for each in outputs.cells)
    submission = handed_in(Outputs("a.ipynb", blank))
    assert "plot" in complaint(checks.test_loss_curves_are_a_picture, submission).message


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("networks.gru", None, "network gru"),
        ("networks", [], "network rnn"),
        ("networks.lstm.losses", [], "lstm or its losses"),
        ("networks.lstm.losses", [float("nan")], "lstm's loss"),
        ("networks.lstm.accuracy", 71.8, "lstm's accuracy"),
        ("networks.lstm.accuracy", True, "lstm's accuracy"),
        ("networks.rnn.parameters", 14_723.5, "whole numbers"),
        ("hidden_size", 10**9, "hidden_size"),
        ("vocab_size", "98", "vocab_size"),
        ("sentences", {"poe": "It was dim."}, "sentences"),
        ("text", None, "text missing"),
        ("quick", 0, "quick missing"),
    ],
)
def test_a_record_of_the_wrong_kind_is_refused(record, path, value, words):
    said = complaint(checks.test_results_are_recorded, recording(changed(record, path, value)))
    assert words in said.message and said.place == "a.ipynb, code cell 9"


@pytest.mark.parametrize("line", ["{", "[" * 40_000, "9" * 10_000, "1", "null", '"' + "x" * 60_000 + '"'])
def test_a_record_that_cannot_be_read_is_refused(line):
    said = complaint(read, Outputs("a.ipynb", (cell(1, 1, text=MARKER + line),)))
    assert "not readable" in said.message


def test_without_a_record_the_last_cell_is_named(outputs):
    assert "last cell" in complaint(read, Outputs("a.ipynb", outputs.cells[:2])).hint
    complaint(read, None)


@pytest.mark.parametrize(
    ("check", "path", "value", "words"),
    [
        ("experiments_ran_in_full", "quick", True, "quick run"),
        ("experiments_ran_in_full", "texts", "synthetic", "synthetic texts"),
        ("accuracies_are_plausible", "networks.gru.accuracy", 1.0, "better than single sentences allow"),
        ("accuracies_are_plausible", "networks.lstm.accuracy", 0.544, "hardly better"),
        ("accuracies_are_plausible", "many_to_one", 0.55, "hardly better"),
        ("accuracies_are_plausible", "one_to_one", 0.8, "The first character alone"),
        ("accuracies_are_plausible", "networks.rnn.losses", [80.0, 70.0], "is it a sum?"),
        ("two_sentences_for_each_of_two_authors", "sentences.poe", ["It was dim."], "as Poe"),
        ("two_sentences_for_each_of_two_authors", "sentences.poe", ["It was dim."] * 2, "holds 1"),
        ("two_sentences_for_each_of_two_authors", "sentences.shakespeare", ["", " "], "holds 0"),
        ("150_characters_after_the_summer", "text", "In summer " + "x" * 150, "does not begin"),
        ("150_characters_after_the_summer", "text", "The summer" + "x" * 30, "30 characters follow"),
    ],
)
def test_results_that_look_unusual(record, check, path, value, words):
    assert words in complaint(vars(checks)[f"test_{check}"], recording(changed(record, path, value))).message


def test_150_characters_with_the_prompt_are_fine_too(record):
    checks.test_150_characters_after_the_summer(recording(changed(record, "text", "The summer" + "x" * 140)))


@pytest.mark.parametrize("count", [39_491, 33_024, 39_491 - 98 * 64, 33_024 + 98 * 64])
def test_parameters_count_with_and_without_embedding_and_head(record, student, count):
    submission = recording(changed(record, "networks.lstm.parameters", count))
    checks.test_parameter_counts_are_those_of_your_networks(student, submission)


def test_parameters_of_other_classes_are_told(record, student):
    submission = recording(changed(record, "networks.lstm.parameters", 39_747))
    said = complaint(checks.test_parameter_counts_are_those_of_your_networks, student, submission)
    assert "recorded for the LSTM" in said.message


# -- reading untrusted notebooks -----------------------------------------------------------------------------

PNG = "iVBORw0KGgoAAAANSUhEUg"


def output_of(**parts):
    notebook = {"cells": [{"cell_type": "code", "source": "x = 1", **parts}]}
    [output] = read_notebook(json.dumps(notebook)).outputs
    return output


@pytest.mark.parametrize(
    "outputs",
    [
        None,
        {},
        "text",
        [1, None, []],
        [{"output_type": 3, "data": [1], "text": {}, "ename": {}}],
        [{"data": {"image/png": 1}}],
    ],
)
def test_outputs_of_any_kind_are_read(outputs):
    output = output_of(outputs=outputs, execution_count="1")
    assert output.count is None and output.pictures == 0 and output.text.strip() == ""


@pytest.mark.parametrize(("data", "pictures"), [(PNG, 1), ([PNG, "x"], 1), ("hello", 0), ("", 0)])
def test_a_picture_is_known_by_how_it_begins(data, pictures):
    shown = {"output_type": "display_data", "data": {"image/png": data, "text/plain": "<Figure>"}}
    assert output_of(outputs=[shown]).pictures == pictures


def test_printed_text_is_bounded_and_bars_are_left_out():
    printed = [{"output_type": "stream", "name": "stdout", "text": ["a" * 150_000, "b" * 150_000]}]
    bar = [{"output_type": "stream", "name": "stderr", "text": "100%"}]
    output = output_of(outputs=[*bar, *printed], execution_count=3)
    assert len(output.text) == MAX_TEXT and "100%" not in output.text and output.count == 3


def test_an_error_is_named_without_control_characters():
    assert output_of(outputs=[{"output_type": "error", "ename": "\x1b[31mValueError"}]).error == "ValueError"
