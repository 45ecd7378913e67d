"""A student's script, run from top to bottom with constants and first weights of the grader's.

Worker only. The source is instrumented, line for line, not rewritten: an assignment to a constant is followed
by another one with the grader's value, and after every statement outside of loops the tensors that are to
start with given values receive them, wherever the script keeps them, until the first gradient is asked for.

With other constants its author's last remarks need not hold: `assert loss_history[-1] < 0.1` is left out, and
a statement outside of functions that nothing asked for depends on may fail.
"""

from __future__ import annotations

import ast
import contextlib
import copy
from collections.abc import Callable, Collection, Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any, NoReturn

import numpy as np
import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

from ..source.names import Analysis, executed
from ..source.slicing import needed_for, statements_of
from ..wire.program import OPTIMISED
from . import standins

_CONSTANTS, _HOOK = "__constants_of_the_grader__", "__weights_of_the_grader__"
_Function = (ast.FunctionDef, ast.AsyncFunctionDef)
MAX_LOOKS = 5_000  # for other names, per run
_QUIET = (ast.Return, ast.Raise, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass)


class NotDefined(Exception):
    """The script ended without a variable of this name."""


class Script:
    """One run of a script for the variables `names` ("W", or "W.requires_grad").

    `constants` replace top-level values by name, `start` those of tensors. `known_as` says under which other
    names the script keeps those tensors while it trains.
    """

    def __init__(
        self,
        source: str,
        filename: str,
        names: Collection[str],
        constants: Mapping[str, Any],
        start: Mapping[str, torch.Tensor],
        known_as: Mapping[str, str] | None = None,
    ) -> None:
        self._filename, self._names = filename, names
        self._constants, self._start = constants, start
        self._known_as = known_as or {}
        self._seen: dict[
            str, torch.Tensor
        ] = {}  # by the names of variables and attributes, the last one each
        self._looks = 0
        tree = ast.parse(source, filename)
        self._analysis = Analysis(tree, source)
        self._free = _free(tree, source, {name.partition(".")[0] for name in names}, self._analysis)
        _wait_for_nobody(tree)
        tree.body = list(self._statements(tree.body, top=True))
        # Asserts are left out, those within functions, too.
        self._code = compile(ast.fix_missing_locations(tree), filename, "exec", dont_inherit=True, optimize=1)
        self._space: dict[str, Any] = {}
        self._set: dict[str, torch.Tensor] = {}
        self._began = False
        self.held: list[str] = []  # names that had their start value when the first gradient was asked for

    def run(self) -> dict[str, Any]:
        """The variables asked for as they are in the end. Raises NotDefined.

        A script that ends itself by exit() has come to its end, unless a variable is missing then.
        """
        self._space.update({
            "__name__": "__main__",
            "__file__": self._filename,
            "display": standins.Inert(),  # Jupyter's own
            "get_ipython": standins.Inert,
            "input": _nobody,
            _CONSTANTS: self._constant,
            _HOOK: self._put,
        })  # fmt: skip
        roots = [name.partition(".")[0] for name in self._names]
        with _told(self._begin), _steps_of_optimisers() as steps:
            try:
                exec(self._code, self._space)
            except SystemExit as end:
                for root in roots:
                    if root not in self._space and root != OPTIMISED:
                        early = RuntimeError(f"the script ends itself here, before it has set {root}")
                        raise early.with_traceback(end.__traceback__) from None
            self._space[OPTIMISED] = bool(steps)
        if not self._began:
            self._begin()
        for root in roots:
            if root not in self._space:
                raise NotDefined(root)
        return {name: self._value(name) for name in self._names}

    def _value(self, name: str) -> Any:
        root, *path = name.split(".")
        value = self._space[root]
        for part in path:
            value = getattr(value, part, None)
        return value.tolist() if isinstance(value, np.ndarray) else value

    def _constant(self, name: str) -> Any:
        """A constant of the grader's, a new one each time: scripts add to a vocabulary."""
        return copy.deepcopy(self._constants[name])

    # --- instrumenting --------------------------------------------------------------------------------------

    def _statements(self, body: list[ast.stmt], *, top: bool) -> Iterator[ast.stmt]:
        """The statements of a block, each followed by what the grader adds; loops are left as they are."""
        for node in body:
            if isinstance(node, (*_Function, ast.ClassDef)):
                if self._start:
                    self._instrument_methods(node)
            elif isinstance(node, (ast.If, ast.With, ast.Try)):
                for block in ("body", "orelse", "finalbody"):
                    if getattr(node, block, None):
                        setattr(node, block, list(self._statements(getattr(node, block), top=top)))
                for handler in getattr(node, "handlers", []):
                    handler.body = list(self._statements(handler.body, top=top))
            set_here = self._sets(node) if top else set()
            yield _may_fail(node) if node in self._free else node
            for name in sorted(set_here & set(self._constants)):
                yield _like(node, f"{name} = {_CONSTANTS}({name!r})")
            if self._start and not isinstance(node, (*_QUIET, *_Function)) and not _is_docstring(node):
                yield _like(node, f"{_HOOK}(locals())")

    def _sets(self, node: ast.stmt) -> set[str]:
        """The names that a statement assigns, or whose value it goes on filling."""
        return _assigned(node) | (
            {*self._analysis.of(node).changes} if not isinstance(node, ast.If) else set()
        )

    def _instrument_methods(self, node: ast.stmt) -> None:
        if isinstance(node, _Function):
            node.body = list(self._statements(node.body, top=False))
        for each in node.body if isinstance(node, ast.ClassDef) else ():
            self._instrument_methods(each)

    # --- first weights --------------------------------------------------------------------------------------

    def names_of_its_own(self) -> dict[str, str]:
        """Under which names the tensors that were not held came into being, as far as it was seen."""
        return {
            name: own
            for name in self._start
            for own, tensor in reversed(self._seen.items())  # the first one stays: later ones run in loops
            if name not in self.held and tensor is self._space.get(name) and own != name
        }

    def _look(self, space: dict[str, Any]) -> None:
        self._looks += 1
        if self._looks > MAX_LOOKS:
            return
        for owner in (space, *(getattr(each, "__dict__", None) for each in list(space.values()))):
            for name, tensor in list(owner.items()) if isinstance(owner, dict) else ():
                if isinstance(name, str) and isinstance(tensor, torch.Tensor):
                    self._seen[name] = tensor

    def _put(self, space: dict[str, Any]) -> None:
        """Give the tensors in reach of `space` their start values, in place, while training has not begun."""
        if space is not self._space:
            self._look(space)
        if self._began:
            return
        for owner in (self._space, space, *list(space.values())):
            found = {name: _part(owner, self._known_as.get(name, name)) for name in self._start}
            tensors = {name: each for name, each in found.items() if isinstance(each, torch.Tensor)}
            if owner is space or owner is self._space or len(tensors) == len(found):
                for name, tensor in tensors.items():
                    self._fill(name, tensor)

    def _fill(self, name: str, tensor: torch.Tensor) -> None:
        wanted = _oriented(self._start[name], tensor)
        if wanted is None:
            return
        if not torch.equal(tensor.detach(), wanted):
            with torch.no_grad():
                tensor.copy_(wanted)
        self._set[name] = tensor

    def _begin(self) -> None:
        """The first gradient is asked for, or the script has ended without one."""
        if self._began:
            return
        self._began = True
        for name, tensor in self._set.items():
            now, wanted = self._space.get(name), _oriented(self._start[name], tensor)
            replaced = isinstance(now, torch.Tensor) and now is not tensor
            if wanted is not None and not replaced and torch.equal(tensor.detach(), wanted):
                self.held.append(name)


def _free(tree: ast.Module, source: str, names: Collection[str], analysis: Analysis) -> set[ast.stmt]:
    """The statements that no name depends on, and that call nothing of the script's own."""
    statements = list(statements_of(tree, source))
    needed = needed_for(names, statements, certain=False)

    def calls_its_own(node: ast.stmt) -> bool:
        return any(
            isinstance(each, ast.Name) and analysis.body(each.id) is not None for each in executed(node)
        )

    return {
        each.node
        for each in statements
        if each not in needed
        and not each.uses.anything
        and not isinstance(each.node, ast.ImportFrom)
        and not calls_its_own(each.node)
    }


def _may_fail(node: ast.stmt) -> ast.stmt:
    handler = ast.ExceptHandler(ast.Name("Exception", ast.Load()), None, [ast.Pass()])
    return ast.copy_location(ast.Try([node], [handler], [], []), node)


def _wait_for_nobody(tree: ast.Module) -> None:
    """`input("Press Enter")`, of which nobody takes the answer, does nothing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            called = node.value.func
            if isinstance(called, ast.Name) and called.id == "input":
                node.value = ast.copy_location(ast.Constant(None), node.value)


def _nobody(prompt: object = "") -> NoReturn:
    raise EOFError("input() finds nobody at the keyboard where this is graded: write the value down")


def _assigned(node: ast.stmt) -> set[str]:
    """The names that an assignment sets, `a, b = 1, 2` included."""
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign)):
        targets = [node.target]
    else:
        return set()
    return {
        each.id
        for target in targets
        for each in ast.walk(target)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }


def _part(owner: object, name: str) -> object:
    """What a namespace, a dict or an object keeps under a name."""
    if isinstance(owner, dict):
        return owner.get(name)
    if isinstance(owner, (ModuleType, FunctionType, type, torch.Tensor, standins.Inert, str, int, float)):
        return None
    with contextlib.suppress(Exception):
        return getattr(owner, name, None)
    return None


def _oriented(value: torch.Tensor, like: torch.Tensor) -> torch.Tensor | None:
    """`value` in the shape and type of `like`: as it is, transposed or reshaped; None if it does not fit."""
    if not like.is_floating_point() or like.numel() != value.numel():
        return None
    if like.shape != value.shape:
        value = value.T if like.shape == value.T.shape else value.reshape(like.shape)
    return value.to(like)


def _like(node: ast.stmt, code: str) -> ast.stmt:
    """A statement that stands, for tracebacks, where `node` stands."""
    made = ast.parse(code).body[0]
    for each in ast.walk(made):
        ast.copy_location(each, node)
    return made


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


@contextlib.contextmanager
def _steps_of_optimisers() -> Iterator[list[str]]:
    """Within it, the kind of every optimiser of torch's that takes a step, however the script came by it."""
    steps: list[str] = []
    hook = register_optimizer_step_pre_hook(lambda optimiser, *_: steps.append(type(optimiser).__name__))
    try:
        yield steps
    finally:
        hook.remove()


@contextlib.contextmanager
def _told(begin: Callable[[], None]) -> Iterator[None]:
    """Within it, `begin` is called before every gradient that autograd computes."""
    originals = {name: getattr(torch.autograd, name) for name in ("backward", "grad")}

    def telling(original: Callable[..., Any]) -> Callable[..., Any]:
        def told(*args: Any, **kwargs: Any) -> Any:
            begin()
            return original(*args, **kwargs)

        return told

    for name, original in originals.items():
        setattr(torch.autograd, name, telling(original))
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(torch.autograd, name, original)
