"""A script's code with the grader's statements between its own.

Worker only. The source is instrumented, line for line, not rewritten: an assignment to a constant is followed
by another one with the grader's value, and every statement outside of loops by a call that is given all names
in its reach.

With other constants its author's last remarks need not hold: `assert loss_history[-1] < 0.1` is left out, and
a statement outside of functions that nothing asked for depends on may fail.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Collection, Iterator
from types import CodeType

from ..source.names import Analysis, executed, stored
from ..source.slicing import needed_for, statements_of

CONSTANTS, HOOK = "__constants_of_the_grader__", "__weights_of_the_grader__"
_Function = (ast.FunctionDef, ast.AsyncFunctionDef)
_QUIET = (ast.Return, ast.Raise, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass)


@functools.lru_cache(maxsize=32)  # checks run one script a hundred times, and to look at it takes longer
def instrumented(
    source: str, filename: str, names: frozenset[str], constants: frozenset[str], weights: bool
) -> CodeType:
    """The code of one run for the variables `names`.

    It asks CONSTANTS for the value of each of the `constants` and, with `weights`, gives HOOK what it may
    fill. Raises what a source raises that does not compile.
    """
    return _Instrumented(source, filename, names, constants, weights).code


class _Instrumented:
    def __init__(
        self, source: str, filename: str, names: Collection[str], constants: Collection[str], weights: bool
    ) -> None:
        self._constants, self._weights = set(constants), weights
        tree = ast.parse(source, filename)
        self._analysis = Analysis(tree, source)
        self._unneeded = _free(tree, source, names, self._analysis)
        _wait_for_nobody(tree)
        tree.body = list(self._statements(tree.body, top=True))
        # Asserts are left out, those within functions, too.
        self.code = compile(ast.fix_missing_locations(tree), filename, "exec", dont_inherit=True, optimize=1)

    def _statements(self, body: list[ast.stmt], *, top: bool) -> Iterator[ast.stmt]:
        """The statements of a block, each followed by what the grader adds; loops are left as they are."""
        for node in body:
            if isinstance(node, (*_Function, ast.ClassDef)):
                if self._weights:
                    self._instrument_methods(node)
            elif isinstance(node, (ast.If, ast.With, ast.Try)):
                for block in ("body", "orelse", "finalbody"):
                    if getattr(node, block, None):
                        setattr(node, block, list(self._statements(getattr(node, block), top=top)))
                for handler in getattr(node, "handlers", []):
                    handler.body = list(self._statements(handler.body, top=top))
            set_here = self._sets(node) if top else set()
            yield _may_fail(node) if node in self._unneeded else node
            for name in sorted(set_here & self._constants):
                yield _like(node, f"{name} = {CONSTANTS}({name!r})")
            if self._weights and not isinstance(node, (*_QUIET, *_Function)) and not _is_docstring(node):
                yield _like(node, f"{HOOK}(locals())")

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


def _assigned(node: ast.stmt) -> set[str]:
    """The names that an assignment sets, `a, b = 1, 2` included."""
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign)):
        targets = [node.target]
    else:
        return set()
    return {name for target in targets for name in stored(target)}


def _like(node: ast.stmt, code: str) -> ast.stmt:
    """A statement that stands, for tracebacks, where `node` stands."""
    made = ast.parse(code).body[0]
    for each in ast.walk(made):
        ast.copy_location(each, node)
    return made


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
