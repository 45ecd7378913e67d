"""Modules in other folders, and other names for modules: what the sources import beside each other.

from src.helpers import mask     src/helpers.py is read as the module src.helpers
from helpers import mask         so it is where sys.path has been taught to find it
from src.cells import LSTMCell   where cells.py lies beside: one module under two names
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from autograder.sandbox.standins import ABSENT, INERT
from autograder.submission.code import BadCode, parse
from autograder.submission.files import shown
from autograder.submission.sources import MAX_SOURCES, Chosen, Source, module_of

_PACKAGES = {*sys.stdlib_module_names, *ABSENT, *INERT, "numpy", "safetensors", "torch", "tqdm"}
_OTHER_NAME = "import sys, {module}\nsys.modules[__name__] = {module}\n"


def imported(chosen: Chosen) -> list[Source]:
    """The sources that those chosen import from other folders or under other names, directly or not."""
    known = {source.module: source for source in chosen.sources}
    at: dict[str, str] = {}  # the module as which a file of another folder was read
    found: list[Source] = []
    todo = list(chosen.sources)
    while todo and len(found) < MAX_SOURCES:
        for name in _targets(todo.pop()):
            if name in known or name.partition(".")[0] in _PACKAGES:
                continue
            path = _path(name, chosen)
            source: Source | None = None
            if path is not None and path not in at:
                source = module_of(path, chosen.elsewhere[path], expected=False)
                source.module, at[path] = name, name
            else:
                other = at[path] if path is not None else _beside(name, chosen.sources)
                if other:
                    source = Source(name, f"{name}.py", _OTHER_NAME.format(module=other), expected=False)
            if source is not None:
                known[name] = source
                found.append(source)
                todo.append(source)
    return found


def _targets(source: Source) -> Iterator[str]:
    """The dotted names of modules that a source may mean, packages before what is in them."""
    try:
        tree = parse(source.text)
    except BadCode:
        return
    package = source.module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _prefixes(alias.name)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            name = ".".join(part for part in [*parts, node.module or ""] if part)
            yield from _prefixes(name)
            yield from (f"{name}.{alias.name}".lstrip(".") for alias in node.names)


def _prefixes(name: str) -> Iterator[str]:
    parts = name.split(".")
    yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1) if all(parts[:end]))


def _path(name: str, chosen: Chosen) -> str | None:
    """The file of another folder that a name means: by its path, or as the only file of that name."""
    inside = name.replace(".", "/")
    for root in (f"{chosen.base}/" if chosen.base else "", ""):
        for path in (f"{root}{inside}.py", f"{root}{inside}/__init__.py"):
            if path in chosen.elsewhere:
                return path
    same = [path for path in chosen.elsewhere if PurePosixPath(path).name == f"{inside}.py"]
    return same[0] if len(same) == 1 else None


def _beside(name: str, sources: Sequence[Source]) -> str:
    """The module that lies beside the others although a name puts it into a folder; "" for none."""
    last = name.rpartition(".")[2]
    return next((source.module for source in sources if "." in name and source.module == last), "")


def unread(chosen: Chosen, read: Sequence[Source]) -> list[str]:
    """The code in other folders that none of the sources imports."""
    names = {source.filename for source in read}
    return [path for path in chosen.elsewhere if shown(path) not in names]
