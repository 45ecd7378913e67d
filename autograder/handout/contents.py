"""Every file of a handout, by its path in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder import packing
from autograder.course import templates
from autograder.course.config import FILE_NAME, Assignment, Config, ConfigError
from autograder.handout.configuration import without_hidden

ENTRANCES = (  # of the harness, what students and their tools start; the rest is what these import
    "__main__.py",
    "bootstrap.py",
    "pytest_plugin.py",
    "cli/grading.py",
    "cli/submit.py",
    "cli/pictures.py",
    "notebook/__init__.py",
    "notebook/__main__.py",
)
KEPT_BACK = (  # what no visible check may need
    "tests/hidden/",
    "autograder/checks/layouts.py",
    "autograder/checks/references.py",
)
GIVEN = Path(__file__).resolve().parent / "given"
REPOSITORY = packing.LIBRARY.parent
FOR_INSTRUCTORS = re.compile(r"^# ---- for instructors: .*", re.MULTILINE | re.DOTALL)


def files_of(config: Config, names: Sequence[str]) -> dict[str, bytes]:
    """The content of every file, for these assignments. Raises ConfigError, BadMaster."""
    assignments = [config.assignment(name) for name in names]
    texts = {
        "README.md": _readme(assignments),
        "Makefile": _makefile(names[0]),
        "pyproject.toml": _for_students("pyproject.toml").replace("tests/harness", "tests/visible"),
        FILE_NAME: without_hidden(config, names),
        **_templates(config.root, names),
    }
    copied = {
        "check.py": REPOSITORY / "check.py",
        "requirements.lock": GIVEN / "requirements.lock",
        **_harness(config.root, names),
    }
    files = {name: text.encode() for name, text in texts.items()}
    files |= {name: path.read_bytes() for name, path in copied.items()}
    return dict(sorted(files.items()))


def _templates(root: Path, names: Sequence[str]) -> Mapping[str, str]:
    """What the masters make, not what lies in templates/: that may be somebody's work."""
    made = {path.relative_to(root).as_posix(): text for path, text in templates.made_from(root).items()}
    for name in names:
        if not any(path.startswith(f"templates/{name}/") for path in made):
            raise ConfigError(f"Nothing of {name} can be handed out: solutions/{name} holds no masters.")
    return {path: text for path, text in made.items() if path.split("/")[1] in names}


def _harness(root: Path, names: Sequence[str]) -> Mapping[str, Path]:
    """The visible checks, and all that they and the commands of students need."""
    checks = [check for name in names for check in packing.checks_in(root / "tests" / "visible" / name)]
    entrances = [packing.LIBRARY / name for name in ENTRANCES]
    needed = packing.needed(root, (), [*checks, *entrances])
    for name in needed:
        if name.startswith(KEPT_BACK):
            raise ConfigError(f"{name} is not for students, and a visible check needs it.")
    return needed


def _for_students(name: str) -> str:
    """The part of a file of the repository that a handout has."""
    text, cuts = FOR_INSTRUCTORS.subn("", (REPOSITORY / name).read_text(encoding="utf-8"))
    if cuts != 1:
        raise ConfigError(f"{name} has no line `# ---- for instructors: …`, where a handout's part ends.")
    return text.rstrip() + "\n"


def _makefile(first: str) -> str:
    return re.sub(r"^A \?= .*", f"A ?= {first}", _for_students("Makefile"), count=1, flags=re.MULTILINE)


def _readme(assignments: Sequence[Assignment]) -> str:
    """The README with the assignments that there are, and commands about the first of them."""
    first = assignments[0]
    text = (GIVEN / "README.md").read_text(encoding="utf-8")
    table = "\n".join(f"| `templates/{each.name}` | {each.title} |" for each in assignments)
    unit = next(iter(first.units.values()))
    wanted = next((name for names in unit.files.values() for name in names), next(iter(first.units)))
    for field, value in {"ASSIGNMENTS": table, "ASSIGNMENT": first.name, "NAME": wanted}.items():
        text = text.replace(f"<{field}>", value)
    return text
