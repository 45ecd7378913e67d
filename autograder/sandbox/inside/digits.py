"""What a program prints of its tensors. To spell one out takes a thousand times as long as to add it up.

So a `print(h)` left in a step would make checks run out of time. Only the first few tensors of each question
are spelled out, and some more in all; of the rest the size is shown:

    tensor(..., size=(5, 4))

A tensor that is one number is always shown: scripts print their losses and predictions.
"""

from __future__ import annotations

from typing import Any

import torch

OF_A_QUESTION = 5
OF_A_PROGRAM = 1_000  # beyond those of each question

_Tensor: Any = torch.Tensor  # whose own __repr__ comes and goes
_in_full = _Tensor.__repr__


class Digits:
    """Counts the tensors that one program shows."""

    def __init__(self) -> None:
        self._left, self._more = 0, OF_A_PROGRAM

    def install(self) -> None:
        def shown(tensor: torch.Tensor, **options: Any) -> str:
            return str(_in_full(tensor, **options)) if self._is_shown(tensor) else _size_of(tensor)

        _Tensor.__repr__ = shown

    def remove(self) -> None:
        _Tensor.__repr__ = _in_full

    def begin_question(self) -> None:
        self._left = OF_A_QUESTION

    def _is_shown(self, tensor: torch.Tensor) -> bool:
        if tensor.numel() == 1:
            return True
        if self._left > 0:
            self._left -= 1
            return True
        self._more -= 1
        return self._more >= 0


def _size_of(tensor: torch.Tensor) -> str:
    return f"tensor(..., size={tuple(tensor.shape)})"
