"""Time to stage a class's download: `python benchmarks/downloads.py [STUDENTS]`.

Makes a download of each kind, as a zip, with three files per student and, in Gradescope's, the results of 100
tests each; then prints CPU seconds and wall time of the first reading and of a second one.
"""

from __future__ import annotations

import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder.classroom.downloads import read
from autograder.course.config import find_root, load

ASSIGNMENT = "a7_sequence_modeling"
FILES = {"cells.py": "x = 1\n" * 500, "loop.py": "y = 2\n" * 300, "report.md": "# Report\n" * 200}


def gradescope(students: int) -> Iterator[tuple[str, str]]:
    test = "    - name: 'a test: of many'\n      score: 1.0\n      output: |\n        one\n\n        two\n"
    yield (
        "export/submission_metadata.yml",
        "".join(
            f"submission_{n}:\n  :submitters:\n  - :name: Student {n}\n    :sid: '{n:07}'\n"
            f"  :created_at: 2023-09-12 18:03:29.402610000 Z\n  :results:\n    tests:\n{test * 100}"
            for n in range(students)
        ),
    )
    for n in range(students):
        yield from ((f"export/submission_{n}/{name}", text) for name, text in FILES.items())


def canvas(students: int) -> Iterator[tuple[str, str]]:
    for n in range(students):
        for index, (name, text) in enumerate(FILES.items()):
            yield f"student{n}_{4000 + n}_{9 * n + index}_{name}", text


def moodle(students: int) -> Iterator[tuple[str, str]]:
    for n in range(students):
        yield from ((f"Student {n}_{n}_assignsubmission_file/{name}", text) for name, text in FILES.items())


def folders(students: int) -> Iterator[tuple[str, str]]:
    for n in range(students):
        yield from ((f"{n:07}_Student {n}/{name}", text) for name, text in FILES.items())


def timed(what: Callable[[], object]) -> str:
    cpu, wall = time.process_time(), time.monotonic()
    what()
    return f"{time.process_time() - cpu:6.2f} CPU s {time.monotonic() - wall:6.2f} s"


def main() -> None:
    students = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    assignment = load(find_root()).assignment(ASSIGNMENT)
    for kind in (gradescope, canvas, moodle, folders):
        with tempfile.TemporaryDirectory() as scratch:
            source = Path(scratch, "download.zip")
            with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as made:
                for name, text in kind(students):
                    made.writestr(name, text)
            first, again = (
                timed(lambda source=source: read(source, source.with_name("out"), assignment))
                for _ in range(2)
            )
        print(f"{kind.__name__:10} {students:,} students, {len(FILES)} files each: {first}, again {again}")


if __name__ == "__main__":
    main()
