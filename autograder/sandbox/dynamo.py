"""Takes out of torch what changes only how fast a program runs, and costs a grading seconds or stops it.

torch.compile, as a function, a decorator or a method of a module, gives back what it is given: a program
computes the same without it. How many threads torch uses is the worker's affair: one; asking torch for others
does nothing. Nor does asking autograd to detect anomalies, which makes a training several times slower to
name, of a gradient that is no number, the line behind it.

And the import of torch._dynamo, as dear as that of torch, is put off until something asks for more of it.

The first optimiser, and the first operation on the meta device, import torch._dynamo only to say "do not
compile this" (`disable`) or "do not compile across this" (`graph_break`). As long as nothing is compiled,
both are no-ops. So a stand-in offers these two; whatever else is asked of it brings in the real module.
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


def compile_nothing() -> None:
    """Let torch.compile return its argument, and leave threads and autograd as they are."""
    import torch

    def unchanged(model: Any = None, *args: Any, **kwargs: Any) -> Any:
        return model if model is not None else lambda decorated: decorated

    def ignored(*args: Any, **kwargs: Any) -> None:
        return None

    for name, stand_in in (
        ("compile", unchanged),
        ("set_num_threads", ignored),
        ("set_num_interop_threads", ignored),
        ("set_anomaly_enabled", ignored),
    ):
        setattr(torch, name, stand_in)
    torch.nn.Module.compile = ignored  # type: ignore[method-assign]


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
