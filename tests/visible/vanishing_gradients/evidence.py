"""What a notebook shows of both trainings, as findings for the people who read the answers.

Everything here is a claim of the student's: it is compared with itself, and earns nothing.
"""

from __future__ import annotations

import math
from typing import Any

from autograder.checks import notebook
from autograder.checks.expect import Mismatch

MARKER = "VG-RESULTS "
MODELS = ("RNN", "LSTM")
PLOTS = 4
LEAST_GAIN = 0.85  # validation perplexity, relative to the unigram's, that both models stay below


def shows_four_plots(outputs: Any) -> None:
    pictures = sum(cell.pictures for cell in outputs.cells)
    if pictures < PLOTS:
        raise Mismatch(
            f"{pictures or 'No'} {'output is a picture' if pictures < 2 else 'outputs are pictures'}; four "
            "plots were wanted: training loss, training perplexity, gradient norms, validation perplexity.",
            "Does each plot end with plt.show()?",
            place=outputs.filename,
        )


def shows_the_table(outputs: Any) -> None:
    """One line for each model with at least five numbers, however the table is drawn."""
    for name in MODELS:
        lines = (line for cell in outputs.cells for line in cell.text.splitlines()[:5_000] if name in line)
        if not any(_count(line[:1_000]) >= 5 for line in lines if not line.startswith(MARKER)):
            raise Mismatch(
                f"No output shows the five numbers of the {name} in one line.",
                "Where is the summary table of both models?",
                place=outputs.filename,
            )


def _count(line: str) -> int:
    """Numbers in a line."""
    words = (word.strip("[](){},;:|") for word in line.replace("|", " ").split())
    return sum(word.replace(".", "", 1).replace("e-", "", 1).replace("e+", "", 1).isdigit() for word in words)


def record(outputs: Any) -> dict[str, Any]:
    """What the last cell recorded, of the kinds that it must have."""
    data, place = notebook.recorded(outputs, MARKER)
    if not isinstance(data, dict) or not _is_whole(data):
        raise Mismatch("The record of the results is not as the given last cell writes it.", place=place)
    return data


def _is_whole(data: dict[str, Any]) -> bool:
    val, texts = data.get("val"), (data.get("text"), data.get("budget"))
    if not isinstance(val, dict) or not all(isinstance(text, str) for text in texts):
        return False
    numbers = [data.get("unigram"), data.get("ratio")]
    for name in MODELS:
        rows = val.get(name)
        if not isinstance(rows, list) or not 0 < len(rows) <= 1_000:
            return False
        if not all(isinstance(row, list) and len(row) == 2 for row in rows):
            return False
        numbers += [number for row in rows for number in row]
    return all(
        isinstance(number, (int, float)) and not isinstance(number, bool) and 0 <= number <= 1e12
        for number in numbers
    )


def in_full(found: dict[str, Any]) -> None:
    """A budget that says something, on the real text."""
    if found["budget"] not in ("small", "full"):
        raise Mismatch(
            "The results are those of a quick run, whose numbers mean nothing.",
            "Will you set QUICK = False in the first cell and run the notebook once more?",
        )
    if found["text"] == "synthetic":
        raise Mismatch(
            "The results are those of a made-up text, not of WikiText-2.",
            "Is there a connection to the internet, or a copy of the text beside the notebook?",
        )


def is_plausible(found: dict[str, Any]) -> None:
    """Perplexities that follow from their losses and beat the unigram model. Which model leads is open."""
    for name in MODELS:
        for loss, perplexity in found["val"][name]:
            if loss > 100 or abs(math.exp(loss) - perplexity) > 0.01 * perplexity:
                raise Mismatch(
                    f"A validation perplexity of the {name} is not exp(loss).", "Which of the two is right?"
                )
        last = found["val"][name][-1][1]
        if last > LEAST_GAIN * found["unigram"]:
            raise Mismatch(
                f"The validation perplexity of the {name}, {last:.1f}, is hardly better than guessing by "
                f"frequency ({found['unigram']:.1f}).",
                "Does its training loss fall, and do enough steps follow each other?",
            )
        if last < 2:
            raise Mismatch(
                f"The validation perplexity of the {name}, {last:.2f}, is better than a text allows.",
                "Could the model see the word that it is to guess?",
            )
