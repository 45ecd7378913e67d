"""The zip of each assignment, made by Otter and run by Otter, on the solution and on a mistake."""

import json
import zipfile
from pathlib import Path

import pytest

from autograder.audit.corpus import materialise, mistakes
from autograder.course import config, templates
from autograder.gradescope.otter_run import run_zip
from autograder.gradescope.package import build
from tests.harness.sampling import thorough

ROOT = Path(__file__).parents[3]


@thorough  # test_gradescope.py grades a right submission through a zip, too
@pytest.mark.parametrize("name", config.load(ROOT).assignments)
def test_the_zip_grades_the_solution_with_full_marks(name, tmp_path):
    assignment = config.load(ROOT).assignments[name]
    packed = build(ROOT, name, tmp_path / "autograder.zip")
    solution = materialise(templates.solved_modules(ROOT, name), tmp_path / "solution")
    results = run_zip(packed, solution, tmp_path / "out")
    wanted = sum(check.points for check in assignment.checks.values() if check.enabled)
    assert results["score"] == pytest.approx(wanted)
    assert json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8")) == results
    assert "extra_data" in results and not results["extra_data"]["faults"]
    with zipfile.ZipFile(packed) as archive:
        tables = [path for path in archive.namelist() if path.endswith("/mistakes.json")]
    assert any(f"/tests/visible/{name}/" in path for path in tables)


@thorough
def test_the_zip_names_a_mistake(tmp_path):
    name = "sequence_toolkit"
    (mistake,) = [each for each in mistakes(ROOT, name) if each.id == "S4-TAG-03"]
    packed = build(ROOT, name, tmp_path / "autograder.zip")
    results = run_zip(packed, materialise(mistake.files, tmp_path / "mistaken"), tmp_path / "out")
    told = [test.get("output", "").replace("\\", "") for test in results["tests"]]  # Markdown escapes a dot
    assert [text for text in told if mistake.mistake in text and mistake.hint in text]
