"""`check --watch` as a student meets it, in a terminal: saves and keys go in, screens come out."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.harness.conftest import Course
from tests.harness.sampling import one_in
from tests.harness.watch.conftest import PATIENCE, Watching, command, environment

Start = Callable[..., Watching]
CHECKS = """
    def test_one(student):
        '''Cell gives one.'''
        if (got := student.call("Cell")) != 1:
            raise Mismatch(f"Cell gives {got}, not 1.", hint="What comes after zero?", place="cells.py:2")

    def test_two(student):
        '''Other gives two.'''
        if (got := student.call("Other")) != 2:
            raise Mismatch(f"Other gives {got}, not 2.", place="cells.py:6")
"""
LOOP = "def test_loop(student):\n    '''Loop can be called.'''\n    student.call('Loop')\n"
ENTRIES = {
    "cells": ["one: {points: 1, visibility: visible}", "two: {points: 2, visibility: visible}"],
    "loop": ["loop: {points: 1, visibility: visible}"],
}
WRONG = "def Cell():\n    return 0\n\n\ndef Other():\n    return 0\n"
HALF = WRONG.replace("0", "1", 1)
RIGHT = HALF.replace("0", "2")
FILES = {"cells.py": WRONG, "loop.py": "def Loop():\n    return 3\n"}
FIRST = ("✗ cells · Cell gives one.", "Cell gives 0, not 1.", "1 of 3 checks, 1 of 4 points")
SECOND = ("✗ cells · Other gives two.", "Other gives 0, not 2.", "2 of 3 checks, 2 of 4 points")
ALL = ("All that was checked is right.", "3 of 3 checks, 4 of 4 points")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course of two wrong functions and a right one."""
    course = Course(tmp_path_factory.mktemp("course"))
    course.write({"visible/cells": CHECKS, "visible/loop": LOOP}, ENTRIES)
    course.hand_in(FILES)
    return course


@pytest.fixture(scope="module")
def warm(watching: Start, place: Course) -> Watching:
    """What watches that course, for all tests of this module: to start it takes the longest."""
    return watching(place.root, "work")


@pytest.fixture
def terminal(warm: Watching, place: Course) -> Watching:
    """The same, with the work as it was at first."""
    warm.press("r")
    place.hand_in(FILES)
    warm.until(*FIRST, "q quit")
    return warm


@pytest.fixture
def work(place: Course) -> Path:
    return place.hand_in(FILES)


def test_a_save_shows_what_is_next_and_what_has_passed(terminal: Watching, work: Path) -> None:
    terminal.save(work / "cells.py", HALF)
    screen = terminal.until("✓ cells · Cell gives one.", *SECOND)
    assert "cells.py:6" in screen
    terminal.save(work / "cells.py", RIGHT)
    terminal.until("✓ cells · Other gives two.", *ALL)


def test_broken_and_missing_files_are_told_and_outlived(terminal: Watching, work: Path) -> None:
    cells = work / "cells.py"
    terminal.save(cells, "def Cell(\n")
    terminal.until("cells.py line 1 is not valid Python: '(' was never closed")
    cells.unlink()
    terminal.until("cells.py is missing")
    terminal.save(work / "draft", HALF)
    (work / "draft").rename(cells)
    terminal.until(*SECOND)
    cells.write_bytes(b"\x80\0")
    terminal.until("cells.py line 1 holds a null byte")
    terminal.save(cells, RIGHT)
    terminal.until(*ALL)


def test_a_folder_may_go_and_come_back(terminal: Watching, work: Path) -> None:
    shutil.rmtree(work)
    terminal.until("There is no file or folder called work.")
    another = work.with_name("another")
    another.mkdir()
    (another / "cells.py").write_text(RIGHT)
    another.rename(work)
    terminal.until("loop.py is missing")
    terminal.save(work / "loop.py", FILES["loop.py"])
    terminal.until(*ALL)


def test_a_save_ends_the_run_before_it(terminal: Watching, work: Path) -> None:
    started = work.with_name("started")
    os.mkfifo(started)
    endless = f"def Cell():\n    open({str(started)!r}, 'w').close()\n    while True:\n        pass\n"
    terminal.save(work / "cells.py", endless)
    started.read_bytes()  # until the code is at it
    running = terminal.family()
    terminal.save(work / "cells.py", RIGHT)
    assert "did not finish" not in terminal.until(*ALL)
    lasting = psutil.wait_procs(running, timeout=0)[1]
    assert len(lasting) < len(running)


def test_keys_show_the_hint_the_list_and_all(terminal: Watching) -> None:
    terminal.press("h")
    terminal.until("What comes after zero?")
    terminal.press("h\x1b[A")  # the arrow is no `a`
    assert "What comes after zero?" not in terminal.until(*FIRST, "h hint")
    for key, wanted in (("l", "✓ loop"), ("a", "✓ loop · Loop can be called.")):
        terminal.press(key)
        terminal.until(wanted, "1 of 4 points", "Cell gives 0, not 1.")
        terminal.press(key)
        terminal.until(*FIRST)
    terminal.press("r")
    terminal.until("checking")
    terminal.until(*FIRST, "q quit")


def bar_of(screen: str) -> int:
    """How long the bar at its foot is."""
    return sum(screen.partition("return 0")[2].count(part) for part in "━─")


def test_a_window_of_another_size_is_filled_anew(terminal: Watching) -> None:
    for columns in (60, 100):
        wide = columns - len(f"  {FIRST[2]}")
        terminal.resize(columns)  # one that was drawn before may still come
        terminal.until(*FIRST, "q quit", also=lambda screen, wide=wide: bar_of(screen) == wide)


def test_one_file_is_watched_by_its_name_until_q_is_pressed(watching: Start, place: Course) -> None:
    work = place.hand_in(FILES, "one")
    terminal = watching(place.root, "one/cells.py", "--only", "cells")
    terminal.until("✗ cells · Cell gives one.", "q quit")
    terminal.save(work / "cells.py", RIGHT)
    terminal.until("All that was checked is right.", "2 of 2 checks", "q quit")
    family = terminal.family()
    assert len(family) >= 3  # the front, the checker, and what it asks for workers
    assert terminal.mode != terminal.mode_before
    terminal.press("q")
    assert terminal.exit_code() == 0
    assert terminal.mode == terminal.mode_before
    assert psutil.wait_procs(family[1:], timeout=PATIENCE)[1] == []


def test_what_it_started_ends_with_it_however_that_ends(watching: Start, place: Course) -> None:
    place.hand_in(FILES, "killed")
    terminal = watching(place.root, "killed")
    terminal.until(*FIRST, "q quit")
    family = terminal.family()
    terminal.process.kill()
    assert terminal.exit_code() == -signal.SIGKILL
    assert psutil.wait_procs(family[1:], timeout=PATIENCE)[1] == []


def test_without_a_terminal_it_prints_after_every_save(place: Course) -> None:
    work = place.hand_in(FILES, "plain")
    process = subprocess.Popen(
        command("plain", "--json", "record.json"),
        cwd=place.root,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    said: list[str] = []

    def until(wanted: str) -> str:
        for line in process.stdout or ():
            said.append(line)
            if wanted in line:
                return "".join(said)
        raise AssertionError(f"{wanted} did not come: {''.join(said)}")

    assert "What comes after zero?" in until("1 of 3 checks")
    (work / "cells.py").write_text(RIGHT)
    assert "\x1b" not in until("3 of 3 checks")
    assert '"score": 4' in (place.root / "record.json").read_text()
    process.send_signal(signal.SIGINT)  # Ctrl-C
    assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    one_in(
        2,
        [
            (["nowhere"], "There is no file or folder called nowhere.\n"),
            (["work", "--only", "Sell"], "No check, unit, class or function is called 'Sell' (did you mean"),
        ],
    ),
    ids=["path", "only"],
)
def test_a_wrong_call_ends_it_at_once(place: Course, arguments: list[str], sentence: str) -> None:
    done = subprocess.run(
        command(*arguments),
        cwd=place.root,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(sentence)
