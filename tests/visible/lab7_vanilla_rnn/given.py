"""What the handout gives and a script may have changed: constants, loss, loss_history, plot. Only remarks."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from autograder.checks import Draw, Mismatch
from autograder.checks.answers import equal_values
from autograder.checks.expect import listing
from autograder.sandbox.wire.errors import StudentFailure, StudentMissing
from tests.visible.lab7_vanilla_rnn.lab import MODULE, WORDS, Lab, Sentence, losses, random_weights

GIVEN: dict[str, Any] = {
    "n": 2,
    "T": 4,
    "learning_rate": 0.1,
    "num_epochs": 300,
    "vocab": {word: index for index, word in enumerate(WORDS)},
    "train_data": [(("The", "movie", "is", "good"), 1), (("The", "movie", "is", "bad"), 0)],
}
NAMED = "_lab7_inclass"
SAME = 1e-3  # of losses


def lines_are_kept(student: Any, submission: Any) -> None:
    """One sentence that lists what is not as it was given."""
    try:
        own = _own(student)
    except StudentFailure:  # a script that does not run costs its own points
        return
    said = [_constant(name, own[name]) for name in GIVEN if name in own and not _same(own[name], GIVEN[name])]
    said += _what_is_recorded(student, submission, own)
    if said:
        raise Mismatch(
            f"Not as the handout gives it: {listing(said)}.",
            "Was this meant? It costs nothing here; people may ask.",
        )


def _own(student: Any) -> dict[str, Any]:
    """What the unchanged script ends with, of those names that it has."""
    names = [*GIVEN, "loss_history"]
    while True:
        try:
            found: dict[str, Any] = student.run(MODULE, {}, names)
            return found
        except StudentMissing as missing:
            if missing.name not in names:
                raise
            names.remove(missing.name)


def _same(value: object, given: object) -> bool:
    """Lists where tuples are given are no change."""
    return equal_values(_in_lists(value), _in_lists(given))


def _in_lists(value: object) -> object:
    return [_in_lists(item) for item in value] if isinstance(value, (list, tuple)) else value


def _constant(name: str, value: object) -> str:
    plain = isinstance(value, (int, float)) and isinstance(GIVEN[name], (int, float))
    return f"{name} is {value:.10g} instead of {GIVEN[name]}" if plain else f"{name} is another one"


def _what_is_recorded(student: Any, submission: Any, own: dict[str, Any]) -> list[str]:
    """Whether loss_history holds, for each epoch, the sum of the sentences' cross-entropies."""
    said: list[str] = []
    if "loss_history" not in own:
        return said
    entries, epochs = len(losses(own["loss_history"])), own.get("num_epochs")
    if isinstance(epochs, int) and entries < epochs:
        said.append(f"training stops after {entries} of {epochs} epochs")
    elif isinstance(epochs, int) and entries > epochs:
        said.append(f"loss_history has {entries} entries for {epochs} epochs")
    try:
        return said + _loss(Lab(student, submission, 2, WORDS))
    except (Mismatch, StudentFailure):  # what keeps it from being looked at costs its own points
        return said


def _loss(lab: Lab) -> list[str]:
    weights, data = random_weights(Draw(3), 2, len(WORDS), 1.0), GIVEN["train_data"]
    sentences: list[Sentence] = [sentence for sentence, _ in data]
    factor = lab.factor(weights, sentences)
    if factor is None:
        return ["the loss is not the cross-entropy of the logits"]
    if factor != 1:
        return [f"the loss is {factor:.3g} times the cross-entropy"]
    alone = [lab.loss(weights, sentence, label) for sentence, label in data]
    ran = lab.train(weights, data)
    together = ran.losses
    if len(together) == 1 and not ran.has_moved(weights) and abs(together[0] - sum(alone)) > SAME:
        mean = abs(together[0] - sum(alone) / len(alone)) < SAME
        return [f"loss_history holds {'the mean' if mean else 'something other than the sum'} of the losses"]
    return []


def is_all_handed_in(submission: Any) -> str:
    """What the handout asks for besides the code, a name, a plot, screenshots: what to think of, in words."""
    names = [source.filename for source in submission.sources.values() if source.module == MODULE]
    texts = " ".join(source.text for source in submission.sources.values())
    pictures = sum(cell.pictures for cell in submission.outputs.cells) if submission.outputs else 0
    said = []
    if not any(PurePosixPath(name).stem.lower().endswith(NAMED) for name in names):
        said.append("The handout calls the file StudentID_Lab7_InClass; any name is read.")
    if not pictures and ".plot(" not in texts:
        raise Mismatch(
            "No line of the script draws the loss curve.", "Where is the plot of loss_history that is given?"
        )
    return " ".join([*said, "Screenshots of the output and the loss plot are for people: hand them in, too."])
