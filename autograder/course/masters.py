"""The marks in a solution that make it a master: one text gives what students receive and what solves it.

    # TODO (unit cells): what to compute, on one comment line or several.
    # BEGIN SOLUTION
    return torch.tanh(...)
    # END SOLUTION

Students receive the TODO and a line that raises NotImplementedError; the solved form has the lines between
the marks. What stands outside is given and in both. At the top level of a script nothing can be raised, so
the block says what students receive instead, in comments that the solved form drops:

    # TODO (unit weights): the recurrent weights, of shape (n, n).
    # BEGIN SOLUTION
    W = torch.randn(n, n, requires_grad=True)
    # TEMPLATE: W = None
    # END SOLUTION

A Markdown master marks in HTML comments, which readers of the page do not see. Students receive the TODO:

    <!-- TODO: What did you find? -->
    <!-- BEGIN SOLUTION -->
    The LSTM is better.
    <!-- END SOLUTION -->

A line `# PARTS: …` stands for code that several masters are given; `parts` reads it.
"""

from __future__ import annotations

import ast
import functools
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.course.yaml_file import ConfigError

MARK = re.compile(r"# (BEGIN|END) SOLUTION")
ALMOST_A_MARK = re.compile(r"SOLUTION|(?i:\b(begin|end)[\W_]*solution)")
TODO = re.compile(r"# TODO\b")
TEXT_BLOCK = re.compile(
    r"^<!-- BEGIN SOLUTION -->\n((?:(?!.*SOLUTION -->).*\n)+)<!-- END SOLUTION -->\n", re.MULTILINE
)
TEXT_TODO = re.compile(r"^<!-- TODO: (?:(?!-->).)*-->\n\n?", re.MULTILINE | re.DOTALL)
INSTEAD = re.compile(r"# TEMPLATE: ?(.*)")
_KEPT = 64  # texts whose forms are remembered: a corpus asks for those of one assignment again and again


class BadMaster(ConfigError):
    """A master cannot be split into template and solution; the sentence says where and why."""


@dataclass(frozen=True)
class Block:
    """One marked block; lines are counted from 0, `end` is the line of the END mark."""

    todo: int  # first line of the TODO comment
    begin: int
    end: int
    stub: tuple[str, ...]  # the lines that students receive instead, indented


@functools.lru_cache(maxsize=_KEPT)
def stub(text: str, name: str) -> str:
    """The form that students receive. Raises BadMaster; `name` is the file that its sentence shall name."""
    lines = text.split("\n")
    for block in reversed(_blocks(text, name)):
        lines[block.begin : block.end + 1] = block.stub
    made = "\n".join(lines)
    try:
        ast.parse(made)
    except SyntaxError as error:
        line = str(error.text).strip()
        raise BadMaster(
            f"{name}: without its solutions this master is no valid Python: {error.msg} in {line!r}."
        ) from None
    return made


@functools.lru_cache(maxsize=_KEPT)
def solved(text: str, name: str) -> str:
    """The solution without marks and TODOs, as a student would hand it in. Raises BadMaster."""
    lines = text.split("\n")
    for block in reversed(_blocks(text, name)):
        kept = [line for line in lines[block.begin + 1 : block.end] if not INSTEAD.match(line.strip())]
        lines[block.todo : block.end + 1] = kept
    return "\n".join(lines)


def solution_lines(text: str, name: str) -> list[str]:
    """Every line, stripped, that no template may hold. Raises BadMaster."""
    lines = text.split("\n")
    inside = [line.strip() for block in _blocks(text, name) for line in lines[block.begin + 1 : block.end]]
    return [line for line in inside if line]


def solved_lines(text: str, name: str) -> frozenset[int]:
    """The lines of the solved form, counted from 1, that stood between marks. Raises BadMaster."""
    lines, dropped = text.split("\n"), 0
    found: set[int] = set()
    for block in _blocks(text, name):
        kept = [line for line in lines[block.begin + 1 : block.end] if not INSTEAD.match(line.strip())]
        first = block.todo - dropped + 1
        found.update(range(first, first + len(kept)))
        dropped += block.end + 1 - block.todo - len(kept)
    return frozenset(found)


def stub_of_text(text: str, name: str) -> str:
    """The form of a Markdown master that students receive. Raises BadMaster."""
    _check_text(text, name)
    return TEXT_BLOCK.sub("", text)


def solved_text(text: str, name: str) -> str:
    """A Markdown master as one would hand it in, without marks and TODOs. Raises BadMaster."""
    _check_text(text, name)
    return TEXT_TODO.sub("", TEXT_BLOCK.sub(lambda block: block[1], text))


def _check_text(text: str, name: str) -> None:
    for number, line in enumerate(TEXT_BLOCK.sub(_as_many_lines, text).split("\n"), start=1):
        if ALMOST_A_MARK.search(line):
            raise BadMaster(
                f"{name}:{number}: marks are `<!-- BEGIN SOLUTION -->` and `<!-- END SOLUTION -->`, each on "
                f"a line of its own and in turn, not {line.strip()!r}."
            )


def _as_many_lines(block: re.Match[str]) -> str:
    return "\n" * block[0].count("\n")


def _blocks(text: str, name: str) -> list[Block]:
    tree = _parse(text, name)
    lines = text.split("\n")
    comments = _comments(text)
    blocks: list[Block] = []
    todos: set[int] = {number for number, comment in comments.items() if TODO.match(comment)}
    begin: int | None = None
    for number, line in enumerate(lines):
        mark = MARK.fullmatch(line.strip()) if number in comments else None
        if mark is None:
            if ALMOST_A_MARK.search(line):
                raise BadMaster(
                    f"{name}:{number + 1}: a mark is `# BEGIN SOLUTION` or `# END SOLUTION` on its own line, "
                    f"not {line.strip()!r}."
                )
            continue
        if mark[1] == "BEGIN":
            if begin is not None:
                raise BadMaster(
                    f"{name}:{number + 1}: the block that begins in line {begin + 1} has no end yet."
                )
            begin = number
            continue
        if begin is None:
            raise BadMaster(f"{name}:{number + 1}: END SOLUTION without a BEGIN SOLUTION above it.")
        blocks.append(_block(lines, comments, tree, begin, number, name))
        begin = None
    if begin is not None:
        raise BadMaster(f"{name}:{begin + 1}: BEGIN SOLUTION without an END SOLUTION below it.")
    for number in sorted(todos - {block.todo for block in blocks}):
        raise BadMaster(f"{name}:{number + 1}: no BEGIN SOLUTION follows this TODO.")
    return blocks


def _block(
    lines: list[str], comments: dict[int, str], tree: ast.Module, begin: int, end: int, name: str
) -> Block:
    where = f"{name}:{begin + 1}"
    todo = begin - 1
    while todo in comments and _is_whole_line(lines[todo]) and not TODO.match(comments[todo]):
        todo -= 1
    if todo not in comments or not _is_whole_line(lines[todo]):
        raise BadMaster(
            f"{where}: the comment above BEGIN SOLUTION must be a TODO that says what to compute."
        )
    indent = _indent(lines[begin])
    inside = [line for line in lines[begin + 1 : end] if line.strip()]
    if _indent(lines[end]) != indent or any(not line.startswith(indent) for line in inside):
        raise BadMaster(f"{where}: the block and its END SOLUTION must be indented like its BEGIN SOLUTION.")
    instead = [match[1] for line in inside if (match := INSTEAD.match(line.strip()))]
    if len(inside) == len(instead):
        raise BadMaster(f"{where}: there is no solution between the marks.")
    function = _function_around(tree, begin + 1, end + 1)
    if not instead:
        if function is None:
            raise BadMaster(f"{where}: outside a function, say with `# TEMPLATE: …` what students receive.")
        instead = [f'raise NotImplementedError("{function} is still to do")']
    return Block(todo, begin, end, tuple(indent + line for line in instead))


def _function_around(tree: ast.Module, first: int, last: int) -> str | None:
    """The qualified name of the innermost function whose body holds these lines (counted from 1)."""
    found, body, prefix = None, tree.body, ""
    while True:
        inner = [
            node
            for node in body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and node.lineno < first
            and _last_line(body, node, last) >= last
        ]
        if not inner:
            return found
        node = inner[-1]
        prefix = f"{prefix}{node.name}"
        found = found if isinstance(node, ast.ClassDef) else prefix
        body, prefix = node.body, prefix + "."


def _last_line(body: list[ast.stmt], node: ast.stmt, last: int) -> int:
    """Where a node ends, the comments behind it included: END SOLUTION often comes last."""
    after = [other.lineno for other in body if other.lineno > node.lineno]
    return min(after) - 1 if after else max(node.end_lineno or node.lineno, last)


def _comments(text: str) -> dict[int, str]:
    tokens: Iterator[tokenize.TokenInfo] = tokenize.generate_tokens(io.StringIO(text).readline)
    return {token.start[0] - 1: token.string for token in tokens if token.type == tokenize.COMMENT}


def _parse(text: str, name: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise BadMaster(f"{name}:{error.lineno}: this master is no valid Python ({error.msg}).") from None


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _is_whole_line(line: str) -> bool:
    return line.lstrip().startswith("#")
