"""What the grader of one assignment needs of this repository: modules, checks, its part of the config."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import yaml

import autograder
from autograder.course.config import FILE_NAME, Config, ConfigError
from autograder.course.extends import as_one_file
from autograder.grading import seeds

LIBRARY = Path(autograder.__file__).resolve().parent
CHECKS = ("test_*.py", "*_test.py")  # what pytest collects


def lay(config: Config, assignment: str, project: Path, *, scripts: Collection[Path], secret: bytes) -> None:
    """Write a root with this assignment alone to `project`: no solutions, patches or unused rooms.

    A second configuration becomes one with the first. `scripts` will run there. What is copied is listed,
    never what happens to lie somewhere: the checks, the modules that they and the scripts import, and the
    data that these name. Raises ConfigError when there is no such assignment, or no check of it.
    """
    root, first = config.root, config.root / FILE_NAME
    text = as_one_file(first, config.file) if config.file else first.read_text(encoding="utf-8")
    kept = only(text, assignment)
    checks = [
        check for kind in ("visible", "hidden") for check in _checks(root / "tests" / kind / assignment)
    ]
    if not checks:
        raise ConfigError(f"There are no checks in tests/visible/{assignment} or tests/hidden/{assignment}.")
    for name, file in needed(root, scripts, checks).items():
        copy = project / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    (project / FILE_NAME).write_text(kept, encoding="utf-8")
    (project / seeds.FILE).parent.mkdir()
    (project / seeds.FILE).write_bytes(secret)


def _checks(folder: Path) -> list[Path]:
    """The files that pytest would collect below a folder."""
    found = {file for pattern in CHECKS for file in folder.rglob(pattern) if file.is_file()}
    return sorted(file for file in found if "/." not in f"/{file.relative_to(folder).as_posix()}")


def needed(root: Path, scripts: Collection[Path], checks: Iterable[Path]) -> dict[str, Path]:
    """The checks, and what these and the scripts need of the harness and of root/tests, by path in a project.

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


def only(config: str, assignment: str) -> str:
    """The text of grading_config.yaml without the other assignments; the comments of the one kept stay."""
    found = _assignments(yaml.compose(config, Loader=yaml.SafeLoader))
    names = [key.value for key, _ in found.value] if found else []
    if found is None or assignment not in names:
        raise ConfigError(f"No assignment is called {assignment!r}; there are {', '.join(names) or 'none'}.")
    lines = config.splitlines(keepends=True)
    starts = [key.start_mark.line for key, _ in found.value] + [found.end_mark.line]
    if found.end_mark.column:  # the file ends without a line break
        starts[-1] += 1
    at = names.index(assignment)
    return "".join(lines[: starts[0]] + lines[starts[at] : starts[at + 1]] + lines[starts[-1] :])


def _assignments(document: yaml.Node | None) -> yaml.MappingNode | None:
    entries = document.value if isinstance(document, yaml.MappingNode) else []
    found: Mapping[str, yaml.Node] = {key.value: value for key, value in entries}
    node = found.get("assignments")
    return node if isinstance(node, yaml.MappingNode) else None
