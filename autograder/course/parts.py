"""Masters with parts: modules of `texts` that students are given within a module of theirs, which runs alone.

A master names them in one line,

    # PARTS: download, wikitext, vocabulary

and what is made of it has their imports among its own and their statements in the place of that line.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from autograder.course.masters import BadMaster
from autograder.course.yaml_file import read_text

HERE = Path(__file__).parent / "texts"
MARK = re.compile(r"^# PARTS: (.*)\n", re.MULTILINE)

Imports = dict[str, set[str]]  # a module -> the names that are imported from it, "" for itself


def read(path: Path) -> str:
    """The text of a Python master, with its parts. Raises BadMaster."""
    text = read_text(path)
    mark = MARK.search(text)
    if mark is None:
        return text
    names = mark[1].split(", ")
    for name in names:
        if not (HERE / f"{name}.py").is_file():
            raise BadMaster(f"{path.name}: there is no part {name!r} in {HERE.name}/.")
    return _assembled(text[: mark.start()], names, text[mark.end() :])


def _assembled(head: str, names: Sequence[str], rest: str) -> str:
    """The docstring of `head`, the imports of all, the parts in order, and the rest.

    Imports come first in each part; no two parts may use a name for different things.
    """
    tree = ast.parse(head)
    title = "\n".join(head.split("\n")[: tree.body[0].end_lineno])
    imports: Imports = {}
    _add_imports(imports, tree)
    bodies = [_part((HERE / f"{name}.py").read_text(encoding="utf-8"), imports) for name in names]
    torch = sorted(module for module in imports if module.partition(".")[0] == "torch")
    python = sorted(set(imports) - set(torch))
    blocks = ["\n".join(_lines(imports, modules)) for modules in (python, torch) if modules]
    own = [rest.strip("\n")] if rest.strip() else []
    return "\n\n".join([title, *blocks, "\n\n\n".join([*bodies, *own])]) + "\n"


def _part(source: str, imports: Imports) -> str:
    """The statements of a part, under what its docstring says; its imports are added to the others."""
    tree = ast.parse(source)
    last = _add_imports(imports, tree)
    body = "\n".join(source.splitlines()[last:]).strip()
    apart = "\n\n\n" if body.startswith(("def ", "class ")) else "\n\n"
    return f"# {ast.get_docstring(tree)}{apart}{body}"


def _add_imports(imports: Imports, tree: ast.Module) -> int:
    """Add what a module imports, but for other parts; the last line of these statements."""
    last = 0
    for node in tree.body:
        if isinstance(node, ast.Import):
            for name in node.names:
                imports.setdefault(name.name, set()).add("")
        elif isinstance(node, ast.ImportFrom):
            if node.module and not node.module.startswith("autograder"):
                imports.setdefault(node.module, set()).update(ast.unparse(name) for name in node.names)
        else:
            continue
        last = node.end_lineno or node.lineno
    return last


def _lines(imports: Mapping[str, set[str]], modules: Iterable[str]) -> list[str]:
    """The import statements of these modules, as ruff orders them."""
    whole = [f"import {module}" for module in modules if "" in imports[module]]
    parts = [(module, ", ".join(sorted(imports[module] - {""}))) for module in modules]
    return whole + [f"from {module} import {names}" for module, names in parts if names]
