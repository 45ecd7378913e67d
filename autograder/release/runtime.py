"""What the grader of one assignment needs of this repository: modules, checks, its part of the config."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

import autograder
from autograder import seeds
from autograder.config import FILE_NAME, ConfigError

LIBRARY = Path(autograder.__file__).resolve().parent
_BUILT = ("__pycache__", "*.pyc", ".*")


def lay(root: Path, assignment: str, project: Path, *, scripts: Iterable[Path], secret: bytes) -> None:
    """Write a root with this assignment alone to `project`: no solutions, patches or unused rooms.

    `scripts` will run there; the modules that they and the checks import are brought along. Raises
    ConfigError when there is no such assignment, or no check of it.
    """
    text = (root / FILE_NAME).read_text(encoding="utf-8")
    kept = only(text, assignment)
    for kind in ("visible", "hidden"):
        if (checks := root / "tests" / kind / assignment).is_dir():
            copy = project / "tests" / kind / assignment
            shutil.copytree(checks, copy, ignore=shutil.ignore_patterns(*_BUILT))
    if not (project / "tests").is_dir():
        raise ConfigError(f"There are no checks in tests/visible/{assignment} or tests/hidden/{assignment}.")
    for file in modules([*scripts, *project.glob("tests/**/*.py")]):
        copy = project / LIBRARY.name / file.relative_to(LIBRARY)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy)
    (project / FILE_NAME).write_text(kept, encoding="utf-8")
    (project / seeds.FILE).parent.mkdir()
    (project / seeds.FILE).write_bytes(secret)


def modules(scripts: Iterable[Path]) -> list[Path]:
    """The files of the harness that these scripts import, directly or not, and the data beside them.

    The sandbox goes whole, since its processes start from its folder.
    """
    found = set((LIBRARY / "sandbox").glob("**/*.py"))
    waiting = [*scripts, *found]
    while waiting:
        script = waiting.pop()
        for node in ast.walk(ast.parse(script.read_bytes())):
            new = {file for name in _imported(node, script) for file in _files_of(name)} - found
            found |= new
            waiting += new
    folders = {file.parent for file in found} - {LIBRARY}
    beside = {file for folder in folders for file in folder.iterdir() if file.is_file()}
    data = {file for file in beside if not file.suffix.startswith(".py")}
    return sorted(found | data)


def _imported(node: ast.AST, script: Path) -> list[str]:
    """The modules of the harness that an import statement of `script` may mean."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        above = script.parents[node.level - 1] if node.level else None
        package = above.relative_to(LIBRARY.parent).parts if above and above.is_relative_to(LIBRARY) else ()
        start = ".".join([*package, *filter(None, [node.module])])
        names = [start, *(f"{start}.{alias.name}" for alias in node.names)]
    else:
        return []
    return [name for name in names if name.partition(".")[0] == LIBRARY.name]


def _files_of(module: str) -> list[Path]:
    """The source of a module and of the packages above it; nothing for a name that is no module."""
    parts = module.split(".")
    places = [LIBRARY.parent.joinpath(*parts[:end]) for end in range(1, len(parts) + 1)]
    files = [file for place in places for file in (place.with_suffix(".py"), place / "__init__.py")]
    return [file for file in files if file.is_file()]


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
