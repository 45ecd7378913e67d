"""The zip of each assignment, made by Otter and run by Otter, on the solution."""

from pathlib import Path

import pytest

from autograder import config
from autograder.audit.corpus import materialise
from autograder.release import templates
from autograder.release.otter_run import run_zip
from autograder.release.zip import build

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", config.load(ROOT).assignments)
def test_the_zip_grades_the_solution_with_full_marks(name, tmp_path):
    assignment = config.load(ROOT).assignments[name]
    packed = build(ROOT, name, tmp_path / "autograder.zip")
    solution = materialise(templates.solved_modules(ROOT, name), tmp_path / "solution")
    results = run_zip(packed, solution, tmp_path / "out")
    wanted = sum(check.points for check in assignment.checks.values() if check.enabled)
    assert results["score"] == pytest.approx(wanted)
    assert "extra_data" in results and not results["extra_data"]["faults"]
