"""Modules in other folders, and other names for modules: what the sources import beside each other.

from src.helpers import mask     src/helpers.py is read as the module src.helpers
from helpers import mask         so it is where sys.path has been taught to find it
from src.cells import LSTMCell   where cells.py lies beside: one module under two names
from cells import LSTMCell       where the notebook defines it and no cells.py was handed in: the notebook
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from autograder.course.config import Assignment
from autograder.sandbox.source.packages import ABSENT, INERT
from autograder.submission.code import BadCode, parse
from autograder.submission.files import shown
from autograder.submission.sources import MAX_SOURCES, Chosen, Source, module_of

_PACKAGES = {*sys.stdlib_module_names, *ABSENT, *INERT, "numpy", "safetensors", "torch", "tqdm"}
# Fetched when it is asked for: what it stands for may be half imported, and ask for this name itself.
_OTHER_NAME = """def __getattr__(name):
    import importlib
    module = importlib.import_module("{module}")
    return [each for each in vars(module) if each[:1] != "_"] if name == "__all__" else getattr(module, name)
"""


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
                    source = _other_name(name, other)
            if source is not None:
                known[name] = source
                found.append(source)
                todo.append(source)
    return found


def stand_ins(sources: Sequence[Source], assignment: Assignment, homes: Mapping[str, str]) -> list[Source]:
    """The modules asked for that are imported and not there, as other names of what defines theirs.

    `homes` maps each public name that is written out to the module that defines it.
    """
    there = {source.module for source in sources}
    wanted = {name for source in sources for name in _targets(source)} - there
    found: list[Source] = []
    for file, names in assignment.files.items():
        module = PurePosixPath(file).stem
        instead = Counter(homes[name] for name in names if name in homes)
        if module in wanted and instead:
            found.append(_other_name(module, instead.most_common(1)[0][0]))
    return found


def _other_name(name: str, module: str) -> Source:
    return Source(name, f"{name}.py", _OTHER_NAME.format(module=module), expected=False)


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
