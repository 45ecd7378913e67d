"""Classifiers of whole reviews, and how they are trained.

B is the batch size, T the number of tokens, E the size of an embedding, H the hidden size, C the number
of classes. All four have the same shape: embed every token, pass it through one layer, take the maximum
over time, and project it to the classes.
"""

import random

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class MLPClassifier(nn.Module):
    """Every token on its own: embedding, linear layer, ReLU, global max pool, linear layer."""

    def __init__(self, vocab_size: int, emb: int = 300, hidden: int = 300, num_classes: int = 2) -> None:
        super().__init__()
        # TODO (unit classifiers): create the three layers that have weights.
        raise NotImplementedError("MLPClassifier.__init__ is still to do")

    def forward(self, tokens: Tensor) -> Tensor:
        """tokens (B, T) -> logits (B, C)"""
        # TODO (unit classifiers): compute the logits, layer by layer.
        raise NotImplementedError("MLPClassifier.forward is still to do")


class Elman(nn.Module):
    """An Elman network: at each step, input and old hidden state give the new one, and that the output."""

    def __init__(self, insize: int = 300, outsize: int = 300, hsize: int = 300) -> None:
        super().__init__()
        # TODO (unit elman): create lin1, from input and hidden state together to the hidden state, and
        # lin2, from the hidden state to the output.
        raise NotImplementedError("Elman.__init__ is still to do")

    def forward(self, x: Tensor, hidden: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """x (B, T, insize), hidden (B, hsize) or None for zeros -> outputs (B, T, outsize), hidden (B, hsize)

        The hidden state that is returned is that after the last step.
        """
        # TODO (unit elman): go through the steps. The new hidden state takes a nonlinearity. (The handout's
        # skeleton starts from zeros as wide as the input; the hidden state has a width of its own.)
        raise NotImplementedError("Elman.forward is still to do")


class ElmanClassifier(nn.Module):
    """The same as MLPClassifier, with your Elman in the place of the linear layer before the pooling."""

    def __init__(self, vocab_size: int, emb: int = 300, hidden: int = 300, num_classes: int = 2) -> None:
        super().__init__()
        # TODO (unit elman): create the three layers.
        raise NotImplementedError("ElmanClassifier.__init__ is still to do")

    def forward(self, tokens: Tensor) -> Tensor:
        """tokens (B, T) -> logits (B, C)"""
        # TODO (unit elman): compute the logits, layer by layer.
        raise NotImplementedError("ElmanClassifier.forward is still to do")


class RNNClassifier(nn.Module):
    """The same with PyTorch's nn.RNN, which gives the activated hidden states as its outputs."""

    def __init__(self, vocab_size: int, emb: int = 300, hidden: int = 300, num_classes: int = 2) -> None:
        super().__init__()
        # TODO (unit classifiers): create the three layers; mind the order of the axes.
        raise NotImplementedError("RNNClassifier.__init__ is still to do")

    def forward(self, tokens: Tensor) -> Tensor:
        """tokens (B, T) -> logits (B, C)"""
        # TODO (unit classifiers): compute the logits, layer by layer.
        raise NotImplementedError("RNNClassifier.forward is still to do")


class LSTMClassifier(nn.Module):
    """The same with PyTorch's nn.LSTM."""

    def __init__(self, vocab_size: int, emb: int = 300, hidden: int = 300, num_classes: int = 2) -> None:
        super().__init__()
        # TODO (unit classifiers): create the three layers; mind the order of the axes.
        raise NotImplementedError("LSTMClassifier.__init__ is still to do")

    def forward(self, tokens: Tensor) -> Tensor:
        """tokens (B, T) -> logits (B, C)"""
        # TODO (unit classifiers): compute the logits, layer by layer.
        raise NotImplementedError("LSTMClassifier.forward is still to do")


def train_classifier_epoch(
    model: nn.Module,
    batches: list[tuple[Tensor, Tensor]],
    labels: list[int],
    optimizer: torch.optim.Optimizer,
) -> float:
    """Train for one epoch with cross-entropy, one step per batch; return the mean loss as a plain number.

    `batches` are those of token_batches, visited in a new random order; labels[i] is the class of sequence i.
    Batches move to the device of the model here.
    """
    # TODO (unit classifiers): the training loop of one epoch.
    raise NotImplementedError("train_classifier_epoch is still to do")


def classifier_accuracy(model: nn.Module, batches: list[tuple[Tensor, Tensor]], labels: list[int]) -> float:
    """The fraction of sequences, from 0 to 1, whose class gets the highest score"""
    # TODO (unit classifiers): count right answers over all batches.
    raise NotImplementedError("classifier_accuracy is still to do")
