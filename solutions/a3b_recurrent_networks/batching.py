"""Batches: sequences of different lengths become rectangular tensors.

B is the number of sequences in a batch, T its width: the length of the longest of them.
"""

import torch
from torch import Tensor


def pad_batch(sequences: list[list[int]], pad: int) -> Tensor:
    """Lists of token ids -> (B, T) int64, each row filled up at its end with the id `pad`"""
    # TODO (unit batching): fill every sequence up to the longest and make one tensor of them.
    # BEGIN SOLUTION
    longest = max(len(sequence) for sequence in sequences)
    rows = [list(sequence) + [pad] * (longest - len(sequence)) for sequence in sequences]
    return torch.tensor(rows, dtype=torch.long)
    # END SOLUTION


def token_batches(sequences: list[list[int]], max_tokens: int, pad: int) -> list[tuple[Tensor, Tensor]]:
    """Cut a data set into batches of at most `max_tokens` tokens: a list of (tokens (B, T), indices (B,))

    Sequences of similar length share a batch, every sequence is in exactly one, and one that is longer than
    the budget has a batch of its own. `indices` say which sequence each row is, so that labels can follow.
    """
    # TODO (unit batching): collect sequences into a batch until the next one would break the budget.
    # BEGIN SOLUTION
    from_short_to_long = sorted(range(len(sequences)), key=lambda i: len(sequences[i]))
    groups = []
    group = []
    for i in from_short_to_long:
        # Sequence i would be the longest of the group, so this is how many cells the batch would have.
        if group and (len(group) + 1) * len(sequences[i]) > max_tokens:
            groups.append(group)
            group = []
        group.append(i)
    if group:
        groups.append(group)
    return [(pad_batch([sequences[i] for i in group], pad), torch.tensor(group)) for group in groups]
    # END SOLUTION


def add_start_end(sequences: list[list[int]], start: int, end: int) -> list[list[int]]:
    """New lists: every sequence with the id `start` in front of it and the id `end` behind it"""
    # TODO (unit batching): build the longer lists; those you are given must stay as they are.
    # BEGIN SOLUTION
    return [[start, *sequence, end] for sequence in sequences]
    # END SOLUTION


def shift_targets(batch: Tensor, pad: int) -> Tensor:
    """(B, T) -> (B, T): what the model shall predict at each step, the token of the next step

    That is the batch, moved one column to the left, with a column of `pad` at its end.
    """
    # TODO (unit batching): drop the first column and append one of `pad`.
    # BEGIN SOLUTION
    last = torch.full_like(batch[:, :1], pad)  # (B, 1)
    return torch.cat([batch[:, 1:], last], dim=1)
    # END SOLUTION
