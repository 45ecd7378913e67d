# Allowed: "Each batch will need to be padded ... and then converted to a torch tensor": how is open
import torch
from torch.nn.utils.rnn import pad_sequence


def pad_batch(sequences, pad):
    return pad_sequence(
        [torch.tensor(s, dtype=torch.long) for s in sequences], batch_first=True, padding_value=pad
    )


def shift_targets(batch, pad):
    return torch.nn.functional.pad(batch[:, 1:], (0, 1), value=pad)


def add_start_end(sequences, start, end):
    longer = []
    for sequence in sequences:
        new = sequence.copy()
        new.insert(0, start)
        new.append(end)
        longer.append(new)
    return longer
