"""check("cells") in a cell grades what was run above it, by the checks that students have."""

import re
from pathlib import Path

import pytest

from autograder.course import masters, templates
from autograder.notebook import check
from tests.harness.in_notebook.conftest import run
from tests.harness.sampling import thorough

ROOT = Path(__file__).parents[3]
A7 = "a7_sequence_modeling"
IMPORT = "from autograder.notebook import check, grader, picture"
CELLS = templates.solved_modules(ROOT, A7)["cells.py"]
STUBS = masters.stub((ROOT / "solutions" / A7 / "cells.py").read_text("utf-8"), "cells.py")
VANILLA = CELLS.index("class VanillaRNNCell"), CELLS.index("class LSTMCell")
WRONG = CELLS[: VANILLA[1]].replace("torch.tanh", "torch.sin") + CELLS[VANILLA[1] :]
RIGHT = "All that was checked is right."


CELLS_THAT_ARE_RUN = [  # in one kernel, as a kernel's start takes longer than all that is run in it
    ("", IMPORT),
    ("", "import torch\nfrom torch import nn"),
    ("not run", 'check("LSTMCell")'),
    ("", CELLS[VANILLA[0] : VANILLA[1]]),
    ("", CELLS[VANILLA[1] :].replace("class LSTMCell", "class LstmCell")),
    ("renamed", 'check("LSTMCell")'),
    ("", "class GRUCell(nn.Module)\n    pass"),
    ("unreadable", 'check("GRUCell")'),
    ("", STUBS),
    ("stubs", 'check("cells")'),
    ("", CELLS),
    ("right", 'check("cells")'),
    ("", WRONG),
    ("wrong", 'check("cells")'),
    ("as otter", 'grader.check("VanillaRNNCell")'),
    ("misspelt", 'check("LSTMCel")'),
    ("a number", "check(1)"),
    ("no assignment", 'check("cells", assignment="a7")'),
    (
        "killed",
        "grader._helper._process.kill()\ngrader._helper._process.wait()\ngrader._helper.lives = lambda: True",
    ),
    ("ended", 'check("VanillaRNNCell")'),
    ("lives", "del grader._helper.lives"),
    ("", CELLS),
    (
        "interrupted",  # Jupyter's interrupt is a SIGINT to the kernel
        "import os, signal, threading\n"
        "threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        'check("cells")',
    ),
    ("", "1 + 1"),
    ("after an interrupt", 'check("VanillaRNNCell")'),
    ("", "def token_loss(logits, targets):\n    return nn.functional.nll_loss(logits.mT, targets)"),
    ("drawn", 'picture("loss", token_loss, ["a", "aa"], {"<PAD>": 0, "<EOS>": 1, "a": 2})'),
    ("no picture", 'picture("lost", token_loss)'),
]


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """What each cell showed that has a name above."""
    names, codes = zip(*CELLS_THAT_ARE_RUN, strict=True)
    return dict(zip(names, run(codes, tmp_path_factory.mktemp("notebook")), strict=True))


def flat(text):
    """In one line, as it was before it was fitted to a width."""
    return re.sub(r"\s+", " ", text)


def test_from_stubs_to_a_right_cell(shown):
    assert WRONG != CELLS
    stubs, right, wrong = shown["stubs"], shown["right"], shown["wrong"]
    assert "Next to write" in stubs.html and "cell [9]" in stubs.html and "NotImplementedError" in stubs.html
    assert RIGHT in right.html and RIGHT in right.text
    assert "<b>Next:</b> VanillaRNNCell: h = tanh" in wrong.html and "cell [13]" in wrong.html
    assert "VanillaRNNCell: h = tanh" in wrong.text and "<" not in wrong.text.replace("<PAD>", "")
    as_otter, misspelt = shown["as otter"], shown["misspelt"]
    assert "VanillaRNNCell: h = tanh" in as_otter.html and "LSTMCell:" not in as_otter.html
    assert "LSTMCel" in misspelt.text and "LSTMCell" in misspelt.text


def test_what_is_not_there_yet_is_told_by_its_name(shown):
    assert "No cell that was run defines" in shown["not run"].text
    renamed, unreadable = flat(shown["renamed"].text), flat(shown["unreadable"].text)
    assert "No cell that was run defines LSTMCell (did you mean 'LstmCell'?)" in renamed
    assert "cell [7], the line “class GRUCell(nn.Module)” is not valid Python" in unreadable


@thorough
def test_modules_beside_the_notebook_count_as_they_do_when_it_is_handed_in(run_cells, tmp_path):
    (tmp_path / "cells.py").write_text(CELLS)
    _, _, module = run_cells(IMPORT, STUBS, 'check("cells")')
    assert RIGHT in module.text


def test_outside_of_a_notebook_a_sentence_says_where_to_go():
    assert "notebook" in repr(check("cells")) and check("cells")._repr_html_().startswith("<p>")


def test_whatever_is_asked_gets_a_sentence(shown):
    number, assignment, ended = shown["a number"], shown["no assignment"], shown["ended"]
    assert "called '1'" in number.text and "No assignment is called 'a7'" in assignment.text
    assert ended.text == "The checks ended early. Run this cell again."
    assert not any(each.error for each in (number, assignment, shown["killed"], ended, shown["lives"]))


def test_an_interrupt_ends_the_check_and_the_next_one_starts_anew(shown):
    assert shown["interrupted"].error == "KeyboardInterrupt"
    assert RIGHT in shown["after an interrupt"].text


def test_a_picture_is_of_what_lives_in_the_kernel(shown):
    drawn, unknown = shown["drawn"], shown["no picture"]
    assert "<figure" in drawn.html and "What a right one looks like" in drawn.text
    assert "did you mean 'loss'?" in unknown.text
