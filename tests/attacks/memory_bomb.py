"""Takes all memory, first at once, then bit by bit."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: stopped

import torch

try:
    hoard = [torch.ones(10_000_000_000 // 4)]
    print("ACHIEVED: 10 GB at once")
except RuntimeError:
    hoard = []
while True:
    try:
        hoard.append(torch.ones(10_000_000))
    except RuntimeError:
        pass
