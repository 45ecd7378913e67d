"""The engine by Dask, with a real scheduler and workers in processes of their own, some of which die."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.classroom import run
from autograder.classroom.engine import Stopped
from autograder.classroom.progress import Display
from autograder.sandbox.inside import standins
from tests.harness.classroom.conftest import Gone, Room
from tests.harness.sampling import thorough

pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="servers end with their worker on Linux")

from autograder.classroom.dask_engine import Cluster, Tls  # noqa: E402

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def no_stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Dask find that bokeh is not there, though a student's code ran in this process before."""
    finders = [each for each in sys.meta_path if type(each).__module__ != standins.__name__]
    monkeypatch.setattr(sys, "meta_path", finders)
    for name, module in list(sys.modules.items()):
        if type(module).__module__ == standins.__name__:
            monkeypatch.delitem(sys.modules, name)


SETTINGS = {"DASK_DISTRIBUTED__SCHEDULER__WORKER_SATURATION": "1.0"}  # a scheduler's own, see the engine
HERE = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0")


WORKER = ("--nthreads", "1", "--memory-limit", "0", "--no-nanny", *HERE)


class Silent(Display):
    """Nobody looks."""

    def __init__(self) -> None:
        import io

        from rich.console import Console

        super().__init__({}, 1, 0, Console(file=io.StringIO()))


def starts(*arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, **SETTINGS, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)


@contextlib.contextmanager
def a_scheduler(*options: str) -> Iterator[str]:
    """The address of a scheduler in a process of its own."""
    process = starts("dask_scheduler", "--port", "0", *HERE, *options)
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if found := re.search(r"Scheduler at:\s+(t\w+://\S+)", line):
                threading.Thread(target=process.stderr.read, daemon=True).start()
                yield found[1]
                return
        pytest.fail("The scheduler did not start.")
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with a_scheduler() as address:
        yield address


@pytest.fixture
def workers(scheduler) -> Iterator[list[subprocess.Popen[str]]]:
    """Three workers without nannies: what is killed is gone."""
    made = [starts("dask_worker", scheduler, *WORKER) for _ in range(3)]
    for each in made:
        threading.Thread(target=each.stderr.read, daemon=True).start()
    yield made
    for each in made:
        each.kill()
        each.wait()


@thorough
def test_a_cluster_loses_nothing_when_its_workers_are_killed(
    scheduler: str, workers: list[subprocess.Popen[str]], room: Room, gone: Gone
) -> None:
    jobs = room.jobs([f"slow{number}" for number in range(24)])
    with Cluster(scheduler=scheduler) as cluster:
        outcomes = []
        for outcome in cluster.grade(room.work(), jobs, lambda ids: None):
            outcomes.append(outcome)
            if len(outcomes) in (4, 10):
                workers.pop(0).send_signal(signal.SIGKILL)
    assert {each.status for each in outcomes} == {"graded"}
    assert sorted(each.id for each in outcomes) == sorted(each.id for each in jobs)
    assert all(room.records().values())
    assert gone(room.servers)


def test_jobs_wait_at_the_scheduler_where_no_dying_worker_takes_them_along(
    scheduler: str, workers: list[subprocess.Popen[str]], room: Room
) -> None:
    jobs = room.jobs([f"slow{number}" for number in range(24)])
    with Cluster(scheduler=scheduler) as cluster:
        most = 0
        for _ in cluster.grade(room.work(), jobs, lambda ids: None):
            if len(room.asked) > 8:
                held = cluster._client.processing().values()
                most = max(most, *map(len, held))
    assert most == 1


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes the certificate")
def test_a_cluster_with_tls_takes_jobs_from_who_has_a_certificate_and_from_nobody_else(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cert, key = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=here"]
    subprocess.run([*made, "-keyout", key, "-out", cert], check=True, capture_output=True)
    tls = ("--tls-ca-file", cert, "--tls-cert", cert, "--tls-key", key)
    with a_scheduler("--protocol", "tls", *tls) as address:
        worker = starts("dask_worker", address, *WORKER, *tls)
        try:
            with Cluster(scheduler=address, tls=Tls(cert, cert, key)) as cluster:
                outcomes = list(cluster.grade(room.work(), room.jobs(["ann", "bo"]), lambda ids: None))
            monkeypatch.setattr("autograder.classroom.dask_engine._ANSWER_SECONDS", 1)
            with pytest.raises(Stopped, match="no scheduler"):
                Cluster(scheduler=address).__enter__()
        finally:
            worker.kill()
            worker.wait()
    assert {each.status for each in outcomes} == {"graded"}


def test_a_scheduler_that_is_not_there_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.classroom.dask_engine._ANSWER_SECONDS", 0.5)
    cluster = Cluster(scheduler="tcp://127.0.0.1:9")
    with pytest.raises(Stopped, match=r"no scheduler of Dask's at tcp://127\.0\.0\.1:9"):
        cluster.__enter__()


def test_on_this_machine_a_submission_that_kills_its_workers_is_a_fault_and_harms_no_other(
    room: Room, gone: Gone
) -> None:
    jobs = room.jobs(["ann", "bo", "murders", "cy", "stumbles", "di"])
    with Cluster(workers=2) as cluster:
        outcomes = run.grade(cluster, room.work(), jobs, Silent())
        pids = cluster._crew.pids
    found = {each.id: each.status for each in outcomes}
    assert found.pop("murders") == "fault"
    assert set(found.values()) == {"graded"}
    record = room.records()["murders"]
    assert record.is_fault and "costs no points" in record.problem
    assert gone([*pids, *room.servers])
