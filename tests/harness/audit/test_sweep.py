"""The sweep over many draws: it finds those on which a check fails what is right, and can be gone on with."""

from __future__ import annotations

import json

import pytest

from autograder.audit import sweep
from autograder.course.config import ConfigError
from autograder.grading.session import draw_seed
from tests.harness.conftest import Course

RARE = """
def test_rare(draw):
    '''A number that is hardly ever small.'''
    if draw.seed % 10 == 3:
        raise Mismatch("a draw that tells nothing apart")


def test_same():
    '''Nothing is drawn.'''
"""
ENTRIES = [f"{name}: {{points: 1, visibility: hidden}}" for name in ("rare", "same")]


@pytest.fixture
def rare(course: Course) -> Course:
    """A check that fails every tenth draw, whatever was handed in, and one that draws nothing."""
    course.write({"hidden/cells": RARE}, {"cells": ENTRIES})
    (course.root / "tests" / "visible" / "demo" / "test_cells.py").unlink()
    course.hand_in({"cells.py": "class Cell:\n    pass\n"}, "solutions/demo")
    return course


def unlucky(first: int, end: int) -> list[int]:
    return [seed for seed in range(first, end) if draw_seed(seed, "cells::rare") % 10 == 3]


def test_a_sweep_finds_the_draws_that_fail_and_goes_on_where_it_ended(rare: Course, lent: None) -> None:
    swept = sweep.begin(rare.config, rare.demo, 100)
    sweep.sweep(rare.config, rare.demo, swept, draws=50, seconds=60, processes=1)
    check = swept.checks["cells::rare"]
    assert sorted(failure["seed"] for failure in check.failed) == unlucky(100, 150)
    assert (check.draws, swept.checks["cells::same"].draws) == (50, 0)
    assert len(check.failed) / 50 < check.bound < 0.5

    file = rare.root / "sweep.json"
    file.write_text(json.dumps(swept.record()), encoding="utf-8")
    again = sweep.begin(rare.config, rare.demo, 100, file)
    sweep.sweep(rare.config, rare.demo, again, draws=100, seconds=60, processes=1)
    check = again.checks["cells::rare"]
    assert sorted(failure["seed"] for failure in check.failed) == unlucky(100, 200)
    assert (check.draws, again.next) == (100, 200)


def test_a_sweep_of_other_checks_is_not_gone_on_with(rare: Course) -> None:
    file = rare.root / "sweep.json"
    old = sweep.begin(rare.config, rare.demo, 0)
    old.next = 75
    file.write_text(json.dumps(old.record()), encoding="utf-8")
    assert sweep.begin(rare.config, rare.demo, 0, file).next == 75
    rare.write({"hidden/cells": RARE.replace("10", "20")}, {"cells": ENTRIES})
    assert sweep.begin(rare.config, rare.demo, 0, file).next == 0
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigError, match="no record of a sweep"):
        sweep.begin(rare.config, rare.demo, 0, file)
