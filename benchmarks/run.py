"""What checking costs on each assignment, as ratios measured in one run: `make bench`.

Four commands take turns, so that a machine whose speed drifts treats them alike; medians are printed.
  torch   python -c "import torch"
  check   autograder check, the visible checks on the solution, cold
  grade   every check, locked down, cold
  bare    the same checks as grade in one process without any isolation, cold
CPU seconds are those of the whole process tree.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RATIOS = {"check / torch, wall": 2.5, "grade / bare, CPU": 1.1}  # and what they should stay below


def measure(command: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of a command and all its descendants."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"{' '.join(command)} failed:\n{said.decode(errors='replace')}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


def turns(assignment: str, runs: int) -> dict[str, tuple[float, float]]:
    """The median wall and CPU seconds of each command, over `runs` turns after one that fills the caches."""
    solution = str(ROOT / "solutions" / assignment)
    grade = [sys.executable, str(ROOT / "benchmarks" / "grade.py")]
    commands = {
        "torch": [sys.executable, "-c", "import torch"],
        "check": [sys.executable, "-m", "autograder", "check", assignment, solution],
        "grade": [*grade, assignment, solution],
        "bare": [*grade, "--bare", assignment, solution],
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for run in range(runs + 1):
        for name, command in commands.items():
            print(f"\r{assignment} {run}/{runs} {name:8}", end="", file=sys.stderr, flush=True)
            taken[name].append(measure(command))
    print("\r" + " " * 60, end="\r", file=sys.stderr)
    return {
        name: (
            statistics.median(wall for wall, _ in figures[1:]),
            statistics.median(cpu for _, cpu in figures[1:]),
        )
        for name, figures in taken.items()
    }


def main() -> None:
    """Print a line for each assignment, as Markdown."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("-n", type=int, default=5, help="runs of each command (default 5)")
    known = sorted(path.name for path in (ROOT / "solutions").iterdir() if path.is_dir())
    options.add_argument("assignments", nargs="*", default=known, help="[all]")
    given = options.parse_args()
    print(f"Medians of {given.n} runs, {os.cpu_count()} cores. To stay below: {RATIOS}\n")
    print("| assignment | check, wall | / torch | grade, CPU | / bare |\n|---|---|---|---|---|")
    for assignment in given.assignments:
        found = turns(assignment, given.n)
        wall = found["check"][0] / found["torch"][0]
        isolation = found["grade"][1] / found["bare"][1]
        print(
            f"| `{assignment}` | {found['check'][0]:.2f} s | {wall:.2f} × "
            f"| {found['grade'][1]:.1f} s | {isolation:.2f} × |",
            flush=True,
        )


if __name__ == "__main__":
    main()
