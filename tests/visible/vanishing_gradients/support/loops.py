"""train_rnn and train_lstm: what they are run on, and what their logs and gradients are.

A learning rate of 0 leaves every weight where it is, so that logs can be judged whatever the steps are.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from autograder.checks import (
    Adam,
    Array,
    Draw,
    Mismatch,
    Named,
    Opaque,
    Student,
    StudentFailure,
    Thing,
    Value,
    describe,
    expect,
    listing,
)
from tests.visible.vanishing_gradients.support.losses import Batch, Rows, Slope, logits_of
from tests.visible.vanishing_gradients.support.models import LSTM, RNN, E, H, Kind, V, logits_in
from tests.visible.vanishing_gradients.support.norms import norm, recurrent_norms

CLIP = 1.0
LARGE = 2.0  # weights of this size have gradients that are clipped, where a target is unlikely
RATES = (0.03, 0.04, 0.06)  # none of them is written into a loop
SIZE = 3  # rows of a batch
# What a layer in a model's place reads is this many times as large as its weights are small: so its gradients
# are clipped, too, and no state is so near 1 that its gradient is rounding, of which Adam makes a step.
GAIN = 20


class Data(NamedTuple):
    """Rows to train on and to validate with."""

    train: Rows
    valid: Rows


class Trainer(NamedTuple):
    """A training function, the model that it trains, and the key of its gradient norms.

    `kind` may be another one than the function is for: one layer of torch's in the model's place.
    """

    name: str
    kind: Kind
    norms: str

    def __call__(self, student: Student, model: Thing, data: Data, epochs: int, lr: float) -> Value:
        """What the function returns: (logs, model), if it is right."""
        loaders = [rows.loader(student) for rows in data]
        return student.call(self.name, model, *loaders, epochs, lr, grad=True)

    def logs(self, student: Student, model: Thing, data: Data, epochs: int, lr: float) -> dict[str, Value]:
        """The logs, in whatever they come."""
        got = self(student, model, data, epochs, lr)
        parts = got if isinstance(got, (tuple, list)) else [got]
        return next((part for part in parts if isinstance(part, dict)), {})

    def model(self, student: Student, draw: Draw, scale: float = 0.5) -> Thing:
        """A model whose weights are the same each time, and no two alike."""
        weights = Draw(11, symmetric=draw.symmetric)
        if self._is_stand_in:
            layer = student.new(self.kind.layer, E, V, batch_first=True, seed=4).randomised(weights, 0.7)
            layer.load({"weight_ih_l0": (layer.trainable["weight_ih_l0"] / GAIN).astype(np.float32)})
            return layer
        model = student.new(self.kind.name, V, E, H, seed=4)
        logits_of(model, np.ones((1, 1), np.int64))  # lazy layers take their shapes now
        return model.randomised(weights, scale)

    def data(self, draw: Draw) -> Data:
        """Eight rows in batches of 3, 3 and 2; some targets are padding."""
        inputs = functools.partial(self._inputs, draw)
        train = Rows(inputs(8, 6), draw.tokens([6, 6, 4, 6, 6, 6, 6, 2], V, columns=6), SIZE)
        return Data(train, Rows(inputs(5, 6), draw.tokens([6] * 5, V), SIZE))

    def short_data(self, draw: Draw, count: int) -> Data:
        """So many batches of one row, of two steps, to train on; three to validate with."""
        sizes = (count, 3)
        return Data(*(Rows(self._inputs(draw, n, 2), draw.tokens([2] * n, V), 1) for n in sizes))

    def _inputs(self, draw: Draw, rows: int, steps: int) -> Array:
        """Tokens, or what a layer in the model's place reads."""
        return GAIN * draw.normal(rows, steps, E) if self._is_stand_in else draw.tokens([steps] * rows, V)

    def rate(self, draw: Draw) -> float:
        """A learning rate that fits the weights."""
        drawn = RATES[int(draw.integers(0, len(RATES)))]
        return drawn / (1.3 * GAIN) if self._is_stand_in else drawn

    def hard_and_easy(self, model: Thing, data: Data) -> Data:
        """Data whose targets are unlikely for the model, but for the second batch, which has small gradients.

        Adam takes no notice of a factor that all gradients share: clipping shows when only some are clipped.
        """
        rows = data.train
        easy = np.arange(len(rows.x)) // SIZE == 1
        logits = logits_of(model, rows.x)[..., 1:]
        if self._is_stand_in:  # its logits are never so far apart that a guess costs nothing
            x = np.where(easy[:, None, None], rows.x / GAIN, rows.x).astype(rows.x.dtype)
            return data._replace(train=rows._replace(x=x, y=1 + logits.argmin(-1)))
        targets = 1 + np.where(easy[:, None], logits.argmax(-1), logits.argmin(-1))
        return data._replace(train=rows._replace(y=targets))

    @property
    def _is_stand_in(self) -> bool:
        return self.kind.name == self.kind.layer


TRAIN_RNN = Trainer("train_rnn", RNN, "grad_norm_rhh")
TRAIN_LSTM = Trainer("train_lstm", LSTM, "grad_norm_hh")


def moved(model: Thing, before: Mapping[str, Array]) -> bool:
    """Whether any weight is another one than before."""
    after = model.trainable
    return any(name not in after or not np.array_equal(w, after[name]) for name, w in before.items())


# ---- gradients


def pull_of(model: Thing, batch: Batch, slope: Slope) -> tuple[float, tuple[Array, None]]:
    """The loss of a batch, and what pulls at what the model returns for it."""
    loss, pull = slope(logits_of(model, batch[0]), batch[1])
    return loss, (pull.astype(np.float32), None)


def gradients_of(model: Thing, batch: Batch, slope: Slope) -> Named[Array | None]:
    """The gradients of a batch's loss by the weights."""
    return model.gradients(batch[0], pull=pull_of(model, batch, slope)[1]).weights


def norms_of(student: Student, model: Thing, batches: list[Batch], slope: Slope) -> list[tuple[Array, Array]]:
    """What may count as each batch's recurrent norm, and beside it each time the norms of all gradients.

    What the student's own function says counts, too, but not if that is 0, or the same for all batches.
    """
    found = [gradients_of(model, batch, slope) for batch in batches]
    own = [_own_norm(student, model, batch, slope) for batch in batches]
    each = [[*recurrent_norms(g), *mine] for g, mine in zip(found, own, strict=True)]
    whole = np.array([norm(g.values()) for g in found])
    columns = [np.array(column) for column in zip(*each, strict=False)]
    return [(column, whole) for column in columns if column.all() and (len(column) < 2 or np.ptp(column))]


def _own_norm(student: Student, model: Thing, batch: Batch, slope: Slope) -> list[float]:
    """What the student's own function says of the batch's gradient, if it says anything."""
    try:
        model.backward(batch[0], pull=pull_of(model, batch, slope)[1])
        return [expect(student.call("l2_grad_norm_recurrent", model), "norm").to_be_number()]
    except (Mismatch, StudentFailure):
        return []


def after_two_epochs(
    student: Student, model: Thing, data: Data, slope: Slope, lr: float, clip: float
) -> Array:
    """The logits of the validation data after two epochs of Adam's, done here."""
    adam = Adam(student, model, lr)
    for batch in data.train.batches * 2:
        gradients = gradients_of(model, batch, slope)
        factor = min(1.0, clip / (norm(gradients.values()) + 1e-6))
        adam.step({name: g * factor for name, g in gradients.items() if g is not None})
    return logits_of(model, data.valid.x)


# ---- logs


def train_logs(
    trainer: Trainer, got: Value, count: int, per: str = "batch"
) -> tuple[list[float], list[float]]:
    """Losses and perplexities of each step, from what a loop returned: (logs, model), of the right form."""
    if not isinstance(got, (tuple, list)) or len(got) != 2 or not isinstance(got[0], dict):
        raise Mismatch(
            f"{trainer.name} returns {describe(got)}; the pair (logs, model) was wanted, the dict of the "
            "logs first.",
            "What does the last line of the function return, and in which order?",
        )
    if not isinstance(got[1], Opaque):
        raise Mismatch(
            f"The second thing that {trainer.name} returns is {describe(got[1])}; the model was wanted.",
            "Which two things does the docstring say come back?",
        )
    keys = ("train_loss", "train_pp", trainer.norms, "val")
    missing = [key for key in keys if key not in got[0]]
    if missing:
        raise Mismatch(f"The logs have no {listing(missing)}.", "Which four keys does the docstring name?")
    losses, perplexities, _ = (numbers(got[0], key, count, per) for key in keys[:3])
    return losses, perplexities


def numbers(logs: Mapping[str, Value], key: str, count: int, per: str = "batch") -> list[float]:
    """The numbers under a key of the logs."""
    found = logs.get(key)
    if not isinstance(found, (list, tuple)) or len(found) != count:
        raise Mismatch(
            f'logs["{key}"] was to hold one number per {per}, {count} here; got {describe(found)}.',
            "How often do you append to this list, and under which key?",
        )
    if any(isinstance(value, np.ndarray) for value in found):
        raise Mismatch(
            f'logs["{key}"] holds tensors; plain numbers were wanted.', "What does loss.item() give?"
        )
    return [expect(value, f'An entry of logs["{key}"]').to_be_number() for value in found]


def validations(
    student: Student, model: Thing, data: Data, logs: Mapping[str, Value], epochs: int
) -> list[float]:
    """The loss of each entry of "val".

    Entries are pairs, unless the student's own evaluate returns something else.
    """
    found = logs.get("val")
    if not isinstance(found, (list, tuple)) or len(found) != epochs:
        raise Mismatch(
            f'logs["val"] was to hold one entry per epoch, {epochs} here; got {describe(found)}.',
            "How many validation points does a run have?",
        )
    own = student.call("evaluate", model, data.valid.loader(student), grad=True)
    alone = not isinstance(own, (list, tuple)) or len(own) != 2
    values = []
    for entry in found:
        if not alone and (not isinstance(entry, (list, tuple)) or len(entry) != 2):
            raise Mismatch(
                f'An entry of logs["val"] was to be (loss, perplexity); got {describe(entry)}.',
                "What does evaluate return?",
            )
        values.append(expect(logits_in(entry), 'An entry of logs["val"]').to_be_number())
    return values
