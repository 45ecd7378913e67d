"""The loop over time, stacked layers, and an author classifier.

B is the batch size, T the length of the longest sentence in the batch, D the input size, H the
hidden size, C the number of classes. Shorter sentences are padded at their end; `lengths` says how
many steps of each row are real.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from cells import GRUCell, LSTMCell, VanillaRNNCell

CELLS = {"rnn": VanillaRNNCell, "lstm": LSTMCell, "gru": GRUCell}


class DeepRNN(nn.Module):
    """Your cells, applied step by step, in one layer or several.

    Every layer has a cell of its own and starts from zeros. The hidden states of one layer, at all
    time steps, are the input sequence of the next.
    """

    def __init__(self, cell: str, input_size: int, hidden_size: int, num_layers: int = 1) -> None:
        """cell is "rnn", "lstm" or "gru"."""
        super().__init__()
        # TODO (unit loop): create one cell per layer and keep what forward needs.
        raise NotImplementedError("DeepRNN.__init__ is still to do")

    def forward(self, x_seq: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """x_seq (B, T, D), lengths (B,) -> hiddens (B, T, H) of the top layer, last_valid (B, H)

        last_valid is the state of each row right after its last real step, before the padding begins.
        """
        # TODO (unit loop): run every layer over all time steps, then pick the last valid state of each row.
        raise NotImplementedError("DeepRNN.forward is still to do")


class AuthorClassifier(nn.Module):
    """Embedding of width H, then DeepRNN, then a linear layer on the last valid state."""

    def __init__(
        self, vocab_size: int, hidden_size: int, cell: str = "rnn", num_layers: int = 1, num_classes: int = 3
    ) -> None:
        super().__init__()
        # TODO (unit loop): create the three parts.
        raise NotImplementedError("AuthorClassifier.__init__ is still to do")

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """tokens (B, T), lengths (B,) -> logits (B, C), one score per author"""
        # TODO (unit loop): compute the logits of each row.
        raise NotImplementedError("AuthorClassifier.forward is still to do")


def count_parameters(model: nn.Module) -> int:
    """The number of weights that training may change."""
    # TODO (unit loop): add up the sizes of the model's trainable parameters.
    raise NotImplementedError("count_parameters is still to do")


def train_classifier(
    model: nn.Module, loader: Iterable[tuple[Tensor, Tensor, Tensor]], epochs: int, lr: float
) -> list[float]:
    """Train with Adam and cross-entropy; return the mean training loss of each epoch.

    A batch of the loader is (tokens (B, T), lengths (B,), authors (B,)); move it to the device of the model.
    """
    # TODO (unit loop): train for that many epochs and record the mean loss of each.
    raise NotImplementedError("train_classifier is still to do")


def accuracy(model: nn.Module, loader: Iterable[tuple[Tensor, Tensor, Tensor]]) -> float:
    """The fraction of sentences, between 0 and 1, whose author the model names right."""
    # TODO (unit loop): compare the highest score of each row with the true author.
    raise NotImplementedError("accuracy is still to do")
