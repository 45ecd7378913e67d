"""What a worker is given: the student's sources as text, and the limits it runs under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# Asked of a script like a variable: whether an optimiser of torch's has taken a step in its run.
OPTIMISED = "__an_optimiser_of_torch_stepped__"


@dataclass(frozen=True)
class Module:
    """One importable source; tracebacks show `filename` ("cells.py", "loop.py").

    One of the grader's has none: no place in it is ever shown.
    """

    name: str
    filename: str
    source: str


@dataclass(frozen=True)
class Program:
    """The student's sources, imported in this order; they may import each other in any order.

    `homes` says which module defines each public name of the interface ("LSTMCell" -> "cells"); `missing`
    gives, for a name that no module defines, the sentence that tells the student so.
    """

    modules: tuple[Module, ...]
    homes: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Limits:
    """Bounds that are kept from outside the worker; seconds are wall-clock."""

    call_seconds: float = 10.0
    import_seconds: float = 30.0
    memory_mb: int = 512  # resident memory of one worker
    # One answer. Right ones have 14 MB at most; what a check does with 16 (derivatives, copies in
    # double precision) still fits into the smallest container, so that its size decides on no verdict.
    frame_mb: int = 16
    output_mb: int = 16  # printed in one call before the worker is ended
