"""Takes out of torch what changes only how fast a program runs, and costs a grading seconds or stops it.

torch.compile, as a function, a decorator or a method of a module, gives back what it is given: a program
computes the same without it. How many threads torch uses is the worker's affair: one; asking torch for others
does nothing. Nor does asking autograd to detect anomalies, which makes a training several times slower to
name, of a gradient that is no number, the line behind it.

And two imports, each as dear as half of torch's or more, are put off until something asks for more of them.

The first optimiser, and the first operation on the meta device, import torch._dynamo only to say "do not
compile this" (`disable`) or "do not compile across this" (`graph_break`). As long as nothing is compiled,
both are no-ops. Each operation on the meta device imports sympy to ask whether a number is a symbol, and
torch.fx.experimental.symbolic_shapes to ask whether a condition holds. Where shapes are numbers, none is a
symbol, and a condition is a bool. So stand-ins offer these; whatever else is asked of them brings in the real
module.

And torch.manual_seed writes down the whole stack, once for each kind of card that may come into use later,
which takes 2 ms. It is shown only where a card refuses its seed.
"""

from __future__ import annotations

import functools
import importlib
import operator
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any


class _Deferred(ModuleType):
    """In the place of a module: what the class below it defines, and the real one for the rest."""

    dunders: tuple[str, ...] = ("__path__", "__version__")

    def __getattr__(self, name: str) -> Any:
        if name == "__spec__":  # asked for by the import system itself
            return None
        if name.startswith("__") and name not in self.dunders:
            raise AttributeError(name)  # `inspect` asks every module for its file
        return getattr(_real(self.__name__), name)


class _Dynamo(_Deferred):
    def disable(self, fn: Callable[..., Any] | None = None, *args: Any, **kwargs: Any) -> Any:
        return fn if fn is not None else lambda decorated: decorated

    def graph_break(self, msg: str = "") -> None:
        return None


class _SymbolicShapes(_Deferred):
    """Other functions, too, are there to be imported; most are never called."""

    dunders = ()  # no package

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or not name.islower():
            return super().__getattr__(name)
        return lambda *args, **kwargs: getattr(_real(self.__name__), name)(*args, **kwargs)

    def is_nested_int(self, s: Any) -> bool:
        return not isinstance(s, int) and bool(_real(self.__name__).is_nested_int(s))

    def sym_eq(self, x: Any, y: Any) -> Any:
        if all(isinstance(each, (list, tuple)) for each in (x, y)):
            return len(x) == len(y) and functools.reduce(operator.and_, map(self.sym_eq, x, y), True)
        return x == y if isinstance(x, int) and isinstance(y, int) else _real(self.__name__).sym_eq(x, y)

    def expect_true(self, a: Any, skip: int = 0) -> bool:
        return a if isinstance(a, bool) else _real(self.__name__).expect_true(a, skip + 1)

    def guard_or_false(self, a: Any) -> bool:
        return a if isinstance(a, bool) else _real(self.__name__).guard_or_false(a)

    def guard_or_true(self, a: Any) -> bool:
        return a if isinstance(a, bool) else _real(self.__name__).guard_or_true(a)

    def statically_known_true(self, x: Any) -> bool:
        return x if isinstance(x, bool) else _real(self.__name__).statically_known_true(x)

    def sym_and(self, x: Any, *others: Any) -> Any:
        return functools.reduce(operator.and_, others, x)

    def sym_or(self, x: Any, *others: Any) -> Any:
        return functools.reduce(operator.or_, others, x)


class _Sympy(_Deferred):
    class Basic:
        """No number is one."""


class _Traceback(_Deferred):
    """In the place of `traceback` within torch's modules of cards alone."""

    def format_stack(self, *args: Any) -> list[str]:
        return []


STAND_INS = {
    "torch._dynamo": _Dynamo,
    "torch.fx.experimental.symbolic_shapes": _SymbolicShapes,
    "sympy": _Sympy,
}


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
    """Put the stand-ins in their places, except where the real module is there already."""
    import torch
    import torch.fx.experimental._config  # which comes with symbolic_shapes, and is looked at without it

    for name, kind in STAND_INS.items():
        if name not in sys.modules:
            stand_in = kind(name)
            for each in ("__spec__", "__path__"):
                stand_in.__dict__.pop(each, None)
            sys.modules[name] = stand_in
            if name == "torch._dynamo":
                torch._dynamo = stand_in
    for card in (vars(torch.cuda), vars(torch.xpu), vars(torch.mtia)):
        if "traceback" in card:
            card["traceback"] = _Traceback("traceback")


def _real(name: str) -> ModuleType:
    stand_in = sys.modules.get(name)
    if not isinstance(stand_in, _Deferred):
        return importlib.import_module(name)
    del sys.modules[name]
    if name == "torch._dynamo":
        import torch

        del torch._dynamo
    real = importlib.import_module(name)
    vars(stand_in).update(vars(real))  # for whoever has it
    return real
