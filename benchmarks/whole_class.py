"""A class of every kind of submission whose verdict is known, graded by the real command: are all right?

    python benchmarks/whole_class.py [ASSIGNMENT] [-n 1000] [--format canvas …] [--seed 1] [--keep DIR]

The class is made of the solution, of alternatives and of notebooks as students leave them, which must keep
all points; of mistakes and attacks, which must lose what tests/mistakes and tests/attacks say; of broken
files, which must be told; and of some who handed in nothing. Each is made its own by a remark. `autograder
class` grades them from a zip in the format of a course system, with two workers. Then every row, record and
page is held against what is known. Printed are the wrong ones by name, time, rate, CPU seconds, the largest
sum of proportional set sizes (PSS) of all processes, and the same as a line of JSON. With --keep the same
command goes on where it was ended; time and rate are then those of the last run. Of several formats each
is the same class's: the first is graded, the others meet the same files under other ids. Exit code 1 if
anything is wrong. Needs root to see the memory of others' processes.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import memory
from kills import PR_SET_CHILD_SUBREAPER, libc
from layouts import LAYOUTS, Student, sheet
from members import Known, drawn, kinds

from autograder.classroom import marks
from autograder.course.config import Assignment, find_root, load

ROOT = Path(__file__).resolve().parent.parent


def lay(folder: Path, layout: str, assignment: str, members: Sequence[Known]) -> list[Student]:
    """Write the download and the table of the class; everybody in the table, first those of the download."""
    students = [Student(number, each.files) for number, each in enumerate(members)]
    absent = [Student(len(members) + number, {}) for number in range(1 + len(members) // 50)]
    with zipfile.ZipFile(folder / "download.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in LAYOUTS[layout](students, assignment):
            archive.writestr(name, content)
    (folder / "sheet.csv").write_text(sheet(layout, [*students, *absent]), encoding="utf-8")
    return [*students, *absent]


def compared(
    out: Path, assignment: Assignment, students: Sequence[Student], members: Sequence[Known]
) -> dict[str, list[str]]:
    """What is wrong with the row, the record or the page of each student, by student and what they are."""
    grades = {who.sid: grade for grade in marks.read(out, assignment) for who in grade.handed.people}
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = Counter(row["sid"] for row in csv.DictReader(file))
    nothing = Known("absent", "nothing handed in", {}, lambda verdicts: [], ("absent",))
    found = {}
    for student, member in itertools.zip_longest(students, members, fillvalue=nothing):
        said = []
        grade = grades.get(student.sid)
        if grade is None:
            said.append("There is no submission of this student.")
        elif grade.state not in member.states:
            said.append(f"{grade.state}: {grade.problem}")
        else:
            said += member.judge(grade.result.checks if grade.result else ())
            said += [f"A fault in {each.id}." for each in grade.result.faults] if grade.result else []
        if rows[student.sid] != 1:
            said.append(f"grades.csv has {rows[student.sid]} lines of this student.")
        if grade and not (out / "feedback" / f"{grade.handed.id}.html").is_file():
            said.append("There is no page.")
        found[f"{student.sid} {member.kind} {member.name}"] = said
    if strangers := {*grades, *rows} - {each.sid for each in students}:
        found["nobody of the class"] = [f"There are rows of {sorted(strangers)}."]
    return found


def run(folder: Path, root: Path, assignment: str) -> dict[str, float]:
    """Grade the class with the real command: what that took."""
    words = ["class", assignment, folder / "download.zip", "--roster", folder / "sheet.csv"]
    words += ["--out", folder / "class", "--workers", "2"]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    before, wall, cpu = {*keys_in(folder)}, time.monotonic(), cpu_seconds()
    process = subprocess.Popen(
        [sys.executable, "-m", "autograder", *map(str, words)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
    )
    peak, _ = memory.watch(process, interval=2.0)  # looking costs time, too
    wait_for_orphans(10.0)
    if process.returncode not in (0, 3):  # 3: some are pending, who are told below
        raise SystemExit(f"`autograder class` ended with {process.returncode}.")
    cpu = cpu_seconds() - cpu
    graded = sum(key not in before for key in keys_in(folder))
    minutes = (time.monotonic() - wall) / 60
    return {
        "exit": process.returncode,
        "graded": graded,
        "minutes": round(minutes, 2),
        "per_minute": round(graded / minutes, 2),
        "cpu_seconds": round(cpu),
        "cpu_seconds_each": round(cpu / max(graded, 1), 2),
        "peak_pss_mb": round(peak),
    }


def keys_in(folder: Path) -> list[str]:
    """The keys of all records: the same one for the same files under several ids."""
    results = (folder / "class" / "results").glob("*.json")
    return [json.loads(path.read_text(encoding="utf-8"))["key"] for path in results]


def cpu_seconds() -> float:
    """What all processes that have ended below this one have used so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def wait_for_orphans(seconds: float) -> None:
    """Take in what the command has left to end by itself, so that its CPU seconds count, too."""
    deadline = time.monotonic() + seconds
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < deadline:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.05)


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("assignment", nargs="?", default="sequence_toolkit")
    options.add_argument("-n", type=int, default=1000, help="submissions (default 1000)")
    options.add_argument("--format", choices=[*LAYOUTS], nargs="+", default=["canvas"], help="whose")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=Path, metavar="DIR", help="where all of it stays")
    given = options.parse_args(arguments)
    libc.call_prctl(PR_SET_CHILD_SUBREAPER, 1)
    config = load(find_root())
    assignment = config.assignment(given.assignment)
    members = drawn(kinds(config, assignment), given.n, given.seed)
    with tempfile.TemporaryDirectory(prefix="whole-class-") as scratch:
        folder = given.keep.absolute() if given.keep else Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        right = [is_right(folder, layout, config.root, assignment, members) for layout in given.format]
    return 0 if all(right) else 1


def is_right(folder: Path, layout: str, root: Path, assignment: Assignment, members: Sequence[Known]) -> bool:
    """Grade the class from a download of this format and say how that went."""
    students = lay(folder, layout, assignment.name, members)
    took = run(folder, root, assignment.name)
    found = compared(folder / "class", assignment, students, members)
    bad = {name: said for name, said in found.items() if said}
    for name, said in bad.items():
        print(f"WRONG {name}: {' '.join(said)}")
    made_of = Counter(each.kind for each in members)
    print(f"{assignment.name}, {layout}: {len(students)} people, {len(bad)} wrong; {dict(made_of)}")
    print(*(f"  {name.replace('_', ' '):17} {value:g}" for name, value in took.items()), sep="\n")
    told = {"assignment": assignment.name, "format": layout, "n": len(members)}
    print(json.dumps({**told, "made_of": made_of, **took, "wrong": bad}), flush=True)
    return not bad and not took["exit"]


if __name__ == "__main__":
    sys.exit(main())
