"""How long after a save the first verdict is there, and all of a unit, in `check --watch`.

In a copy of the solution, the definitions of one unit become the template's stubs, and then the solution's
again. Timed is the save that mends the unit: from the writing of its last file, over the watching of files,
until a verdict of the check in focus has come, until every check of the unit has one, and until the run is
over. Medians are printed, and as parts of what `import torch` takes in the same run: machines are busy.
"""

from __future__ import annotations

import argparse
import ast
import multiprocessing
import os
import queue
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from autograder.course.config import Assignment
from autograder.watch import checker, files
from autograder.watch.messages import Done, Failed, Heard, Looked, Opened, Order

ROOT = Path(__file__).resolve().parent.parent
GOALS = {"first verdict": 0.5, "all of a unit": 1.5}  # seconds, on two idle cores


class Watch:
    """A checker of an assignment's copy, and what the front does between a save and its order."""

    def __init__(self, assignment: str, place: Path) -> None:
        self._orders, theirs = multiprocessing.get_context("spawn").Pipe()
        setup = checker.Setup(assignment, place)
        self._checker = multiprocessing.get_context("spawn").Process(
            target=checker.main, args=(setup, theirs)
        )
        self._checker.start()
        theirs.close()
        opened = self._orders.recv()
        if isinstance(opened, Failed):
            raise opened.error
        assert isinstance(opened, Opened)
        self.assignment: Assignment = opened.assignment
        self._saves: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._number = 0
        self._order()
        for _ in self._said():
            pass
        files.tell_of_changes(place, lambda: self._saves.put(None))

    def after_save(self, path: Path, content: str, unit: str) -> tuple[float, float, float]:
        """Seconds until the first verdict, all of the unit, and the end of the run."""
        while not self._saves.empty():
            self._saves.get()
        draft = path.with_suffix(".draft")
        draft.write_text(content, encoding="utf-8")
        start = time.perf_counter()
        draft.replace(path)
        self._saves.get()
        self._order()
        wanted = {name for name, check in self.assignment.checks.items() if name.startswith(f"{unit}::")}
        first = all_of_unit = 0.0
        for said in self._said():
            now = time.perf_counter() - start
            if isinstance(said, (Looked, Heard)):
                first = first or now
            if isinstance(said, Heard):
                wanted.discard(said.name)
                all_of_unit = now if said.name.startswith(f"{unit}::") else all_of_unit
        return first, all_of_unit, time.perf_counter() - start

    def close(self) -> None:
        self._orders.send(None)
        self._checker.join()

    def _order(self) -> None:
        self._number += 1
        self._orders.send(Order(self._number))

    def _said(self) -> Iterator[object]:
        while True:
            number, said = self._orders.recv()
            if number == self._number:
                yield said
                if isinstance(said, Done):
                    return


def with_stubs(solution: str, template: str, names: Collection[str]) -> str:
    """The solution with these functions and classes as the template has them."""
    stubs = {name: lines for name, lines in _definitions(template).items() if name in names}
    lines = solution.split("\n")
    for name, place in reversed(_definitions(solution).items()):
        if name in stubs:
            lines[place] = template.split("\n")[stubs[name]]
    return "\n".join(lines)


def _definitions(source: str) -> dict[str, slice]:
    """The lines of each function and class at the top level."""
    found = [each for each in ast.parse(source).body if isinstance(each, (ast.FunctionDef, ast.ClassDef))]
    return {
        each.name: slice(
            min([each, *each.decorator_list], key=lambda node: node.lineno).lineno - 1, each.end_lineno
        )
        for each in found
    }


def torch_seconds() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import torch"], check=True)
    return time.perf_counter() - start


def measure(name: str, runs: int) -> None:
    """Print a line for each unit that has files to save."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, name)
        shutil.copytree(ROOT / "solutions" / name, place)
        folders = [ROOT / "solutions" / name, ROOT / "templates" / name]
        watch = Watch(name, place)
        try:
            for unit, entry in watch.assignment.units.items():
                sources = {
                    file: [(folder / file).read_text(encoding="utf-8") for folder in folders]
                    for file in entry.files
                }
                if not sources:
                    continue
                taken, torch = [], []
                for _ in range(runs):
                    torch.append(torch_seconds())
                    for file, (solution, template) in sources.items():
                        names = entry.files[file]
                        stubs = template if entry.script else with_stubs(solution, template, names)
                        watch.after_save(place / file, stubs, unit)
                    for file, (solution, _) in sources.items():
                        times = watch.after_save(place / file, solution, unit)
                    taken.append(times)
                first, whole, end = (statistics.median(each) for each in zip(*taken, strict=True))
                torch_alone = statistics.median(torch)
                figures = [f"{each:.2f} s | {each / torch_alone:.2f} ×" for each in (first, whole, end)]
                print(f"| `{name}` | {unit} | {' | '.join(figures)} |", flush=True)
        finally:
            watch.close()


def main() -> None:
    """Print a line for each unit, as Markdown."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("-n", type=int, default=5, help="saves of each unit (default 5)")
    known = sorted(path.name for path in (ROOT / "solutions").iterdir() if path.is_dir())
    options.add_argument("assignments", nargs="*", default=known, help="[all]")
    given = options.parse_args()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(
        f"Medians of {given.n} saves, {os.cpu_count()} cores, load {load:.1f} at the start. Goals: {GOALS}\n"
    )
    print("| assignment | unit | first verdict | / torch | all of the unit | / torch | whole run | / torch |")
    print("|---|---|---|---|---|---|---|---|")
    for assignment in given.assignments:
        measure(assignment, given.n)


if __name__ == "__main__":
    main()
