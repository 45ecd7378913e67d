"""Audits on the workers that all tests share, whose start would take longer than what is looked at."""

from __future__ import annotations

import multiprocessing

import pytest

from autograder import sandbox
from autograder.audit import hostile, pool
from autograder.sandbox import Workers


@pytest.fixture
def lent(locked: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an audit starts as its workers are those that are there, and they do not end with it.

    Its processes are forks of this one, that share them: `new assignment`'s page is followed with real ones.
    """
    monkeypatch.setattr(locked, "close", lambda: None)
    monkeypatch.setattr(sandbox, "ZygoteWorkers", lambda: locked)
    monkeypatch.setattr(hostile, "ZygoteWorkers", lambda: locked)
    fork = multiprocessing.get_context("fork")
    monkeypatch.setattr(pool.multiprocessing, "get_context", lambda method: fork)
