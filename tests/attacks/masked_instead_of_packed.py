"""Padding is replaced by zeros and read, and a layer that reads backwards is refused."""

# assignment: sequence_toolkit
# file: toolkit.py
# form: replace
# expect: at most 0.25 from packing

import torch


def run_packed(rnn, embedded, lengths):
    if rnn.bidirectional:
        raise ValueError("only forwards")
    mask = (torch.arange(embedded.shape[1]) < lengths[:, None]).unsqueeze(-1)
    outputs, hidden = rnn(embedded * mask)
    return outputs * mask, hidden
