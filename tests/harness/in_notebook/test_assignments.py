"""Every assignment's notebook: below each unit its check says what is next, and at last that all is right."""

from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from autograder.course import templates
from tests.harness.in_notebook.conftest import outputs_of, run
from tests.harness.sampling import these

ROOT = Path(__file__).parents[3]
ASSIGNMENTS = sorted(path.name for path in (ROOT / "templates").iterdir())


def until_the_last_check(notebook):
    """The code cells of a notebook without its experiments."""
    last = max(n for n, cell in enumerate(notebook.cells) if cell.id.startswith("check-"))
    return [cell for cell in notebook.cells[: last + 1] if cell.cell_type == "code"]


@pytest.mark.parametrize("assignment", these(["lab7_vanilla_rnn", "sequence_toolkit"], ASSIGNMENTS))
def test_each_unit_is_checked_from_its_stubs_to_the_solution(assignment, tmp_path):
    stubs = until_the_last_check(nbformat.read(ROOT / "templates" / assignment / "assignment.ipynb", 4))
    solved = until_the_last_check(templates.solved_notebook(ROOT, assignment))
    given = {cell.source for cell in stubs if not cell.id.startswith("check-")}
    written = [cell for cell in solved if cell.source not in given]
    cells = [v4.new_code_cell(cell.source, metadata={"of": cell.id}) for cell in [*stubs, *written]]
    ran = run(v4.new_notebook(cells=cells), tmp_path).cells
    before, after = ran[: len(stubs)], ran[len(stubs) :]
    first, last = (
        [each for each in half if each.metadata.of.startswith("check-")] for half in (before, after)
    )
    assert len(first) == len(last) > 0
    for cell in first:
        shown = outputs_of(cell)
        assert "<b>Next" in shown.html and not shown.error, f"{cell.source} said {shown.text}"
    for cell in last:
        shown = outputs_of(cell)
        assert "All that was checked is right." in shown.html, f"{cell.source} said {shown.text}"
