"""What the check files say without being run: which checks there are, where, and which thresholds each reads.

The configuration is held against it when it is loaded, so that a misspelt name is told before anything runs.
"""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass
from pathlib import Path

KINDS = ("visible", "hidden")
THRESHOLDS = "thresholds"  # the fixture
_READS = ("reached", "kept", "get")


@dataclass(frozen=True)
class Found:
    """A check function. `where` is its file inside the root; `thresholds` are the names that it reads.

    They are None when a name is computed, so that nobody can say which.
    """

    id: str
    kind: str
    where: str
    thresholds: frozenset[str] | None


def find(root: Path, assignment: str) -> list[Found]:
    """Every check function in tests/visible and tests/hidden; a file that is no Python is left to pytest."""
    found = []
    for kind in KINDS:
        for path in sorted((root / "tests" / kind / assignment).glob("test_*.py")):
            unit = path.stem.removeprefix("test_")
            where = path.relative_to(root).as_posix()
            for check, (place, function) in _checks(root, path).items():
                name = f"{unit}::{check.removeprefix('test_')}"
                found.append(Found(name, kind, where, _read_by(root, place, function, frozenset())))
    return found


def _checks(root: Path, path: Path) -> dict[str, tuple[Path, ast.FunctionDef]]:
    """The checks of a file by name, and the function behind each: of a variant, the check that it varies."""
    known = {name: (path, function) for name, function in _functions(path).items()}
    for node in _parsed(path).body:
        match node:
            case ast.Assign([ast.Name(name)], ast.Call(args=[varied, *_])) if name.startswith("test_"):
                behind = known.get(varied.id) if isinstance(varied, ast.Name) else None
                behind = behind or _elsewhere(root, path, varied)
                if behind is not None:
                    known[name] = behind
    return {name: found for name, found in known.items() if name.startswith("test_")}


def _elsewhere(root: Path, path: Path, varied: ast.expr) -> tuple[Path, ast.FunctionDef] | None:
    """The check of another file that an expression means, perhaps itself a variant."""
    if isinstance(varied, ast.Attribute) and isinstance(varied.value, ast.Name):
        folder, module = _imported(root, path).get(varied.value.id, (path, ""))
        place, name = folder.with_suffix("") / f"{module}.py", varied.attr
    elif isinstance(varied, ast.Name):
        place, name = _imported(root, path).get(varied.id, (path, ""))
    else:
        return None
    return _checks(root, place).get(name) if place != path else None


def _read_by(
    root: Path, path: Path, function: ast.FunctionDef, above: frozenset[str]
) -> frozenset[str] | None:
    """The names of thresholds that a function reads, itself or in functions that it hands them to."""
    if THRESHOLDS not in {each.arg for each in (*function.args.args, *function.args.kwonlyargs)}:
        return frozenset()
    names: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Subscript) and _is_thresholds(node.value):
            if not (isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)):
                return None
            names.add(node.slice.value)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and _is_thresholds(node.func.value)
        ):
            if node.func.attr not in _READS or not node.args or not isinstance(node.args[0], ast.Constant):
                return None
            names.add(str(node.args[0].value))
        elif isinstance(node, ast.Call) and any(
            _is_thresholds(each) for each in (*node.args, *(keyword.value for keyword in node.keywords))
        ):
            called = _called(root, path, node.func)
            if called is None:
                return None
            there, inner = called
            if f"{there}:{inner.name}" in above:
                continue
            more = _read_by(root, there, inner, above | {f"{path}:{function.name}"})
            if more is None:
                return None
            names |= more
    return frozenset(names)


def _is_thresholds(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == THRESHOLDS


def _called(root: Path, path: Path, called: ast.expr) -> tuple[Path, ast.FunctionDef] | None:
    """The function that a call means, in this file or in one of tests/ that this file imports."""
    if isinstance(called, ast.Name):
        place, name = path, called.id
        if name not in _functions(path):
            place, name = _imported(root, path).get(name, (path, name))
    elif isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        folder, module = _imported(root, path).get(called.value.id, (path, ""))
        place, name = folder.with_suffix("") / f"{module}.py", called.attr
    else:
        return None
    function = _functions(place).get(name)
    return (place, function) if function is not None else None


@functools.lru_cache(maxsize=256)
def _tree(path: Path, changed: int) -> ast.Module:
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return ast.Module([], [])


def _parsed(path: Path) -> ast.Module:
    return _tree(path, path.stat().st_mtime_ns if path.is_file() else 0)


def _functions(path: Path) -> dict[str, ast.FunctionDef]:
    """The functions at the top level of a file, by name."""
    return {node.name: node for node in _parsed(path).body if isinstance(node, ast.FunctionDef)}


def _imported(root: Path, path: Path) -> dict[str, tuple[Path, str]]:
    """What a file imports from tests/: by the name in it, the file or folder of origin and the name there."""
    found = {}
    for node in _parsed(path).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "tests":
            origin = root.joinpath(*node.module.split("."))
            for alias in node.names:
                place = origin if origin.is_dir() else origin.with_suffix(".py")
                found[alias.asname or alias.name] = (place, alias.name)
    return found
