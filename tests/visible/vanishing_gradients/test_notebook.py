"""What the notebook shows of both trainings. No points: people look at it, these are their notices."""

import math

from autograder.checks import Mismatch, Outputs, needs, notebook
from autograder.submission import Submission
from tests.visible.vanishing_gradients.support import record

PLOTS = 4
LEAST_GAIN = 0.85  # validation perplexity, relative to the unigram's, that both models stay below


def test_notebook_was_run_from_top_to_bottom(submission: Submission) -> None:
    """The notebook shows its outputs, each cell's from one run in order"""
    notebook.was_run(submission.outputs)


@needs(test_notebook_was_run_from_top_to_bottom)
def test_four_plots_are_shown(submission: Submission) -> None:
    """The notebook shows the four plots"""
    outputs = _outputs(submission)
    pictures = sum(cell.pictures for cell in outputs.cells)
    if pictures < PLOTS:
        raise Mismatch(
            f"{pictures or 'No'} {'output is a picture' if pictures < 2 else 'outputs are pictures'}; four "
            "plots were wanted: training loss, training perplexity, gradient norms, validation perplexity.",
            "Does each plot end with plt.show()?",
            place=outputs.filename,
        )


@needs(test_notebook_was_run_from_top_to_bottom)
def test_summary_table_is_shown(submission: Submission) -> None:
    """The notebook shows the summary of both models

    One line for each model with at least five numbers, however the table is drawn.
    """
    outputs = _outputs(submission)
    for name in record.Validation.model_fields:
        lines = (line for cell in outputs.cells for line in cell.text.splitlines()[:5_000] if name in line)
        if not any(_count(line[:1_000]) >= 5 for line in lines if not line.startswith(record.MARKER)):
            raise Mismatch(
                f"No output shows the five numbers of the {name} in one line.",
                "Where is the summary table of both models?",
                place=outputs.filename,
            )


def _outputs(submission: Submission) -> Outputs:
    """The outputs of a notebook that was run, as an earlier check saw."""
    assert submission.outputs is not None
    return submission.outputs


def _count(line: str) -> int:
    """Numbers in a line."""
    words = (word.strip("[](){},;:|") for word in line.replace("|", " ").split())
    return sum(word.replace(".", "", 1).replace("e-", "", 1).replace("e+", "", 1).isdigit() for word in words)


@needs(test_notebook_was_run_from_top_to_bottom)
def test_results_are_recorded(submission: Submission) -> None:
    """The last cell recorded the results"""
    record.read(submission)


@needs(test_results_are_recorded)
def test_experiments_ran_in_full(submission: Submission) -> None:
    """The experiments ran on WikiText-2 with a budget that says something"""
    found = record.read(submission)
    if found.budget not in ("small", "full"):
        raise Mismatch(
            "The results are those of a quick run, whose numbers mean nothing.",
            "Will you set QUICK = False in the first cell and run the notebook once more?",
        )
    if found.text == "synthetic":
        raise Mismatch(
            "The results are those of a made-up text, not of WikiText-2.",
            "Is there a connection to the internet, or a copy of the text beside the notebook?",
        )


@needs(test_experiments_ran_in_full)
def test_perplexities_are_plausible(submission: Submission) -> None:
    """Both models guess better than by frequency, and perplexity is exp(loss)

    Which model leads is open.
    """
    found = record.read(submission)
    for name, curve in found.val:
        for loss, perplexity in curve:
            if loss > 100 or abs(math.exp(loss) - perplexity) > 0.01 * perplexity:
                raise Mismatch(
                    f"A validation perplexity of the {name} is not exp(loss).", "Which of the two is right?"
                )
        _, last = curve[-1]
        if last > LEAST_GAIN * found.unigram:
            raise Mismatch(
                f"The validation perplexity of the {name}, {last:.1f}, is hardly better than guessing by "
                f"frequency ({found.unigram:.1f}).",
                "Does its training loss fall, and do enough steps follow each other?",
            )
        if last < 2:
            raise Mismatch(
                f"The validation perplexity of the {name}, {last:.2f}, is better than a text allows.",
                "Could the model see the word that it is to guess?",
            )
