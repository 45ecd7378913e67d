"""A check says what it wants of an answer before it works with it: a lint rule for the bodies of all checks.

What a verb of the student gives may be anything. NumPy's functions and Python's operators raise on some of
that, so a name bound to an answer goes through `expect` or a function of `checks.answers` first.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CHECKS = sorted(path for kind in ("visible", "hidden") for path in (ROOT / "tests" / kind).rglob("*.py"))
VERBS = frozenset(["call", "call_and_see", "method"])
NUMPY = frozenset(
    f"np.{name}"
    for name in ("ndim", "array", "asarray", "shape", "size", "float64", "float32", "isfinite", "allclose")
)


def slips(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of each answer that is used as it is."""
    for function in ast.walk(tree):
        if isinstance(function, (ast.FunctionDef, ast.Lambda)):
            raw = set(_answers(function))
            looked_at = {name for call in _calls(function, "isinstance") for name in _arguments(call)}
            for node in ast.walk(function):
                for name in _uses(node, looked_at):
                    if name in raw:
                        yield node.lineno, name


def _answers(function: ast.AST) -> Iterator[str]:
    """Names that are bound to what a verb gives, and to nothing else."""
    bound: dict[str, list[bool]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        bound.setdefault(name.id, []).append(_is_verb(node.value))
    return (name for name, values in bound.items() if all(values))


def _is_verb(value: ast.AST) -> bool:
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return False
    return value.func.attr in VERBS and "student" in ast.unparse(value.func.value)


def _uses(node: ast.AST, looked_at: set[str]) -> Iterator[str]:
    if isinstance(node, ast.Compare) and all(
        isinstance(op, (ast.Eq, ast.NotEq, ast.Lt, ast.Gt, ast.LtE, ast.GtE)) for op in node.ops
    ):
        yield from (each.id for each in (node.left, *node.comparators) if isinstance(each, ast.Name))
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("len", "list", "sorted")
    ):
        yield from _arguments(node) - looked_at
    if isinstance(node, ast.Call) and ast.unparse(node.func) in NUMPY:
        yield from _arguments(node)


def _calls(function: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def _arguments(call: ast.Call) -> set[str]:
    return {each.id for each in call.args if isinstance(each, ast.Name)}


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_check_uses_an_answer_as_it_is(path):
    found = [f"{path.name}:{line} {name}" for line, name in slips(ast.parse(path.read_text("utf-8")))]
    assert found == []


@pytest.mark.parametrize(
    "line", ["np.ndim(got)", "got != want", "len(got)", "np.array(got)", "want == got", "sorted(got)"]
)
def test_the_rule_sees_a_raw_answer(line):
    body = f'got = student.call("f", 1)\nif {line}:\n    pass'
    assert list(slips(ast.parse(f"def check(student, want):\n{textwrap.indent(body, '    ')}")))


@pytest.mark.parametrize(
    "line", ["got is None", "as_numbers(got, 'x')", "isinstance(got, list) and len(got)"]
)
def test_the_rule_lets_a_typed_answer_through(line):
    body = f'got, after = student.call_and_see("f", 1)\nif {line}:\n    pass'
    assert not list(slips(ast.parse(f"def check(student, want):\n{textwrap.indent(body, '    ')}")))
