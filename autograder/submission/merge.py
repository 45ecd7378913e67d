"""One program out of modules and notebook: of every public name, the definition that is no stub."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.course.config import Assignment
from autograder.sandbox.wire.program import Module, Program
from autograder.submission.code import Definition, replaced
from autograder.submission.imports import stand_ins
from autograder.submission.missing import Broken, broken_parts, meant_in, why_missing
from autograder.submission.sources import Source


@dataclass(frozen=True)
class Merged:
    """The program, what to tell of it, and where its names are defined or, of a notebook, left out.

    `places` names for what is missing the place to look at; `broken` is what Python refuses.
    """

    program: Program
    notices: list[str]
    left_out: Mapping[str, str]
    places: Mapping[str, str]
    broken: tuple[Broken, ...]


@dataclass(frozen=True)
class _Home:
    source: Source
    definition: Definition | None  # None: the module may get the name by `from … import *`


def merge(sources: Sequence[Source], assignment: Assignment) -> Merged:
    """Choose the home of every public name and let the other sources import it from there, line for line."""
    if assignment.scripts == {*assignment.files}:
        return _script(sources, assignment)
    homes: dict[str, _Home] = {}
    missing: dict[str, str] = {}
    broken = broken_parts(sources)
    notices = [_told(each) for each in broken]
    places: dict[str, str] = {}
    for file, names in assignment.files.items():
        lost = _is_lost(file, assignment, sources)
        for name in names:
            home = _home(name, file, sources)
            if home is not None and _is_stub(home) and lost:
                missing[name] = f"{file} is missing: it should define {name}."
            elif (
                home is None or _stands_for_broken(name, home, broken) or _is_gone(name, home, file, sources)
            ):
                why = why_missing(name, file, sources, broken)
                missing[name], places[name] = why.said, why.place
            else:
                homes[name] = home
                notices += _twice(name, home, sources)
    if not homes and not broken:
        notices.append(
            f"None of the names of {assignment.title} is defined here: is this the right submission?"
        )
    _connect(sources, homes)
    used = {home.source.module for home in homes.values()}
    kept = [source for source in sources if source.notebook is None or source.module in used]
    finished = {
        name: home.source.module
        for name, home in homes.items()
        if home.definition is not None and not home.definition.unfinished
    }
    kept += stand_ins(kept, assignment, finished)
    program = Program(
        modules=tuple(Module(source.module, source.filename, source.text) for source in kept),
        homes={name: home.source.module for name, home in homes.items()},
        missing=missing,
    )
    for name, home in homes.items():
        places[name] = home.source.place(home.definition.line) if home.definition else ""
    return Merged(program, notices, _left_out(kept), places, tuple(broken))


def _told(broken: Broken) -> str:
    return f"{broken.said}; the other {'cells' if broken.is_cell else 'files'} were graded."


def _stands_for_broken(name: str, home: _Home, broken: Sequence[Broken]) -> bool:
    """Whether a name is but a stub, and what was written for it stands where Python refuses to read on."""
    return _is_stub(home) and meant_in(name, broken) is not None


def _is_gone(name: str, home: _Home, file: str, sources: Sequence[Source]) -> bool:
    """Whether a name is but the notebook's stub, and its own file, in which others are written, lacks it."""
    own = next((each for each in sources if each.notebook is None and each.filename == file), None)
    if own is None or home.source.notebook is None or not _is_stub(home):
        return False
    written = (each for found in own.defined.values() for each in found if not each.unfinished)
    return not {name, "*"} & {*own.defined} and any(
        isinstance(each.node, ast.ClassDef | ast.FunctionDef) for each in written
    )


def _is_lost(file: str, assignment: Assignment, sources: Sequence[Source]) -> bool:
    """Whether a file alone is gone from among the others, and nothing of it was written elsewhere instead."""
    there = {each.filename for each in sources if each.notebook is None and not each.written_in}
    others = assignment.files.keys() - {file}
    names = assignment.files[file]
    found = [each for source in sources for name in names for each in source.defined.get(name, [])]
    return (
        file not in there
        and bool(others)
        and others <= there
        and all(each.imported or each.unfinished for each in found)
    )


def _is_stub(home: _Home) -> bool:
    return home.definition is not None and home.definition.unfinished > 0


def _left_out(sources: Sequence[Source]) -> dict[str, str]:
    return {
        name: source.place(line)
        for source in sources
        if source.cut
        for name, line in source.cut.left_out.items()
    }


def _script(sources: Sequence[Source], assignment: Assignment) -> Merged:
    """The script as it stands, with the modules that it may import: a file or the notebook, not both."""
    [(file, names)] = assignment.files.items()
    module = file.removesuffix(".py")
    broken = broken_parts(sources)
    notices = [_told(each) for each in broken]
    candidates = [source for source in sources if source.module == module]
    script = min(candidates, key=lambda each: (each.refused is not None, len(each.blanks)), default=None)
    if script is not None and script.blanks:  # what was written stands where Python refuses to read on
        script = next((each for each in candidates if each.refused and each.filename == file), script)
    others = [each for each in candidates if each is not script and not each.blanks and not each.refused]
    if script is not None and others and not script.blanks:
        notices.append(f"{script.filename} was run, {others[0].filename} was not.")
    kept = [each for each in sources if each is script or each.module != module]
    program = Program(
        modules=tuple(Module(source.module, source.filename, source.text) for source in kept),
        homes=dict.fromkeys(names, module) if script is not None else {},
        missing={} if script is not None else dict.fromkeys(names, f"{file} is missing."),
    )
    places = {
        name: script.place(script.defined[name][-1].line)
        for name in names
        if script is not None and name in script.defined
    }
    return Merged(program, notices, _left_out(kept), places, tuple(broken))


def _best(found: Sequence[Definition]) -> Definition:
    """The definition that counts: of the least unfinished the last."""
    return min(reversed(found), key=lambda each: each.unfinished)


def _home(name: str, file: str, sources: Sequence[Source]) -> _Home | None:
    """Where a name lives: the most finished definition; of equals that of the module asked for."""
    ranked: list[tuple[tuple[int, int], int, _Home]] = []
    for index, source in enumerate(sources):
        found = source.defined.get(name, [])
        own = [each for each in found if not each.imported]
        stands = source.notebook is None and source.filename == file
        if own:
            best = _best(own)
            ranked.append(
                ((best.unfinished, 2 if source.notebook else 0 if stands else 1), index, _Home(source, best))
            )
        elif found and stands:
            ranked.append(((0, 3), index, _Home(source, found[-1])))
        elif "*" in source.defined and stands:
            ranked.append(((0, 4), index, _Home(source, None)))
    return min(ranked, key=lambda each: each[:2])[2] if ranked else None


def _connect(sources: Sequence[Source], homes: Mapping[str, _Home]) -> None:
    """Replace stubs whose real definition is elsewhere, and those that would hide one in the same source."""
    edits: dict[str, list[tuple[Definition, str, str]]] = {}
    for source in sources:
        for name, home in homes.items():
            chosen = home.definition
            for each in source.defined.get(name, []) if chosen else []:
                if chosen and not each.imported and each.unfinished > chosen.unfinished:
                    origin = "" if home.source is source else home.source.module
                    edits.setdefault(source.module, []).append((each, name, origin))
    borrows = {source.module: _imports(source) for source in sources}
    for module, wanted in edits.items():
        borrows[module] |= {origin for _, _, origin in wanted if origin}
    for source in sources:
        changes: list[tuple[ast.stmt, str]] = []
        for definition, name, origin in sorted(edits.get(source.module, []), key=lambda each: each[0].start):
            line = f"from {origin} import {name}" if origin else "pass"
            if origin and _reaches(origin, source.module, borrows):
                line = _LATE.format(name=name, origin=origin)
            changes.append((definition.node, line))
        source.text = replaced(source.text, changes)


# Sources that complete each other: what cannot be imported yet is fetched when it is called.
_LATE = (
    'exec("try: from {origin} import {name}\\nexcept ImportError:\\n def {name}(*args, **kwargs):\\n'
    '  from {origin} import {name} as it\\n  return it(*args, **kwargs)")'
)


def _imports(source: Source) -> set[str]:
    """The modules that a source imports itself."""
    nodes = [each.node for found in source.defined.values() for each in found if each.imported]
    named = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return named | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


def _reaches(start: str, goal: str, borrows: Mapping[str, set[str]]) -> bool:
    """Whether `start` imports from `goal`, itself or through others."""
    seen, todo = set[str](), [start]
    while todo:
        module = todo.pop()
        if module == goal:
            return True
        if module not in seen:
            seen.add(module)
            todo += borrows.get(module, ())
    return False


def _twice(name: str, home: _Home, sources: Sequence[Source]) -> list[str]:
    """A notice when module and notebook both hold a finished definition, and not the same one."""
    if home.definition is None or home.definition.unfinished or home.source.notebook is not None:
        return []
    for source in sources:
        own = [each for each in source.defined.get(name, []) if not each.imported]
        if source.notebook is not None and own and not _best(own).unfinished:
            if _lines(source, _best(own)) == _lines(home.source, home.definition):
                return []
            return [f"{name} is in {home.source.filename} and in {source.filename}: the former was graded."]
    return []


def _lines(source: Source, definition: Definition) -> list[str]:
    return [
        line.strip()
        for line in source.text.split("\n")[definition.start - 1 : definition.end]
        if line.strip()
    ]
