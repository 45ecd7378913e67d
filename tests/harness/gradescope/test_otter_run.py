"""The zip under the real `otter run`: a folder, a notebook, both, and the plain command of an instructor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.gradescope.otter_run import OtterFailed, main, run_zip
from tests.harness.files import lay
from tests.harness.gradescope.course import RIGHT, WRONG, notebook, points
from tests.harness.sampling import thorough


@thorough
@pytest.mark.parametrize(
    ("files", "score"),
    [
        ({"doubles.py": RIGHT, "assignment.ipynb": notebook("import doubles")}, 3),
        ({"doubles.py": RIGHT, "more.py": ""}, 3),
        ({"assignment.ipynb": notebook(WRONG)}, 1),
    ],
    ids=["both", "folder", "notebook"],
)
def test_every_form_of_submission(packed: Path, tmp_path: Path, files: dict[str, str], score: float) -> None:
    results = run_zip(packed, lay(tmp_path / "submission", files), tmp_path / "out")
    assert results["score"] == score
    assert len(results["tests"]) == 2
    assert json.loads((tmp_path / "out" / "results.json").read_text()) == results


def test_the_plain_command_on_one_notebook(packed: Path, tmp_path: Path) -> None:
    submission = lay(tmp_path, {"mine.ipynb": notebook(RIGHT)}) / "mine.ipynb"
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path / "unpacked")
    command = [sys.executable, "-m", "otter", "run", "-a", str(packed), "-o", str(tmp_path), str(submission)]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "unpacked")}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert [row[:2] for row in points(json.loads((tmp_path / "results.json").read_text()))] == [
        (1, 1),
        (2, 2),
    ]


def test_no_submission_is_a_sentence(
    packed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(OtterFailed, match="There is no"):
        run_zip(packed, tmp_path / "nowhere", tmp_path)
    assert main([str(packed), str(tmp_path / "nowhere")]) == 2
    assert "There is no" in capsys.readouterr().err
