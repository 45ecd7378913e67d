"""A folder or zip of many students' submissions, given as if it were one: it is refused, by its names alone.

Learning platforms export a class in a few shapes: a folder per student (Gradescope, Moodle, Brightspace,
nbgrader), or all files in one folder under names that begin with the student (Canvas, Blackboard). One
submission may have folders, too: old versions, parts, packages. So folders count as students' only when the
platform marks them, or when several of them, side by side, hold the same file that is asked for and none lies
above them.
"""

from __future__ import annotations

import itertools
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from autograder.course.config import Assignment
from autograder.submission.files import Unreadable, ignored, shown, walk

MOST = 20_000  # names that are looked at
_CODE = (".py", ".ipynb", ".zip")
_FOLDERS = re.compile(
    r"submission_\d+$"  # Gradescope
    r"|.+_\d+_assignsubmission_\w+_?$"  # Moodle
    r"|\d+-\d+ - .+ - .+"  # Brightspace
)
_FILES = re.compile(
    r"(?P<canvas>[a-z]+?)(?:_late)?_(?P<id>\d+)_\d+_.+"
    r"|.+_(?P<blackboard>[^_]+)_attempt_\d{4}-\d\d-\d\d-.+",
    re.IGNORECASE,
)
_OF_ONE_STUDENT = re.compile(  # how one author calls folders that hold the same file
    r"(?:old|older|new|newer|backup|draft|copy|final|original|version|v|src|code|test|solution|template"
    r"|attempt|try|part|week|checkpoint|submission|notebook|module|script|build|archive|trash|experiment|tmp|temp|lib|main)"
    r"s?(?:$|[\W_\d])",
    re.IGNORECASE,
)


def refuse_several(path: Path, assignment: Assignment) -> None:
    """Raises Unreadable when a folder or zip holds the submissions of several students."""
    names = _names(path)
    count = submissions_among(names, {*assignment.files, assignment.notebook})
    if count > 1:
        raise Unreadable(
            f"{shown(path.name or str(path))} looks like {count} submissions of a class, and one is graded "
            "at a time: name the folder, notebook or zip of one of them. `autograder class` grades them all."
        )


def submissions_among(names: Iterable[str], wanted: set[str]) -> int:
    """How many students' submissions these paths look like; 1 for that of one. `wanted`: files asked for."""
    paths = _without_what_all_lie_in([PurePosixPath(name) for name in names])
    return max(1, _marked(paths), _flat(paths, wanted), _side_by_side(paths, wanted), _unopened(paths))


def is_of_one_author(folder: str) -> bool:
    """Whether a folder has a name that one author gives to a part or a version of a work."""
    return _OF_ONE_STUDENT.match(folder) is not None


def _names(path: Path) -> list[str]:
    """The paths of files inside a folder or zip; none for what cannot be listed, which is told elsewhere."""
    try:
        if path.is_dir():
            return [name for _, name in itertools.islice(walk(path, ""), MOST)]
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path) as archive:
                inside = [each.filename for each in archive.infolist()[:MOST] if not each.is_dir()]
            paths = [name.replace("\\", "/") for name in inside]
            return [path for path in paths if not any(ignored(part) for part in path.split("/"))]
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile):
        pass
    return []


def _without_what_all_lie_in(paths: list[PurePosixPath]) -> list[PurePosixPath]:
    """Without the folders that all lie in, such as that of an export; nbgrader's are those in submitted/."""
    submitted = [PurePosixPath(*path.parts[1:]) for path in paths if path.parts[0] == "submitted"]
    paths = [path for path in submitted or paths if path.parts]
    while (
        paths and all(len(path.parts) > 1 for path in paths) and len({path.parts[0] for path in paths}) == 1
    ):
        paths = [PurePosixPath(*path.parts[1:]) for path in paths]
        if any(_FOLDERS.match(path.parts[0]) for path in paths):
            break
    return paths


def _holds_code(path: PurePosixPath) -> bool:
    return path.suffix.lower() in _CODE


def _marked(paths: list[PurePosixPath]) -> int:
    """Folders that a platform has named, or that lie beside its record of them."""
    recorded = any(path.name == "submission_metadata.yml" for path in paths if len(path.parts) == 1)
    folders = {path.parts[0] for path in paths if len(path.parts) > 1}
    return len({folder for folder in folders if recorded or _FOLDERS.match(folder)})


def _flat(paths: list[PurePosixPath], wanted: set[str]) -> int:
    """Students whose files lie together under names that a platform or a teacher has put before them."""
    names = [path.name for path in paths if len(path.parts) == 1 and _holds_code(path)]
    if wanted & set(names):
        return 0
    found = [match for name in names if (match := _FILES.fullmatch(name))]
    marked = {match["id"] or match["blackboard"] for match in found}
    prefixed = max(
        (sum(name.endswith((f"_{file}", f"-{file}", f" {file}")) for name in names) for file in wanted),
        default=0,
    )
    return max(len(marked), prefixed if prefixed > 2 else 0)


def _side_by_side(paths: list[PurePosixPath], wanted: set[str]) -> int:
    """Folders side by side that hold the same file asked for, where none lies above them."""
    most = 0
    asked = [path for path in paths if path.name in wanted]
    for depth in range(max((len(path.parts) - 1 for path in asked), default=0)):
        deeper = [path.parts for path in asked if len(path.parts) > depth]
        for place in {parts[:depth] for parts in deeper}:
            below = [parts[depth:] for parts in deeper if parts[:depth] == place]
            if any(len(rest) == 1 for rest in below):
                continue
            owners: dict[tuple[str, ...], set[str]] = {}
            for folder, *rest in below:
                owners.setdefault(tuple(rest), set()).add(folder)
            for folders in owners.values():
                foreign = [folder for folder in folders if not is_of_one_author(folder)]
                if len(foreign) > 1:
                    most = max(most, len(foreign))
    notebooks = {path.parts[0] for path in paths if path.suffix == ".ipynb" and len(path.parts) > 1}
    above = any(_holds_code(path) for path in paths if len(path.parts) == 1)
    alike = [folder for folder in notebooks if not is_of_one_author(folder)]
    return max(most, len(alike) if len(alike) > 4 and not above else 0)


def _unopened(paths: list[PurePosixPath]) -> int:
    """Zips that lie together, and nothing that could be read beside them."""
    kinds = [path.suffix.lower() for path in paths]
    return 0 if {".py", ".ipynb"} & set(kinds) else kinds.count(".zip")
