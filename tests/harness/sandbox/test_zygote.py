"""How the processes that workers come from start and end, and what ends with them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from autograder.sandbox import (
    ForkedWorkers,
    Limits,
    PortableWorkers,
    Program,
    SandboxFault,
    StudentStopped,
    Workers,
    ZygoteWorkers,
    fastest,
)
from tests.harness.sampling import these
from tests.harness.sandbox.programs import LIMITS, student

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")
root = pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="needs root")


def test_workers_start_at_the_same_time_from_forks_of_the_grader(workers: Workers):
    if not hasattr(os, "fork"):
        pytest.skip("no fork here")
    children = []
    for n in range(2):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                with student(workers, "def f(n):\n    return n * 2\n", "f") as s:
                    code = 0 if all(s.call("f", n) == 2 * n for _ in range(20)) else 1
                workers.close()
            finally:
                os._exit(code)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0]
    with student(workers, "def f():\n    return 1\n", "f") as s:
        assert s.call("f") == 1


@pytest.mark.parametrize("kind", [PortableWorkers, pytest.param(ForkedWorkers, marks=linux)])
def test_an_interpreter_that_does_not_start_is_a_fault(kind: type[Workers], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with kind() as workers, pytest.raises(SandboxFault, match="did not start"):
        workers.start(Program(()), limits=LIMITS)


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_ones_own_code_is_forked_where_torch_survives_that(platform: str, monkeypatch: pytest.MonkeyPatch):
    if platform == "linux" != sys.platform:
        pytest.skip("Linux only")
    monkeypatch.setattr(sys, "platform", platform)
    with fastest() as workers:
        assert type(workers) is (ForkedWorkers if platform == "linux" else PortableWorkers)
        assert not workers.layers


@linux
def test_where_no_process_can_be_held_ones_own_code_is_not_forked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(os, "pidfd_open")
    with fastest() as workers:
        assert type(workers) is PortableWorkers
    with pytest.raises(SandboxFault, match=r"need Linux 5\.3"):
        ZygoteWorkers()


@linux
@pytest.mark.parametrize("kind", these([ZygoteWorkers], [ForkedWorkers, ZygoteWorkers]))
def test_a_zygote_ends_in_order_when_nobody_is_left_to_ask(kind: type[ForkedWorkers]):
    with kind() as workers:
        with student(workers, "def f():\n    return 1\n", "f") as s:
            assert s.call("f") == 1
        assert workers._scratch.exists()
        workers._control.close()
        assert workers._zygote.wait(timeout=60) == 0
        assert not workers._scratch.exists()


@linux
def test_a_zygote_that_is_not_needed_is_not_waited_for():
    workers = ForkedWorkers()
    workers.close()
    assert workers._zygote.returncode == -signal.SIGTERM  # before it had torch
    assert not workers._scratch.exists()


@linux
def test_workers_die_with_their_zygote_and_to_ask_it_for_more_is_a_fault():
    with ZygoteWorkers() as workers:
        source = "def live():\n    return 1\ndef loop():\n    while True: pass\n"
        s = student(workers, source, "live", "loop", limits=Limits(call_seconds=60))
        s.call("live")
        workers._zygote.kill()
        with pytest.raises(StudentStopped, match="ended the process"):
            s.call("loop")
        workers._zygote.wait()
        with pytest.raises(SandboxFault, match="The zygote has ended"):
            workers.start(Program(()), limits=LIMITS)


@root
@linux
def test_the_sweep_ends_all_processes_of_a_user_and_no_others():
    from autograder.sandbox.lockdown import layers as lockdown

    uid = next(uid for uid in lockdown.UIDS[0] if not lockdown.uid_in_use(uid))
    swept = [subprocess.Popen(["sleep", "600"], user=uid, group=uid) for _ in range(2)]
    spared = subprocess.Popen(["sleep", "600"])
    try:
        assert lockdown.uid_in_use(uid)
        lockdown.kill_all_of(uid)
        assert [process.wait(timeout=60) for process in swept] == [-9, -9]
        assert spared.poll() is None
    finally:
        for process in (*swept, spared):
            process.kill()
            process.wait()
