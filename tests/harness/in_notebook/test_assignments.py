"""Notebooks beside the handout: below each unit its check says what is next, or that all is right."""

import shutil
from pathlib import Path

import nbformat
import pytest

from autograder.course import config, templates
from autograder.handout import contents, writing
from tests.harness.in_notebook.conftest import Output, run
from tests.harness.sampling import these

ROOT = Path(__file__).parents[3]
ASSIGNMENTS = sorted(path.name for path in (ROOT / "templates").iterdir())
WHERE = "import autograder\nprint(autograder.__file__)"
TORCH = "import torch\nfrom torch import Tensor"


@pytest.fixture(scope="module")
def handout(tmp_path_factory):
    """The folder of a handout of all assignments; its zip lies beside it."""
    out = tmp_path_factory.mktemp("handout") / "rnn.zip"
    return writing.write(contents.files_of(config.load(ROOT), ASSIGNMENTS), out)


def until_the_last_check(notebook):
    """The code cells of a notebook without its experiments."""
    last = max(n for n, cell in enumerate(notebook.cells) if cell.id.startswith("check-"))
    return [cell for cell in notebook.cells[: last + 1] if cell.cell_type == "code"]


def template_of(assignment):
    return nbformat.read(ROOT / "templates" / assignment / "assignment.ipynb", 4)


def outputs(codes, folder):
    """What cells show in a kernel that knows nothing of this repository."""
    return run(codes, folder, PYTHONPATH="")


@pytest.mark.parametrize("assignment", these(["lab7_vanilla_rnn"], ASSIGNMENTS))
def test_each_unit_is_checked_from_its_stubs_to_the_solution(assignment, handout, tmp_path):
    shutil.copytree(handout, tmp_path / handout.name)
    stubs = until_the_last_check(template_of(assignment))
    solved = until_the_last_check(templates.solved_notebook(ROOT, assignment))
    given = {cell.source for cell in stubs if not cell.id.startswith("check-")}
    written = [cell for cell in solved if cell.source not in given]
    switches = [cell for cell in template_of(assignment).cells if cell.source.startswith("USE_MODULES =")]
    cells = [*stubs, *switches, *written]
    shown = outputs([*(cell.source for cell in cells), WHERE], tmp_path)
    assert Path(shown.pop().text).is_relative_to(tmp_path)
    checks = [output for cell, output in zip(cells, shown, strict=True) if cell.id.startswith("check-")]
    before, after = checks[: len(checks) // 2], checks[len(checks) // 2 :]
    assert len(before) == len(after) > 0
    assert all("<b>Next" in each.html and not each.error for each in before), [each.text for each in before]
    assert all("All that was checked is right." in each.html for each in after), [each.text for each in after]


def test_beside_the_zip_alone_one_cell_is_enough_as_on_colab(handout, tmp_path):
    shutil.copy(handout.with_suffix(".zip"), tmp_path)
    cells = until_the_last_check(template_of("sequence_toolkit"))
    checks = next(cell.source for cell in cells if cell.id == "checks_cell")
    stub = next(cell.source for cell in cells if "def token_accuracy" in cell.source)
    *_, where, shown = outputs([checks, TORCH, stub, WHERE, 'check("accuracy")'], tmp_path)
    assert Path(where.text).is_relative_to(tmp_path / "course")
    assert "<b>Next to write:</b> token_accuracy" in shown.html


def test_without_the_checks_the_cells_say_so_and_go_on(tmp_path):
    cells = until_the_last_check(template_of("lab7_vanilla_rnn"))
    checks = next(cell.source for cell in cells if cell.id == "checks_cell")
    absent = "import sys\nsys.modules['autograder'] = None"
    (tmp_path / "course.zip").write_bytes(b"PK\x05\x06 cut off")
    _, found, shown = outputs([absent, checks, 'check("script")'], tmp_path)
    assert found == Output("", "", "")
    assert shown.text.startswith("The checks are not here") and not shown.error


def test_an_address_that_gives_no_zip_is_told_in_a_sentence(tmp_path):
    cells = until_the_last_check(template_of("lab7_vanilla_rnn"))
    checks = next(cell.source for cell in cells if cell.id == "checks_cell")
    assert 'HANDOUT = ""' in checks
    (tmp_path / "page.html").write_text("<p>Sign in</p>")
    addresses = ("file:///nowhere/course.zip", "nowhere", (tmp_path / "page.html").as_uri())
    cells = [checks.replace('HANDOUT = ""', f'HANDOUT = "{address}"') for address in addresses]
    for shown in outputs(cells, tmp_path):
        assert shown.text.startswith("The course's zip cannot be opened") and not shown.error
