"""Checks of train_rnn and train_lstm: their logs, their steps, and what the trained model knows.

A learning rate of 0 leaves every weight where it is, so that logs can be judged whatever the steps are; steps
are judged by where they lead, against Adam's of the grader along the student's own gradients. Both with the
student's own lm_loss or the true one, so that a wrong loss costs nothing here. A model that is random in
train mode, or whose weights are computed from others, hides what a loop does: one layer of torch's, whose
states are logits, takes its place; where the loop does not take that, the model itself, held in eval mode.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograder.checks.draw import Draw
from autograder.checks.expect import CannotJudge, Mismatch, describe, expect, listing
from autograder.checks.learning import Adam, Thresholds, attempts, cross_entropy, loader
from autograder.checks.weights import randomise, trainable
from autograder.sandbox.wire.errors import StudentRaised
from tests.visible.vanishing_gradients import losses
from tests.visible.vanishing_gradients.language_models import LSTM, RNN, E, H, Kind, V

Array = NDArray[Any]
Slope = Callable[[Array, Array], tuple[float, Array]]  # (logits, targets) -> the mean loss, its gradient
CLIP = 1.0
LARGE = 2.0  # weights of this size have gradients that are clipped, where a target is unlikely
RATES = (0.03, 0.04, 0.06)  # none of them is written into a loop


class Trainer(NamedTuple):
    """A training function, the model it is for, and the key of its gradient norms."""

    name: str
    kind: Kind
    norms: str


TRAIN_RNN = Trainer("train_rnn", RNN, "grad_norm_rhh")
TRAIN_LSTM = Trainer("train_lstm", LSTM, "grad_norm_hh")


class Data(NamedTuple):
    """Rows to train on and to validate with, in batches of three in this order."""

    train: tuple[Array, Array]
    valid: tuple[Array, Array]

    @property
    def batches(self) -> list[tuple[Array, Array]]:
        x, y = self.train
        return [(x[i : i + 3], y[i : i + 3]) for i in range(0, len(x), 3)]


SIZE = 3  # rows of a batch


def _data(draw: Draw, kind: Kind) -> Data:
    """Eight rows in batches of 3, 3 and 2; some targets are padding."""

    def inputs(rows: int) -> Array:
        return draw.normal(rows, 6, E) if _is_stand_in(kind) else draw.tokens([6] * rows, V)

    x = inputs(8)
    y = draw.tokens([6, 6, 4, 6, 6, 6, 6, 2], V, columns=6)
    return Data((x, y), (inputs(5), draw.tokens([6] * 5, V)))


def _is_stand_in(kind: Kind) -> bool:
    return kind.name == kind.layer


def _rate(draw: Draw) -> float:
    return RATES[int(draw.integers(0, len(RATES)))]


def _hard_and_easy(student: Any, model: Any, data: Data) -> Data:
    """The second batch is what the model guesses anyway, the others are what it thinks least likely.

    Adam takes no notice of a factor that all gradients share: clipping shows when some are clipped, some not.
    """
    x, _ = data.train
    logits = losses.logits_of(student, model, x)[..., 1:]
    easy = (np.arange(len(x)) // SIZE == 1)[:, None]
    return data._replace(train=(x, 1 + np.where(easy, logits.argmax(-1), logits.argmin(-1))))


STILL = Path(__file__).with_name("still_models.py")
STAND_INS = {kind.name: kind._replace(name=kind.layer) for kind in (RNN, LSTM)}  # (B, T, E) in, (B, T, V) out
Body = Callable[..., None]


def with_a_sound_model(body: Body) -> Body:
    """For bodies `(student, draw, trainer, kind, …)`: a model that does not work must cost nothing here."""

    @functools.wraps(body)
    def judged(student: Any, draw: Draw, trainer: Trainer, *more: Any) -> None:
        try:
            body(student, draw, trainer, trainer.kind, *more)
        except Exception as error:
            if not (isinstance(error, Mismatch) or hasattr(error, "sentence")):
                raise
            other = losses.sound_model(student, trainer.kind)
            if other is trainer.kind:
                raise
            body(student, draw.child("again"), trainer, other, *more)

    return judged


def on_a_plain_model(body: Body) -> Body:
    """For the same: a model that hides what the loop does must earn nothing. The loop must run with it; what
    it does is seen with one layer of torch's.
    """

    @functools.wraps(body)
    def judged(student: Any, draw: Draw, trainer: Trainer, kind: Kind) -> None:
        if _is_plain(student, kind):
            body(student, draw, trainer, kind)
            return
        data = _data(draw, kind)
        got = _call(student, trainer, _model(student, kind, draw), data, 1, 0.0)
        try:
            body(student, draw.child("stand-in"), trainer, STAND_INS[kind.name])
        except StudentRaised as error:
            _keeps_its_form(trainer, got, len(data.batches))
            still = _held_still(student, kind)
            if not _is_plain(student, still):
                raise CannotJudge(
                    f"{trainer.name} runs with a {kind.name} only, which is random or computes its weights "
                    f"from others; with {kind.layer} it raised {error.sentence}"
                ) from None
            body(student, draw.child("still"), trainer, still)

    return judged


def _held_still(student: Any, kind: Kind) -> Kind:
    """The student's own model, which stays in eval mode."""
    names = [f"Still{each.name}" for each in (RNN, LSTM)]
    student.provide("still_models_of_the_grader", STILL.read_text(encoding="utf-8"), names)
    return kind._replace(name=f"Still{kind.name}")


def _is_plain(student: Any, kind: Kind) -> bool:
    """Whether train mode makes no difference, and an optimiser changes the very numbers that compute."""
    model, tokens = _model(student, kind, Draw(1)), Draw(8).tokens([6] * 4, V)
    still = losses.logits_of(student, model, tokens)
    moving = [losses.logits_of(student, model, tokens, train=True, seed=seed) for seed in (3, 4)]
    return student.weights(model).plain and all(np.array_equal(still, each) for each in moving)


# ---- logs


def _keeps_its_form(
    trainer: Trainer, got: object, count: int, of: str = "batch"
) -> tuple[list[float], list[float]]:
    """Losses and perplexities among what a loop returns, which is (logs, model). Raises Mismatch."""
    if not isinstance(got, (tuple, list)) or len(got) != 2 or not isinstance(got[0], dict):
        raise Mismatch(
            f"{trainer.name} returns {describe(got)}; the pair (logs, model) was wanted, the dict of the "
            "logs first.",
            "What does the last line of the function return, and in which order?",
        )
    if not hasattr(got[1], "kind"):
        raise Mismatch(
            f"The second thing that {trainer.name} returns is {describe(got[1])}; the model was wanted.",
            "Which two things does the docstring say come back?",
        )
    keys = ("train_loss", "train_pp", trainer.norms, "val")
    missing = [key for key in keys if key not in got[0]]
    if missing:
        raise Mismatch(f"The logs have no {listing(missing)}.", "Which four keys does the docstring name?")
    losses, perplexities, _ = (_numbers(got[0], key, count, of) for key in keys[:3])
    return losses, perplexities


@with_a_sound_model
@on_a_plain_model
def logs_every_step(student: Any, draw: Draw, trainer: Trainer, kind: Kind) -> None:
    """Two epochs at learning rate 0: what is logged, how often, and the losses."""
    data, model, start = _data(draw, kind), _model(student, kind, draw), _model(student, kind, draw)
    before = trainable(student, model)
    got = _call(student, trainer, model, data, 2, 0.0)
    count = len(data.batches)
    logged, found = _keeps_its_form(trainer, got, 2 * count, "batch in two epochs")
    known = 1 if _moved(student, model, before) else 2 * count  # how many losses are those of the start
    wanted = [(each * 2)[:known] for each in _first_losses(student, start, data)]
    if not any(np.allclose(logged[:known], each, atol=1e-3) for each in wanted):
        raise Mismatch(
            'logs["train_loss"] does not hold the mean loss of each batch.',
            "Which loss do you append after each batch: its own, over which targets, as a mean or a sum?",
        )
    if not np.allclose(found, np.exp(np.minimum(logged, 500)), rtol=1e-3):
        raise Mismatch(
            'logs["train_pp"] is not exp(loss) of each batch.', "How does a perplexity follow from a loss?"
        )


@with_a_sound_model
@on_a_plain_model
def logs_norms_before_clipping(student: Any, draw: Draw, trainer: Trainer, kind: Kind) -> None:
    """At learning rate 0: the norm of each batch's own gradient, not clipped, not added up, not erased."""
    model, start = (_model(student, kind, draw, LARGE) for _ in range(2))
    data = _hard_and_easy(student, start, _data(draw, kind))
    before = trainable(student, model)
    logs = _train(student, trainer, model, data, 1, 0.0)
    norms = np.array(_numbers(logs, trainer.norms, len(data.batches), "batch"))
    if _moved(student, model, before):
        norms = norms[:1]  # a learning rate of its own: only the first gradient is known
    wanted: list[Array] = []
    clipped: list[Array] = []
    for slope in _slopes(student):
        batches = data.batches[: len(norms)]
        found = [_gradients(student, start, batch, slope) for batch in batches]
        own = [_own_norms(student, start, batch, slope) for batch in batches]
        each = [[*losses.recurrent_norms(g), *mine] for (_, g), mine in zip(found, own, strict=True)]
        sizes = np.array([total_norm(g) for _, g in found])
        columns = [np.array(column) for column in zip(*each, strict=False)]
        wanted += columns
        clipped += [column * np.minimum(1, CLIP / sizes) for column in columns]
    if any(np.allclose(norms, want, rtol=1e-3, atol=1e-6) for want in wanted):
        return
    if any(np.allclose(norms, want, rtol=1e-2) for want in clipped):
        raise Mismatch(
            f'logs["{trainer.norms}"] holds norms after clipping.', "Is there a ceiling in your curve?"
        )
    if not norms.any():
        raise Mismatch(f'logs["{trainer.norms}"] holds only zeros.', "When are the gradients erased?")
    raise Mismatch(
        f'logs["{trainer.norms}"] is not the norm of the recurrent gradient of each batch.',
        "Whose gradient do you measure, after which line, and what is left in .grad from the batch before?",
    )


@with_a_sound_model
@on_a_plain_model
def validates_after_every_epoch(student: Any, draw: Draw, trainer: Trainer, kind: Kind) -> None:
    """The last entry of "val" is the trained model's on the validation data; the first is another's."""
    data, model = _data(draw, kind), _model(student, kind, draw)
    logs = _train(student, trainer, model, data, 2, _rate(draw))
    rows = _validations(student, model, data, logs, 2)
    batches = [(data.valid[0][i : i + SIZE], data.valid[1][i : i + SIZE]) for i in range(0, 5, SIZE)]
    wanted = list(losses.mean_losses(student, model, batches))
    own = _own_evaluation(student, model, data)
    if own is not None:
        wanted.append(own)
    if not any(abs(rows[-1] - want) <= 1e-3 * (1 + abs(want)) for want in wanted):
        raise Mismatch(
            'The last entry of logs["val"] is not the loss of the trained model on the validation data.',
            "On which model and data do you call evaluate, when, and which of its two numbers is the loss?",
        )
    if rows[0] == rows[1]:
        raise Mismatch(
            'Both epochs have the same entry in logs["val"].',
            "Is evaluate called anew after each epoch, and has the model changed in between?",
        )


# ---- steps


@with_a_sound_model
@on_a_plain_model
def takes_clipped_steps_of_adam(student: Any, draw: Draw, trainer: Trainer, kind: Kind) -> None:
    """Two epochs against the same two done by the grader; gradients are large enough to be clipped."""
    data = _hard_and_easy(student, _model(student, kind, draw, LARGE), _data(draw, kind))
    start = {
        name: np.float32(w) for name, w in trainable(student, _model(student, kind, draw, LARGE)).items()
    }
    trained, copy = (_model(student, kind, draw) for _ in range(2))
    for model in (trained, copy):
        student.load(model, start)
    tokens = data.valid[0]
    untrained = losses.logits_of(student, copy, tokens)
    rate = _rate(draw)
    _train(student, trainer, trained, data, 2, rate)
    got = losses.logits_of(student, trained, tokens)
    unclipped: list[Array] = []
    for slope in _slopes(student):
        student.load(copy, start)
        if np.allclose(got, _after_training(student, copy, data, slope, rate, CLIP, tokens), atol=5e-3):
            return
        student.load(copy, start)
        unclipped.append(_after_training(student, copy, data, slope, rate, np.inf, tokens))
    if any(np.allclose(got, want, atol=5e-3) for want in unclipped):
        raise Mismatch(
            f"After two epochs of {trainer.name} the model is where Adam leads without clipping the "
            "gradients' norm.",
            "Is the norm of all gradients together clipped between backward and step, and to which value?",
        )
    if np.allclose(got, untrained, atol=1e-6):
        raise Mismatch(
            f"{trainer.name} leaves the model that it is given as it was.", "Which line changes its weights?"
        )
    raise Mismatch(
        f"After two epochs of {trainer.name} the model is not where Adam leads with the given lr and the "
        "norm of all gradients clipped to 1.",
        "In which order do zero_grad, backward, clipping and step come, which optimiser do you make and how "
        "often, and is every target of every batch scored?",
    )


def _after_training(
    student: Any, model: Any, data: Data, slope: Slope, lr: float, clip: float, tokens: Array
) -> Array:
    adam = Adam(student, model, lr)
    for _ in range(2):
        for batch in data.batches:
            _, gradients = _gradients(student, model, batch, slope)
            factor = min(1.0, clip / (total_norm(gradients) + 1e-6))
            adam.step({name: g * factor for name, g in gradients.items() if isinstance(g, np.ndarray)})
    return losses.logits_of(student, model, tokens)


def total_norm(gradients: Mapping[str, Any]) -> float:
    return float(
        np.sqrt(sum(np.sum(np.float64(g) ** 2) for g in gradients.values() if isinstance(g, np.ndarray)))
    )


def trains_in_train_mode(student: Any, draw: Draw, trainer: Trainer) -> str:
    """A notice: a layer of torch's whose dropout lets nothing through in train mode, so its first half stays
    as it is; in eval mode it learns.
    """
    layer = student.new("torch.nn.LSTM", E, V, num_layers=2, dropout=1.0, batch_first=True)
    x, y = draw.normal(4, 5, E), draw.tokens([5] * 4, V)
    before = trainable(student, layer)
    data = loader(student, (x, y), 2)
    try:
        student.call(trainer.name, layer, data, data, 3, 0.05, grad=True)
    except Exception as error:
        if hasattr(error, "sentence"):
            return losses.NOT_SEEN  # it wants a model of its own kind
        raise
    after = trainable(student, layer)
    first = [name for name in before if name.endswith("_l0")]
    if any(not np.array_equal(before[name], after.get(name)) for name in first):
        raise Mismatch(
            f"{trainer.name} changes weights that have no gradient in train mode, as if the model were in "
            "eval mode.",
            "After evaluate, is train() called again, and what but a gradient moves weights?",
        )
    return ""


# ---- learning

LETTERS, WORDS = 10, (3, 4, 4, 5, 5, 6, 6, 7)  # the text is made of eight words in random order
ROWS, STEPS = 240, 16


def learns(student: Any, draw: Draw, trainer: Trainer, thresholds: Thresholds) -> None:
    """Perplexity on held-out text, measured by the grader, relative to that of guessing by frequency."""
    _learns(student, draw, trainer, thresholds)


@with_a_sound_model
def _learns(student: Any, draw: Draw, trainer: Trainer, kind: Kind, thresholds: Thresholds) -> None:
    if not loss_is_right(student):  # it has checks of its own: whether each step follows it is what remains
        takes_clipped_steps_of_adam(student, draw.child("steps"), trainer)
        return

    def once(source: Draw) -> None:
        if not thresholds.kept("perplexity", relative_perplexity(student, source, trainer, kind)):
            raise Mismatch(
                f"{kind.name}, trained by {trainer.name}, does not guess clearly better than by frequency "
                "alone.",
                "Does the loss fall in training, and is the target of each step the next token?",
            )

    attempts(draw, once)


def relative_perplexity(student: Any, draw: Draw, trainer: Trainer, kind: Kind) -> float:
    """Held-out perplexity after training, divided by that of the training text's frequencies."""
    words = [draw.integers(1, LETTERS, n) for n in WORDS]

    def text(size: int) -> Array:
        return np.concatenate([words[i] for i in draw.integers(0, len(words), size)])

    def rows(letters: Array, count: int) -> tuple[Array, Array]:
        starts = np.arange(count)[:, None] * STEPS + np.arange(STEPS)
        return letters[starts], letters[starts + 1]

    seen, held_out = text(ROWS * STEPS // 3), text(60 * STEPS // 3)
    train, valid = rows(seen, ROWS), rows(held_out, 60)
    seed = int(draw.integers(0, 1 << 30))
    model = student.new(kind.name, LETTERS, 16, 32, seed=seed)
    data = [loader(student, part, 16) for part in (train, valid)]

    def guesses() -> Array:
        got = student.call(model, valid[0])
        logits = got[0] if isinstance(got, (tuple, list)) and got else got
        clean: Array = expect(logits, f"{kind.name}'s logits").to_be_shaped((*valid[0].shape, LETTERS))
        return clean

    before = guesses()
    student.call(trainer.name, model, *data, epochs=4, lr=0.01, grad=True, seed=seed)
    clean = guesses()
    if np.array_equal(before, clean):
        raise Mismatch(
            f"{trainer.name} leaves {kind.name} as it was.", "Which line changes the weights after backward?"
        )
    loss = cross_entropy(np.float64(clean), valid[1])[0].mean()
    counts = np.bincount(train[1].ravel(), minlength=LETTERS) + 1.0
    unigram = -np.log(counts / counts.sum())[valid[1]].mean()
    return float(np.exp(min(loss - unigram, 50.0)))


# ---- set_seed


def seeds_all_generators(student: Any, draw: Draw) -> None:
    """After it, Python, NumPy and PyTorch go on alike, from another seed otherwise; 1337 if none is given."""
    names = {"python": "Python's random", "numpy": "NumPy", "torch": "PyTorch"}
    one, other = (int(seed) for seed in draw.integers(1, 10_000, 2))
    found = []
    for number, given in enumerate(((one,), (one,), (other + 10_000,), (), (1337,))):
        student.call("set_seed", *given, seed=number + 1)
        found.append(student.random_numbers())
    for key, name in names.items():
        first, again, others, default, wanted = (numbers[key] for numbers in found)
        hint = "Which generators does a run use, and does each of them start from the argument seed?"
        if first != again:
            raise Mismatch(
                f"After set_seed with one seed, the random numbers of {name} are not the same each time.",
                hint,
            )
        if first == others:
            raise Mismatch(
                f"After set_seed with another seed, the random numbers of {name} are still the same.", hint
            )
        if default != wanted:
            raise Mismatch(
                f"set_seed() without a seed gives {name} other numbers than set_seed(1337).",
                "What is the default of the argument seed?",
            )


# ---- parts


def _model(student: Any, kind: Kind, draw: Draw, scale: float = 0.5) -> Any:
    """A model whose weights are the same each time, and no two alike."""
    if _is_stand_in(kind):
        model = student.new(kind.layer, E, V, batch_first=True, seed=4)
    else:
        model = student.new(kind.name, V, E, H, seed=4)
        losses.logits_of(student, model, np.ones((1, 1), np.int64))  # lazy layers take their shapes now
    randomise(student, model, Draw(11, symmetric=draw.symmetric), scale)
    return model


def _moved(student: Any, model: Any, before: Mapping[str, Array]) -> bool:
    after = trainable(student, model)
    return any(not np.array_equal(weight, after.get(name)) for name, weight in before.items())


def _call(student: Any, trainer: Trainer, model: Any, data: Data, epochs: int, lr: float) -> Any:
    train, valid = (loader(student, part, SIZE) for part in data)
    return student.call(trainer.name, model, train, valid, epochs, lr, grad=True)


def _train(student: Any, trainer: Trainer, model: Any, data: Data, epochs: int, lr: float) -> dict[str, Any]:
    """The logs, in whatever they come."""
    got = _call(student, trainer, model, data, epochs, lr)
    parts = got if isinstance(got, (tuple, list)) else [got]
    return next((part for part in parts if isinstance(part, dict)), {})


def _true(logits: Array, targets: Array) -> tuple[float, Array]:
    """The mean loss over targets that are not 0, and its gradient by the logits."""
    each, slope = cross_entropy(np.float64(logits), targets)
    real = targets != 0
    return float(each[real].mean()), slope * real[..., None] / real.sum()


def _own(student: Any, logits: Array, targets: Array) -> tuple[float, Array]:
    """The same by the student's own lm_loss."""
    value = expect(student.call("lm_loss", logits, targets), "lm_loss").to_be_number()
    found = student.gradients("lm_loss", logits, targets, pull=np.ones((), np.float32)).inputs
    slope = expect(found[0] if found else None, "The gradient of lm_loss").to_be_shaped(logits.shape)
    return value, slope


def _slopes(student: Any) -> Iterator[Slope]:
    """The true mean loss, then the student's own where it is another one."""
    yield _true
    if not loss_is_right(student):
        yield functools.partial(_own, student)


def loss_is_right(student: Any) -> bool:
    """Whether the student's lm_loss is the true one, with padding and without."""
    logits = Draw(2).normal(3, 4, V)
    for lengths in ([4, 2, 3], [4, 4, 4]):
        targets = Draw(3).tokens(lengths, V)
        try:
            value, slope = _own(student, logits, targets)
        except Exception as error:
            if isinstance(error, Mismatch) or hasattr(error, "sentence"):
                return False
            raise
        right, wanted = _true(logits, targets)
        if abs(value - right) > 1e-4 or not np.allclose(slope, wanted, atol=1e-5):
            return False
    return True


def _gradients(
    student: Any, model: Any, batch: tuple[Array, Array], slope: Slope
) -> tuple[float, dict[str, Any]]:
    loss, pull = _pull(student, model, batch, slope)
    return loss, student.gradients(model, batch[0], pull=pull).weights


def _pull(student: Any, model: Any, batch: tuple[Array, Array], slope: Slope) -> tuple[float, Any]:
    loss, pull = slope(losses.logits_of(student, model, batch[0]), batch[1])
    return loss, (pull.astype(np.float32), None)


def _own_norms(student: Any, model: Any, batch: tuple[Array, Array], slope: Slope) -> list[float]:
    """What the student's own function says of the batch's gradient, if it says anything."""
    try:
        student.backward(model, batch[0], pull=_pull(student, model, batch, slope)[1])
        return [expect(student.call("l2_grad_norm_recurrent", model), "norm").to_be_number()]
    except Exception as error:
        if isinstance(error, Mismatch) or hasattr(error, "sentence"):
            return []
        raise


def _own_evaluation(student: Any, model: Any, data: Data) -> float | None:
    got = student.call("evaluate", model, loader(student, data.valid, SIZE), grad=True)
    first = got[0] if isinstance(got, (tuple, list)) and got else got
    return first if isinstance(first, float) and np.isfinite(first) else None


def _first_losses(student: Any, model: Any, data: Data) -> Iterator[list[float]]:
    for slope in _slopes(student):
        yield [_pull(student, model, batch, slope)[0] for batch in data.batches]


def _numbers(logs: Mapping[str, Any], key: str, count: int, per: str) -> list[float]:
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


def _validations(student: Any, model: Any, data: Data, logs: Mapping[str, Any], epochs: int) -> list[float]:
    """The loss of each entry. They are pairs, unless the student's own evaluate returns something else."""
    found = logs.get("val")
    if not isinstance(found, (list, tuple)) or len(found) != epochs:
        raise Mismatch(
            f'logs["val"] was to hold one entry per epoch, {epochs} here; got {describe(found)}.',
            "How many validation points does a run have?",
        )
    own = student.call("evaluate", model, loader(student, data.valid, SIZE), grad=True)
    alone = not isinstance(own, (list, tuple)) or len(own) != 2
    values: list[float] = []
    for entry in found:
        if not alone and (not isinstance(entry, (list, tuple)) or len(entry) != 2):
            raise Mismatch(
                f'An entry of logs["val"] was to be (loss, perplexity); got {describe(entry)}.',
                "What does evaluate return?",
            )
        first = entry[0] if isinstance(entry, (list, tuple)) and entry else entry
        values.append(expect(first, 'An entry of logs["val"]').to_be_number())
    return values
