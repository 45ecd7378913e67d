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
        raise NotImplementedError("CharLSTM.__init__ is still to do")

    def forward(self, tokens: Tensor) -> Tensor:
        """tokens (B, T) -> logits (B, T, V): at each step, the scores of the token that comes next"""
        # TODO (unit autoregressive): compute the logits of every step.
        raise NotImplementedError("CharLSTM.forward is still to do")


def token_loss(logits: Tensor, targets: Tensor, pad: int) -> Tensor:
    """logits (B, T, V), targets (B, T) -> the cross-entropy per token, a scalar

    That is the sum over the tokens, divided by their number. Leave padding out of both, or of neither.
    """
    # TODO (unit autoregressive): sum the losses of all steps and divide by the number of tokens.
    raise NotImplementedError("token_loss is still to do")


def sample(lnprobs: Tensor, temperature: float = 1.0) -> int:
    """Draw an id from the scores lnprobs (V,), divided by the temperature and passed through softmax.

    A temperature of 1 follows the scores, a lower one prefers what is likely, and 0 takes the likeliest.
    """
    # TODO (unit autoregressive): draw one id.
    raise NotImplementedError("sample is still to do")


def generate(
    model: nn.Module, seed: list[int], end: int, max_length: int, temperature: float = 1.0
) -> list[int]:
    """Let the model continue `seed`, token by token, until it draws `end` or the list has max_length tokens.

    The list that is returned begins with the seed; `end` is in it if it was drawn.
    """
    # TODO (unit autoregressive): feed the model, sample the next token, append it, and so on.
    raise NotImplementedError("generate is still to do")


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
    raise NotImplementedError("train_autoregressive_epoch is still to do")
