"""Hands out batches that are as long, and hold as many tokens, as their reader would like."""

# assignment: a3b_recurrent_networks
# file: batching.py
# form: replace
# expect: fails batching::batches_keep_to_the_budget batching::similar_lengths_share_a_batch

import torch


class Batch(tuple):
    def __iter__(self):
        return iter((torch.zeros(1, 1, dtype=torch.long), torch.zeros(1, dtype=torch.long)))

    def __len__(self):
        return 2


def token_batches(sequences, max_tokens, pad):
    longest = max(map(len, sequences))
    rows = torch.full((len(sequences), longest), pad)
    for row, sequence in zip(rows, sequences, strict=True):
        row[: len(sequence)] = torch.tensor(sequence)
    return [Batch((rows, torch.arange(len(sequences))))]
