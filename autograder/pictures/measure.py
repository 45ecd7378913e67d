"""Asking `measured` about a student's objects, wherever these are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.pictures.picture import NoPicture


class Measure(ABC):
    """`measure("states", model, …)` is what `measured.picture_states` gives: arrays go in, arrays come out.

    Raises NoPicture with the sentence that it gives instead.
    """

    def __call__(self, what: str, /, *args: Any, **options: Any) -> Mapping[str, Any]:
        found = self._ask(f"picture_{what}", *args, **options)
        if isinstance(found, str):
            raise NoPicture(found)
        if not isinstance(found, Mapping):
            raise NoPicture("There is nothing to draw.")
        return found

    @abstractmethod
    def _ask(self, name: str, *args: Any, **options: Any) -> object: ...


class InNotebook(Measure):
    """Measures objects of this process."""

    def _ask(self, name: str, *args: Any, **options: Any) -> object:
        from autograder.pictures import measured  # imports torch, as the notebook has

        return _arrays(getattr(measured, name)(*map(_tensors, args), **options))


def _tensors(given: Any) -> Any:
    import torch

    if isinstance(given, np.ndarray):
        return torch.from_numpy(given)
    if isinstance(given, dict):
        return {key: _tensors(each) for key, each in given.items()}
    return type(given)(map(_tensors, given)) if type(given) in (list, tuple) else given


def _arrays(given: Any) -> Any:
    import torch

    if isinstance(given, torch.Tensor):
        return given.detach().cpu().numpy()
    return {key: _arrays(each) for key, each in given.items()} if isinstance(given, dict) else given
