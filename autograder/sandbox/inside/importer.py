"""Imports a student's sources from memory: in a worker no file of a submission is ever on disk."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import linecache
import sys
from collections.abc import Sequence
from types import CodeType, ModuleType

from ..wire.program import Module, Program
from .guarded import Clock, Failures, Run


class Sources(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds and loads the modules of one program. They may import each other in any order.

    The lines go into linecache under the file name that the student knows, with no modification time, so that
    tracebacks, `inspect.getsource` and therefore `torch.jit.script` find them. A source named like a module
    of the standard library, or like one that is loaded already (`random.py`, `torch.py`), shadows nothing.

    Each module is run statement by statement; `failures` says which names that left unset, and why.
    """

    def __init__(self, program: Program) -> None:
        taken = set(sys.stdlib_module_names) | {name.partition(".")[0] for name in sys.modules}
        self.failures = Failures()
        self._clock = Clock()
        self._running = 0
        self._runs: list[Run] = []
        self.filenames = frozenset(module.filename for module in program.modules)
        self._modules = {m.name: m for m in program.modules if m.name.partition(".")[0] not in taken}
        self._packages = {
            ".".join(p[:i]) for p in (n.split(".") for n in self._modules) for i in range(1, len(p))
        }
        for module in self._modules.values():
            lines = module.source.splitlines(keepends=True)
            linecache.cache[module.filename] = (len(module.source), None, lines, module.filename)

    def install(self) -> None:
        sys.meta_path.insert(0, self)

    def remove(self) -> None:
        """Forget the program, so that another may follow in the same process."""
        sys.meta_path.remove(self)
        for name in [*self._modules, *self._packages]:
            sys.modules.pop(name, None)
        for filename in self.filenames:
            linecache.cache.pop(filename, None)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in self._modules and fullname not in self._packages:
            return None
        spec = importlib.util.spec_from_loader(fullname, self, is_package=fullname in self._packages)
        if spec is not None and fullname in self._modules:
            spec.origin = self._modules[fullname].filename
            spec.has_location = True  # gives the module its __file__
        return spec

    def get_source(self, fullname: str) -> str:
        return self._modules[fullname].source if fullname in self._modules else ""

    def get_code(self, fullname: str) -> CodeType:
        filename = self._modules[fullname].filename if fullname in self._modules else fullname
        return compile(self.get_source(fullname), filename, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        """Run a module. Raises only what says that it is no Python."""
        known = self._modules.get(module.__name__)
        if known is None:
            return  # a folder
        failed = self.failures.by_module.setdefault(known.name, {})
        run = Run(known.source, known.filename, vars(module), failed, self._clock)
        self._runs.append(run)
        self._running += 1
        try:
            run.run()
        finally:
            self._running -= 1
        # Modules that import each other may have looked too early; once all have ended, they look again.
        for lend in (False, True):
            while not self._running and any(each.retry(lend=lend) for each in self._runs):
                pass

    def is_package(self, fullname: str) -> bool:
        return fullname in self._packages

    def module(self, name: str) -> Module | None:
        return self._modules.get(name)
