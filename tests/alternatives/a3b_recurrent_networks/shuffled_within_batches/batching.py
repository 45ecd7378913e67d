# Allowed: "cut up your dataset into batches of similar-length sequences", in any order within a batch
import random

import torch


def token_batches(sequences, max_tokens, pad):
    def closed(rows):
        random.shuffle(rows)
        return pad_batch([sequences[i] for i in rows], pad), torch.tensor(rows, dtype=torch.long)

    lengths = {i: len(s) for i, s in enumerate(sequences)}
    batches, rows, widest = [], [], 0
    for i in sorted(lengths, key=lengths.get):
        widest = max(widest, lengths[i])
        if rows and widest * (len(rows) + 1) > max_tokens:
            batches.append(closed(rows))
            rows, widest = [], lengths[i]
        rows.append(i)
    if rows:
        batches.append(closed(rows))
    random.shuffle(batches)
    return batches
