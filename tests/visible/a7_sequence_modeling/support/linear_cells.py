"""Linear cells of the grader's, put in the place of a student's own while their loop is built and run.

This text runs in the worker, beside the student's modules (`over_linear_cells.py` sends it there), so nothing
in it decides anything: which states such a loop must give is worked out elsewhere. The new state is a linear
map of the input and the old one, which no student would write for a solution; so a loop that gives these
states has used the cells that it was given, and a broken cell, or none, says nothing about it.

The student's classes stay what they are, whoever holds them and under whatever name: only their `__init__`
and `forward` are others for a while.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

HOMES: dict[str, str] = {}  # which module defines each name of the student's
PARTS = {"VanillaRNNCell": 1, "GRUCell": 1, "LSTMCell": 2}  # how many states go from step to step


def _methods(name: str) -> dict[str, Any]:
    """Those of the linear cell that stands for `name`."""
    parts = PARTS[name]

    def init(self: Any, input_size: int, hidden_size: int) -> None:
        nn.Module.__init__(self)
        self.input_size, self.hidden_size = input_size, hidden_size
        by_input = torch.randn(parts * hidden_size, input_size) / input_size**0.5
        by_state = 0.5 * torch.eye(parts * hidden_size)
        for what, weight in (("input", by_input), ("state", by_state)):
            self.register_parameter(f"linear_{name}_{what}", nn.Parameter(weight))

    def forward(self: Any, x: Tensor, state: Any) -> Any:
        old = state if parts == 1 else torch.cat([*state], dim=1)
        by_input, by_state = (getattr(self, f"linear_{name}_{what}") for what in ("input", "state"))
        new = x @ by_input.T + old @ by_state.T
        return new if parts == 1 else new.chunk(parts, dim=1)

    return {"__init__": init, "forward": forward}


CELLS = {name: type(name, (nn.Module,), _methods(name)) for name in PARTS}


def _module_of_cells(name: str) -> ModuleType:
    """Where the student defines the cell `name`; where that does not import, or is not there, one of ours."""
    home = HOMES.get(name, "cells")
    try:
        return importlib.import_module(home)
    except BaseException:
        module = sys.modules[home] = ModuleType(home)
        vars(module).update(CELLS)
        return module


@contextlib.contextmanager
def linear_cells() -> Iterator[None]:
    """For this while the student's cells are linear ones."""
    changed: list[tuple[Any, str, Any]] = []
    for name, cell in CELLS.items():
        module = _module_of_cells(name)
        theirs = vars(module).get(name)
        one_of_several = any(thing is theirs for thing, _, _ in changed)
        if isinstance(theirs, type) and issubclass(theirs, nn.Module) and not one_of_several:
            changed += [(theirs, method, function) for method, function in _methods(name).items()]
        else:
            changed.append((module, name, cell))
    before = [(thing, name, vars(thing).get(name)) for thing, name, _ in changed]
    try:
        for thing, name, value in changed:
            setattr(thing, name, value)
        yield
    finally:
        for thing, name, value in before:
            if value is None:
                delattr(thing, name)
            else:
                setattr(thing, name, value)


def _over_linear_cells(name: str) -> type[nn.Module]:
    """A subclass of the student's model `name` that is built and run while the cells are linear."""
    theirs = getattr(importlib.import_module(HOMES[name]), name)

    class OverLinearCells(theirs):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            with linear_cells():
                super().__init__(*args, **kwargs)

        def forward(self, *args: Any) -> Any:
            with linear_cells():
                return super().forward(*args)

    return OverLinearCells


def LinearDeepRNN(*args: Any, **kwargs: Any) -> nn.Module:
    with linear_cells():  # its module may import the cells
        made = _over_linear_cells("DeepRNN")
    return made(*args, **kwargs)


def LinearAuthorClassifier(*args: Any, **kwargs: Any) -> nn.Module:
    with linear_cells():
        made = _over_linear_cells("AuthorClassifier")
    return made(*args, **kwargs)


def _still(theirs: type[nn.Module]) -> type[nn.Module]:
    """A subclass that computes in training mode what it does in evaluation mode: nothing random has a say."""

    class Still(theirs):  # type: ignore[misc, valid-type]
        def train(self, mode: bool = True) -> Any:
            return super().train(False)

    return Still


def StillLinearAuthorClassifier(*args: Any, **kwargs: Any) -> nn.Module:
    with linear_cells():
        made = _still(_over_linear_cells("AuthorClassifier"))
    return made(*args, **kwargs)


def StillAuthorClassifier(*args: Any, **kwargs: Any) -> nn.Module:
    home = importlib.import_module(HOMES["AuthorClassifier"])
    return _still(home.AuthorClassifier)(*args, **kwargs)


class PlainClassifier(nn.Module):
    """A classifier of the grader's, for a loop of training whose own model cannot show what it does.

    It adds up one row of scores per character that is not padding: the steps of an optimiser need no more.
    """

    def __init__(self, vocab_size: int, hidden_size: int, num_classes: int = 3) -> None:
        super().__init__()
        self.scores = nn.Embedding(vocab_size, num_classes)

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        scores: Tensor = self.scores(tokens) * (tokens > 0)[..., None]
        return scores.sum(dim=1)
