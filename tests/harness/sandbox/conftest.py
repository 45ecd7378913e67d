"""Workers that the tests of this folder share: starting one costs an import of torch."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from autograder.sandbox import ForkedWorkers, PortableWorkers, Workers, ZygoteWorkers


@pytest.fixture(scope="session")
def locked() -> Iterator[Workers]:
    """Locked-down workers; where a layer is missing, the tests that need it skip by themselves."""
    if sys.platform != "linux":
        pytest.skip("locked-down workers need Linux")
    with ZygoteWorkers() as workers:
        yield workers


@pytest.fixture(scope="session")
def portable() -> Iterator[Workers]:
    with PortableWorkers() as workers:
        yield workers


@pytest.fixture(scope="session")
def forked() -> Iterator[Workers]:
    if sys.platform != "linux":
        pytest.skip("forked workers need Linux")
    with ForkedWorkers() as workers:
        yield workers


@pytest.fixture(params=["portable", "forked", "locked"])
def workers(request: pytest.FixtureRequest) -> Workers:
    """All kinds, one after the other: what a check sees must not depend on the kind."""
    return request.getfixturevalue(request.param)
