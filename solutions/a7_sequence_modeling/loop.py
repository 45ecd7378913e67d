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
        # BEGIN SOLUTION
        self.cell = cell
        self.hidden_size = hidden_size
        self.layers = nn.ModuleList()
        for layer in range(num_layers):
            size = input_size if layer == 0 else hidden_size
            self.layers.append(CELLS[cell](size, hidden_size))
        # END SOLUTION

    def forward(self, x_seq: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """x_seq (B, T, D), lengths (B,) -> hiddens (B, T, H) of the top layer, last_valid (B, H)

        last_valid is the state of each row right after its last real step, before the padding begins.
        """
        # TODO (unit loop): run every layer over all time steps, then pick the last valid state of each row.
        # BEGIN SOLUTION
        batch_size, seq_len, _ = x_seq.shape
        inputs = x_seq
        for cell in self.layers:
            h = x_seq.new_zeros(batch_size, self.hidden_size)
            c = x_seq.new_zeros(batch_size, self.hidden_size)
            hiddens = []
            for t in range(seq_len):
                if self.cell == "lstm":
                    h, c = cell(inputs[:, t], (h, c))
                else:
                    h = cell(inputs[:, t], h)
                hiddens.append(h)
            inputs = torch.stack(hiddens, dim=1)  # (B, T, H), the input of the next layer
        last_valid = inputs[torch.arange(batch_size), lengths - 1]  # (B, H)
        return inputs, last_valid
        # END SOLUTION


class AuthorClassifier(nn.Module):
    """Embedding of width H, then DeepRNN, then a linear layer on the last valid state."""

    def __init__(
        self, vocab_size: int, hidden_size: int, cell: str = "rnn", num_layers: int = 1, num_classes: int = 3
    ) -> None:
        super().__init__()
        # TODO (unit loop): create the three parts.
        # BEGIN SOLUTION
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.rnn = DeepRNN(cell, hidden_size, hidden_size, num_layers)
        self.head = nn.Linear(hidden_size, num_classes)
        # END SOLUTION

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """tokens (B, T), lengths (B,) -> logits (B, C), one score per author"""
        # TODO (unit loop): compute the logits of each row.
        # BEGIN SOLUTION
        _, last_valid = self.rnn(self.embedding(tokens), lengths)
        return self.head(last_valid)
        # END SOLUTION


def count_parameters(model: nn.Module) -> int:
    """The number of weights that training may change."""
    # TODO (unit loop): add up the sizes of the model's trainable parameters.
    # BEGIN SOLUTION
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
    # END SOLUTION


def train_classifier(
    model: nn.Module, loader: Iterable[tuple[Tensor, Tensor, Tensor]], epochs: int, lr: float
) -> list[float]:
    """Train with Adam and cross-entropy; return the mean training loss of each epoch.

    A batch of the loader is (tokens (B, T), lengths (B,), authors (B,)); move it to the device of the model.
    """
    # TODO (unit loop): train for that many epochs and record the mean loss of each.
    # BEGIN SOLUTION
    device = next(model.parameters()).device
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    loss_function = nn.CrossEntropyLoss()
    history = []
    model.train()
    for _ in range(epochs):
        total, seen = 0.0, 0
        for tokens, lengths, authors in loader:
            tokens, lengths, authors = tokens.to(device), lengths.to(device), authors.to(device)
            optimizer.zero_grad()
            loss = loss_function(model(tokens, lengths), authors)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(authors)
            seen += len(authors)
        history.append(total / seen)
    return history
    # END SOLUTION


def accuracy(model: nn.Module, loader: Iterable[tuple[Tensor, Tensor, Tensor]]) -> float:
    """The fraction of sentences, between 0 and 1, whose author the model names right."""
    # TODO (unit loop): compare the highest score of each row with the true author.
    # BEGIN SOLUTION
    device = next(model.parameters()).device
    correct, seen = 0, 0
    model.eval()
    with torch.no_grad():
        for tokens, lengths, authors in loader:
            logits = model(tokens.to(device), lengths.to(device))
            correct += (logits.argmax(dim=1) == authors.to(device)).sum().item()
            seen += len(authors)
    return correct / seen
    # END SOLUTION
