"""The reader in its own process: whatever is handed in, there is a result or one sentence, soon."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from autograder.submission import Unreadable, bounded, read
from benchmarks import fuzz_reader
from tests.harness.conftest import Course
from tests.harness.sampling import these

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory need Linux")


def deep() -> str:
    return "[" * 900 + "]" * 900


@pytest.mark.parametrize(
    "name", these(["spaces", "nested"], ["spaces", "blanks", "lists", "statements", "nested"])
)
def test_dear_inputs_end_soon_and_in_one_sentence_or_a_result(course: Course, name: str) -> None:
    cell = {"cell_type": "code", "source": "x = 1\n" + " " * 280_000 + "$"}
    files: dict[str, dict[str, str | bytes]] = {
        "spaces": {"a.ipynb": json.dumps({"cells": [cell]})},
        "blanks": {"cells.py": "a=None\n" * 42_000},
        "lists": {f"m{n}.py": "[],\n" * 70_000 for n in range(29)},
        "statements": {"a.ipynb": json.dumps({"cells": [{**cell, "source": "a=1;" * 70_000}]})},
        "nested": {"a.ipynb": '{"cells": [' + ",".join([deep()] * 11_000) + "]}"},
    }
    start = time.process_time()
    try:
        assert read(course.hand_in(files[name]), course.demo).program.homes == {}
    except Unreadable as error:
        assert str(error).endswith(".") and "\n" not in str(error)
    assert time.process_time() - start < 2  # of the grader itself


def test_whatever_reading_uses_up_or_raises_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "CPU_SECONDS", 1)

    def endless() -> None:
        while True:
            pass

    def large() -> int:
        return len(bytearray(1 << 30))

    def crash() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def wrong() -> None:
        raise KeyError("a\nb")

    for read_it, words in (
        (endless, "too long to read"),
        (large, "too much memory to read"),
        (crash, "too long to read, or too much memory"),
        (wrong, "cannot be read (KeyError)"),
    ):
        with pytest.raises(Unreadable) as caught:
            bounded.call(read_it, "work.zip")
        assert str(caught.value).startswith("work.zip ") and words in str(caught.value)


def test_a_reader_that_somebody_killed_is_started_once_more(tmp_path: Path) -> None:
    def read(times: int) -> str:
        tries = tmp_path / f"tries{times}"
        with tries.open("a") as stream:
            stream.write(".")
        if tries.stat().st_size <= times:
            os.kill(os.getpid(), signal.SIGKILL)
        return tries.read_text()

    assert bounded.call(lambda: read(1), "work") == ".."
    with pytest.raises(Unreadable, match="too much memory"):
        bounded.call(lambda: read(9), "work")
    assert (tmp_path / "tries9").read_text() == ".."


def test_nothing_is_left_of_a_reader() -> None:
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    before = children.read_text() if children.is_file() else ""
    assert bounded.call(lambda: 3, "x") == 3
    assert (children.read_text() if children.is_file() else "") == before


def test_odd_submissions_end_in_a_result_or_a_sentence() -> None:
    ends, _, memory = fuzz_reader.fuzz(30, seed=5)
    assert ends["read"] + ends["a sentence"] + ends["too costly"] == 30 and ends["read"] > 2
    assert memory < 2_000
