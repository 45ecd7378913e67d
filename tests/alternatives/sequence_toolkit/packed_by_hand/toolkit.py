# Allowed: everything inside is free; a PackedSequence may be made without pack_padded_sequence
import torch
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence


def run_packed(rnn, embedded, lengths):
    lengths = lengths.cpu()
    order = torch.argsort(lengths, descending=True)
    back = torch.argsort(order)
    rows, ends = embedded[order], lengths[order]
    sizes = torch.tensor([(ends > t).sum() for t in range(int(ends[0]))])
    steps = torch.cat([rows[:n, t] for t, n in enumerate(sizes.tolist())])
    packed, hidden = rnn(PackedSequence(steps, sizes, order, back))
    outputs, _ = pad_packed_sequence(packed, batch_first=True, total_length=embedded.shape[1])
    return outputs, hidden
