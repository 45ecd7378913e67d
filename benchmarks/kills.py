"""Random SIGKILLs of random processes of a grading: what stays behind, and is every record whole?

    python benchmarks/kills.py [-n 500] [--seed 1]

Runs `grade`, `check` and the zip's run_otter.py (root only) on a small course, over and over. Once per run
one of its processes is killed: the command, what it started, a unit, the zygote, a worker, Otter. Two kills
of five are aimed at the last second of a run, by the median of undisturbed runs. After each run there must be

    a record that is valid: the one from before, or a whole new one,
    no process a second after the command's end,
    nothing in the folder for temporary files, and no draft beside the record.

This process takes in orphans (Linux), so that none of them escapes the count. Exit code 1 if anything stayed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from autograder.sandbox.lockdown import libc  # noqa: E402

PR_SET_CHILD_SUBREAPER = 36
CONFIG = """\
course: A course of sums
assignments:
  sums:
    title: Sums
    limits: {call_seconds: 20, import_seconds: 20, memory_mb: 1024, total_seconds: 60}
    units:
      total:
        title: Totals
        files: {total.py: [total]}
        checks:
          total_adds: {points: 1, visibility: visible}
          total_adds_others: {points: 1, visibility: hidden}
      mean:
        title: Means
        files: {mean.py: [mean]}
        checks:
          mean_divides: {points: 1, visibility: visible}
          mean_divides_others: {points: 1, visibility: hidden}
"""
CHECK = '''\
import numpy as np

from autograder.checks import Mismatch


def test_{check}(student, draw):
    """{name}(x) is right."""
    for _ in range(30):
        x = draw.normal(3, 4)
        got = student.call("{name}", x)
        if not isinstance(got, np.ndarray) or not np.allclose(got, x.{name}({axis}), atol=1e-3):
            raise Mismatch("{name}(x) is wrong.")
'''
SOLUTION = "import torch\n\n\ndef {name}(x):\n    return sum(x.{name}({axis}) for _ in range(1000)) / 1000\n"
UNITS = {
    "total": ("sum", "0", ("total_adds", "total_adds_others")),
    "mean": ("mean", "1", ("mean_divides", "mean_divides_others")),
}


@dataclass
class Setting:
    """The small course on disk, what is run there, and where its traces would be."""

    folder: Path
    commands: dict[str, list[str]] = field(default_factory=dict)
    records: dict[str, list[Path]] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)  # process ids of the last run, at its kill

    @property
    def scratch(self) -> Path:
        """TMPDIR of every run."""
        return self.folder / "tmp"

    def start(self, kind: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "TMPDIR": str(self.scratch), "PYTHONPATH": str(ROOT)}
        with (self.folder / f"{kind}.log").open("wb") as log:
            return subprocess.Popen(
                self.commands[kind], cwd=self.folder, env=environment, stdout=log, stderr=log
            )


def lay(folder: Path, kinds: list[str]) -> Setting:
    """Write the course to an empty folder, and make its zip where that is to be run."""
    setting = Setting(folder)
    folder.chmod(0o755)  # where workers may enter, as in /tmp
    setting.scratch.mkdir()
    (folder / "grading_config.yaml").write_text(CONFIG)
    submission = folder / "submission"
    submission.mkdir()
    for unit, (name, axis, checks) in UNITS.items():
        code = SOLUTION.replace("def {name}", f"def {unit}").format(name=name, axis=axis)
        (submission / f"{unit}.py").write_text(code)
        for kind, check in zip(("visible", "hidden"), checks, strict=True):
            file = folder / "tests" / kind / "sums" / f"test_{unit}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            text = CHECK.replace('call("{name}"', f'call("{unit}"')
            file.write_text(text.format(check=check, name=name, axis=axis))
    records = folder / "records"
    records.mkdir()
    for kind in kinds:
        if kind == "zip":
            _lay_zip(setting, submission)
            continue
        record, page = records / f"{kind}.json", records / f"{kind}.html"
        command = [sys.executable, "-m", "autograder", kind, "sums", str(submission), "--json", str(record)]
        setting.commands[kind] = command + (["--html", str(page)] if kind == "grade" else [])
        setting.records[kind] = [record, page] if kind == "grade" else [record]
    return setting


def _lay_zip(setting: Setting, submission: Path) -> None:
    from autograder.gradescope.package import build

    tree = setting.folder / "autograder"
    with zipfile.ZipFile(build(setting.folder, "sums", setting.folder / "sums.zip")) as archive:
        archive.extractall(tree / "source")
    shutil.copytree(submission, tree / "submission")
    setting.commands["zip"] = [sys.executable, "-I", "-B", str(tree / "source" / "run_otter.py")]
    setting.records["zip"] = [tree / "results" / "results.json"]


# --- processes ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    command: str


def alive() -> dict[int, Process]:
    """Every process below this one that has not ended."""
    found: dict[int, Process] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                if state not in "ZX":
                    line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    found[int(entry.name)] = Process(int(entry.name), int(parent), line)
    return {pid: process for pid, process in found.items() if _is_below(process, found)}


def _is_below(process: Process, all_processes: dict[int, Process]) -> bool:
    while process.parent in all_processes and process.parent != os.getpid():
        process = all_processes[process.parent]
    return process.parent == os.getpid()


def role(process: Process, processes: dict[int, Process], command: int) -> str:
    """What a process is in a grading, by its command line and its parent's."""
    if process.pid == command:
        return "command"
    parent = processes.get(process.parent)
    if " zygote " in process.command:
        return "worker" if parent is not None and " zygote " in parent.command else "zygote"
    if "/sandbox worker " in process.command:
        return "worker"
    for script in ("grade_submission", "otter_report", "rmtree"):
        if script in process.command:
            forked = parent is not None and parent.command == process.command
            return "unit" if forked else {"rmtree": "remover"}.get(script, script)
    return "unit" if parent is not None and parent.command == process.command else "another"


def left(seconds: float) -> list[Process]:
    """The processes that are still there after a while, or none as soon as there are none."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        found = list(alive().values())
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.02)


def traces(setting: Setting) -> list[Path]:
    """What lies where temporary files go: the place that was given, or, for workers' folders, another."""
    given = list(setting.scratch.iterdir())
    marks = [f"-{each}-" for each in setting.seen]
    others = [path for place in ("/tmp", "/var/tmp") for path in Path(place).glob("autograder-*")]
    return given + [path for path in others if any(mark in path.name for mark in marks)]


# --- one run --------------------------------------------------------------------------------------


@dataclass
class Outcome:
    kind: str
    victim: str  # "" when the run was over before
    wrong: list[str]
    seconds: float


def run_once(setting: Setting, kind: str, kill_after: float | None, choice: random.Random) -> Outcome:
    """One run, disturbed after a time or not at all, and what is wrong afterwards."""
    before = {record: record.read_bytes() for record in setting.records[kind] if record.exists()}
    start = time.monotonic()
    process = setting.start(kind)
    victim = _kill_one(setting, process, kill_after, choice) if kill_after is not None else ""
    code = process.wait(timeout=120)
    seconds = time.monotonic() - start
    wrong = [f"still there after a second: {each.pid} {each.command[:80]}" for each in left(1.0)]
    for leftover in alive().values():
        with contextlib.suppress(OSError):
            os.kill(leftover.pid, signal.SIGKILL)
    for record in setting.records[kind]:
        if record.exists() or record in before:
            wrong += [f"{record.name}: {said}" for said in _faults_of(record, before.get(record), code)]
        wrong += [f"a draft stayed: {path.name}" for path in record.parent.glob(".*draft*")]
        for path in record.parent.glob(".*draft*"):
            path.unlink()
    for path in traces(setting):
        wrong.append(f"a temporary file stayed: {path.name}")
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    if not victim and code != 0:
        wrong.append(f"an undisturbed run ended with {code}")
    return Outcome(kind, victim, wrong, seconds)


def _kill_one(setting: Setting, process: subprocess.Popen[bytes], after: float, choice: random.Random) -> str:
    """Wait, then kill a process of a random role; its role, or "" when the command was faster."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=after)
        return ""
    processes = alive()
    setting.seen = set(processes)
    if process.pid not in processes:
        return ""
    by_role: dict[str, list[int]] = {}
    for each in processes.values():
        by_role.setdefault(role(each, processes, process.pid), []).append(each.pid)
    chosen = choice.choice(sorted(by_role))
    with contextlib.suppress(ProcessLookupError):
        os.kill(choice.choice(by_role[chosen]), signal.SIGKILL)
    return chosen


def _faults_of(record: Path, before: bytes | None, code: int) -> Iterator[str]:
    """What is not right about a record after a run that ended with `code`."""
    if not record.exists():
        yield "the record from before is gone"
        return
    content = record.read_bytes()
    if content == before:
        return
    if record.suffix == ".html":
        if not content.rstrip().endswith(b"</html>"):
            yield "not a whole page"
        return
    try:
        found: dict[str, Any] = json.loads(content)
    except ValueError as error:
        yield f"not valid JSON ({error})"
        return
    rows = found.get("checks", found.get("tests"))
    if not isinstance(rows, list) or "score" not in found:
        yield f"no rows or no score (the run ended with {code})"
    elif "checks" in found and len(rows) not in (2, 4):
        yield f"{len(rows)} checks"


# --- many runs ------------------------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("-n", type=int, default=500, help="kills (default 500)")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--kinds", nargs="*", default=["grade", "check", *(["zip"] * (os.geteuid() == 0))])
    given = options.parse_args(arguments)
    libc.call_prctl(PR_SET_CHILD_SUBREAPER, 1)
    choice = random.Random(given.seed)
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        return survive(lay(Path(folder), given.kinds), given.n, choice)


def survive(setting: Setting, kills: int, choice: random.Random) -> int:
    """Kill so many processes, print what came of it; 0 when nothing was wrong."""
    took: dict[str, list[float]] = {kind: [] for kind in setting.commands}
    victims: Counter[str] = Counter()
    wrong: list[str] = []
    late = runs = 0
    while sum(victims.values()) < kills:
        runs += 1
        kind = choice.choice([each for each in took for _ in range(1 if each == "zip" else 3)])
        undisturbed = len(took[kind]) < 2 or runs % 25 == 0
        median = statistics.median(took[kind][-5:]) if took[kind] else 0.0
        last_second = choice.random() < 0.4
        at = median - choice.random() if last_second else choice.uniform(0, median)
        done = run_once(setting, kind, None if undisturbed else max(at, 0.0), choice)
        if undisturbed or not done.victim:
            took[kind].append(done.seconds)
        if done.victim:
            victims[f"{kind}: {done.victim}"] += 1
            late += at >= median - 1
        wrong += [f"{kind}, {done.victim or 'nobody'} killed after {at:.2f} s: {said}" for said in done.wrong]
        for said in wrong[len(wrong) - len(done.wrong) :]:
            print(f"\r{said}", flush=True)
        print(f"\r{sum(victims.values())}/{kills} ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(f"{sum(victims.values())} kills in {runs} runs, {late} of them in the last second of a run.")
    for kind, seconds in took.items():
        print(f"  {kind}: {statistics.median(seconds):.1f} s when undisturbed")
    for name, count in sorted(victims.items()):
        print(f"  {count:4} {name}")
    print(f"{len(wrong)} traces.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
