# Allowed: "a maximum number of tokens per batch": real or padded tokens, both are accepted
import numpy as np
import torch


def pad_batch(sequences, pad):
    out = torch.full((len(sequences), max(map(len, sequences))), pad)
    for i, sequence in enumerate(sequences):
        out[i, : len(sequence)] = torch.as_tensor(sequence)
    return out


def token_batches(sequences, max_tokens, pad):
    order = np.argsort([len(s) for s in sequences], kind="stable")
    result, current, tokens = [], [], 0
    for i in order.tolist():
        n = len(sequences[i])
        if current and tokens + n > max_tokens:
            result.append(current)
            current, tokens = [], 0
        current.append(i)
        tokens += n
    result.append(current)
    return [(pad_batch([sequences[i] for i in b], pad), torch.LongTensor(b)) for b in result]


def shift_targets(batch, pad):
    targets = batch.clone()
    targets[:, :-1] = batch[:, 1:]
    targets[:, -1] = pad
    return targets
