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
        # BEGIN SOLUTION
        self.embedding = nn.Embedding(vocab_size, emb)
        self.linear = nn.Linear(emb, hidden)
        self.output = nn.Linear(hidden, num_classes)
        # END SOLUTION

    def forward(self, tokens: Tensor) -> Tensor:
        """tokens (B, T) -> logits (B, C)"""
        # TODO (unit classifiers): compute the logits, layer by layer.
        # BEGIN SOLUTION
        embedded = self.embedding(tokens)  # (B, T, E)
        hidden = torch.relu(self.linear(embedded))  # (B, T, H)
        pooled = hidden.max(dim=1).values  # (B, H): the largest value over time, unit by unit
        return self.output(pooled)  # (B, C)
        # END SOLUTION


class Elman(nn.Module):
    """An Elman network: at each step, input and old hidden state give the new one, and that the output."""

    def __init__(self, insize: int = 300, outsize: int = 300, hsize: int = 300) -> None:
        super().__init__()
        # TODO (unit elman): create lin1, from input and hidden state together to the hidden state, and
        # lin2, from the hidden state to the output.
        # BEGIN SOLUTION
        self.lin1 = nn.Linear(insize + hsize, hsize)
        self.lin2 = nn.Linear(hsize, outsize)
        self.hsize = hsize
        # END SOLUTION

    def forward(self, x: Tensor, hidden: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """x (B, T, insize), hidden (B, hsize) or None for zeros -> outputs (B, T, outsize), hidden (B, hsize)

        The hidden state that is returned is that after the last step.
        """
        # TODO (unit elman): go through the steps. The new hidden state takes a nonlinearity. (The handout's
        # skeleton starts from zeros as wide as the input; the hidden state has a width of its own.)
        # BEGIN SOLUTION
        b, t, _ = x.size()
        if hidden is None:
            hidden = torch.zeros(b, self.hsize, dtype=x.dtype, device=x.device)

        outs = []
        for i in range(t):
            inp = torch.cat([x[:, i, :], hidden], dim=1)  # (B, insize + hsize)
            hidden = torch.tanh(self.lin1(inp))  # (B, hsize)
            out = self.lin2(hidden)  # (B, outsize)
            outs.append(out[:, None, :])

        return torch.cat(outs, dim=1), hidden
        # END SOLUTION


class ElmanClassifier(nn.Module):
    """The same as MLPClassifier, with your Elman in the place of the linear layer before the pooling."""

    def __init__(self, vocab_size: int, emb: int = 300, hidden: int = 300, num_classes: int = 2) -> None:
        super().__init__()
        # TODO (unit elman): create the three layers.
        # BEGIN SOLUTION
        self.embedding = nn.Embedding(vocab_size, emb)
        self.elman = Elman(emb, hidden, hidden)
        self.output = nn.Linear(hidden, num_classes)
        # END SOLUTION

    def forward(self, tokens: Tensor) -> Tensor:
        """tokens (B, T) -> logits (B, C)"""
        # TODO (unit elman): compute the logits, layer by layer.
        # BEGIN SOLUTION
        outputs, _ = self.elman(self.embedding(tokens))  # (B, T, H)
        pooled = torch.relu(outputs).max(dim=1).values  # (B, H)
        return self.output(pooled)  # (B, C)
        # END SOLUTION


class RNNClassifier(nn.Module):
    """The same with PyTorch's nn.RNN, which gives the activated hidden states as its outputs."""

    def __init__(self, vocab_size: int, emb: int = 300, hidden: int = 300, num_classes: int = 2) -> None:
        super().__init__()
        # TODO (unit classifiers): create the three layers; mind the order of the axes.
        # BEGIN SOLUTION
        self.embedding = nn.Embedding(vocab_size, emb)
        self.rnn = nn.RNN(emb, hidden, batch_first=True)
        self.output = nn.Linear(hidden, num_classes)
        # END SOLUTION

    def forward(self, tokens: Tensor) -> Tensor:
        """tokens (B, T) -> logits (B, C)"""
        # TODO (unit classifiers): compute the logits, layer by layer.
        # BEGIN SOLUTION
        outputs, _ = self.rnn(self.embedding(tokens))  # (B, T, H)
        pooled = outputs.max(dim=1).values  # (B, H)
        return self.output(pooled)  # (B, C)
        # END SOLUTION


class LSTMClassifier(nn.Module):
    """The same with PyTorch's nn.LSTM."""

    def __init__(self, vocab_size: int, emb: int = 300, hidden: int = 300, num_classes: int = 2) -> None:
        super().__init__()
        # TODO (unit classifiers): create the three layers; mind the order of the axes.
        # BEGIN SOLUTION
        self.embedding = nn.Embedding(vocab_size, emb)
        self.lstm = nn.LSTM(emb, hidden, batch_first=True)
        self.output = nn.Linear(hidden, num_classes)
        # END SOLUTION

    def forward(self, tokens: Tensor) -> Tensor:
        """tokens (B, T) -> logits (B, C)"""
        # TODO (unit classifiers): compute the logits, layer by layer.
        # BEGIN SOLUTION
        outputs, _ = self.lstm(self.embedding(tokens))  # (B, T, H)
        pooled = outputs.max(dim=1).values  # (B, H)
        return self.output(pooled)  # (B, C)
        # END SOLUTION


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
    # BEGIN SOLUTION
    device = next(model.parameters()).device
    labels = torch.as_tensor(labels)
    model.train()
    total = 0.0
    for tokens, indices in random.sample(batches, len(batches)):
        tokens, wanted = tokens.to(device), labels[indices].to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(tokens), wanted)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(tokens)
    return total / sum(len(indices) for _, indices in batches)
    # END SOLUTION


def classifier_accuracy(model: nn.Module, batches: list[tuple[Tensor, Tensor]], labels: list[int]) -> float:
    """The fraction of sequences, from 0 to 1, whose class gets the highest score"""
    # TODO (unit classifiers): count right answers over all batches.
    # BEGIN SOLUTION
    device = next(model.parameters()).device
    labels = torch.as_tensor(labels)
    model.eval()
    right = 0
    with torch.no_grad():
        for tokens, indices in batches:
            predicted = model(tokens.to(device)).argmax(dim=1).cpu()
            right += (predicted == labels[indices]).sum().item()
    return right / sum(len(indices) for _, indices in batches)
    # END SOLUTION
