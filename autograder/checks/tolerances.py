"""How near to what was wanted the numbers of right code are: all bounds in one place, by device and dtype.

Bounds are written for float32 on the CPU, where they were measured; `widened` says what one is on the device
in use. A card's exp and tanh are some units in the last place coarser; its sums are done in another order,
with products and sums in one rounding. (TF32, which is a thousand times coarser, is off.)

    VALUE = 1e-4;  on("cuda");  widened(VALUE, "float32") == 2e-4;  widened(VALUE, "int64") == 1e-4
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

# Correct float32 code of another order of operations stays within 1e-6 of the float64 reference for one step
# and within 1e-5 after twelve steps of three layers (sums of at most 20 products of numbers around 1, and
# tanh and σ do not enlarge errors); every known mistake is off by more than 1e-2 somewhere.
VALUE = 1e-4
# Of one number that a layout explains: float32 noise after dividing out a gate stays below 2e-5.
LAYOUT = 1e-4
# Of a fourth-order difference quotient with step 0.005: float32 noise and curvature both stay below 1e-4 of
# 1 + |slope| over hundreds of draws, and a lost path changes a slope by far more than this.
SLOPE = 2e-3
# Of a sum over an answer that the diagnosis looks up, recorded on the CPU: other code stays within 1e-5, a
# training loop of a few steps within 1e-4; other mistakes are off by far more. It is wide enough for a card.
FINGERPRINT = 1e-3

# By how much a bound is wider. Chosen, not measured: right code uses a tenth of its bound on the CPU, which
# leaves room, and a mistake is far from it still. What is not listed is as on the CPU.
_FACTORS = {("cuda", "float32"): 2.0, ("mps", "float32"): 5.0}

_devices = ["cpu"]


@contextlib.contextmanager
def on(device: str) -> Iterator[None]:
    """Within it answers come from `device` ("cpu", "cuda:1", "mps")."""
    _devices.append(device.partition(":")[0])
    try:
        yield
    finally:
        _devices.pop()


def widened(bound: float, dtype: str = "float32") -> float:
    """A bound for numbers of `dtype` from the device in use. One of 0 stays 0."""
    return bound * _FACTORS.get((_devices[-1], dtype), 1.0)
