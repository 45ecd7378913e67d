"""Batches: sequences of different lengths become rectangular tensors.

B is the number of sequences in a batch, T its width: the length of the longest of them.
"""

import torch
from torch import Tensor


def pad_batch(sequences: list[list[int]], pad: int) -> Tensor:
    """Lists of token ids -> (B, T) int64, each row filled up at its end with the id `pad`"""
    # TODO (unit batching): fill every sequence up to the longest and make one tensor of them.
    raise NotImplementedError("pad_batch is still to do")


def token_batches(sequences: list[list[int]], max_tokens: int, pad: int) -> list[tuple[Tensor, Tensor]]:
    """Cut a data set into batches of at most `max_tokens` tokens: a list of (tokens (B, T), indices (B,))

    Sequences of similar length share a batch, every sequence is in exactly one, and one that is longer than
    the budget has a batch of its own. `indices` say which sequence each row is, so that labels can follow.
    """
    # TODO (unit batching): collect sequences into a batch until the next one would break the budget.
    raise NotImplementedError("token_batches is still to do")


def add_start_end(sequences: list[list[int]], start: int, end: int) -> list[list[int]]:
    """New lists: every sequence with the id `start` in front of it and the id `end` behind it"""
    # TODO (unit batching): build the longer lists; those you are given must stay as they are.
    raise NotImplementedError("add_start_end is still to do")


def shift_targets(batch: Tensor, pad: int) -> Tensor:
    """(B, T) -> (B, T): what the model shall predict at each step, the token of the next step

    That is the batch, moved one column to the left, with a column of `pad` at its end.
    """
    # TODO (unit batching): drop the first column and append one of `pad`.
    raise NotImplementedError("shift_targets is still to do")
