"""Random SIGKILLs of random processes while a class is graded: is anything lost, wrong, double or left?

    python benchmarks/class_kills.py [-n 1000] [--seed 1] [--students 24] [--every 2] [--shards] [--role ROLE]

`autograder class` grades a small class with two workers of a LocalCluster (or, with --shards, four shards
at a time on one folder), over and over. Every few seconds one of its processes is killed: a role is drawn,
then a process that has it: the command, Dask's worker, the server, its reader or unit, the zygote, a worker
that holds a student's code; or always one of the role that --role names. When a command ends, however it
does, the same is started again, until one ends by itself with 0. Then the folder is emptied for the next
round. Meanwhile and afterwards there must be

    no record that is not whole, none with other verdicts than it should have, none written twice once done,
    all records, after the last command,
    nothing that a killed process had started, a second after its end.

This process takes in orphans (Linux), so that none of them escapes the count. Exit code 1 if anything was
wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import kills
from kills import PR_SET_CHILD_SUBREAPER, ROOT, Process, alive, left, libc

KINDS = {  # what is handed in: a change to a file of the right submission, and the points that it gets
    "right": ("", "", 4.0),
    "wrong": ("total.py", "def total(x):\n    return x\n", 2.0),
    "broken": ("mean.py", "def mean(x:\n", 2.0),
    "dies": ("mean.py", "import os\n\n\ndef mean(x):\n    os._exit(3)\n", 2.0),
}


ROLES = ("command", "Dask's worker", "server", "unit or reader", "zygote", "student's worker")


@dataclass
class Round:
    """One class on disk, the commands that grade it, and what has been seen of its records."""

    folder: Path
    students: list[str]
    shards: bool
    seen: dict[str, bytes] = field(default_factory=dict)  # records as they were at the last look
    done: dict[str, bytes] = field(default_factory=dict)  # those with verdicts

    @property
    def out(self) -> Path:
        return self.folder / "DIR"

    def start(self) -> list[subprocess.Popen[bytes]]:
        """The command, or four of them, one for each shard."""
        parts = [["--shard", f"{n}/4"] for n in range(4)] if self.shards else [["--workers", "2"]]
        environment = {
            **os.environ,
            "TMPDIR": str(self.folder / "tmp"),
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        }
        command = [sys.executable, "-m", "autograder", "class", "sums", "download", "--out", "DIR"]
        with (self.folder / "class.log").open("ab") as log:
            return [
                subprocess.Popen(
                    [*command, *part],
                    cwd=self.folder,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
                for part in parts
            ]

    def look(self) -> list[str]:
        """What is wrong with the records; those that are done are remembered."""
        wrong = []
        for name in self.students:
            path = self.out / "results" / f"{name}.json"
            if not path.exists():
                if name in self.done:
                    wrong.append(f"{name}: its record is gone")
                continue
            content = path.read_bytes()
            if self.seen.get(name) == content:
                continue
            self.seen[name] = content
            try:
                record = json.loads(content)
            except ValueError:
                wrong.append(f"{name}: its record is not whole")
                continue
            if record["is_fault"] or record.get("pending"):
                if name in self.done:
                    wrong.append(f"{name}: a fault replaced its verdicts")
                continue
            if record["problem"] or record["score"] != KINDS[name.partition("-")[0]][2]:
                wrong.append(f"{name}: {record['problem'] or record['score']}{_lost(record)}")
            if self.done.setdefault(name, content) != content:
                wrong.append(f"{name}: graded again although it was done")
                self.done[name] = content
        return wrong

    def empty(self) -> None:
        """Make room for the next round."""
        shutil.rmtree(self.out, ignore_errors=True)
        self.seen.clear()
        self.done.clear()


def _lost(record: dict[str, Any]) -> str:
    """What a record says of the checks that did not pass."""
    failed = [check for check in record.get("checks", ()) if check["outcome"] != "pass"]
    return "".join(f"\n    {check['id']}: {check['message']}" for check in failed)


def lay(folder: Path, count: int, shards: bool) -> Round:
    """Write the course and a download of so many submissions to an empty folder."""
    setting = kills.lay(folder, [])
    names = [f"{kind}-{number}" for number, kind in zip(range(count), [*KINDS] * count, strict=False)]
    for name in names:
        file, text, _ = KINDS[name.partition("-")[0]]
        shutil.copytree(setting.folder / "submission", folder / "download" / name)
        if file:
            (folder / "download" / name / file).write_text(text)
    return Round(folder, names, shards)


def role(process: Process, processes: dict[int, Process], commands: set[int]) -> str:
    """What a process is, by its command line and its parent's."""
    parent = processes.get(process.parent)
    if process.pid in commands:
        return "command"
    if " zygote " in process.command:
        return "student's worker" if parent is not None and " zygote " in parent.command else "zygote"
    if "autograder.classroom.server" in process.command:
        forked = parent is not None and parent.command == process.command
        return "unit or reader" if forked else "server"
    if "autograder.classroom.crew" in process.command:
        return "Dask's worker"
    return "another"


def below(victim: int, processes: dict[int, Process]) -> set[int]:
    """What a process has started, and what that has."""
    found = {victim}
    while more := {pid for pid, each in processes.items() if each.parent in found} - found:
        found |= more
    return found - {victim}


def kill_one(commands: set[int], choice: random.Random, wanted: str) -> tuple[str, set[int]]:
    """Kill a process of a random or the wanted role; its role, "" if there was none, and what it started."""
    processes = alive()
    by_role: dict[str, list[int]] = {}
    for each in processes.values():
        name = role(each, processes, commands)
        if wanted in ("", name):
            by_role.setdefault(name, []).append(each.pid)
    # The command and Dask's workers cost a start each: killed as often as the others, nothing would get done.
    if not by_role or (not wanted and "server" not in by_role and choice.random() < 0.7):
        return "", set()
    weights = {"command": 0.3, "Dask's worker": 0.5}
    roles = sorted(by_role)
    (chosen,) = choice.choices(roles, [weights.get(name, 1.0) for name in roles])
    victim = choice.choice(by_role[chosen])
    started = below(victim, processes)
    with contextlib.suppress(ProcessLookupError):
        os.kill(victim, signal.SIGKILL)
    return chosen, started


def orphans(started: set[int], seconds: float) -> list[Process]:
    """Those of what a killed process had started that are there after a while."""
    deadline = time.monotonic() + seconds
    while True:
        _reap()
        found = [each for pid, each in alive().items() if pid in started]
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.02)


def _reap() -> None:
    """Take in the orphans that have ended; the commands are waited for by their Popen."""
    with contextlib.suppress(ChildProcessError):
        while os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            info = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if info is None or info.si_pid in _commands:
                return
            os.waitpid(info.si_pid, 0)


_commands: set[int] = set()


def survive(room: Round, kills_wanted: int, every: float, choice: random.Random, wanted: str = "") -> int:
    """Kill so many processes over as many rounds as that takes; 0 when nothing was wrong."""
    victims: Counter[str] = Counter()
    wrong: list[str] = []
    commands = rounds = graded = 0
    began = time.monotonic()

    def note(said: list[str]) -> None:
        for each in said:
            wrong.append(each)
            print(f"\r{each}", flush=True)

    while sum(victims.values()) < kills_wanted:
        rounds += 1
        finished = False
        while not finished:
            running = room.start()
            commands += len(running)
            _commands.clear()
            _commands.update(each.pid for each in running)
            calm = sum(victims.values()) >= kills_wanted
            while any(each.poll() is None for each in running):
                time.sleep(0.2 if calm else choice.uniform(0, 2 * every))
                if calm or all(each.poll() is not None for each in running):
                    continue
                chosen, started = kill_one(_commands, choice, wanted)
                if chosen:
                    victims[chosen] += 1
                    late = orphans(started, 1.0)
                    note(
                        [f"{chosen} killed, still there after a second: {each.command[:70]}" for each in late]
                    )
                note(room.look())
                print(f"\r{sum(victims.values())}/{kills_wanted} ", end="", file=sys.stderr, flush=True)
            codes = [each.wait() for each in running]
            _commands.clear()
            note([f"still there after the command: {each.command[:70]}" for each in left(1.0)])
            for leftover in alive().values():
                with contextlib.suppress(OSError):
                    os.kill(leftover.pid, signal.SIGKILL)
            note(room.look())
            note([f"a command ended with {code}" for code in codes if code not in (0, 3, -signal.SIGKILL)])
            finished = all(code == 0 for code in codes)
        missing = [name for name in room.students if name not in room.done]
        note([f"{name}: no verdicts after the last command" for name in missing])
        graded += len(room.done)
        room.empty()
    print(file=sys.stderr)
    minutes = (time.monotonic() - began) / 60
    print(
        f"{sum(victims.values())} kills in {minutes:.0f} minutes: {rounds} classes, {commands} commands, "
        f"{graded} records."
    )
    for name, count in sorted(victims.items()):
        print(f"  {count:4} {name}")
    print(f"{len(wrong)} wrong.")
    return 1 if wrong else 0


def main(arguments: list[str] | None = None) -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("-n", type=int, default=1000, help="kills (default 1000)")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--students", type=int, default=24, help="submissions of a class (default 24)")
    options.add_argument("--every", type=float, default=2.0, help="seconds between two kills, on average")
    options.add_argument(
        "--role", default="", choices=ROLES, metavar="ROLE", help=f"one of {', '.join(ROLES)}"
    )
    options.add_argument("--shards", action="store_true", help="four shards instead of a cluster")
    given = options.parse_args(arguments)
    libc.call_prctl(PR_SET_CHILD_SUBREAPER, 1)
    with tempfile.TemporaryDirectory(prefix="class-kills-") as folder:
        room = lay(Path(folder), given.students, given.shards)
        return survive(room, given.n, given.every, random.Random(given.seed), given.role)


if __name__ == "__main__":
    sys.exit(main())
