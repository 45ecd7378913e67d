"""A class given as one submission is refused; one submission with folders of any kind is not."""

from __future__ import annotations

import pytest

from autograder.submission import Unreadable, read
from tests.harness.conftest import Course
from tests.harness.files import zipped

CELL = "class Cell: pass\nclass Other: pass\n"


def each(*folders: str, files: tuple[str, ...] = ("cells.py", "loop.py")) -> dict[str, str | bytes]:
    return {f"{folder}/{file}": CELL for folder in folders for file in files}


CLASSES: dict[str, tuple[int, dict[str, str | bytes]]] = {
    "gradescope": (3, {**each(*(f"submission_{n}" for n in (11, 12, 13))), "submission_metadata.yml": ""}),
    "gradescope, unlike files": (
        2,
        {"submission_11/cells.py": CELL, "submission_12/a.ipynb": "{}", "submission_metadata.yml": ""},
    ),
    "gradescope, in its folder": (2, each("export/submission_3", "export/submission_4")),
    "canvas, flat": (
        3,
        {f"{who}_{n}_99{n}_cells.py": CELL for n, who in enumerate(("adalee", "bobo", "cy_LATE"))},
    ),
    "canvas, again": (2, {"doejane_101_5_cells-1.py": CELL, "roerick_102_6_cells-2.py": CELL}),
    "blackboard, flat": (
        2,
        {f"HW7_{who}_attempt_2026-03-01-10-00-00_cells.py": CELL for who in ("ab12", "cd34")},
    ),
    "moodle": (2, each("Ann Lee_31_assignsubmission_file_", "Bo Li_32_assignsubmission_file_")),
    "moodle, zips": (2, {f"{n}_3{n}_assignsubmission_file_/work.zip": b"" for n in (1, 2)}),
    "brightspace": (2, each("123-9 - Ann Lee - Mar 3, 2026 1100 AM", "124-9 - Bo Li - Mar 3, 2026 1101 AM")),
    "nbgrader": (3, each(*(f"submitted/{who}/demo" for who in ("ann", "bo", "cy")))),
    "nbgrader's whole course": (2, each("submitted/ann/demo", "submitted/bo/demo", "source/demo")),
    "by hand": (2, each("parth", "libby")),
    "by hand, deeper": (3, each(*(f"class/{who}/homework" for who in ("ann", "bo", "cy")))),
    "a zip per student": (3, {f"{who}.zip": b"" for who in ("ann", "bo", "cy")}),
    "names before files": (3, {f"{who}_cells.py": CELL for who in ("ann", "bo", "cy")}),
}

ONE: dict[str, dict[str, str | bytes]] = {
    "in a folder": each("work"),
    "in two folders": each("homework/work"),
    "old versions below": {**each("old", "older"), "cells.py": CELL},
    "an old version far below": {"cells.py": CELL, "old/of/cells.py": CELL},
    "only in versions": each("v1", "v2"),
    "parts": {"part1/cells.py": CELL, "part2/loop.py": CELL},
    "a package": {"cells.py": CELL, "src/cells.py": CELL, "lib/cells.py": CELL, "utils/loop.py": CELL},
    "draft and final": each("draft", "final"),
    "checkpoints": {"cells.py": CELL, ".ipynb_checkpoints/cells.py": CELL},
    "numbered names": {"cells_2_3_final.py": CELL, "cells.py": CELL},
    "a downloaded copy": {"cells (1).py": CELL, "loop (1).py": CELL},
    "a single one of an export": {**each("submission_11"), "submission_metadata.yml": ""},
    "data in folders": {"cells.py": CELL, "data/a/x.txt": "", "data/b/x.txt": ""},
}


@pytest.mark.parametrize("shape", CLASSES)
@pytest.mark.parametrize("form", ["folder", "zip"])
def test_a_class_is_refused_and_counted(course: Course, shape: str, form: str) -> None:
    count, files = CLASSES[shape]
    path = course.hand_in(files, "class")
    if form == "zip":
        path = course.root / "class.zip"
        path.write_bytes(zipped(files))
    with pytest.raises(Unreadable, match=rf"looks like {count} submissions of a class, and one is graded"):
        read(path, course.demo)


@pytest.mark.parametrize("shape", ONE)
def test_one_submission_is_read_whatever_folders_it_has(course: Course, shape: str) -> None:
    assert read(course.hand_in(ONE[shape], "one"), course.demo).sources


def test_a_class_of_thousands_of_files_is_counted_too(course: Course) -> None:
    folders = [f"student{number}" for number in range(700)]
    path = course.hand_in(each(*folders, files=("cells.py", "loop.py", "notes.txt")), "class")
    with pytest.raises(Unreadable, match="looks like 700 submissions"):
        read(path, course.demo)
