"""What a check says about itself, read when the checks are collected."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

Check = TypeVar("Check", bound=Callable[..., None])


def needs(*checks: Callable[..., None] | str) -> Callable[[Check], Check]:
    """This check cannot say anything before `checks` pass: their functions, or ids as "unit::name"."""

    def mark(check: Check) -> Check:
        return pytest.mark.needs.with_args(*checks)(check) if checks else check

    return mark


def variant(
    check: Callable[..., None],
    title: str = "",
    *,
    needs: tuple[Callable[..., None] | str, ...] | None = None,
    **options: Any,
) -> Callable[..., None]:
    """The same check with other options, under a title of its own.

    test_it_of_an_lstm = variant(test_it, "DeepRNN with \"lstm\": …", kind="lstm")

    It needs what the check needs, unless `needs` says otherwise. In tests/hidden, a variant under the check's
    own name and title is that check with what only the grader has, and takes its place there.
    """

    @functools.wraps(check)
    def varied(*args: Any, **more: Any) -> None:
        check(*args, **{**options, **more})

    varied.__doc__ = title or check.__doc__
    varied.__module__ = sys._getframe(1).f_globals["__name__"]  # where it is called, as namedtuple does it
    if needs is not None:
        marks = [mark for mark in getattr(check, "pytestmark", []) if mark.name != "needs"]
        varied.pytestmark = marks  # type: ignore[attr-defined]
    return pytest.mark.needs.with_args(*needs)(varied) if needs else varied


fresh_worker = pytest.mark.fresh_worker  # this check must not meet what an earlier one left behind
