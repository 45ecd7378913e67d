"""Lets plain pytest run the checks: `pytest tests/visible/a7_sequence_modeling --submission PATH`.

So an editor's test panel, `-k`, `-x`, `--lf` and `-n` do what their users know. In a project without a
grading_config.yaml at its root this does nothing, and imports nothing.
"""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Ask whose code is checked."""
    parser.getgroup("autograder").addoption(
        "--submission", metavar="PATH", help="the folder, notebook or zip to check [templates/ASSIGNMENT]"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Take part where there is a course."""
    if (config.rootpath / "grading_config.yaml").is_file():
        from autograder.grading.as_tests import ChecksAsTests

        config.pluginmanager.register(ChecksAsTests(config), "autograder-checks")
