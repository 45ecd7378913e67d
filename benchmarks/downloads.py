"""Time to stage a class's download: `python benchmarks/downloads.py [STUDENTS]`.

Makes a download of each kind, as a zip, with three files per student and, in Gradescope's, the results of 100
tests each; then prints CPU seconds and wall time of the first reading and of a second one.
"""

from __future__ import annotations

import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from layouts import LAYOUTS, Student

from autograder.classroom.downloads import read
from autograder.course.config import find_root, load

ASSIGNMENT = "a7_sequence_modeling"
FILES = {"cells.py": "x = 1\n" * 500, "loop.py": "y = 2\n" * 300, "report.md": "# Report\n" * 200}


def timed(what: Callable[[], object]) -> str:
    cpu, wall = time.process_time(), time.monotonic()
    what()
    return f"{time.process_time() - cpu:6.2f} CPU s {time.monotonic() - wall:6.2f} s"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    students = [Student(number, FILES) for number in range(count)]
    assignment = load(find_root()).assignment(ASSIGNMENT)
    for kind, layout in LAYOUTS.items():
        with tempfile.TemporaryDirectory() as scratch:
            source = Path(scratch, "download.zip")
            with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as made:
                for name, text in layout(students, ASSIGNMENT):
                    made.writestr(name, text)
            first, again = (
                timed(lambda source=source: read(source, source.with_name("out"), assignment))
                for _ in range(2)
            )
        print(f"{kind:10} {count:,} students, {len(FILES)} files each: {first}, again {again}")


if __name__ == "__main__":
    main()
