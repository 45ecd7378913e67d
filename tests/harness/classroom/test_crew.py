"""Workers that end are replaced, unless that is of no use."""

from __future__ import annotations

import os
import signal
import time

import pytest

from autograder.classroom import crew
from autograder.classroom.crew import Crew
from autograder.classroom.engine import Stopped
from tests.harness.classroom.conftest import Gone


def test_a_worker_that_is_killed_is_replaced_and_all_end_with_the_crew(
    monkeypatch: pytest.MonkeyPatch, gone: Gone
) -> None:
    monkeypatch.setattr(crew, "_START", "import time; time.sleep(1000)")
    made = Crew("tcp://127.0.0.1:9", 2, {})
    first, second = made.pids
    os.kill(first, signal.SIGKILL)
    assert gone([first])
    made.keep_up()
    assert made.pids[1] == second and made.pids[0] != first
    made.close()
    assert gone([first, second, *made.pids])


def test_workers_that_end_as_soon_as_they_start_stop_the_run_with_their_last_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crew, "_START", "raise SystemExit('There is no dask here.')")
    made = Crew("tcp://127.0.0.1:9", 1, {})
    deadline = time.monotonic() + 60
    with pytest.raises(Stopped, match=r"as soon as they start\. There is no dask here\."):
        while time.monotonic() < deadline:
            made.keep_up()
            time.sleep(0.01)
    made.close()
