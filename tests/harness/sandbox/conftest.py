"""Every kind of worker in turn."""

from __future__ import annotations

import pytest

from autograder.sandbox import Workers


@pytest.fixture(params=["portable", "forked", "locked"])
def workers(request: pytest.FixtureRequest) -> Workers:
    """All kinds, one after the other: what a check sees must not depend on the kind."""
    return request.getfixturevalue(request.param)
