# Allowed: "skip the padding": one row after the other never meets it
import torch
from torch.nn.utils.rnn import pad_sequence


def run_packed(rnn, embedded, lengths):
    outputs, hiddens = [], []
    for row, n in zip(embedded, lengths, strict=True):
        out, hidden = rnn(row[: int(n)].unsqueeze(0))
        outputs.append(out.squeeze(0))
        hiddens.append(hidden)
    if isinstance(hiddens[0], tuple):
        hidden = tuple(torch.cat(part, dim=1) for part in zip(*hiddens, strict=True))
    else:
        hidden = torch.cat(hiddens, dim=1)
    return pad_sequence(outputs, batch_first=True), hidden
