"""Which top-level statements of a source the names that are asked for depend on: its backward slice."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from .names import Analysis, Uses, executed

_BUILTINS = frozenset(dir(builtins))


@dataclass(frozen=True, eq=False)
class Statement:
    """A statement outside of functions, with what it and the tests above it do to names."""

    node: ast.stmt
    uses: Uses
    reads: frozenset[str]


def statements_of(tree: ast.Module, source: str) -> Iterator[Statement]:
    """The statements one by one, those in the branches of an `if` instead of the `if`."""
    analysis = Analysis(tree, source)
    todo: list[tuple[ast.stmt, frozenset[str]]] = [(node, frozenset()) for node in tree.body[::-1]]
    while todo:
        node, tests = todo.pop()
        if isinstance(node, ast.If):
            tests |= {each.id for each in executed(node.test) if isinstance(each, ast.Name)}
            todo += [(each, tests) for each in [*node.body, *node.orelse][::-1]]
        else:
            uses = analysis.of(node)
            yield Statement(node, uses, uses.reads | tests)


def needed_for(public: Collection[str], statements: Sequence[Statement], *, certain: bool) -> set[Statement]:
    """The statements that set or change a name which is public, or is read by one of these statements.

    Those that only might change one, by a function that nobody knows, are among them unless `certain`.
    """
    makers: dict[str, list[Statement]] = {}
    for each in statements:
        uses = each.uses
        for name in uses.sets | uses.changes | uses.reaches | (frozenset() if certain else uses.might_change):
            makers.setdefault(name, []).append(each)
    kept: set[Statement] = set()
    needed: set[str] = set()

    def need(names: Collection[str]) -> None:
        todo = [*names]
        while todo:
            name = todo.pop()
            if name in needed:
                continue
            needed.add(name)
            for each in makers.get(name, ()):
                if each not in kept:
                    kept.add(each)
                    todo += each.reads

    need(public)
    if needed - makers.keys() - _BUILTINS:  # `from collate import *` may set what nothing else does
        for each in statements:
            if each.uses.anything and each not in kept:
                kept.add(each)
                need(each.reads)
    return kept
