"""Loss, perplexity, gradient norm, and the training of both models.

A batch of a loader is (x (B, T), y (B, T)): tokens, and for each the token that comes next.
"""

import math
import random
from collections.abc import Iterable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

Loader = Iterable[tuple[Tensor, Tensor]]


def lm_loss(logits: Tensor, targets: Tensor, ignore_index: int = 0, reduction: str = "mean") -> Tensor:
    """logits (B, T, V), targets (B, T) -> the cross-entropy over all targets that are not ignore_index

    reduction "mean" averages it over these tokens, "sum" adds it up.
    """
    # TODO (unit training): compute the loss.
    raise NotImplementedError("lm_loss is still to do")


@torch.no_grad()
def evaluate(model: nn.Module, data_loader: Loader, pad_id: int = 0) -> tuple[float, float]:
    """The mean loss per token over all batches, and its perplexity exp(mean loss).

    Every token that is not pad_id counts the same, in whichever batch it is. The model is in eval mode.
    """
    # TODO (unit training): add up losses and tokens of all batches, then divide.
    raise NotImplementedError("evaluate is still to do")


def l2_grad_norm_recurrent(model: nn.Module) -> float:
    """The L2 norm of the gradient of the recurrent weights, the ones that multiply the last hidden state.

    nn.RNNCell calls them weight_hh, nn.LSTM weight_hh_l0. Called after backward; 0.0 without a gradient.
    """
    # TODO (unit training): find the recurrent weights and compute the norm of their gradient.
    raise NotImplementedError("l2_grad_norm_recurrent is still to do")


def train_rnn(
    model: nn.Module, train_loader: Loader, valid_loader: Loader, epochs: int = 2, lr: float = 1e-3
) -> tuple[dict[str, list], nn.Module]:
    """Train a VanillaRNNLM with Adam; return (logs, model).

    For each batch: loss, gradients, the recurrent gradient norm, then the norm of all gradients together
    clipped to 1.0, then Adam's step. After each epoch: evaluate on the validation data. The logs:

        "train_loss", "train_pp"    of each batch: the loss, and its perplexity
        "grad_norm_rhh"             of each batch: the recurrent gradient norm, before clipping
        "val"                       of each epoch: (loss, perplexity) on the validation data
    """
    logs = {"train_loss": [], "train_pp": [], "grad_norm_rhh": [], "val": []}
    # TODO (unit training): write the training loop.
    raise NotImplementedError("train_rnn is still to do")


def train_lstm(
    model: nn.Module, train_loader: Loader, valid_loader: Loader, epochs: int = 2, lr: float = 1e-3
) -> tuple[dict[str, list], nn.Module]:
    """Train an LSTMLM in the same way; the recurrent gradient norm is logged as "grad_norm_hh"."""
    logs = {"train_loss": [], "train_pp": [], "grad_norm_hh": [], "val": []}
    # TODO (unit training): write the training loop.
    raise NotImplementedError("train_lstm is still to do")


def set_seed(seed: int = 1337) -> None:
    """Make random numbers of Python, NumPy and PyTorch (on a GPU, too) start anew from this seed."""
    # TODO (unit training): seed all of them.
    raise NotImplementedError("set_seed is still to do")


def gradient_by_distance(model: nn.Module, x: Tensor) -> Tensor:
    """x (B, T), in each row T different tokens -> (T,): what the loss at the last step owes to earlier inputs

    Given, no points. Entry d is the norm of the gradient of that loss by the embedding read d steps before,
    a mean over the rows. As a token occurs but once, the gradient of its embedding is that of its step.
    """
    embedding = next(part for part in model.modules() if isinstance(part, nn.Embedding))
    norms = []
    for row in x:
        logits, _ = model(row[None])
        loss = F.cross_entropy(logits[:, -1], row[:1])  # any target will do
        (gradient,) = torch.autograd.grad(loss, embedding.weight)
        norms.append(gradient[row].norm(dim=1).flip(0))
    return torch.stack(norms).mean(0)
