"""Puts off the import of torch._dynamo, as dear as that of torch, until something is to be compiled.

The first optimiser, and the first operation on the meta device, import torch._dynamo only to say "do not
compile this" (`disable`) or "do not compile across this" (`graph_break`). As long as nothing is compiled,
both are no-ops. So a stand-in offers these two; whatever else is asked of it brings in the real module, and
torch.compile is none the wiser.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

_NAME = "torch._dynamo"


class _Deferred(ModuleType):
    def disable(self, fn: Callable[..., Any] | None = None, *args: Any, **kwargs: Any) -> Any:
        return fn if fn is not None else lambda decorated: decorated

    def graph_break(self, msg: str = "") -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        if name == "__spec__":  # asked for by the import system itself
            return None
        if name.startswith("__") and name != "__path__":  # `inspect` asks every module for its file
            raise AttributeError(name)
        return getattr(_real(), name)


def defer() -> None:
    """Do nothing if the real module is there already."""
    if _NAME not in sys.modules:
        import torch

        stand_in = _Deferred(_NAME)
        for name in ("__spec__", "__path__"):
            stand_in.__dict__.pop(name, None)
        sys.modules[_NAME] = stand_in
        torch._dynamo = stand_in


def _real() -> ModuleType:
    if isinstance(sys.modules.get(_NAME), _Deferred):
        import torch

        del sys.modules[_NAME], torch._dynamo
    return importlib.import_module(_NAME)
