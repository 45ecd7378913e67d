"""What a check says about itself, read by the grading plugin."""

from __future__ import annotations

import pytest


def needs(*checks: str) -> pytest.MarkDecorator:
    """This check cannot say anything before `checks` pass: names of the same unit, or "unit::name"."""
    return pytest.mark.needs(*checks)


fresh_worker = pytest.mark.fresh_worker  # this check must not meet what an earlier one left behind
