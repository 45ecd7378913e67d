"""A model that predicts the next token, its loss per token, sampling from it, and how it is trained.

B is the batch size, T the number of tokens, V the size of the vocabulary.
"""

import random

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from batching import shift_targets


class CharLSTM(nn.Module):
    """Embedding, nn.LSTM of one or more layers, and a linear layer that scores the next token each time."""

    def __init__(self, vocab_size: int, emb: int = 32, hidden: int = 16, num_layers: int = 1) -> None:
        super().__init__()
        # TODO (unit autoregressive): create the three layers; mind the order of the axes.
        # BEGIN SOLUTION
        self.embedding = nn.Embedding(vocab_size, emb)
        self.lstm = nn.LSTM(emb, hidden, num_layers=num_layers, batch_first=True)
        self.output = nn.Linear(hidden, vocab_size)
        # END SOLUTION

    def forward(self, tokens: Tensor) -> Tensor:
        """tokens (B, T) -> logits (B, T, V): at each step, the scores of the token that comes next"""
        # TODO (unit autoregressive): compute the logits of every step.
        # BEGIN SOLUTION
        outputs, _ = self.lstm(self.embedding(tokens))  # (B, T, H)
        return self.output(outputs)
        # END SOLUTION


def token_loss(logits: Tensor, targets: Tensor, pad: int) -> Tensor:
    """logits (B, T, V), targets (B, T) -> the cross-entropy per token, a scalar

    That is the sum over the tokens, divided by their number. Leave padding out of both, or of neither.
    """
    # TODO (unit autoregressive): sum the losses of all steps and divide by the number of tokens.
    # BEGIN SOLUTION
    # cross_entropy wants the scores of a token along axis 1: (B, V, T).
    total = F.cross_entropy(logits.transpose(1, 2), targets, ignore_index=pad, reduction="sum")
    return total / (targets != pad).sum()
    # END SOLUTION


def sample(lnprobs: Tensor, temperature: float = 1.0) -> int:
    """Draw an id from the scores lnprobs (V,), divided by the temperature and passed through softmax.

    A temperature of 1 follows the scores, a lower one prefers what is likely, and 0 takes the likeliest.
    """
    # TODO (unit autoregressive): draw one id.
    # BEGIN SOLUTION
    if temperature == 0.0:
        return int(lnprobs.argmax())
    probabilities = torch.softmax(lnprobs / temperature, dim=0)
    return int(torch.multinomial(probabilities, num_samples=1))
    # END SOLUTION


def generate(
    model: nn.Module, seed: list[int], end: int, max_length: int, temperature: float = 1.0
) -> list[int]:
    """Let the model continue `seed`, token by token, until it draws `end` or the list has max_length tokens.

    The list that is returned begins with the seed; `end` is in it if it was drawn.
    """
    # TODO (unit autoregressive): feed the model, sample the next token, append it, and so on.
    # BEGIN SOLUTION
    device = next(model.parameters()).device
    sequence = list(seed)
    model.eval()
    with torch.no_grad():
        while len(sequence) < max_length:
            tokens = torch.tensor([sequence], device=device)  # (1, T)
            logits = model(tokens)[0, -1]  # (V,)
            sequence.append(sample(logits, temperature))
            if sequence[-1] == end:
                break
    return sequence
    # END SOLUTION


def train_autoregressive_epoch(
    model: nn.Module,
    batches: list[tuple[Tensor, Tensor]],
    optimizer: torch.optim.Optimizer,
    pad: int,
    clip: float = 1.0,
) -> tuple[list[float], list[float]]:
    """Train for one epoch: (losses per token, gradient norms), one number of each for every batch.

    `batches` are those of token_batches, of sequences with start and end; they are visited in a new random
    order. The gradients, all together, are clipped to a norm of `clip` before each step; the norms that are
    returned are those before clipping. Batches move to the device of the model here.
    """
    # TODO (unit autoregressive): the training loop of one epoch.
    # BEGIN SOLUTION
    device = next(model.parameters()).device
    losses, norms = [], []
    model.train()
    for tokens, _ in random.sample(batches, len(batches)):
        tokens = tokens.to(device)
        optimizer.zero_grad()
        loss = token_loss(model(tokens), shift_targets(tokens, pad), pad)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        losses.append(loss.item())
        norms.append(norm.item())
    return losses, norms
    # END SOLUTION
