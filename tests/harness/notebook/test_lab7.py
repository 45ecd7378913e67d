"""Lab 7's notebook runs from top to bottom: its cells are the script."""

import subprocess

import nbformat
import pytest

from autograder.course import templates
from tests.harness.files import run_notebook
from tests.harness.sampling import thorough

from .conftest import ROOT, own_cells

LAB7 = "lab7_vanilla_rnn"
PRINTED = ("0.0848", "0.0451", "0.0309", "0.0236", "0.0191", "0.0160")


def test_the_solution_prints_the_losses_of_the_handout(tmp_path):
    notebook = run_notebook(own_cells(templates.solved_notebook(ROOT, LAB7)), tmp_path)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    shown = "".join(output.text for output in outputs if output.output_type == "stream")
    for epoch, loss in zip(range(50, 301, 50), PRINTED, strict=True):
        assert f"Epoch [{epoch}/300] - Loss: {loss}\n" in shown
    assert "'bad'] → Prediction: 0" in shown and "'good'] → Prediction: 1" in shown
    assert any("image/png" in output.get("data", {}) for output in outputs)


@thorough
def test_the_template_stops_at_its_first_blank(tmp_path):
    template = nbformat.read(ROOT / "templates" / LAB7 / "assignment.ipynb", 4)
    with pytest.raises(subprocess.CalledProcessError) as stopped:
        run_notebook(own_cells(template), tmp_path)
    assert "'NoneType' object has no attribute 'view'" in stopped.value.stderr
