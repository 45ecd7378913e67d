"""A sample of the hostile answers that the audit puts to every check."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograder.audit import hostile
from autograder.course import config as configuration
from tests.harness.sampling import these

ROOT = Path(__file__).parents[3]
ASSIGNMENTS = configuration.load(ROOT).assignments
# Every eighth check, or all where there are few; in each assignment it begins with another one.
PARTS = {name: 8 if len(assignment.checks) > 20 else 1 for name, assignment in ASSIGNMENTS.items()}
CASES = [(name, part) for name, parts in PARTS.items() for part in range(parts)]
IN_BRIEF = [(name, at % parts) for at, (name, parts) in enumerate(PARTS.items()) if parts > 1][::2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="cases run in forked processes")


@pytest.mark.parametrize(("name", "part"), these(IN_BRIEF, CASES))
def test_hostile_answers_end_in_verdicts(name, part, lent):
    config = configuration.load(ROOT)
    cases = 60 // PARTS[name]
    report = hostile.attack(
        config, config.assignment(name), cases=cases, least=1, seed=11, part=(part, PARTS[name])
    )
    assert report.cases >= 0.9 * cases and report.outcomes["fail"] > report.cases / 4
    assert report.sentences() == []
