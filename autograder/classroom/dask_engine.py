"""The engine by dask.distributed: the cores of this machine, or any cluster of Dask's over a shared folder.

    command ── job ──► scheduler ──► worker (a thread) ── a line ──► server ──► zygote, units, workers
       ◄── a word and a sentence ───────┘                              └── DIR/results/<id>.json

The scheduler keeps no state that matters: what is done lies in DIR. Each thread of a worker has one warm
server, started by exec, so that nothing is forked in a process with threads. A worker that dies takes its
server with it, and the scheduler gives its job to another; a job that kills one worker after the other is a
fault.

A cluster's scheduler has settings of its own. Started with DASK_DISTRIBUTED__SCHEDULER__WORKER_SATURATION=1.0
in its environment, it gives a worker one job at a time.

A scheduler runs what anyone who reaches its port sends. The one of this machine listens on 127.0.0.1 only; a
cluster's should have TLS (docs.dask.org, "TLS/SSL"), whose files are named on the command line or in Dask's
own configuration.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import autograder
from autograder.classroom.crew import Crew
from autograder.classroom.engine import OnRunning, Stopped
from autograder.classroom.graders import Grader, Job, Outcome, Work, recorded

SETTINGS = {  # each measured; the reasons are in the comments
    "distributed.scheduler.worker-saturation": 1.0,  # 1.1 gives two jobs to a worker of one thread
    "distributed.scheduler.work-stealing": False,  # nothing waits at a worker, so nothing is to be stolen
    "distributed.worker.profile.enabled": False,  # costs time, and shows only that a thread waits
}
_LOCAL = "127.0.0.1"  # never another: whoever reaches the port may run code
_IN_FLIGHT = 10  # jobs per worker that the scheduler knows of
_TICK = 1.0  # seconds between two looks at what is running
_LOST_AFTER = 60.0  # seconds without a connection
_GATHER_SECONDS = 5.0  # for what a worker has to say
_ANSWER_SECONDS = 15.0  # for a scheduler's first answer


@dataclass(frozen=True)
class Tls:
    """The files of a cluster with TLS; all empty where Dask's own configuration names them."""

    ca: str = ""
    cert: str = ""
    key: str = ""


class Cluster:
    """`workers` on this machine, or, with its `scheduler`'s address, a cluster that is there already."""

    def __init__(self, *, workers: int = 1, scheduler: str = "", tls: Tls | None = None) -> None:
        self._workers, self._scheduler, self._tls = workers, scheduler, tls or Tls()
        self._local: Any = None
        self._crew: Crew | None = None
        self._client: Any = None
        self._number = 0
        self._token = secrets.token_hex(4)  # several commands may use the same cluster

    def __enter__(self) -> Cluster:
        try:
            import dask
            import distributed
        except ImportError:
            raise Stopped(
                "This needs dask.distributed: `pip install distributed`. "
                "Without it, --shard 1/1 grades one submission after the other.",
                is_fault=False,
            ) from None
        dask.config.set(SETTINGS)
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is told by outcomes
        if self._scheduler:
            self._client = self._joined(distributed)
            return self
        self._local = distributed.LocalCluster(
            n_workers=0, host=_LOCAL, dashboard_address=f"{_LOCAL}:0", silence_logs=logging.CRITICAL
        )
        self._client = distributed.Client(self._local)
        self._crew = Crew(self._local.scheduler_address, self._workers, SETTINGS)
        return self

    def _joined(self, distributed: Any) -> Any:
        """A client of a scheduler elsewhere. Raises Stopped, also when its workers have other packages."""
        try:
            client = distributed.Client(
                self._scheduler, security=self._security(distributed), timeout=_ANSWER_SECONDS
            )
        except (OSError, TypeError, ValueError) as error:
            raise Stopped(
                f"There is no scheduler of Dask's at {self._scheduler} that answers "
                f"({str(error) or type(error).__name__}).",
                is_fault=False,
            ) from None
        try:
            client.get_versions(check=True)
            others = {address: said for address, said in client.run(_version).items() if said != _version()}
        except Exception as error:
            client.close()
            raise Stopped(
                f"The workers at {self._scheduler} do not have the same packages as this machine: "
                f"{' '.join(str(error).split())[:400]}",
                is_fault=False,
            ) from None
        if others:
            client.close()
            address, said = next(iter(others.items()))
            raise Stopped(f"{address} has autograder {said}, not {_version()}.", is_fault=False)
        return client

    def _security(self, distributed: Any) -> Any:
        if not any((self._tls.ca, self._tls.cert, self._tls.key)):
            return None  # what Dask's configuration says
        return distributed.Security(
            tls_ca_file=self._tls.ca,
            tls_client_cert=self._tls.cert,
            tls_client_key=self._tls.key,
            require_encryption=True,
        )

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """End the servers; and the workers, where they are ours."""
        if self._local is None:
            with contextlib.suppress(Exception):
                self._client.run(_dismiss)
            with contextlib.suppress(Exception):
                self._client.close(timeout=5)
        else:
            assert self._crew is not None
            self._crew.close()
            with contextlib.suppress(Exception):
                self._client.close(timeout=1)
            with contextlib.suppress(Exception):
                self._local.close(timeout=2)

    def grade(
        self, work: Work, jobs: Sequence[Job], on_running: OnRunning, *, alone: bool = False
    ) -> Iterator[Outcome]:
        done: queue.Queue[Any] = queue.Queue()
        flying: dict[Any, tuple[Any, Job]] = {}
        waiting = iter(jobs)
        connected = time.monotonic()
        try:
            while True:
                room = (1 if alone else self._room()) - len(flying)
                for job in _some(waiting, room):
                    future = self._submit(work, job, alone)
                    flying[future.key] = future, job
                    future.add_done_callback(done.put)
                if not flying:
                    return
                try:
                    future = done.get(timeout=_TICK)
                except queue.Empty:
                    on_running(self._running(flying))
                    connected = self._still_there(connected)
                    if self._crew is not None:
                        self._crew.keep_up()
                    continue
                if future.key in flying:
                    _, job = flying.pop(future.key)
                    if self._crew is not None:
                        self._crew.has_done_something()
                        self._crew.keep_up()
                    yield self._outcome(future, job)
                    on_running(self._running(flying))
        finally:
            if flying and self._local is None:
                with contextlib.suppress(Exception):
                    self._client.cancel([future for future, _ in flying.values()], force=True)

    def _submit(self, work: Work, job: Job, alone: bool) -> Any:
        self._number += 1
        # Keys of one group: only then do jobs wait at the scheduler, and none at a worker that may die.
        key = (f"grade-{self._token}", self._number)
        return self._client.submit(_grade, work, job, alone, key=key, pure=False, retries=0)

    def _room(self) -> int:
        """How many jobs the scheduler may know of."""
        threads: int = sum(self._client.nthreads().values())
        return _IN_FLIGHT * max(1, threads)

    def _running(self, flying: dict[Any, tuple[Any, Job]]) -> list[str]:
        """The ids of what workers are at: the first of what each one holds."""
        with contextlib.suppress(Exception):
            threads = self._client.nthreads()
            held = self._client.processing().items()
            at_work = [key for address, keys in held for key in sorted(keys)[: threads.get(address, 1)]]
            return [flying[key][1].id for key in at_work if key in flying]
        return []

    def _still_there(self, connected: float) -> float:
        """When the scheduler was last there. Raises Stopped when that is too long ago."""
        if self._client.status == "running":
            return time.monotonic()
        if time.monotonic() - connected >= _LOST_AFTER or self._client.status == "closed":
            raise Stopped("The scheduler is gone. What is graded is kept: run the same command again.")
        return connected

    def _outcome(self, future: Any, job: Job) -> Outcome:
        """What the record says, or else the worker, which may be dead by now and its answer with it."""
        if (known := recorded(job)) is not None:
            return known
        error: BaseException | None = None
        if future.status == "finished":
            try:
                outcome: Outcome = future.result(timeout=_GATHER_SECONDS)
                return outcome
            except Exception as lost:
                error = lost
        elif future.status == "error":
            error = future.exception()
        self._still_there(time.monotonic() - _LOST_AFTER)
        if type(error).__name__ == "KilledWorker":
            return Outcome(job.id, "fault", "The processes that graded it were killed, each time another.")
        what = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}" if error else "it was lost"
        return Outcome(job.id, "fault", f"The worker failed: {what}.")


def _some(waiting: Iterator[Job], count: int) -> Iterator[Job]:
    for _ in range(count):
        job = next(waiting, None)
        if job is None:
            return
        yield job


# --- in a worker ----------------------------------------------------------------------------------

_graders: dict[int, Grader] = {}  # by thread, each with one server


def _grade(work: Work, job: Job, alone: bool) -> Outcome:
    """Have this thread's server grade a submission."""
    mine = threading.get_ident()
    grader = _graders.get(mine)
    if grader is None or grader.work != work:
        if grader is not None:
            grader.close()
        grader = _graders[mine] = Grader(work)
    return grader.grade(job, alone=alone)


def _dismiss() -> None:
    """End the servers of a worker that goes on living."""
    while _graders:
        _graders.popitem()[1].close()


def _version() -> str:
    return autograder.__version__
