"""What training a language model computes, and what code computes that goes its own way.

A run is looked at in parts: with a learning rate of 0 what is logged does not depend on the steps, and the
weights at the end do not depend on what is logged. So a sentence is about one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.sandbox.wire.values import Opaque
from tests.harness.equations.language_loop import NORMS, Batch, Loop, Run
from tests.harness.equations.language_provided import MODULE, NAMES, SOURCE, chain, logits_of, softmax
from tests.harness.equations.making import Clause, Idea, Way

STAY = "no weight is changed"
STAY_HINT = "Is a step taken, with which learning rate, and is a gradient there at that time?"
UNCLIPPED = "gradients are not clipped before the step"


def hinted(hint: str, right: str, clauses: Mapping[str, str]) -> dict[Any, Clause]:
    return {right: "", **{name: (clause, hint) for name, clause in clauses.items()}}


OPTIMISER = "Which optimiser do you make, how often, and for which weights?"
RATE = "Where does the argument lr go?"
ERASE = "Which gradients are in .grad when backward adds its own?"
CHOICES: dict[str, dict[Any, Clause]] = {
    "optimiser": hinted(
        OPTIMISER,
        "Adam",
        {
            "SGD": "SGD takes the place of Adam",
            "RMSprop": "RMSprop takes the place of Adam",
            "Adagrad": "Adagrad takes the place of Adam",
            "AdamW": "AdamW, which lets weights decay, takes the place of Adam",
            "decay": "Adam has a weight decay of 0.01",
            "new at epoch start": "a new optimiser is made in every epoch",
            "new at batch start": "a new optimiser is made for every batch",
        },
    ),
    "rate": hinted(
        RATE,
        "given",
        {
            "0.001": "the learning rate is always 0.001",
            "0.01": "the learning rate is always 0.01",
            "times 10": "the learning rate is ten times the given one",
            "tenth": "the learning rate is a tenth of the given one",
            "decays": "the learning rate is divided by 10 after each epoch",
        },
    )
    | {"none": (STAY, STAY_HINT)},
    "trained": hinted(
        OPTIMISER,
        "all",
        {
            "without embedding": "the optimiser does not get the first weight, the embedding",
            "without last bias": "the optimiser does not get the last weight, the bias of the linear layer",
            "linear layer": "the optimiser gets the weights of the linear layer alone",
        },
    ),
    "zero": hinted(
        ERASE,
        "batch start",
        {
            "never": "gradients are never erased, so they add up",
            "epoch start": "gradients are erased once in an epoch, so they add up",
            "epoch end": "gradients are erased once in an epoch, so they add up",
        },
    ),
    "backward": hinted(
        "How often is backward called for a batch, and for which number?",
        "once",
        {
            "twice": "backward is called twice for every batch",
            "negative": "the loss has the other sign in backward",
        },
    )
    | {"never": (STAY, STAY_HINT)},
    "clip": hinted(
        "What is clipped before each step, and to which norm?",
        "1.0",
        {
            "none": UNCLIPPED,
            "value": "each entry of a gradient is clipped, not their norm",
            "each": "the gradient of each weight is clipped by itself",
            "0.1": "gradients are clipped to the norm 0.1",
            "2.0": "gradients are clipped to the norm 2",
            "3.0": "gradients are clipped to the norm 3",
            "5.0": "gradients are clipped to the norm 5",
        },
    ),
    "step": hinted(
        "After which line is a step taken, and how often?",
        "stepping",
        {
            "epoch start": "a step is taken once in an epoch, before its batches",
            "epoch end": "a step is taken once in an epoch, after its batches",
            "every second": "a step is taken after every second batch",
        },
    )
    | {"never": (STAY, STAY_HINT)},
    "batches": hinted(
        "Which batches of train_loader does an epoch use?",
        "all",
        {
            "first": "only the first batch of an epoch is used",
            "without first": "the first batch of an epoch is left out",
            "second": "only every second batch is used",
            "reversed": "the batches are used from the last to the first",
        },
    ),
    "loss": hinted(
        "Which token is to be guessed, which targets count, and is the loss a mean?",
        "mean",
        {
            "sum": "the losses of a batch are added up, not averaged",
            "padding": "padded targets count, too",
            "inputs": "the inputs are scored as targets",
            "exchanged": "inputs and targets are exchanged",
            "rolled": "each row is scored with the targets of another row",
        },
    ),
    "epochs": hinted("How often does the outer loop run?", "given", {"one": "only one epoch is run"}),
    "norm": hinted(
        "Between which two lines is the norm that of this batch, and not yet clipped?",
        "after backward",
        {
            "stepping": "the norm is logged after clipping",
            "batch start": "the norm of the batch before is logged",
            "epoch start": "a norm is logged once in an epoch, before its batches",
            "epoch end": "a norm is logged once in an epoch, after its batches",
            "never": "no norm is logged",
        },
    ),
    "norm of": hinted(
        "Whose norm is it, and is the gradient there at that time?",
        "recurrent",
        {
            "all": "the norm of all gradients is logged",
            "weights": "the norm of the weights is logged, not that of their gradient",
            "nothing": "the logged norm is always 0: no gradient is there, or none is found",
            "first batch": "the first batch's norm is logged for every batch",
        },
    ),
    "logged": hinted(
        "How often do you append a loss, and which one?",
        "each batch",
        {
            "never": "no loss is logged",
            "each epoch": "the loss is logged once in an epoch",
            "epoch means": "the mean loss of each epoch is logged",
            "running mean": "a running mean of the losses is logged",
        },
    ),
    "perplexity": hinted(
        "How does a perplexity follow from a loss, and how often is it logged?",
        "each batch",
        {
            "never": "no perplexity is logged",
            "each epoch": "the perplexity is logged once in an epoch",
            "loss": "the loss is logged as its perplexity",
        },
    ),
    "val": hinted(
        "When is evaluate called, and how often?",
        "epoch end",
        {
            "start": "the model is validated once, before all epochs",
            "epoch start": "the model is validated before each epoch, not after it",
            "batch end": "the model is validated after every batch",
            "end": "the model is validated once, after all epochs",
            "never": "no validation is logged",
        },
    ),
    "val of": hinted(
        "Which data does evaluate get, and what is appended of what it returns?",
        "pair",
        {
            "training data": "the validation is on the training data",
            "perplexity": "only the perplexity of the validation is logged",
            "loss": "only the loss of the validation is logged",
            "flat": "loss and perplexity are logged one after the other, not as a pair",
            "exchanged": "perplexity and loss of the validation are in the wrong order",
            "last": "the last validation is logged for every epoch",
        },
    ),
}
RIGHT = {name: next(iter(values)) for name, values in CHOICES.items()}
RARE = {  # seldom done beside another slip
    *("RMSprop", "Adagrad", "AdamW", "decay", "0.01", "times 10", "tenth", "decays", "without embedding"),
    *("without last bias", "value", "each", "0.1", "2.0", "3.0", "5.0", "every second", "rolled"),
    *("second", "running mean", "epoch means", "twice", "negative", "first batch", "last", "flat"),
}


def is_rare(way: Way) -> bool:
    """Whether a way has what is seldom done beside another slip.

    Nor are too few epochs told beside too few losses: untrue of code that keeps the last loss alone.
    """
    return len(way) > 1 and (not RARE.isdisjoint(way.values()) or {"epochs", "logged"} <= way.keys())


# ---- the questions


def ask_for(name: str, at: Sequence[int | str]) -> Callable[[Run], dict[str, Any]]:
    """The question for a part of what comes back, and of the weights after it."""

    def loader(batches: Sequence[Batch]) -> list[dict[str, Any]]:
        return [{"tuple": [{"int": x}, {"int": y}]} for x, y in batches]

    def ask(case: Run) -> dict[str, Any]:
        return {
            "provide": [MODULE, SOURCE, NAMES],
            "new": ["Chain", case.kind, *case.sizes],
            "call": name,
            "args": ["the object", loader(case.train), loader(case.valid), case.epochs, case.lr],
            "then_weights": True,
            "at": list(at),
        }

    return ask


def cases(kind: str, known: bool) -> list[Run]:
    """Batches with padding, of other sizes each; the second one is what the model guesses anyway.

    So some gradients are clipped and others are not: of a factor that all share Adam takes no notice.
    """
    valid: list[Batch] = [([[1, 2, 3]], [[2, 3, 1]]), ([[2, 1, 1], [3, 2, 2]], [[1, 1, 0], [2, 3, 0]])]
    one: list[Batch] = [
        ([[1, 2, 3], [3, 1, 2]], [[2, 3, 0], [1, 2, 4]]),
        ([[4, 3, 1], [2, 2, 3]], [[3, 1, 1], [4, 0, 0]]),
        ([[2, 4, 4]], [[4, 4, 1]]),
    ]
    other: list[Batch] = [
        ([[3, 1]], [[1, 2]]),
        ([[1, 3], [2, 2], [3, 2]], [[3, 0], [2, 1], [2, 3]]),
        ([[2, 3], [1, 1]], [[3, 3], [1, 0]]),
        ([[3, 3]], [[2, 1]]),
    ]
    if known:
        made = [Run(kind, (5, 2), one, valid, 2, 0.08), Run(kind, (4, 3), other, valid, 3, 0.05)]
    else:
        made = [Run(kind, (6, 3), one, valid[::-1], 3, 0.04), Run(kind, (5, 2), other[::-1], valid, 2, 0.06)]
    return [case._replace(train=[case.train[0], _easy(case), *case.train[2:]]) for case in made]


def _easy(case: Run) -> Batch:
    """The second batch, with the three tokens that the model is surest of as targets, and padding."""
    x, _ = case.train[1]
    logits, _ = logits_of(case.kind, chain(case.kind, *case.sizes)[0], np.array(x))
    sure = softmax(logits)[..., 1:].max(-1)
    targets = np.where(sure >= np.sort(sure, None)[-3], 1 + logits[..., 1:].argmax(-1), 0)
    return x, targets.tolist()


def part(
    kind: str, name: str, at: Sequence[int | str], choices: Sequence[str], lr: float | None = None
) -> Idea:
    """The idea of a part; `lr` takes the place of the learning rates."""

    def answer(case: Run, **way: str) -> Any:
        found: Any = Loop(case, RIGHT | {each.replace("_", " "): value for each, value in way.items()}).run()
        logs, weights = found
        found = ((logs, None), [weights[each] for each in sorted(weights)])
        for key in at:
            found = found[key]
        return found

    known, fresh = (
        [case if lr is None else case._replace(lr=lr) for case in cases(kind, each)] for each in (True, False)
    )
    own = {each.replace(" ", "_"): CHOICES[each] for each in choices}
    if "norm_of" in own:  # says the same of norms
        own["backward"] = {each: clause for each, clause in own["backward"].items() if each != "never"}
    return Idea(answer, own, ask_for(name, at), known, fresh, senseless=is_rare)


def returned(kind: str, name: str) -> Idea:
    """What comes back of a run that leaves the weights as they are."""
    back = hinted(
        "Which two things does the docstring say come back, and in which order?",
        "logs, model",
        {"model, logs": "model and logs come back in the wrong order", "logs": "only the logs come back"},
    )

    def answer(case: Run, order: str = "logs, model") -> Any:
        logs, _ = Loop(case, RIGHT).run()
        model = Opaque("Chain")
        return {"logs, model": (logs, model), "model, logs": (model, logs), "logs": logs}[order]

    known, fresh = ([case._replace(lr=0.0) for case in cases(kind, each)] for each in (True, False))
    return Idea(answer, {"order": back}, ask_for(name, [0]), known, fresh)


def trained(kind: str, name: str) -> dict[str, Idea]:
    losses = ("batches", "loss", "epochs", "logged")
    norms = ("norm", "norm of", "zero", "backward", "clip")
    steps = ("optimiser", "rate", "trained", "zero", "backward", "clip", "step", "batches", "loss", "epochs")
    return {
        f"{name}: what comes back": returned(kind, name),
        f"{name}: losses": part(kind, name, [0, 0, "train_loss"], losses, lr=0.0),
        f"{name}: perplexities": part(kind, name, [0, 0, "train_pp"], ["perplexity"], lr=0.0),
        f"{name}: norms": part(kind, name, [0, 0, NORMS[kind]], norms, lr=0.0),
        f"{name}: steps": part(kind, name, [1], steps),
        f"{name}: validation": part(kind, name, [0, 0, "val"], ["val", "val of"]),
    }


def checks(start: str, name: str) -> dict[str, list[str]]:
    begun = ["lm_loss", f"{name}: what comes back"]
    return {
        f"training::{start}_training_logs_every_step": [
            *begun,
            f"{name}: losses",
            f"{name}: perplexities",
        ],
        f"training::{start}_training_logs_norms_*": [
            *begun,
            "l2_grad_norm_recurrent",
            f"{name}: norms",
            f"{name}: losses",
        ],
        f"training::{start}_training_takes_*": [*begun, f"{name}: steps"],
        f"training::{start}_learns": [*begun, f"{name}: steps"],
        f"training::{start}_training_validates_*": [
            *begun,
            "evaluate",
            f"{name}: validation",
            f"{name}: steps",
        ],
    }


IDEAS = trained("RNN", "train_rnn") | trained("LSTM", "train_lstm")
CHECKS = checks("rnn", "train_rnn") | checks("lstm", "train_lstm")
