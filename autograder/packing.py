"""What goes into a zip: the files that some need, by a list and never by what happens to lie there.

Called by whoever makes a zip: of checks, for Gradescope or for students, or of a student's work. The same
files make the same bytes, on every machine. Nothing of them runs.
"""

from __future__ import annotations

import ast
import io
import zipfile
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import autograder

LIBRARY = Path(autograder.__file__).resolve().parent
CHECKS = ("test_*.py", "*_test.py")  # what pytest collects


def checks_in(folder: Path) -> list[Path]:
    """The files that pytest would collect below a folder."""
    found = {file for pattern in CHECKS for file in folder.rglob(pattern) if file.is_file()}
    return sorted(file for file in found if "/." not in f"/{file.relative_to(folder).as_posix()}")


def needed(root: Path, scripts: Collection[Path], checks: Iterable[Path]) -> dict[str, Path]:
    """The checks, and what they and the scripts need of the harness and of root/tests, by path in a project.

    That is the modules that they import, directly or not, and of the folders of these modules the data files
    whose names stand in one of them. The sandbox's processes start from its __main__.
    """
    places = {LIBRARY.name: LIBRARY.parent, "tests": root}
    found: set[Path] = set()
    names: set[str] = set()
    waiting = {*scripts, *checks, LIBRARY / "sandbox" / "__main__.py"}
    while waiting:
        script = waiting.pop()
        found.add(script)
        for node in ast.walk(ast.parse(script.read_bytes())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.add(node.value)
            for module in _imported(node, script, places):
                waiting |= _files_of(module, places) - found
    found -= set(scripts)
    folders = {file.parent for file in found}
    data = {file for folder in folders for file in folder.iterdir() if file.name in names and file.is_file()}
    return {"/".join(_name(file, places)): file for file in sorted(found | data)}


def _name(file: Path, places: Mapping[str, Path]) -> tuple[str, ...]:
    """The parts of a file's path below the place that it is imported from; () for a file of elsewhere."""
    for package, place in places.items():
        if file.is_relative_to(place / package):
            return file.relative_to(place).parts
    return ()


def _imported(node: ast.AST, script: Path, places: Mapping[str, Path]) -> list[str]:
    """The modules of the harness and of the tests that an import statement of `script` may mean."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        above = _name(script, places)
        package = above[: len(above) - node.level] if node.level else ()
        start = ".".join([*package, *filter(None, [node.module])])
        names = [start, *(f"{start}.{alias.name}" for alias in node.names)]
    else:
        return []
    return [name for name in names if name.partition(".")[0] in places]


def _files_of(module: str, places: Mapping[str, Path]) -> set[Path]:
    """The source of a module and of the packages above it; nothing for a name that is no module."""
    parts = module.split(".")
    top = places[parts[0]]
    found = [top.joinpath(*parts[:end]) for end in range(1, len(parts) + 1)]
    files = [file for place in found for file in (place.with_suffix(".py"), place / "__init__.py")]
    return {file for file in files if file.is_file()}


def zipped(entries: Mapping[str, bytes], executable: Collection[str] = ()) -> bytes:
    """A zip of entries in the order of their names, all with one date and plain permissions."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(entries):
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system = 3  # on every machine: the permissions are Unix's
            info.external_attr = (0o755 if name in executable else 0o644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, entries[name])
    return made.getvalue()
