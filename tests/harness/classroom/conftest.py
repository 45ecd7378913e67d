"""A class whose submissions say by their names what becomes of them (stub_server.py)."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from autograder.classroom import store
from autograder.classroom.engine import OnRunning
from autograder.classroom.graders import Job, Outcome, Work
from autograder.classroom.handed import Handed, write_manifest
from autograder.classroom.keys import Rules
from autograder.classroom.rubric.pages import Sheets
from autograder.classroom.rubric.server import Server

STUB = Path(__file__).parent / "stub_server.py"
RULES = Rules("c", "s", "d", "-", "0.1", "2.13", "3.11")


@dataclass
class Room:
    """DIR of a class, with what hands its jobs to the stub server."""

    folder: Path
    handed: list[Handed] = field(default_factory=list)

    def work(self, rules: str = str(RULES), silence: float = 20) -> Work:
        stub = (sys.executable, "-I", "-S", str(STUB))
        return Work(str(self.folder), "demo", str(self.folder), rules, silence, server=stub)

    def jobs(self, names: Sequence[str]) -> list[Job]:
        self.handed = [Handed(id=name, path=name, digest=name) for name in names]
        write_manifest(self.folder, self.handed)
        return [
            Job(each.id, each.model_dump_json(), RULES.key(each), str(self.folder)) for each in self.handed
        ]

    def records(self) -> dict[str, store.Graded | None]:
        """What lies in results/ for every submission."""
        return {each.id: store.load(self.folder, each) for each in self.handed}

    @property
    def asked(self) -> list[str]:
        """The submissions that servers were given, in order."""
        return (self.folder / "asked").read_text().split()

    @property
    def servers(self) -> list[int]:
        """The process ids of all servers there were."""
        return [int(path.name) for path in (self.folder / "servers").iterdir()]


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


Gone = Callable[[Sequence[int]], bool]


@pytest.fixture
def gone() -> Gone:
    """Whether processes have all ended, or do in a moment, which is long on a busy machine."""

    def all_gone(pids: Sequence[int]) -> bool:
        deadline = time.monotonic() + 10
        while any(map(_runs, pids)) and time.monotonic() < deadline:
            time.sleep(0.01)
        return not any(map(_runs, pids))

    return all_gone


@pytest.fixture
def server(sheets: Sheets) -> Iterator[Server]:
    """The pages of the sheets that a module makes, served."""
    sheets.write()
    with Server(sheets) as found:
        thread = threading.Thread(target=found.serve_forever, args=(0.05,))
        thread.start()
        yield found
        found.shutdown()
        thread.join()


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


class MadeUp:
    """An engine that says what it is told to: by submission, the statuses of its tries."""

    def __init__(self, tries: dict[str, list[str]], save: Callable[[Job, str], None] | None = None) -> None:
        self._tries = {name: iter(statuses) for name, statuses in tries.items()}
        self._save = save
        self.seen: list[tuple[str, bool]] = []  # who was graded, and whether alone

    def __enter__(self) -> MadeUp:
        return self

    def __exit__(self, *exception: object) -> None: ...

    def grade(self, work: Work, jobs: Sequence[Job], on_running: OnRunning, *, alone: bool = False):
        for job in jobs:
            self.seen.append((job.id, alone))
            on_running([job.id])
            status = next(self._tries[job.id])
            if self._save is not None:
                self._save(job, status)
            elif status == "graded":
                record = {"key": job.key, "problem": "", "is_fault": False}
                path = Path(job.target, "results", f"{job.id}.json")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(json.dumps(record))
            yield Outcome(job.id, status, "Why it is so.", 0.1)  # type: ignore[arg-type]


@pytest.fixture
def made_up() -> type[MadeUp]:
    return MadeUp
