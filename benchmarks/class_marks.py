"""What a change of points costs a graded class: `python benchmarks/class_marks.py [ASSIGNMENT [COUNT]]`.

Makes COUNT records (1,000) of the assignment's checks by hand, and prints the CPU seconds that it takes to
read them as grades, to write grades.csv and the page of the class, and to make feedback pages anew. No code
of a submission runs.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from autograder.classroom import gradebook, marks, store
from autograder.classroom.handed import Handed, Person, write_manifest
from autograder.classroom.pages import feedback, overview
from autograder.classroom.store import Graded
from autograder.course.config import Assignment, load
from autograder.results import CheckResult, Outcome, Result

ROOT = Path(__file__).resolve().parent.parent
REPEATS = 5
T = TypeVar("T")


def main(name: str = "a7_sequence_modeling", count: int = 1000) -> None:
    config = load(ROOT)
    assignment = config.assignment(name)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make(folder, assignment, count)
        print(f"{count} records of {len(assignment.checks)} checks, CPU seconds, median of {REPEATS}:")
        grades = timed("read as grades", lambda: marks.read(folder, assignment))
        timed("grades.csv", lambda: gradebook.write_grades(folder, assignment, grades))
        timed("the page of the class", lambda: overview.page(config.course, assignment, grades))
        some = grades[:50]
        timed("50 feedback pages", lambda: [feedback.page(folder, grade) for grade in some])


def timed(what: str, do: Callable[[], T]) -> T:
    """What `do` gives, after it was timed."""
    seconds = []
    for _ in range(REPEATS):
        began = time.process_time()
        given = do()
        seconds.append(time.process_time() - began)
    print(f"  {statistics.median(seconds):6.2f}  {what}")
    return given


def make(folder: Path, assignment: Assignment, count: int) -> None:
    """A class in which one verdict in five is a failure, with words as they usually are."""
    draw = random.Random(1)
    everybody = []
    for number in range(count):
        id = f"student{number:05}"
        checks = []
        for check, entry in assignment.checks.items():
            outcome: Outcome = "fail" if draw.random() < 0.2 else "pass"
            said = ("The state has another value than expected.", "Which gate?", "cells.py:31")
            words = said if outcome == "fail" else ("", "", "")
            unit = check.partition("::")[0]
            title = f"{check.partition('::')[2].replace('_', ' ')} in a sentence of some length"
            checks.append(CheckResult(check, title, unit, outcome, entry.points, entry.visibility, *words))
        result = Result(assignment.name, number, tuple(checks), 9.5, "0", "0", path=id, digest="0" * 64)
        people = (Person(name=f"Student {number}", sid=f"{number:07}", email=f"s{number}@example.edu"),)
        handed = Handed(id=id, people=people, path=f"submissions/{id}", digest=id)
        store.save(folder, handed, Graded("key", result))
        everybody.append(handed)
        if number < 50:
            (folder / handed.path).mkdir(parents=True)
            (folder / handed.path / "cells.py").write_text("class LSTMCell:\n    pass\n" * 30)
    write_manifest(folder, everybody)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("assignment", nargs="?", default="a7_sequence_modeling")
    parser.add_argument("count", nargs="?", type=int, default=1000)
    arguments = parser.parse_args()
    main(arguments.assignment, arguments.count)
