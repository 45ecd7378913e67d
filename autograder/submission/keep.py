"""What is kept of a notebook: imports, functions, classes, and constants that neither train nor read files.

Everything else of its top level (experiments, plots, downloads) is left out, line for line, and so is what
cannot be computed without it.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from autograder.submission.code import TOO_DEEP, BadCode, definitions, parse, replaced

# Calls that read, download, train or need a GPU.
_ACTS = re.compile(
    r"(?i)read|load|open|fetch|url|train|fit|mount|upload|listdir|glob|system|sleep|input|get_device|^cuda$"
)
_ACTING_MODULES = {"requests", "subprocess", "wget", "files", "drive", "gdown", "data"}  # data.py is given
_UNSAFE_BUILTINS = {"exec", "eval", "compile", "__import__", "breakpoint", "exit", "quit"}
MAX_STATEMENTS = 5_000
_Scope = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass
class Kept:
    """`source` has as many lines as before. `left_out` maps names that are gone to the line that set them."""

    source: str
    left_out: dict[str, int] = field(default_factory=dict)
    needs: dict[str, str] = field(
        default_factory=dict
    )  # a definition that is gone -> the name it cannot do without


def keep(source: str) -> Kept:
    """The part of a notebook's source that can be imported. Raises BadCode."""
    filtering = _Filter()
    try:
        drop = list(filtering.dropped(parse(source).body))
    except RecursionError:
        raise BadCode(TOO_DEEP) from None
    if len(drop) > MAX_STATEMENTS:
        raise BadCode(f"has more than {MAX_STATEMENTS:,} statements outside of functions")
    return Kept(replaced(source, [(node, "pass") for node in drop]), filtering.left_out, filtering.needs)


class _Filter:
    def __init__(self) -> None:
        self.left_out: dict[str, int] = {}
        self.needs: dict[str, str] = {}
        self._known = set(dir(builtins)) | {"__name__", "__file__", "__doc__"}
        self._callable = set(dir(builtins)) - _UNSAFE_BUILTINS
        self._star = False

    def dropped(self, statements: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
        """The statements to leave out, in order; those kept add to the known names."""
        for node in statements:
            if isinstance(node, (ast.If, ast.Try)) and self._keeps_block(node):
                for part in (node.body, *(h.body for h in getattr(node, "handlers", []))):
                    yield from self.dropped(part)
                yield from self.dropped(node.orelse)
                yield from self.dropped(getattr(node, "finalbody", []))
                continue
            names = [each.name for each in definitions([node])]
            if self._keeps(node):
                self._known.update(names)
                for name in names:
                    self.left_out.pop(name, None)
                    self.needs.pop(name, None)
            else:
                self.left_out.update((name, node.lineno) for name in names if name not in self._known)
                yield node

    def _keeps_block(self, node: ast.If | ast.Try) -> bool:
        return isinstance(node, ast.Try) or (self._is_simple(node.test) and not _is_main_guard(node.test))

    def _keeps(self, node: ast.stmt) -> bool:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.asname or alias.name.partition(".")[0] for alias in node.names]
            self._star = self._star or "*" in names
            if not (isinstance(node, ast.ImportFrom) and node.module in _ACTING_MODULES):
                self._callable.update(names)
            return True
        if isinstance(node, _Scope):
            missing = next((name for name in _loads_when_defined(node) if not self._knows(name)), None)
            if missing is not None:
                self.needs[node.name] = missing
            return missing is None
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            plain = all(isinstance(target, (ast.Name, ast.Tuple)) for target in targets)
            return plain and node.value is not None and self._is_simple(node.value)
        if isinstance(node, ast.AugAssign):
            return (
                isinstance(node.target, ast.Name)
                and self._knows(node.target.id)
                and self._is_simple(node.value)
            )
        return isinstance(node, ast.Pass) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        )

    def _knows(self, name: str) -> bool:
        return self._star or name in self._known

    def _is_simple(self, value: ast.expr) -> bool:
        """Whether a value can be computed at import: from kept names, without training or reading."""
        bound = {
            each.id
            for each in ast.walk(value)
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
        }
        for node in _evaluated(value):
            if isinstance(node, ast.Name) and not (self._knows(node.id) or node.id in bound):
                return False
            if isinstance(node, ast.Call) and not self._is_harmless(node.func):
                return False
            if isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom)):
                return False
        return True

    def _is_harmless(self, function: ast.expr) -> bool:
        if isinstance(function, ast.Name):
            return (function.id in self._callable or "*" in self._callable) and not _ACTS.search(function.id)
        if isinstance(function, ast.Attribute):
            root: ast.expr = function
            while isinstance(root, ast.Attribute):
                root = root.value
            return not _ACTS.search(function.attr) and not (
                isinstance(root, ast.Name) and root.id in _ACTING_MODULES
            )
        return False


def _evaluated(value: ast.expr) -> Iterator[ast.AST]:
    """The nodes of an expression that are evaluated with it: not the bodies of its lambdas."""
    todo: list[ast.AST] = [value]
    while todo:
        node = todo.pop()
        yield node
        todo += node.args.defaults if isinstance(node, ast.Lambda) else ast.iter_child_nodes(node)


def _loads_when_defined(node: ast.stmt) -> list[str]:
    """What a function or class needs when it is defined: decorators, defaults, annotations, bases."""
    assert isinstance(node, _Scope)
    values: list[ast.expr] = list(node.decorator_list)
    own: set[str] = set()
    if isinstance(node, ast.ClassDef):
        values += [*node.bases, *(keyword.value for keyword in node.keywords)]
        own = {each.name for each in definitions(node.body)} | {"__qualname__", "__module__"}
        inner = [name for each in node.body if isinstance(each, _Scope) for name in _loads_when_defined(each)]
        values += [
            each.value for each in node.body if isinstance(each, (ast.Assign, ast.AnnAssign)) and each.value
        ]
    else:
        arguments = node.args
        every = [
            *arguments.posonlyargs,
            *arguments.args,
            *arguments.kwonlyargs,
            arguments.vararg,
            arguments.kwarg,
        ]
        values += [*arguments.defaults, *(each for each in arguments.kw_defaults if each is not None)]
        values += [each.annotation for each in every if each is not None and each.annotation is not None]
        values += [node.returns] if node.returns is not None else []
        inner = []
    found = [each for value in values for each in _evaluated(value) if isinstance(each, ast.Name)]
    stored = {each.id for each in found if isinstance(each.ctx, ast.Store)}
    loaded = [*(each.id for each in found if isinstance(each.ctx, ast.Load)), *inner]
    return [name for name in loaded if name not in stored and name not in own]


def _is_main_guard(test: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(test))
