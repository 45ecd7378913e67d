"""Downloads as course systems make them: the same students, laid out as each of them does it.

    with zipfile.ZipFile("download.zip", "w") as archive:
        for name, content in LAYOUTS["canvas"](students, "lab7_vanilla_rnn"):
            archive.writestr(name, content)

A name that ends in "/" is a folder with nothing in it, where the system would make one.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

Files = Iterator[tuple[str, str | bytes]]
_NAMES = ("Ann Chen", "Zoë de la Cruz", "王小明", "Bo Li", "Søren O'Neil", "Mary-Jane Watson")
_SHEETS = {
    "moodle": (
        "Identifier,Full name,ID number,Email address,Status,Grade",
        "Participant {pid},{name},{sid},{sid}@x.edu,,",
    ),
    "": ("Student,ID,SIS User ID,SIS Login ID,Section,The work (77)", '"{name}",{pid},{sid},{sid}@x.edu,A,'),
}


@dataclass(frozen=True)
class Student:
    """Somebody with a number, and the files handed in, by path."""

    number: int
    files: Mapping[str, str | bytes]
    known_as: str = ""  # another name than one of a few that are hard to read

    @property
    def name(self) -> str:
        return self.known_as or f"{_NAMES[self.number % len(_NAMES)]} {self.number}"

    @property
    def sid(self) -> str:
        return f"07{self.number:05}"

    @property
    def pid(self) -> int:
        """The number that Canvas or Moodle has for them."""
        return 4000 + self.number


def gradescope(students: Sequence[Student], assignment: str) -> Files:
    test = "    - name: 'a test: of many'\n      score: 1.0\n      output: |\n        one\n\n        two\n"
    yield (
        "export/submission_metadata.yml",
        "".join(
            f"submission_{each.number}:\n  :submitters:\n  - :name: \"{each.name}\"\n    :sid: '{each.sid}'\n"
            f"  :created_at: 2023-09-12 18:03:29.402610000 Z\n  :results:\n    tests:\n{test * 100}"
            for each in students
        ),
    )
    for each in students:
        yield from _below(f"export/submission_{each.number}", each)


def canvas(students: Sequence[Student], assignment: str) -> Files:
    """All files side by side: whoever has a folder hands in a zip, an empty one cannot be handed in."""
    for each in students:
        named = re.sub(r"\W", "", each.name.lower())
        files = each.files
        if any("/" in name for name in files):
            files = {"work.zip": zipped(files)}
        for index, (name, content) in enumerate(files.items()):
            yield f"{named}_{each.pid}_{90 * each.number + index}_{name}", content


def moodle(students: Sequence[Student], assignment: str) -> Files:
    for each in students:
        yield from _below(f"{each.name}_{each.pid}_assignsubmission_file", each)


def nbgrader(students: Sequence[Student], assignment: str) -> Files:
    for each in students:
        yield f"submitted/{each.sid}/{assignment}/timestamp.txt", "2023-09-12 18:03:29 UTC\n"
        yield from _below(f"submitted/{each.sid}/{assignment}", each)


def folders(students: Sequence[Student], assignment: str) -> Files:
    for each in students:
        yield from _below(f"{each.sid}_{each.name}", each)


LAYOUTS: Mapping[str, Callable[[Sequence[Student], str], Files]] = {
    each.__name__: each for each in (gradescope, canvas, moodle, nbgrader, folders)
}


def sheet(layout: str, students: Sequence[Student]) -> str:
    """The table of the class that goes with a download: Moodle's worksheet, or Canvas's gradebook."""
    head, line = _SHEETS.get(layout, _SHEETS[""])
    lines = (line.format(name=each.name, pid=each.pid, sid=each.sid) for each in students)
    return "\n".join([head, *lines, ""])


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """A zip that holds these files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)  # without the hour: always the same bytes
    return packed.getvalue()


def _below(folder: str, student: Student) -> Files:
    if not student.files:
        yield f"{folder}/", ""
    for name, content in student.files.items():
        yield f"{folder}/{name}", content
