"""How fast a class is graded, and what that takes, all in one run on one machine.

    python benchmarks/class_speed.py [ASSIGNMENT] [-n 16] [--otter 3] [--parts otter shard …]

otter    `otter run` with the assignment's zip, one submission after the other
shard    one server without an engine: --shard 0/1
one, two `autograder class` with 1 and 2 workers of Dask's
memory   the largest sum of proportional set sizes (PSS) of all processes, with 2 workers
warm     CPU seconds of one grading in a warm server, and where they go

Every submission is the solution with a line of its own. The rate is counted from the first records on, as
many as there are workers, so that starting up is left out; with it, it is called "all in all". The share of
the engine is what 1 worker is slower than a shard. Needs root to see the memory of others' processes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import memory

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PARTS = {
    "otter": "otter run",
    "shard": "a shard, no engine",
    "one": "Dask, 1 worker",
    "two": "Dask, 2 workers",
}
OPTIONS = {"shard": ("--shard", "0/1"), "one": ("--workers", "1"), "two": ("--workers", "2")}


@dataclass
class Rate:
    """Submissions a minute: once all is warm, and with the start."""

    warm: float
    whole: float


def lay(assignment: str, count: int, folder: Path) -> list[Path]:
    """A download of so many submissions."""
    made = []
    for number in range(count):
        path = folder / f"student{number}"
        shutil.copytree(ROOT / "solutions" / assignment, path)
        for file in path.glob("*.py"):
            if not file.name.endswith(".nb.py"):
                file.write_text(f"{file.read_text()}\n# number {number}\n")
        made.append(path)
    return made


def command(assignment: str, download: Path, out: Path, *options: str) -> list[str]:
    given = ["class", assignment, str(download), "--out", str(out), *options]
    return [sys.executable, "-m", "autograder", *given]


def of_class(assignment: str, download: Path, out: Path, part: str) -> Rate:
    """The rate of one way to grade a class."""
    start = time.time()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    subprocess.run(command(assignment, download, out, *OPTIONS[part]), cwd=ROOT, env=environment, check=True)
    at = sorted(path.stat().st_mtime for path in (out / "results").glob("*.json"))
    first = 2 if part == "two" else 1
    return Rate(60 * (len(at) - first) / (at[-1] - at[first - 1]), 60 * len(at) / (time.time() - start))


def of_otter(assignment: str, submissions: list[Path], folder: Path) -> Rate:
    """The rate of `otter run`, which starts anew for each."""
    from autograder.gradescope.otter_run import run_zip
    from autograder.gradescope.package import build

    archive = build(ROOT, assignment, folder / "autograder.zip")
    start = time.time()
    for path in submissions:
        run_zip(archive, path, folder / path.name)
    rate = 60 * len(submissions) / (time.time() - start)
    return Rate(rate, rate)


def warm(assignment: str, submissions: list[Path], folder: Path) -> None:
    """Print what each grading costs in one server, by process."""
    from autograder.classroom import run
    from autograder.classroom.graders import Grader
    from autograder.classroom.handed import Handed
    from autograder.classroom.keys import rules_of
    from autograder.course.config import load

    config = load(ROOT)
    entry = config.assignment(assignment)
    rules = rules_of(config, entry)
    grader = Grader(run.work_of(config, entry, folder, rules))
    before: dict[str, float] = {}
    print("\n| warm grading | CPU s | server | reader, units | zygote | students' workers | PSS MB, idle |")
    print("|---|---|---|---|---|---|---|")
    for number, path in enumerate(submissions):
        handed = Handed(id=path.name, path=os.path.relpath(path, folder), digest=f"{number:064}")
        (job,) = run.plan(folder, [handed], rules).jobs
        outcome = grader.grade(job)
        assert grader._server is not None, outcome.said
        server = grader._server._process.pid
        now, size = _costs(server)
        spent = {name: value - before.get(name, 0.0) for name, value in now.items()}
        before = now
        if number:  # the first pays for what is loaded late
            parts = " | ".join(f"{spent[name]:.2f}" for name in ("server", "units", "zygote", "workers"))
            print(f"| {number} | {sum(spent.values()):.2f} | {parts} | {size:.0f} |", flush=True)
    grader.close()


def _costs(server: int) -> tuple[dict[str, float], float]:
    """CPU seconds by kind of process so far, and the PSS in MB of server and zygote."""
    task = Path(f"/proc/{server}/task/{server}/children")
    (zygote,) = (int(pid) for pid in task.read_text().split())
    own, ended = _cpu(server)
    forks, workers = _cpu(zygote)
    size = sum(
        int(line.split()[1]) / 1024
        for pid in (server, zygote)
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        if line.startswith("Pss:")
    )
    return {"server": own, "units": ended, "zygote": forks, "workers": workers}, size


def _cpu(pid: int) -> tuple[float, float]:
    """CPU seconds of a process, and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = os.sysconf("SC_CLK_TCK")
    user, system, user_below, system_below = (int(each) / ticks for each in fields[11:15])
    return user + system, user_below + system_below


def main() -> None:
    """Print a table, and the ratios that are to be reached."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("assignment", nargs="?", default="a7_sequence_modeling")
    options.add_argument("-n", type=int, default=16, help="submissions of the class (default 16)")
    options.add_argument("--otter", type=int, default=3, help="of these, graded by otter run (default 3)")
    options.add_argument("--parts", nargs="*", choices=[*PARTS, "memory", "warm"], default=None)
    given = options.parse_args()
    wanted = given.parts or [*PARTS, "memory", "warm"]
    found: dict[str, Rate] = {}
    with tempfile.TemporaryDirectory(prefix="class-speed-") as scratch:
        folder = Path(scratch)
        submissions = lay(given.assignment, given.n, folder / "download")
        for part in PARTS:
            if part not in wanted:
                continue
            if part == "otter":
                found[part] = of_otter(given.assignment, submissions[: given.otter], folder / "otter")
            else:
                found[part] = of_class(given.assignment, folder / "download", folder / part, part)
        print(f"\n{given.assignment}, {given.n} submissions, {os.cpu_count()} cores\n")
        print("| graded by | a minute | all in all |\n|---|---|---|")
        for part, rate in found.items():
            print(f"| {PARTS[part]} | {rate.warm:.2f} | {rate.whole:.2f} |")
        print(*ratios(found), sep="\n", flush=True)
        if "memory" in wanted:
            line = command(given.assignment, folder / "download", folder / "sized", *OPTIONS["two"])
            peak, parts, _ = memory.peak_pss(line, ROOT, interval=0.5)  # looking costs time, too
            print(f"\nPeak memory with 2 workers: {peak:.0f} MB ({', '.join(parts)})", flush=True)
        if "warm" in wanted:
            (folder / "warm").mkdir()
            warm(given.assignment, submissions[:5], folder / "warm")


def ratios(found: dict[str, Rate]) -> list[str]:
    """The ratios that can be told, each with its bound."""
    said = []
    if {"otter", "two"} <= found.keys():
        said.append(f"2 workers / otter run: {found['two'].warm / found['otter'].warm:.1f} (at least 10)")
    if {"one", "two"} <= found.keys():
        said.append(
            f"2 workers / 2 × 1 worker: {found['two'].warm / found['one'].warm / 2:.0%} (at least 90 %)"
        )
    if {"one", "shard"} <= found.keys():
        said.append(f"engine's share: {1 - found['one'].warm / found['shard'].warm:.1%} (at most 2 %)")
    return said


if __name__ == "__main__":
    main()
