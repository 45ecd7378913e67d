"""What checking costs, as ratios measured in one run: `make bench`.

Three commands take turns, so that a machine whose speed drifts treats them alike; medians are printed.
  torch   python -c "import torch"
  check   autograder check, the visible checks on the solution, cold
  grade   autograder grade, every check, locked down, cold
  bare    the same checks as grade in one process without any isolation, cold
CPU seconds are those of the whole process tree. Training checks are left out unless --train is given.
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
ASSIGNMENT = "a7_sequence_modeling"


def measure(command: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of a command and all its descendants."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"{' '.join(command)} failed:\n{said.decode(errors='replace')}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("-n", type=int, default=5, help="runs of each command (default 5)")
    options.add_argument("--assignment", default=ASSIGNMENT)
    options.add_argument("--only", nargs="*", default=["cells", "loop"], help="units to run")
    given = options.parse_args()
    solution = str(ROOT / "solutions" / given.assignment)
    only = [word for unit in given.only for word in ("--only", unit)]
    commands = {
        "torch": [sys.executable, "-c", "import torch"],
        "check": [sys.executable, "-m", "autograder", "check", given.assignment, solution, *only],
        "grade": [
            sys.executable,
            str(ROOT / "benchmarks" / "grade.py"),
            given.assignment,
            solution,
            *given.only,
        ],
        "bare": [
            sys.executable,
            str(ROOT / "benchmarks" / "grade.py"),
            "--bare",
            given.assignment,
            solution,
            *given.only,
        ],
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for run in range(given.n + 1):  # the first fills the caches and is not counted
        for name, command in commands.items():
            figures = measure(command)
            if run:
                taken[name].append(figures)
            print(f"\r{run}/{given.n} {name:8}", end="", file=sys.stderr, flush=True)
    print("\r" + " " * 20, end="\r", file=sys.stderr)
    wall = {name: statistics.median(w for w, _ in figures) for name, figures in taken.items()}
    cpu = {name: statistics.median(c for _, c in figures) for name, figures in taken.items()}
    print(f"{'':8}{'wall s':>8}{'CPU s':>8}   (medians of {given.n}, {os.cpu_count()} cores)")
    for name in commands:
        print(f"{name:8}{wall[name]:8.2f}{cpu[name]:8.2f}")
    print(f"check / import torch, wall     {wall['check'] / wall['torch']:5.2f}   (to stay below 3)")
    print(f"grade / bare, CPU seconds      {cpu['grade'] / cpu['bare']:5.2f}   (to stay below 1.25)")


if __name__ == "__main__":
    main()
