"""The cells that were run are read as the notebook that would be handed in, with what lies beside it."""

from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from autograder.course import config
from autograder.notebook.reading import read
from autograder.notebook.runs import cells_of

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def course():
    return config.load(ROOT)


def submission(course, assignment, folder, *codes):
    cells = cells_of((count, code, "") for count, code in enumerate(codes, start=1))
    return read(cells, folder, course.assignment(assignment))


def test_a_script_s_names_that_no_cell_sets_are_told_as_such(course, tmp_path):
    program = submission(course, "lab7_vanilla_rnn", tmp_path, "n = 2", "vocab = {}").program
    assert program.missing["W"] == "No cell that was run defines W."
    assert {"n", "vocab"}.isdisjoint(program.missing)


def test_modules_beside_it_are_read_and_folders_below_it_are_not(course, tmp_path):
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "toolkit.py").write_text("def run_packed(*given):\n    return given\n")
    (tmp_path / "other.ipynb").write_text("no notebook")
    (tmp_path / "helpers.py").write_text("SIZE = 3\n")
    read = submission(
        course, "sequence_toolkit", tmp_path, "from helpers import SIZE", "class Seq2Seq:\n    n = SIZE"
    )
    assert {module.name for module in read.program.modules} == {"assignment_notebook", "helpers"}
    assert "run_packed" in read.program.missing and read.notices == ()


def test_what_it_showed_is_that_of_its_file_which_has_been_saved(course, tmp_path):
    assert submission(course, "sequence_toolkit", tmp_path, "x = 1").outputs is None
    cell = v4.new_code_cell("print(1)", execution_count=1, outputs=[v4.new_output("stream", text="1\n")])
    nbformat.write(v4.new_notebook(cells=[cell]), tmp_path / "assignment.ipynb")
    assert submission(course, "sequence_toolkit", tmp_path, "x = 1").outputs.cells[0].text == "1\n"
    (tmp_path / "assignment.ipynb").write_text("{")
    assert submission(course, "sequence_toolkit", tmp_path, "x = 1").outputs is None
