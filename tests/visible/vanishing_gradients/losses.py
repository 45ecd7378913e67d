"""Checks of lm_loss, evaluate and l2_grad_norm_recurrent.

evaluate may build on lm_loss: what it returns is right if it is the token-weighted mean of the true losses,
or of those that the student's own lm_loss gives, so that a wrong loss costs nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.checks.answers import same_lists
from autograder.checks.draw import Draw
from autograder.checks.expect import Mismatch, close, describe, expect
from autograder.checks.learning import cross_entropy, loader
from autograder.checks.weights import randomise, trainable
from tests.visible.vanishing_gradients import language_models as models
from tests.visible.vanishing_gradients.language_models import LSTM, RNN, E, H, Kind, V

Array = NDArray[Any]
Batch = tuple[Array, Array]  # tokens x (B, T) and targets y (B, T)


# ---- lm_loss


def mean_of_all_tokens(student: Any, draw: Draw) -> None:
    """Without padding: value, and the gradient that goes back."""
    for rows, columns in ((4, 7), (3, 3), (1, 5)):
        logits, targets = draw.normal(rows, columns, V, scale=1.5), draw.tokens([columns] * rows, V)
        losses, slope = cross_entropy(np.float64(logits), targets)
        expect(_loss(student, logits, targets), "lm_loss").to_be_number(
            float(losses.mean()),
            otherwise="{name} is not the mean cross-entropy over all targets.",
            hint="Does row k of the flat logits belong to target k, and which mean of which losses is taken?",
        )
        found = student.gradients("lm_loss", logits, targets, pull=np.ones((), np.float32)).inputs
        if not found or found[0] is None:
            raise Mismatch(
                "No gradient flows back from lm_loss to the logits.",
                "Which line cuts the way back from the loss to the logits?",
            )
        expect(found[0], "The gradient of lm_loss", axes="BTW").to_match(
            slope / targets.size,
            otherwise="{name} is not that of the mean cross-entropy, {where}.",
            hint="Can backward() be called on what you return, and does every token take part?",
        )


def ignored_tokens(student: Any, draw: Draw) -> None:
    """Targets equal to ignore_index, 0 if none is given, count neither in the sum nor in the number.

    Padding is an id of the vocabulary: an implementation that looks each target's logit up is as good.
    """
    for given, ignored in (({}, 0), ({"ignore_index": 5}, 5), ({"ignore_index": V - 1}, V - 1)):
        logits = draw.normal(4, 7, V, scale=1.5)
        targets = draw.tokens([4, 7, 2, 5], V, pad=ignored, columns=7)
        losses, _ = cross_entropy(np.float64(logits), targets)
        own = float(losses[targets != ignored].mean())
        words = f"ignore_index={ignored}" if given else "no ignore_index"
        expect(_loss(student, logits, targets, **given), f"lm_loss with {words}").to_be_number(
            own,
            otherwise="{name} is not the mean cross-entropy over the targets that are not "
            + (f"{ignored}." if given else "0, the padding."),
            hint="Where does ignore_index go, what is its default, and over which targets is the mean taken?",
        )


def sum_of_tokens(student: Any, draw: Draw) -> None:
    """reduction="sum" is the mean times the number of tokens that count."""
    means = []
    for lengths in ([4, 7, 2, 5], [6, 6], [1]):
        logits = draw.normal(len(lengths), max(lengths), V, scale=1.5)
        targets = draw.tokens(lengths, V)
        losses, _ = cross_entropy(np.float64(logits), targets)
        total = float(losses[targets != 0].sum())
        mean = _loss(student, logits, targets)
        means.append(mean)
        expect(_loss(student, logits, targets, reduction="sum"), 'lm_loss with reduction="sum"').to_be_number(
            total,
            mean * int((targets != 0).sum()),  # a wrong mean has a check of its own
            otherwise="{name} is not the sum of the losses of all tokens that count.",
            hint="Where does the argument reduction go, and which targets count?",
        )
    if np.ptp(means) < 1e-6:  # the sum of nothing is nothing
        raise Mismatch(
            "lm_loss is the same for three batches of other logits and targets.",
            "Which of its arguments does the loss depend on?",
        )


def _loss(student: Any, logits: Array, targets: Array, **options: Any) -> float:
    got = student.call("lm_loss", logits, targets, **options)
    if not isinstance(got, np.ndarray):
        raise Mismatch(
            f"lm_loss was to return a tensor that can be differentiated; got {describe(got)}.",
            "On what can backward() be called?",
        )
    return expect(got, "lm_loss").to_be_number()


# ---- which model to evaluate and to train


def sound_model(student: Any, first: Kind = RNN) -> Kind:
    """The kind of model to judge with: `first`, unless only the other one works.

    A mistake in one model must not cost points in what is only run on it.
    """
    for kind in (first, LSTM if first is RNN else RNN):
        try:
            model = models.Model(student, Draw(5), kind)
            model.run(Draw(6).tokens([5, 5, 5], V))
            models.learns_with_all_its_weights(student, Draw(7), kind)
        except Exception as error:
            if not (isinstance(error, Mismatch) or hasattr(error, "sentence")):
                raise
        else:
            return kind
    return first


def logits_of(student: Any, model: Any, tokens: Array, *, train: bool = False, seed: int = 0) -> Array:
    got = student.call(model, tokens, train=train, seed=seed)
    first = got[0] if isinstance(got, (tuple, list)) and got else got
    clean: Array = expect(first, f"{model.name}'s logits", axes="BTW").to_be_shaped((*tokens.shape[:2], V))
    return clean


# ---- evaluate


def weighs_tokens(student: Any, draw: Draw) -> None:
    """Batches of 4, 4 and 1 rows: a mean of the batches' means is something else."""
    tokens = draw.tokens([6] * 9, V)
    _check_mean(student, draw, _batches(tokens, draw.tokens([6] * 9, V), 4), 4, {})


def leaves_padding_out(student: Any, draw: Draw) -> None:
    """Batches with 24, 7 and 2 targets that count, and one with a single one; the padding is not always 0."""
    many = [6, 6, 6, 6, 1, 3, 1, 2, 2]
    for given, pad, lengths in (({}, 0, many), ({"pad_id": 9}, 9, many), ({}, 0, [1, 0])):
        targets = draw.tokens(lengths, V, pad=pad, columns=6)
        tokens = draw.tokens([6] * len(lengths), V)
        _check_mean(student, draw, _batches(tokens, targets, 4), 4, given, pad)


def _check_mean(
    student: Any, draw: Draw, batches: list[Batch], size: int, given: dict[str, int], pad: int = 0
) -> None:
    model = _model(student, draw)
    loss, _ = _evaluate(student, model, batches, size, **given)
    wanted = list(mean_losses(student, model, batches, pad))
    if not any(abs(loss - want) <= 1e-4 * (1 + abs(want)) for want in wanted):
        losses = [float(_losses(student, model, [batch], pad).mean()) for batch in batches]
        if close(np.array(loss), np.array(np.mean(losses))).all():
            raise Mismatch(
                "evaluate returns the mean of the batches' mean losses.",
                "Does a batch with few tokens weigh as much as one with many?",
            )
        raise Mismatch(
            "The mean loss that evaluate returns is not the mean over all targets of all batches, padding "
            + (f"(pad_id={pad}) left out." if given else "left out."),
            "What do you add up, which tokens do you count, and what do you divide by?",
        )


def perplexity(student: Any, draw: Draw) -> None:
    """The exponential of the mean loss that is returned with it, over several batches of unlike losses."""
    model = _model(student, draw, scale=2.5)
    tokens, targets = draw.tokens([6] * 9, V), draw.tokens([6] * 9, V)
    best = logits_of(student, model, tokens).argmax(-1)
    targets[:4] = np.where(best[:4] == 0, 1, best[:4])  # easy batches and hard ones
    loss, found = _evaluate(student, model, _batches(tokens, targets, 4), 4, strict=True)
    expect(found, "The perplexity that evaluate returns").to_be_number(
        float(np.exp(loss)) if loss < 500 else 0.0,
        otherwise="{name} is not exp(mean loss).",
        hint="Exponential of what, to which base, and in which order do you return the two numbers?",
    )


def only_looks(student: Any, draw: Draw) -> None:
    """The weights stay, a second call gives the same, and so does a model that was training."""
    model = _model(student, draw)
    batches = _batches(draw.tokens([6] * 9, V), draw.tokens([6] * 9, V), 4)
    before = trainable(student, model)
    first = _evaluate(student, model, batches, 4)
    after = trainable(student, model)
    if any(not np.array_equal(weight, after.get(name)) for name, weight in before.items()):
        raise Mismatch("evaluate changes the weights of the model.", "Which line of evaluate takes a step?")
    student.call(model, batches[0][0], train=True)
    if not np.allclose(first, _evaluate(student, model, batches, 4, seed=3), atol=1e-5):
        raise Mismatch(
            "evaluate gives another number when it is called again.",
            "What is left over from the first call, and is the model in eval mode?",
        )
    drawn = []
    for seed in (1, 2):
        _evaluate(student, model, batches, 4, seed=seed)
        drawn.append(student.random_numbers())
    if any(drawn[0][name] == drawn[1][name] for name in drawn[0]):
        raise Mismatch(
            "After evaluate the random numbers are always the same: it seeds the generators.",
            "Who else draws random numbers in the same run?",
        )


NOT_SEEN = "This could not be looked at: it takes a layer of torch's, which your code does not run."


def dropout_is_off(student: Any, draw: Draw) -> str:
    """A notice: torch's own LSTM with dropout, which is deterministic in eval mode only."""
    layer = student.new("torch.nn.LSTM", E, V, num_layers=2, dropout=0.5, batch_first=True)
    x, y = draw.normal(6, 5, E), draw.tokens([5] * 6, V)
    found = []
    try:
        for seed in (1, 2):
            student.call(layer, x, train=True)
            data = loader(student, (x, y), 3)
            found.append(student.call("evaluate", layer, data, grad=True, seed=seed))
    except Exception as error:
        if hasattr(error, "sentence"):
            return NOT_SEEN  # it wants a model of tokens
        raise
    pairs = [value[:2] for value in found if isinstance(value, (tuple, list))]
    if len(pairs) == 2 and not same_lists(*pairs):
        raise Mismatch(
            "On a model with dropout, evaluate gives another number each time.",
            "In which mode is the model while it is evaluated?",
        )
    return ""


def takes_a_batch_of_padding(student: Any, draw: Draw) -> None:
    """A notice: one batch holds nothing but padding; skipped or counted as one token, both are fine."""
    model = _model(student, draw)
    targets = draw.tokens([6] * 8, V)
    targets[4:] = 0
    batches = _batches(draw.tokens([6] * 8, V), targets, 4)
    loss, _ = _evaluate(student, model, batches, 4)
    wanted = [w * share for w in mean_losses(student, model, batches[:1], 0) for share in (1, 24 / 25)]
    if not any(abs(loss - want) <= 1e-3 for want in wanted):
        raise Mismatch(
            "With one batch of nothing but padding among the others, the mean loss that evaluate returns "
            "is not that of the tokens that count.",
            "What does a batch of padding add to the sum of the losses, and what to the number of tokens?",
        )


def mean_losses(student: Any, model: Any, batches: Sequence[Batch], pad: int = 0) -> Iterator[float]:
    """The token-weighted mean of the true losses, then of the student's own."""
    yield float(_losses(student, model, batches, pad).mean())
    counts = [int((y != pad).sum()) for _, y in batches]
    for reduction in ("sum", "mean"):
        total = 0.0
        for (x, y), count in zip(batches, counts, strict=True):
            logits = logits_of(student, model, x)
            try:
                own = _loss(student, logits, y, ignore_index=pad, reduction=reduction)
            except Exception as error:
                if isinstance(error, Mismatch) or hasattr(error, "sentence"):
                    return
                raise
            total += own * (count if reduction == "mean" else 1)
        yield total / max(1, sum(counts))


def _losses(student: Any, model: Any, batches: Sequence[Batch], pad: int) -> Array:
    """The true losses of all targets that count."""
    found = []
    for x, y in batches:
        losses, _ = cross_entropy(np.float64(logits_of(student, model, x)), y)
        found.append(losses[y != pad])
    return np.concatenate(found)


def _model(student: Any, draw: Draw, scale: float = 0.8) -> Any:
    kind = sound_model(student)
    return models.Model(student, draw, kind, scale=scale).thing


def _batches(tokens: Array, targets: Array, size: int) -> list[Batch]:
    return [(tokens[i : i + size], targets[i : i + size]) for i in range(0, len(tokens), size)]


def _evaluate(
    student: Any,
    model: Any,
    batches: Sequence[Batch],
    size: int,
    seed: int = 0,
    strict: bool = False,
    **options: int,
) -> tuple[float, float]:
    """(mean loss, perplexity), in whichever order they come unless `strict`."""
    data = loader(student, [np.concatenate(part) for part in zip(*batches, strict=True)], size)
    got = student.call("evaluate", model, data, grad=True, seed=seed, **options)
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        raise Mismatch(
            f"evaluate was to return (mean loss, perplexity); got {describe(got)}.",
            "What does the last line of evaluate return?",
        )
    loss = expect(got[0], "The mean loss that evaluate returns").to_be_number()
    found = expect(got[1], "The perplexity that evaluate returns").to_be_number()
    swapped = not strict and found < 500 and abs(np.exp(found) - loss) <= 1e-3 * abs(loss)
    return (found, loss) if swapped else (loss, found)


# ---- l2_grad_norm_recurrent


def norm_of_recurrent_gradient(student: Any, draw: Draw, kind: Kind) -> None:
    """After a backward pass of the student's own model, small and large; and without any gradient."""
    for scale in (0.4, 4.0):
        model, tokens, pull = _pulled(student, draw, kind, scale)
        found = student.gradients(model, tokens, pull=pull).weights
        student.backward(model, tokens, pull=pull)
        got = expect(student.call("l2_grad_norm_recurrent", model), "l2_grad_norm_recurrent").to_be_number()
        wanted = recurrent_norms(found)
        if any(abs(got - want) <= 1e-4 * (1 + want) for want in wanted):
            continue
        raise Mismatch(
            f"l2_grad_norm_recurrent of {kind.name} is {_known(student, model, got, wanted, found)}.",
            "Which weights multiply the last hidden state, what does this model call them, and how does an "
            "L2 norm follow from all entries of their gradient?",
        )


def _known(student: Any, model: Any, got: float, wanted: list[float], gradients: dict[str, Any]) -> str:
    """What a wrong norm is, in words."""
    if got == 0:
        return "0 although there is a gradient"
    if any(abs(got - want**2) <= 1e-3 * want**2 for want in wanted):
        return "the square of the norm"
    if _is_norm_of(got, trainable(student, model)):
        return "a norm of weights, not of their gradient"
    if _is_norm_of(got, gradients):
        return "the norm of other gradients than those of the recurrent weights alone"
    return "not the norm of the gradient of the recurrent weights"


def every_matrix_counts(student: Any, draw: Draw) -> str:
    """A notice: with two recurrent layers there are two recurrent matrices, and one norm of both."""
    layer = student.new("torch.nn.LSTM", E, H, num_layers=2, batch_first=True)
    x = draw.normal(4, 5, E)
    pull = (draw.normal(4, 5, H), None)
    found = student.gradients(layer, x, pull=pull).weights
    try:
        student.backward(layer, x, pull=pull)
        got = expect(student.call("l2_grad_norm_recurrent", layer), "l2_grad_norm_recurrent").to_be_number()
    except Exception as error:
        if hasattr(error, "sentence"):
            return NOT_SEEN  # it looks for an attribute that only the student's model has
        raise
    every = [np.float64(g) for n, g in found.items() if "weight_hh" in n and isinstance(g, np.ndarray)]
    if got and abs(got - _norm(every)) > 1e-4 * (1 + _norm(every)):
        raise Mismatch(
            "For a model with two recurrent layers, l2_grad_norm_recurrent is not the norm over both "
            "matrices.",
            "After which parameter does your loop end?",
        )
    return "" if got else NOT_SEEN


def no_gradient_is_zero(student: Any, draw: Draw) -> None:
    """Before any backward pass there is no gradient, and the norm is 0."""
    model = student.new(sound_model(student).name, V, E, H)
    expect(student.call("l2_grad_norm_recurrent", model), "l2_grad_norm_recurrent").to_be_number(
        0.0,
        otherwise="{name} of a model without gradients is not 0.",
        hint="What is .grad before backward() was called?",
    )


def _pulled(student: Any, draw: Draw, kind: Kind, scale: float) -> tuple[Any, Array, Any]:
    """A model, tokens for it, and what pulls at its logits, whatever their shape."""
    model = student.new(kind.name, V, E, H)
    tokens = draw.tokens([6] * 4, V)
    got = student.call(model, tokens)
    randomise(student, model, draw)
    if not isinstance(got, (tuple, list)) or not got or not isinstance(got[0], np.ndarray):
        raise Mismatch(f"{kind.name} returns {describe(got)}; the pair of logits and state was wanted.")
    rest = [None] * (len(got) - 1)
    return model, tokens, type(got)([draw.normal(*got[0].shape, scale=scale), *rest])


def recurrent_norms(gradients: dict[str, Any]) -> list[float]:
    """The norm of the gradient of what multiplies the last state: of all matrices with H rows or columns that
    read a state, or of the one that PyTorch's name says; of a matrix [h, x], whole or its part for h.
    """
    every = {n: np.float64(g) for n, g in gradients.items() if isinstance(g, np.ndarray)}
    found = {n: g for n, g in every.items() if g.ndim >= 2 and V not in g.shape}
    square = {n: g for n, g in found.items() if all(size % H == 0 for size in g.shape)}
    joined = [g if g.shape[-1] == E + H else g.T for g in found.values() if E + H in g.shape]
    groups = [list(square.values()), [g for n, g in every.items() if "weight_hh" in n]]
    groups += [joined, [g[..., :H] for g in joined], [g[..., -H:] for g in joined]]
    return [_norm(group) for group in groups if group]


def _is_norm_of(value: float, arrays: dict[str, Any]) -> bool:
    numbers = [np.float64(a) for a in arrays.values() if isinstance(a, np.ndarray)]
    singles = [_norm([a]) for a in numbers]
    return any(abs(value - norm) <= 1e-3 * (1 + norm) for norm in [_norm(numbers), *singles])


def _norm(arrays: Sequence[Array]) -> float:
    return float(np.sqrt(sum(np.sum(np.square(a)) for a in arrays)))
