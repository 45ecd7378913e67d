"""evaluate: what it is run on, and what it returns."""

from __future__ import annotations

import numpy as np

from autograder.checks import Draw, Mismatch, Student, Thing, Value, close, describe, expect
from tests.visible.vanishing_gradients.support.losses import Rows, mean_losses, true_losses
from tests.visible.vanishing_gradients.support.models import Model, V
from tests.visible.vanishing_gradients.support.sound import sound_model


def model_for(student: Student, draw: Draw, scale: float = 0.8) -> Thing:
    """A model of the student's that works."""
    return Model(student, draw, sound_model(student), scale=scale).thing


def full_rows(draw: Draw) -> Rows:
    """Batches of 4, 4 and 1 rows without padding."""
    return Rows(draw.tokens([6] * 9, V), draw.tokens([6] * 9, V), 4)


def evaluate(
    student: Student, model: Thing, rows: Rows, *, seed: int = 0, strict: bool = False, **options: Value
) -> tuple[float, float]:
    """(mean loss, perplexity), in whichever order they come unless `strict`."""
    got = student.call("evaluate", model, rows.loader(student), grad=True, seed=seed, **options)
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        raise Mismatch(
            f"evaluate was to return (mean loss, perplexity); got {describe(got)}.",
            "What does the last line of evaluate return?",
        )
    loss = expect(got[0], "The mean loss that evaluate returns").to_be_number()
    found = expect(got[1], "The perplexity that evaluate returns").to_be_number()
    swapped = not strict and found < 500 and abs(np.exp(found) - loss) <= 1e-3 * abs(loss)
    return (found, loss) if swapped else (loss, found)


def check_mean(student: Student, draw: Draw, rows: Rows, pad: int = 0, **given: Value) -> None:
    """Raise `Mismatch` unless evaluate gives the mean loss over all targets that are not padding."""
    model = model_for(student, draw)
    loss, _ = evaluate(student, model, rows, **given)
    if any(abs(loss - want) <= 1e-4 * (1 + abs(want)) for want in [*mean_losses(student, model, rows, pad)]):
        return
    means = [float(true_losses(model, batch, pad).mean()) for batch in rows.batches]
    if close(np.array(loss), np.array(np.mean(means))).all():
        raise Mismatch(
            "evaluate returns the mean of the batches' mean losses.",
            "Does a batch with few tokens weigh as much as one with many?",
        )
    raise Mismatch(
        "The mean loss that evaluate returns is not the mean over all targets of all batches, padding "
        + (f"(pad_id={pad}) left out." if given else "left out."),
        "What do you add up, which tokens do you count, and what do you divide by?",
    )
