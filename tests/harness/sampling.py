"""Which tests `make test` leaves to `make thorough`: of many alike it runs some."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

thorough = pytest.mark.thorough


def one_in(step: int, values: Iterable[Any]) -> list[Any]:
    """Parameters for a test; all but every `step`-th are for `make thorough` alone."""
    return [_left_out(value) if number % step else value for number, value in enumerate(values)]


def these(chosen: Iterable[Any], values: Iterable[Any]) -> list[Any]:
    """Parameters for a test; all but the chosen are for `make thorough` alone."""
    wanted = list(chosen)
    return [value if value in wanted else _left_out(value) for value in values]


def _left_out(value: Any) -> Any:
    return pytest.param(*(value if isinstance(value, tuple) else (value,)), marks=thorough)
