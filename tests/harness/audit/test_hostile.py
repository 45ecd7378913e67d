"""A sample of the hostile answers that the audit puts to every check."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograder.audit.hostile import attack
from autograder.course import config as configuration

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="cases run in forked processes")


@pytest.mark.parametrize("name", configuration.load(ROOT).assignments)
def test_hostile_answers_end_in_verdicts(name):
    config = configuration.load(ROOT)
    assignment = config.assignment(name)
    report = attack(config, assignment, cases=60, least=1, seed=11)
    assert report.cases >= 55 and report.outcomes["fail"] > 15
    assert report.sentences() == []
