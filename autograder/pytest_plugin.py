"""Lets plain pytest run the checks: `pytest tests/visible/a7_sequence_modeling --submission PATH`.

So an editor's test panel, `-k`, `-x`, `--lf` and `-n` do what their users know. Where no grading_config.yaml
lies at the root of the tests or above the folder of the call, this does nothing, and imports nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Ask whose code is checked."""
    parser.getgroup("autograder").addoption(
        "--submission", metavar="PATH", help="the folder, notebook or zip to check [templates/ASSIGNMENT]"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Take part where there is a course."""
    root = _course(config)
    if root is not None:
        from autograder.grading.as_tests import ChecksAsTests

        config.pluginmanager.register(ChecksAsTests(config, root), "autograder-checks")


def _course(config: pytest.Config) -> Path | None:
    """The root of the course; pytest's own root is another where a submission lies beside the repository."""
    here = config.invocation_params.dir
    folders = (config.rootpath, here, *here.parents)
    return next((folder for folder in folders if (folder / "grading_config.yaml").is_file()), None)
