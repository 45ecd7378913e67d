"""What the notebook shows of its experiments. No points: these are claims, told to people."""

from __future__ import annotations

import re

from autograder.checks import Mismatch, needs
from autograder.checks.notebook import was_run
from autograder.submission import Submission
from tests.visible.sequence_toolkit.support.record import MARKER, Record

LEARNT = {"copying": 0.7, "reversing": 0.7, "tagging": 0.9}  # a full run of right code exceeds these by far


def test_notebook_was_run_from_top_to_bottom(submission: Submission) -> None:
    """The notebook shows its outputs, each cell's from one run in order"""
    was_run(submission.outputs)


@needs(test_notebook_was_run_from_top_to_bottom)
def test_norms_of_hidden_states_are_printed(submission: Submission) -> None:
    """The notebook shows the norms of the hidden states of RNN, GRU and LSTM"""
    assert submission.outputs is not None
    for cell in submission.outputs.cells:
        lines = [line[:200] for line in cell.text.splitlines() if not line.startswith(MARKER)]
        numbers = [line for line in lines if re.search(r"\d\.\d", line)]
        if all(any(re.search(rf"\b{kind}\b", line) for line in numbers) for kind in ("RNN", "GRU", "LSTM")):
            return
    raise Mismatch(
        "The notebook does not show the norms of the hidden states of RNN, GRU and LSTM.",
        "Is the given cell that prints them still there, and was it run?",
        place=submission.outputs.filename,
    )


@needs(test_notebook_was_run_from_top_to_bottom)
def test_results_are_recorded(submission: Submission) -> None:
    """The last cell recorded the results"""
    Record.of(submission.outputs)


@needs(test_results_are_recorded)
def test_experiments_ran_in_full(submission: Submission) -> None:
    """The experiments ran with the whole budget"""
    if Record.of(submission.outputs).quick:
        raise Mismatch(
            "The results are those of a quick run, whose numbers mean nothing.",
            "Set QUICK = False in the first cell and run the notebook once more.",
        )


@needs(test_experiments_ran_in_full)
def test_accuracies_are_plausible(submission: Submission) -> None:
    """Copying, reversing and tagging were learnt"""
    record = Record.of(submission.outputs)
    for task, least in LEARNT.items():
        accuracy = getattr(record, task)
        if accuracy < least:
            raise Mismatch(
                f"The recorded accuracy of {task}, {accuracy:.3f}, shows that {task} was not learnt.",
                "Which check of the code fails?",
            )
