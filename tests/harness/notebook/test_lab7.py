"""Lab 7's notebook runs from top to bottom: its cells are the script."""

import subprocess
import sys

import nbformat
import pytest

from autograder.course import templates

from .conftest import ROOT, RUN

LAB7 = "lab7_vanilla_rnn"
PRINTED = ("0.0848", "0.0451", "0.0309", "0.0236", "0.0191", "0.0160")


@pytest.fixture
def run(tmp_path):
    """Run a notebook as Jupyter would; returns the process and what is saved."""

    def run(notebook):
        path = tmp_path / "assignment.ipynb"
        nbformat.write(notebook, path)
        ran = subprocess.run(
            [sys.executable, "-c", RUN, str(path)], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        return ran, nbformat.read(path, as_version=4)

    return run


def test_the_solution_prints_the_losses_of_the_handout(run):
    ran, notebook = run(templates.solved_notebook(ROOT, LAB7))
    assert ran.returncode == 0, ran.stderr
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    shown = "".join(output.text for output in outputs if output.output_type == "stream")
    for epoch, loss in zip(range(50, 301, 50), PRINTED, strict=True):
        assert f"Epoch [{epoch}/300] - Loss: {loss}\n" in shown
    assert "'bad'] → Prediction: 0" in shown and "'good'] → Prediction: 1" in shown
    assert any("image/png" in output.get("data", {}) for output in outputs)


def test_the_template_stops_at_its_first_blank(run):
    ran, _ = run(nbformat.read(ROOT / "templates" / LAB7 / "assignment.ipynb", 4))
    assert "'NoneType' object has no attribute 'view'" in ran.stderr
