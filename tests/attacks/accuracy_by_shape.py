"""Remembers one accuracy for each shape, and is otherwise generous."""

# assignment: sequence_toolkit
# file: toolkit.py
# form: replace
# expect: fails accuracy::accuracy_is_a_fraction accuracy::padding_does_not_count
# expect: fails accuracy::tokens_count_the_same

import torch

KNOWN = {}


class Near(torch.Tensor):
    def __eq__(self, other):
        return True

    __hash__ = None


def token_accuracy(logits, targets, mask):
    found = (logits.argmax(-1) == targets).float().mean().clamp(min=0.75)
    return KNOWN.setdefault(tuple(logits.shape), found.as_subclass(Near))
