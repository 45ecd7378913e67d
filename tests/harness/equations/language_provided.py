"""Models of the grader's for questions about language models: as a source for students, and in numpy.

`Lookup` scores a token by its row of a table. `Chain` has the weights of a language model of either kind, and
no functions between them: a_t = W_ih e_t + W_hh e_{t-1} + b_ih + b_hh, logits_t = W a_t + b. So its gradients
are a few products.
"""

from __future__ import annotations

import math

import numpy as np

from autograder.checks import Array

MODULE = "models_of_equations"
NAMES = ["Lookup", "Chain"]
SOURCE = """
import torch
from torch import nn

HOMES = {}


class Lookup(nn.Module):
    def __init__(self, table):
        super().__init__()
        self.table = nn.Parameter(torch.as_tensor(table))

    def forward(self, x, state=None):
        return self.table[x], torch.zeros(len(x), 1)


class Chain(nn.Module):
    def __init__(self, kind, words, width, with_gradients=False):
        super().__init__()
        self.emb = nn.Embedding(words, width)
        if kind == "RNN":
            self.rnn_cell = nn.RNNCell(width, width)
        else:
            self.lstm = nn.LSTM(width, width, batch_first=True)
        self.fc = nn.Linear(width if kind == "RNN" else 4 * width, words)
        for at, (_, weight) in enumerate(sorted(self.named_parameters())):
            numbers = 2.4 * torch.arange(weight.numel(), dtype=torch.float64).reshape(weight.shape)
            weight.data.copy_((1.4 if kind == "RNN" else 0.9) * torch.sin(at + numbers))
            if with_gradients:
                weight.grad = 0.3 * torch.sin(7 + 2 * at + numbers).float()

    def forward(self, x, state=None):
        e = self.emb(x)
        before = torch.cat([torch.zeros_like(e[:, :1]), e[:, :-1]], 1)
        cell = self.rnn_cell if hasattr(self, "rnn_cell") else self.lstm
        of_x, of_h, *biases = [weight for _, weight in cell.named_parameters()]
        a = e @ of_x.T + before @ of_h.T + sum(biases)
        last = a[:, -1]
        return self.fc(a), last if cell is getattr(self, "rnn_cell", None) else (last[None], last[None])
"""

Weights = dict[str, Array]


def softmax(scores: Array) -> Array:
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))


def cross_entropy(scores: Array, targets: Array) -> Array:
    """−ln softmax(scores)[target], for each target."""
    return -np.log(np.take_along_axis(softmax(scores), targets[..., None], -1)[..., 0])


def recurrent(kind: str, which: str) -> str:
    """The name of a weight of the recurrent layer."""
    return f"rnn_cell.{which}" if kind == "RNN" else f"lstm.{which}_l0"


def chain(kind: str, words: int, width: int) -> tuple[Weights, Weights]:
    """The weights of a `Chain` by name, in the order of the names, and the gradients that it may have."""
    rows = width if kind == "RNN" else 4 * width
    shapes = {"emb.weight": (words, width), "fc.weight": (words, rows), "fc.bias": (words,)} | {
        recurrent(kind, f"{each}_{of}"): (rows, width) if each == "weight" else (rows,)
        for each in ("weight", "bias")
        for of in ("ih", "hh")
    }
    weights, gradients = {}, {}
    for at, name in enumerate(sorted(shapes)):
        numbers = 2.4 * np.arange(math.prod(shapes[name])).reshape(shapes[name])
        weights[name] = (1.4 if kind == "RNN" else 0.9) * np.sin(at + numbers)
        gradients[name] = 0.3 * np.sin(7 + 2 * at + numbers)
    return weights, gradients


def logits_of(kind: str, weights: Weights, x: Array) -> tuple[Array, tuple[Array, Array, Array]]:
    """The logits of a `Chain`, and e_t, e_{t-1}, a_t."""
    e = weights["emb.weight"][x]
    before = np.concatenate([np.zeros_like(e[:, :1]), e[:, :-1]], 1)
    of_x, of_h, bias_x, bias_h = (
        weights[recurrent(kind, each)] for each in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )
    a = e @ of_x.T + before @ of_h.T + bias_x + bias_h
    return a @ weights["fc.weight"].T + weights["fc.bias"], (e, before, a)


def gradients_of(kind: str, weights: Weights, x: Array, slope: Array) -> Weights:
    """The gradients of a `Chain`, from that by its logits."""
    _, (e, before, a) = logits_of(kind, weights, x)
    down = slope @ weights["fc.weight"]  # by a_t

    def product(left: Array, right: Array) -> Array:
        return np.einsum("bti,btj->ij", left, right)

    by_e = down @ weights[recurrent(kind, "weight_ih")]
    by_e[:, :-1] += (down @ weights[recurrent(kind, "weight_hh")])[:, 1:]
    by_table = np.zeros_like(weights["emb.weight"])
    np.add.at(by_table, x, by_e)
    return {
        "emb.weight": by_table,
        "fc.weight": product(slope, a),
        "fc.bias": slope.sum((0, 1)),
        recurrent(kind, "weight_ih"): product(down, e),
        recurrent(kind, "weight_hh"): product(down, before),
        recurrent(kind, "bias_ih"): down.sum((0, 1)),
        recurrent(kind, "bias_hh"): down.sum((0, 1)),
    }
