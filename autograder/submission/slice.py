"""What is kept of a notebook: the statements from which its public names are made, and nothing else.

    sentences = read("train.txt")                   kept: vocab is made from it
    vocab = build_vocab(sentences)                  kept: the default below reads it
    vocab["<UNK>"] = 1                              kept: changes it
    losses = train(model, vocab)                    left out: nothing public reads losses or model
    plt.plot(losses)                                left out
    def collate_fn(batch, pad=vocab["<PAD>"]): …    kept: it is public

A script keeps what seeds and what draws, too. Lines stay where they are. Whether a kept statement can be run
where this is graded shows there: each is guarded (`sandbox.inside.guarded`).
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from autograder.sandbox.source.packages import INERT
from autograder.sandbox.source.slicing import Statement, needed_for, statements_of
from autograder.submission.code import TOO_DEEP, BadCode, definitions, parse, replaced

MAX_STATEMENTS = 5_000


@dataclass
class Slice:
    """`source` has as many lines as before. `left_out` maps names that are gone to the line that set them."""

    source: str
    left_out: dict[str, int] = field(default_factory=dict)


def cut(source: str, public: Collection[str], *, script: bool = False) -> Slice:
    """The backward slice of a notebook's source from its public names. Raises BadCode.

    A `script` is run as it stands, so what might fail there for nothing (a call of a function that nobody
    knows) is left out of it.
    """
    try:
        tree = parse(source)
        statements = list(statements_of(tree, source))
        if len(statements) > MAX_STATEMENTS:
            raise BadCode(f"has more than {MAX_STATEMENTS:,} statements outside of functions")
        kept = needed_for(public, statements, certain=script)
        if script:
            kept |= _seeds_and_drawings(tree, statements, kept)
    except RecursionError:
        raise BadCode(TOO_DEEP) from None
    edits = sorted(_edits(tree, source, {each.node for each in kept}), key=_position)
    names = {name for each in kept for name in each.uses.sets}
    left_out = {
        found.name: found.start
        for each in statements
        if each not in kept
        for found in definitions([each.node])
        if found.name not in names
    }
    return Slice(replaced(source, edits), left_out)


def _seeds_and_drawings(
    tree: ast.Module, statements: Collection[Statement], kept: Collection[Statement]
) -> set[Statement]:
    """What of a script sets no name and yet belongs to it: `torch.manual_seed(42)`, `plt.plot(losses)`.

    Nothing but what is kept goes into it. Without its seed, a script is another experiment than its author's.
    """
    imports = {
        alias.asname or alias.name.partition(".")[0]: alias.name
        for node in tree.body
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    known = {name for each in kept for name in each.uses.sets} | imports.keys()
    found = {each for each in statements if _seeds_or_draws(each.node, imports) and each.reads <= known}
    used = {imports[name] for each in found for name in each.reads & imports.keys()}
    return found | {
        each
        for each in statements
        if isinstance(each.node, ast.Import) and used & {alias.name for alias in each.node.names}
    }


def _seeds_or_draws(node: ast.stmt, imports: Mapping[str, str]) -> bool:
    """Whether a statement calls `….manual_seed(…)` or `….seed(…)`, or what draws and does nothing here."""
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        return False
    function: ast.expr = node.value.func
    name = function.attr if isinstance(function, ast.Attribute) else ""
    while isinstance(function, ast.Attribute):
        function = function.value
    module = imports.get(function.id, "") if isinstance(function, ast.Name) else ""
    return bool(module) and (name in ("manual_seed", "seed") or module.partition(".")[0] in INERT)


def _edits(tree: ast.Module, source: str, kept: set[ast.stmt]) -> Iterator[tuple[ast.stmt | ast.expr, str]]:
    """What takes the place of the rest: `pass`, also for an `if` of which nothing is kept."""
    lines = source.split("\n")
    todo = [*tree.body]
    while todo:
        node = todo.pop()
        if not isinstance(node, ast.If):
            if node not in kept and not _costs_nothing(node):
                yield node, "pass"
        elif _is_elif(lines[node.lineno - 1]) or any(each in kept for each in ast.walk(node)):
            todo += [*node.body, *node.orelse]
            if _is_main(node):
                yield node.test, "True"
        else:
            yield node, "pass"


def _is_elif(line: str) -> bool:
    return line.lstrip().startswith("elif")


def _position(edit: tuple[ast.stmt | ast.expr, str]) -> tuple[int, int]:
    return edit[0].lineno, edit[0].col_offset


def _costs_nothing(node: ast.stmt) -> bool:
    """Docstrings, `pass` and future imports stay."""
    constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return (
        constant
        or isinstance(node, ast.Pass)
        or (isinstance(node, ast.ImportFrom) and node.module == "__future__")
    )


def _is_main(node: ast.If) -> bool:
    """`if __name__ == "__main__"`, which holds in a notebook."""
    test = node.test
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
        and isinstance(test.ops[0], ast.Eq)
    )
