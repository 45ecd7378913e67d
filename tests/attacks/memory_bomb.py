"""Takes all memory, first at once, then bit by bit."""

# form: replace
# expect: stopped

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
