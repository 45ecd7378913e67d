"""What a student's imports find in place of packages that a worker has no use for, or that are not installed.

Two kinds. Packages that draw, log or talk to a notebook are *inert*: any use of them is accepted and does
nothing, for pictures are never judged in a worker. Other well-known packages, when missing, are *absent*:
importing them works, using them raises a clear sentence, so that a file is not lost over an import that the
checked functions do not need.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any, NoReturn

from ..source.packages import ABSENT, INERT


class Inert:
    """Accepts everything, does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # Used as a decorator: the function that was decorated must survive.
        if len(args) == 1 and not kwargs and callable(args[0]) and not isinstance(args[0], Inert):
            return args[0]
        return Inert()

    def __enter__(self) -> Inert:
        return self

    def __exit__(self, *exception: object) -> None:
        return None

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __contains__(self, item: object) -> bool:
        return False

    def __getitem__(self, key: object) -> Inert:
        return Inert()

    def __setitem__(self, key: object, item: object) -> None:
        return None

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        return (Inert,)


def _subplots(nrows: int = 1, ncols: int = 1, **kwargs: Any) -> tuple[Inert, Any]:
    """Of the shape that `matplotlib.pyplot.subplots` gives, since its result is unpacked."""
    rows: list[Any] = [[Inert() for _ in range(ncols)] if ncols > 1 else Inert() for _ in range(nrows)]
    return Inert(), rows if nrows > 1 else rows[0]


class _InertModule(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _subplots if name == "subplots" else Inert()


class Absent:
    """Part of a package that is not installed: may be imported and passed around, not used."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __getattr__(self, name: str) -> Absent:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent(f"{self._path}.{name}")

    def _used(self, *args: object, **kwargs: object) -> NoReturn:
        package = self._path.partition(".")[0]
        raise ModuleNotFoundError(
            f"{self._path} was used, but {package} is not installed where this is graded;"
            " the code that is checked has to work without it",
            name=package,
        )

    __call__ = __iter__ = __getitem__ = __enter__ = __mro_entries__ = __len__ = __contains__ = _used


class _AbsentModule(ModuleType):
    def __getattr__(self, name: str) -> Absent:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent(f"{self.__name__}.{name}")


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, names: frozenset[str], kind: type[ModuleType]) -> None:
        self._names, self._kind = names, kind

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        parts = fullname.split(".")
        if not any(".".join(parts[:i]) in self._names for i in range(1, len(parts) + 1)):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return self._kind(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        return None


def install() -> None:
    """Put both kinds in place: inert ones before the real packages, absent ones after everything else."""
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, _Finder(INERT, _InertModule))
    sys.meta_path.append(_Finder(ABSENT, _AbsentModule))


def remove() -> None:
    """Take both kinds away again, and what was imported of them: the next import finds the real packages."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _Finder)]
    for name, module in list(sys.modules.items()):
        if isinstance(module, (_InertModule, _AbsentModule)):
            del sys.modules[name]
