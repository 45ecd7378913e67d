"""What a notebook and a report show of the experiments, as findings for the people who grade them.

Everything here is a claim of the student's: it is compared with itself, earns nothing, and may hold anything.
"""

from __future__ import annotations

import re
from typing import Any

from autograder.checks.expect import Mismatch
from autograder.checks.notebook import Outputs, recorded
from autograder.checks.report import Report
from tests.visible.a3b_recurrent_networks.learning import NDFA, is_balanced

MARKER = "A3B-RESULTS "
MODELS = ("MLP", "Elman", "LSTM")  # nn.RNN may be in the record as well
HALF_WAY = 0.6  # what the text expects of the MLP on validation
TOO_GOOD = 0.97  # even large pretrained models do not get far over 0.95
SAMPLES = 10
MOST_EPOCHS = 1000

Record = dict[str, Any]  # as `record` has proved it


def shows_curves(outputs: Outputs) -> None:
    if sum(cell.pictures for cell in outputs.cells) < 2:
        raise Mismatch(
            "The notebook shows fewer than two pictures: curves of loss and gradient norms were wanted.",
            "Does the cell that draws them end with plt.show()?",
            place=outputs.filename,
        )


def record(outputs: Outputs | None) -> Record:
    """The numbers and samples that the closing cell recorded, of the kinds that they must have."""
    data, place = recorded(outputs, MARKER)
    wrong = _wrong(data)
    if wrong:
        raise Mismatch(
            f"The record of the results is not readable: {wrong} missing, or of another kind.",
            "Was the given last cell changed?",
            place=place,
        )
    found: Record = data
    return found


def _wrong(data: Any) -> str:
    """What is wrong with a record; "" for a good one."""
    if not isinstance(data, dict):
        return "all of it"
    for key in ("validation", "test"):
        found = data.get(key)
        if not isinstance(found, dict) or not all(_is_share(found.get(model)) for model in MODELS):
            return f"the {key} accuracies"
    for key in ("ndfa", "brackets"):
        epochs = data.get(key)
        if not isinstance(epochs, list) or not 0 < len(epochs) <= MOST_EPOCHS:
            return f"the samples of {key}"
        if not all(isinstance(drawn, list) and all(isinstance(s, str) for s in drawn) for drawn in epochs):
            return f"the samples of {key}"
    if not isinstance(data.get("reviews"), str) or not isinstance(data.get("quick"), bool):
        return "reviews or quick"
    return "" if _is_share(data.get("majority")) else "majority"


def _is_share(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1


def in_full(record: Record) -> None:
    if record["quick"]:
        raise Mismatch("The numbers are those of a quick run.", "Is QUICK still on in the first cell?")
    if record["reviews"] == "synthetic":
        raise Mismatch(
            "The reviews were made up by a program, so the accuracies mean nothing.",
            "Could IMDb be downloaded, or its archive be put beside the notebook?",
        )


def is_plausible(record: Record) -> None:
    if record["validation"]["MLP"] <= HALF_WAY:
        raise Mismatch(
            "The recorded validation accuracy of the MLP is not above 60 %.",
            "Do the checks of the MLP and of its training pass?",
        )
    for key in ("validation", "test"):
        for model, accuracy in record[key].items():
            if _is_share(accuracy) and accuracy > TOO_GOOD:
                raise Mismatch(
                    f"The recorded {key} accuracy of {str(model)[:20]} is better than such models can be.",
                    "Was it measured on reviews that the model has not seen?",
                )
    for model in MODELS:
        if abs(record["validation"][model] - record["test"][model]) > 0.15:
            raise Mismatch(
                f"The recorded validation and test accuracies of {model} are far apart.",
                "Are both measured in the same way?",
            )


def ten_samples_after_every_epoch(record: Record) -> None:
    for key in ("ndfa", "brackets"):
        for epoch, drawn in enumerate(record[key], start=1):
            if len(drawn) < SAMPLES:
                raise Mismatch(
                    f"After epoch {epoch} {len(drawn)} samples of {key} are recorded, not ten.",
                    "How many samples does the text ask for after every epoch?",
                )
            if len(set(drawn)) == 1:
                raise Mismatch(
                    f"The ten samples of {key} after epoch {epoch} are all the same.",
                    "Which temperature were they drawn with?",
                )


def most_samples_are_right(record: Record) -> None:
    """After the last epoch, the majority: brackets by prefix balance, the automaton's with a repetition."""
    for key, is_right in (("ndfa", NDFA.fullmatch), ("brackets", is_balanced)):
        last = [text for text in record[key][-1] if text != "ss"]
        right = sum(bool(is_right(text)) for text in last)
        if not last or 2 * right <= len(last):
            raise Mismatch(
                f"After the last epoch {right} of {len(last)} samples of {key} are right"
                + (
                    ", those without any repetition left out."
                    if key == "ndfa"
                    else ": every bracket in turn counts."
                ),
                "Is the loss still falling, and what does another learning rate do?",
            )


def gives_the_recorded_accuracies(report: Report, record: Record) -> None:
    """Validation and test accuracies as fractions or in percent, with two or more digits."""
    numbers = [
        float(number.replace(",", ".")) for number in re.findall(r"\d{1,3}[.,]\d{1,6}|\d{2}", report.text)
    ]
    for key in ("validation", "test"):
        for model in MODELS:
            share = record[key][model]
            if not any(
                abs(number - share) < 0.0051 or abs(number - 100 * share) < 0.51 for number in numbers
            ):
                raise Mismatch(
                    f"The report does not give the {key} accuracy of {model} that the notebook recorded.",
                    "Are the numbers of the report those of the last run?",
                    place=report.place(1),
                )


def says_what_is_asked(report: Report) -> None:
    """A word each about hypothesis, tuning, test set, samples, loss and gradient norms."""
    text = report.text.lower()
    for words, what in (
        (("hypothes", "expect"), "a hypothesis"),
        (("hidden", "learning rate", "lr "), "the settings that were tried"),
        (("test",), "the test set"),
        (("sample",), "the samples"),
        (("gradient", "norm"), "the norms of the gradients"),
        (("bracket",), "the brackets"),
    ):
        if not any(word in text for word in words):
            raise Mismatch(
                f"The report does not speak of {what}.",
                "Which of the questions 2, 4, 6 and 7 is not answered yet?",
                place=report.place(1),
            )
