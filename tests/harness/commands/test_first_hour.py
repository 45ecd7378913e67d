"""The first hour of a student, as docs/first-hour.md tells it: the same commands give the same output."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.harness.commands.test_commands import ROOT, runs
from tests.harness.commands.test_docs import blocks
from tests.harness.conftest import Typed

A7 = "a7_sequence_modeling"
PAGE = ROOT / "docs" / "first-hour.md"
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a student has of A7, in a folder of their own."""
    root = tmp_path_factory.mktemp("course")
    for part in ("templates", "tests/visible"):
        shutil.copytree(ROOT / part / A7, root / part / A7)
    whole = (ROOT / "grading_config.yaml").read_text(encoding="utf-8")
    first, *others = re.split(r"^  (?=\w+:$)", whole.partition("\nassignments:\n")[2], flags=re.MULTILINE)[1:]
    assert first.startswith(A7) and len(others) > 2
    (root / "grading_config.yaml").write_text(f"course: Mine\nassignments:\n  {first}", encoding="utf-8")
    return root


def output(typed: Typed, course: Path, command: str) -> str:
    """What a command of the page says; how long it took is left out."""
    [run] = runs(command)
    words = shlex.split(run)
    code, said, complaint = typed(course, *words[words.index("autograder") + 1 :])
    assert (code, complaint) == (1, "")
    return untimed(said)


def untimed(text: str) -> str:
    return re.sub(r"\d+\.\d(?=\sseconds)", "?", text)


@needs_make
def test_the_commands_of_the_page_say_what_it_shows(course: Path, typed: Typed) -> None:
    page = [(language, text) for language, text in blocks(PAGE)]
    at = {text.strip(): index for index, (_, text) in enumerate(page)}
    whole, one = f"make check A={A7}", f"make check A={A7} ONLY=VanillaRNNCell"
    assert output(typed, course, whole) == untimed(page[at[whole] + 1][1])
    cells = course / "templates" / A7 / "cells.py"
    [written] = [text for _, text in page if text.startswith("class VanillaRNNCell")]
    text = cells.read_text(encoding="utf-8")
    start, end = text.index("class VanillaRNNCell"), text.index("\n\nclass LSTMCell")
    cells.write_text(text[:start] + written + text[end:], encoding="utf-8")
    assert output(typed, course, one) == untimed(page[at[one] + 1][1])


@needs_make
def test_make_itself_complains_only_when_the_check_could_not_be_made(course: Path) -> None:
    for code, wanted in ((0, 0), (1, 0), (2, 2), (3, 2)):
        python = course / f"says-{code}"
        python.write_text(f"#!/bin/sh\nexit {code}\n")
        python.chmod(0o755)
        made = subprocess.run(
            ["make", "-s", "-o", "setup", "check", f"RUN={python}"], cwd=ROOT, capture_output=True, text=True
        )
        assert made.returncode == wanted
        assert ("Error" in made.stderr) is (code > 1)
