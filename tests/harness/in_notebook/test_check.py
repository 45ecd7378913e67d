"""check("cells") in a cell grades what was run above it, by the checks that students have."""

import re
from pathlib import Path

from autograder.course import masters, templates
from autograder.notebook import check
from tests.harness.sampling import thorough

ROOT = Path(__file__).parents[3]
A7 = "a7_sequence_modeling"
IMPORT = "from autograder.notebook import check, grader"
CELLS = templates.solved_modules(ROOT, A7)["cells.py"]
STUBS = masters.stub((ROOT / "solutions" / A7 / "cells.py").read_text("utf-8"), "cells.py")
VANILLA = CELLS.index("class VanillaRNNCell"), CELLS.index("class LSTMCell")
WRONG = CELLS[: VANILLA[1]].replace("torch.tanh", "torch.sin") + CELLS[VANILLA[1] :]
RIGHT = "All that was checked is right."


def flat(text):
    """In one line, as it was before it was fitted to a width."""
    return re.sub(r"\s+", " ", text)


def test_from_stubs_to_a_right_cell(run_cells):
    assert WRONG != CELLS
    _, _, stubs, _, right, _, wrong, as_otter, near = run_cells(
        IMPORT,
        STUBS,
        'check("cells")',
        CELLS,
        'check("cells")',
        WRONG,
        'check("cells")',
        'grader.check("VanillaRNNCell")',
        'check("LSTMCel")',
    )
    assert "Next to write" in stubs.html and "cell [2]" in stubs.html and "NotImplementedError" in stubs.html
    assert RIGHT in right.html and RIGHT in right.text
    assert "<b>Next:</b> VanillaRNNCell: h = tanh" in wrong.html and "cell [6]" in wrong.html
    assert "VanillaRNNCell: h = tanh" in wrong.text and "<" not in wrong.text.replace("<PAD>", "")
    assert "VanillaRNNCell: h = tanh" in as_otter.html and "LSTMCell:" not in as_otter.html
    assert "LSTMCel" in near.text and "LSTMCell" in near.text


def test_what_is_not_there_yet_is_told_by_its_name(run_cells):
    broken = "class GRUCell(nn.Module)\n    pass"
    _, _, unrun, _, _, renamed, _, unreadable = run_cells(
        IMPORT,
        "import torch\nfrom torch import nn",
        'check("LSTMCell")',
        CELLS[VANILLA[0] : VANILLA[1]],
        CELLS[VANILLA[1] :].replace("class LSTMCell", "class LstmCell"),
        'check("LSTMCell")',
        broken,
        'check("GRUCell")',
    )
    assert "No cell that was run defines" in unrun.text
    assert "No cell that was run defines LSTMCell (did you mean 'LstmCell'?)" in flat(renamed.text)
    assert "cell [7], the line “class GRUCell(nn.Module)” is not valid Python" in flat(unreadable.text)


@thorough
def test_modules_beside_the_notebook_count_as_they_do_when_it_is_handed_in(run_cells, tmp_path):
    (tmp_path / "cells.py").write_text(CELLS)
    _, _, module = run_cells(IMPORT, STUBS, 'check("cells")')
    assert RIGHT in module.text


def test_outside_of_a_notebook_a_sentence_says_where_to_go():
    assert "notebook" in repr(check("cells")) and check("cells")._repr_html_().startswith("<p>")


def test_whatever_is_asked_gets_a_sentence(run_cells):
    _, _, number, assignment, _, ended, again = run_cells(
        IMPORT,
        CELLS,
        "check(1)",
        'check("cells", assignment="a7")',
        "grader._helper._process.kill()\ngrader._helper._process.wait()\ngrader._helper.lives = lambda: True",
        'check("VanillaRNNCell")',
        "del grader._helper.lives",
    )
    assert "called '1'" in number.text and "No assignment is called 'a7'" in assignment.text
    assert ended.text == "The checks ended early. Run this cell again."
    assert not any(each.error for each in (number, assignment, ended, again))


def test_an_interrupt_ends_the_check_and_the_next_one_starts_anew(run_cells):
    """Jupyter's interrupt is a SIGINT to the kernel."""
    _, _, interrupted, _, again = run_cells(
        IMPORT,
        CELLS,
        "import os, signal, threading\n"
        "threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        'check("cells")',
        "1 + 1",
        'check("VanillaRNNCell")',
    )
    assert interrupted.error == "KeyboardInterrupt"
    assert RIGHT in again.text


def test_a_picture_is_of_what_lives_in_the_kernel(run_cells):
    *_, drawn, unknown = run_cells(
        "from autograder.notebook import picture",
        "import torch\nfrom torch import nn",
        "def token_loss(logits, targets):\n    return nn.functional.nll_loss(logits.mT, targets)",
        'picture("loss", token_loss, ["a", "aa"], {"<PAD>": 0, "<EOS>": 1, "a": 2})',
        'picture("lost", token_loss)',
    )
    assert "<figure" in drawn.html and "What a right one looks like" in drawn.text
    assert "did you mean 'loss'?" in unknown.text
