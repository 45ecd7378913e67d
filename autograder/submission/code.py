"""A source as what it defines: parsed, never run. Edits keep every line where it is."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from autograder.sandbox.source.names import first_line, stored
from autograder.submission.pythons import HERE, newer_python

TOO_DEEP = "is nested too deeply to be read"
MAX_CODE = 300_000  # characters of one source
_RAISES_STUB = re.compile(r"\s*raise\s+NotImplementedError\b")
_Function = (ast.FunctionDef, ast.AsyncFunctionDef)
_Block = (ast.If, ast.Try, ast.With, ast.For, ast.While)


class BadCode(Exception):
    """Python cannot read the source. The text completes "NAME …"; `line` is 1 when no line is to blame."""

    def __init__(self, said: str, line: int = 1) -> None:
        super().__init__(said)
        self.line = line


class NotPython(BadCode):
    """A line that Python refuses. `reason` is Python's own, `span` the columns that it points at."""

    def __init__(self, reason: str, line: int, span: tuple[int, int] | None = None) -> None:
        super().__init__(f"line {line} is not valid Python: {reason}", line)
        self.reason, self.span = reason, span


@dataclass(frozen=True)
class Definition:
    """A name that a source defines at its top level, in the lines `start` to `end`.

    `unfinished` counts the functions in it that are still stubs; an `imported` name comes from elsewhere.
    """

    name: str
    node: ast.stmt
    unfinished: int
    imported: bool = False

    @property
    def start(self) -> int:
        return first_line(self.node)

    @property
    def line(self) -> int:
        """The line to point at: `def` or `class`, below what decorates it."""
        return self.node.lineno

    @property
    def end(self) -> int:
        return self.node.end_lineno or self.node.lineno


def decode(data: bytes) -> str:
    """The text of a .py file, as Python would decode it, with \\n line ends. Raises BadCode."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadCode("is saved as UTF-16: save it as UTF-8")
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise BadCode(f"line {line} holds a null byte: write the file anew as plain text", line)
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    except (SyntaxError, UnicodeDecodeError):
        encoding = "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        said = f"line {line} is not {encoding.upper()} text: save the file as UTF-8"
        raise BadCode(said, line) from None
    except (LookupError, ValueError):  # rot13, hex_codec, undefined, …: codecs of another kind
        raise BadCode(f"is said to be {encoding}, which is no encoding of text: save it as UTF-8") from None
    if len(text) > MAX_CODE:
        raise BadCode(f"holds more than {MAX_CODE:,} characters of code: keep data out of it")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")


def parse(source: str) -> ast.Module:
    """The tree of a source that Python would compile. Raises BadCode, whatever the source is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "<source>", "exec", dont_inherit=True)  # finds more than the parser does
            return ast.parse(source)
    except SyntaxError as error:
        line = max(error.lineno or 1, 1)
        newer = newer_python("".join(source.split("\n")[line - 1 : line]), error.msg)
        said = f"{error.msg} (it needs {newer}, and {HERE} grades)" if newer else error.msg
        problem: BadCode = NotPython(said, line, _span(error))
    except ValueError as error:  # null bytes, before Python 3.12
        problem = NotPython(str(error), source[: max(source.find("\0"), 0)].count("\n") + 1)
    except (RecursionError, MemoryError):
        problem = BadCode(TOO_DEEP)
    raise problem


def tree_of(source: str) -> ast.Module:
    """The tree of a source; an empty one of a source that cannot be parsed. Raises nothing."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _span(error: SyntaxError) -> tuple[int, int] | None:
    """The columns that Python points at, from 0; None where it names none."""
    first = (error.offset or 0) - 1
    if first < 0:
        return None
    last = (error.end_offset or 0) - 1 if error.end_lineno in (None, error.lineno) else 0
    return first, max(last, first + 1)


def definitions(statements: Sequence[ast.stmt]) -> Iterator[Definition]:
    """What these statements define, in order, blocks at the top level (`if`, `try`, …) included."""
    for node in statements:
        if isinstance(node, (*_Function, ast.ClassDef)):
            yield Definition(node.name, node, unfinished(node))
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield Definition(alias.asname or alias.name.partition(".")[0], node, 0, imported=True)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            blank = int(_is_blank(node.value))
            yield from (Definition(name, node, blank) for target in targets for name in stored(target))
        elif isinstance(node, _Block):
            yield from definitions(inner_statements(node))


def inner_statements(node: ast.stmt) -> list[ast.stmt]:
    """The statements in the blocks of an `if`, `try`, `with` or loop."""
    handlers = [each for handler in getattr(node, "handlers", []) for each in handler.body]
    return [
        *getattr(node, "body", []),
        *handlers,
        *getattr(node, "orelse", []),
        *getattr(node, "finalbody", []),
    ]


def unfinished(node: ast.stmt) -> int:
    """How many functions of a definition are still stubs: raise NotImplementedError, or do nothing at all."""
    if isinstance(node, _Function):
        body = [each for each in node.body if not _is_docstring(each)]
        return int(any(_raises_stub(each) for each in body) or all(_does_nothing(each) for each in body))
    assert isinstance(node, ast.ClassDef)
    methods = [each for each in node.body if isinstance(each, (*_Function, ast.ClassDef))]
    if not methods:
        return int(all(_is_docstring(each) or _does_nothing(each) for each in node.body))
    return sum(unfinished(method) for method in methods)


def blanks(tree: ast.Module) -> frozenset[str]:
    """The names that a script only ever sets to None or to ..., as its template does."""
    empty: set[ast.expr] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _is_blank(node.value):
            empty.update(node.targets)
    stored = [
        node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    filled = {node.id for node in stored if node not in empty}
    return frozenset(node.id for node in stored) - filled


def is_stub_line(line: str) -> bool:
    return _RAISES_STUB.match(line) is not None


def replaced(source: str, changes: Sequence[tuple[ast.stmt | ast.expr, str]]) -> str:
    """The source with statements (given in order) replaced by one-line ones; other lines stay put."""
    lines = source.split("\n")
    for node, by in reversed(changes):  # from the end, so that positions before it still hold
        start = first_line(node) - 1
        end = (node.end_lineno or node.lineno) - 1
        before = lines[start].encode()[: node.col_offset].decode()
        after = lines[end].encode()[node.end_col_offset :].decode()
        if start == end:
            lines[start] = before + by + after
        else:
            lines[start : end + 1] = [before + by, *[""] * (end - start - 1), after]
            if after.lstrip().startswith(";"):  # more statements follow on its last line
                lines[start], lines[end] = before, by + after
    return "\n".join(lines)


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _does_nothing(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and _is_blank(node.value))


def _is_blank(value: ast.expr | None) -> bool:
    """None and ... stand for what is still to be written."""
    return value is None or (isinstance(value, ast.Constant) and (value.value is None or value.value is ...))


def _raises_stub(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Raise) or node.exc is None:
        return False
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def borrowed(source: str, modules: Collection[str]) -> set[str]:
    """The names that a source takes from one of these modules; none of a source that is no Python."""
    try:
        nodes = list(ast.walk(parse(source)))
    except BadCode:
        return set()
    named = {
        alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and (node.module or "").rpartition(".")[2] in modules
        for alias in node.names
    }
    return named | {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules
    }
