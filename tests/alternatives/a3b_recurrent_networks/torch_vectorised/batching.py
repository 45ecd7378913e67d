# Allowed: only names, arguments and shapes are prescribed
import itertools

import torch


def pad_batch(sequences, pad):
    return (
        torch.tensor(list(itertools.zip_longest(*sequences, fillvalue=pad)), dtype=torch.int64)
        .t()
        .contiguous()
    )


def add_start_end(sequences, start, end):
    return [[start] + list(s) + [end] for s in sequences]


def shift_targets(batch, pad):
    b, t = batch.size()
    return torch.cat((batch[:, 1:], torch.zeros(b, 1, dtype=torch.long, device=batch.device) + pad), dim=1)
