"""What the grader of one assignment needs of this repository: modules, checks, its part of the config."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

import yaml

from autograder import packing
from autograder.course.config import FILE_NAME, Config, ConfigError
from autograder.course.extends import as_one_file
from autograder.grading import seeds


def lay(config: Config, assignment: str, project: Path, *, scripts: Collection[Path], secret: bytes) -> None:
    """Write a root with this assignment alone to `project`: no solutions, patches or unused rooms.

    A second configuration becomes one with the first. `scripts` will run there. What is copied is listed,
    never what happens to lie somewhere: the checks, the modules that they and the scripts import, and the
    data that these name. Raises ConfigError when there is no such assignment, or no check of it.
    """
    root, first = config.root, config.root / FILE_NAME
    text = as_one_file(first, config.file) if config.file else first.read_text(encoding="utf-8")
    kept = only(text, assignment)
    folders = [root / "tests" / kind / assignment for kind in ("visible", "hidden")]
    checks = [check for folder in folders for check in packing.checks_in(folder)]
    if not checks:
        raise ConfigError(f"There are no checks in tests/visible/{assignment} or tests/hidden/{assignment}.")
    for name, file in packing.needed(root, scripts, checks).items():
        copy = project / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    (project / FILE_NAME).write_text(kept, encoding="utf-8")
    (project / seeds.FILE).parent.mkdir()
    (project / seeds.FILE).write_bytes(secret)


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
