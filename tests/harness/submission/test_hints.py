"""What a student is told to think about when the code raises: by what torch and Python really say."""

from __future__ import annotations

import importlib
import subprocess
import sys
import textwrap

import pytest
import torch

from autograder.sandbox.wire.errors import StudentRaised
from autograder.submission import read
from autograder.submission.code import NotPython, parse
from autograder.submission.hints import hint_for, quoted
from autograder.submission.listing import Listing
from autograder.submission.pythons import HERE
from autograder.submission.slips import Around
from autograder.submission.torch_table import NAMES, TENSOR
from tests.harness.conftest import Course

SETTING = "import torch, numpy as np\nfrom torch import nn\nimport torch.nn.functional as F\n"


def raised(code: str) -> Exception | SystemExit:
    try:
        exec(compile(SETTING + textwrap.dedent(code), "student.py", "exec"), {"__name__": "student"})
    except (Exception, SystemExit) as error:
        return error
    pytest.fail("nothing was raised")


def hint(code: str) -> str:
    error = raised(code)
    return hint_for(type(error).__name__, str(error), Around())


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("open('corpus/train.txt')", "no file beside it"),
        ("np.load('vectors.npy')", "no file beside it"),
        ("torch.load('model.pt')", "no file beside it"),
        ("import argparse; argparse.ArgumentParser().parse_args(['--epochs', '3'])", "no command line"),
        ("import sys; sys.exit('done')", "ends the program"),
        ("import urllib.request; urllib.request.urlopen('http://nowhere.invalid/a')", "no internet"),
        ("import socket; socket.create_connection(('nowhere.invalid', 80))", "no internet"),
        ("import os; os.environ['WANDB_API_KEY']", "No variable of your environment"),
        ("raise EOFError('EOF when reading a line')", "input()"),
        ("import my_helpers", "my_helpers.py"),
        ("np.float_(3)", "NumPy 2"),
        ("from torch.nn import RecurrentCell", "still a RecurrentCell"),
        ("def f(n): return f(n + 1)\nf(0)", "calls itself"),
        ("nn.GRUCell(3, 4)(np.ones((2, 3)))", "array of NumPy"),
        ("F.relu(nn.Linear(3, 4)([1.0, 2.0, 3.0]))", "array of NumPy"),
        ("np.ones(3).unsqueeze(0)", "array of NumPy"),
        ("nn.Linear(3, 4)(torch.ones(2, 3, dtype=torch.float64))", "float64"),
        ("nn.GRU(3, 4).double()(torch.ones(2, 3))", "float64"),
        ("nn.RNN(3, 4)(torch.ones(2, 3, dtype=torch.int64))", "embedding"),
        (
            "nn.utils.rnn.pack_padded_sequence(torch.ones(5, 3, 2), [3, 1, 2, 3, 1], enforce_sorted=False)",
            "batch_first=True",
        ),
        ("nn.utils.rnn.pack_padded_sequence(torch.ones(3, 5, 2), [5, 3, 2])", "batch_first=True"),
        ("nn.Embedding(9, 4)(torch.rand(3))", "whole numbers"),
        ("nn.Sequential(nn.LSTM(3, 4), nn.Linear(4, 2))(torch.ones(5, 3))", "nn.LSTM (h, c)"),
        ("nn.RNN(3, 4)(torch.ones(5, 3)).max(dim=1)", "nn.LSTM (h, c)"),
        ("nn.GRU(3, 4)(torch.ones(5, 3)).transpose(0, 1)", "nn.LSTM (h, c)"),
        ("nn.Linear(3, 4)(torch.ones(2, 5, 3).max(dim=1))", "the values and their indices"),
        ("torch.ones(2, 5).sort(dim=1).unsqueeze(0)", "the values and their indices"),
        ("nn.GRU(3, 4, batch_first=True)(torch.ones(2, 5, 3), torch.ones(1, 5, 4))", "batch_first"),
        ("F.cross_entropy(torch.ones(4, 7, 9), torch.zeros(4, 7).long())", "classes"),
        ("F.cross_entropy(torch.ones(4, 9), torch.full((4,), -100), ignore_index=0)", "left out"),
        ("F.log_softmax(torch.ones(4, 9), 1).gather(1, torch.full((4, 1), -100))", "left out"),
        ("F.nll_loss(torch.ones(4, 9), torch.full((4,), 9))", "how many classes"),
        ("torch.ones(4, 9).softmax(2)", "How many axes"),
        ("torch.ones(4, 30).view(-1, 7)", "sizes multiply"),
        ("torch.stack([torch.ones(3), torch.ones(5)])", "one length"),
        ("torch.ones(3).item()", "one number"),
        ("assert torch.ones(3) == torch.ones(3)", ".any()"),
        ("torch.optim.SGD(nn.Module().parameters(), 0.1)", "nn.ModuleList"),
        ("x = torch.ones(3, requires_grad=True)\nx[0] = 2", "writes into a tensor"),
        ("x = torch.ones(3, requires_grad=True)\n(x * 2).backward()", "summed or averaged"),
        ("nn.Linear(2, 2).weight.grad.zero_()", "a gradient yet"),
        ("a, b = torch.ones(3)", "How many things"),
        ("out, state = None", "returns nothing"),
        ("def f(x): ...\nf(1, 2)", "Which arguments"),
        ("torch.zeros(3, 7 / 2)", "//"),
    ],
)  # fmt: skip
def test_the_exceptions_of_students_get_a_hint(code: str, words: str) -> None:
    assert words in hint(code)


@pytest.mark.parametrize(
    "said",
    [
        "Torch not compiled with CUDA enabled",
        "Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU",
        "No CUDA GPUs are available",
        "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False.",
        "PyTorch is not linked with support for mps devices",
    ],
)
def test_a_machine_without_a_gpu_says_so(said: str) -> None:
    assert hint_for("RuntimeError", said, Around()).startswith("There is no GPU where this is graded")


@pytest.mark.parametrize(
    ("kind", "said", "words"),
    [
        ("PermissionError", "[Errno 13] Permission denied: '/content/drive/notes.txt'", "no file beside it"),
        ("PermissionError", "[Errno 1] Operation not permitted", "num_workers=0"),
        ("RuntimeError", "DataLoader worker (pid 31) exited unexpectedly with exit code 1.", "num_workers=0"),
        ("TclError", "couldn't connect to display", "no screen"),
        ("LookupError", "Resource punkt not found. Please use the NLTK Downloader", "no internet"),
        ("ConnectionError", "Couldn't reach 'wikitext' on the Hub", "no internet"),
    ],
)
def test_what_the_lockdown_refuses_is_told_as_what_is_not_there(kind: str, said: str, words: str) -> None:
    assert words in hint_for(kind, said, Around())


@pytest.mark.parametrize(
    "code",
    [
        "x = torch.ones(3, requires_grad=True)\ny = (x * x).sum()\ny.backward()\ny.backward()",
        "torch.ones(3, requires_grad=True).numpy()",
        "torch.ones(4, 3).t().view(-1)",
        "torch.autograd.grad(torch.ones(1, requires_grad=True), torch.ones(1, requires_grad=True))",
        "x = torch.ones(3, requires_grad=True)\ny = x.exp()\ny[0] = 1\ny.sum().backward()",
        "nn.GRU(3, 4).double()(torch.ones(2, 3))",
    ],
)
def test_advice_of_torch_is_not_quoted(code: str) -> None:
    error = raised(code)
    said = quoted(type(error).__name__, str(error))
    assert len(said) > len(type(error).__name__) + 10
    for advice in ("retain_graph", "Use ", "allow_unused", "anomaly", "Convert", "Specify"):
        assert advice not in said


def in_source(source: str, line: int, kind: str, text: str) -> str:
    return hint_for(kind, text, Around(textwrap.dedent(source), line))


CELL = """
    class Cell(nn.Module):
        def __init__(self, d, h):
            super().__init__()
            W_x = nn.Linear(d, h)
            self.W_hidden = nn.Linear(h, h)

        def forward(self, x, state):
            return self.W_x(x) + W_hidden(state) + self.step
"""


def test_a_forgotten_self_is_told() -> None:
    assert "`self.` missing" in in_source(CELL, 9, "NameError", "name 'W_hidden' is not defined")
    unset = in_source(CELL, 9, "AttributeError", "'Cell' object has no attribute 'W_x'")
    assert unset.startswith("__init__ sets W_x, a variable of its own: is `self.` missing")
    near = in_source(CELL, 9, "AttributeError", "'Cell' object has no attribute 'W_hiden'")
    assert near == "Is self.W_hidden meant?"
    nowhere = in_source(CELL, 9, "AttributeError", "'Cell' object has no attribute 'step'")
    assert nowhere.startswith("Where is self.step set")


def test_a_name_that_is_only_misspelt_or_not_imported_is_told() -> None:
    assert in_source("hidden_state = 1\n", 1, "NameError", "name 'hiden_state' is not defined") == (
        "Is hidden_state meant?"
    )
    assert "import torch.nn.functional as F" in in_source("", 1, "NameError", "name 'F' is not defined")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("torch.radn(2, 3)", "Is randn meant?"),
        ("nn.linear(2, 3)", "Is Linear meant?"),
        ("F.sofmax(torch.ones(3), dim=0)", "Is softmax meant?"),
        ("torch.ones(3).unsqeeze(0)", "Is unsqueeze meant?"),
        ("nn.Parameter(torch.ones(3)).shap", "Is shape meant?"),
        ("nn.RecurrentCell(2, 3)", ""),
    ],
)
def test_a_misspelt_name_of_torch_is_told(code: str, words: str) -> None:
    assert hint(code) == words


def test_code_that_does_not_end_is_placed_in_its_while(course: Course) -> None:
    cell = "class Cell:\n    def forward(self, x):\n        return x\n"
    loop = "class Deep:\n    def forward(self, x):\n        while True:\n            x = self.cell(x)\n"
    submission = read(course.hand_in({"cells.py": cell, "loop.py": loop}), course.demo)
    assert submission.turning([("loop.py", 4), ("cells.py", 3)]) == ("loop.py", 4)
    assert submission.turning([("loop.py", 1), ("cells.py", 3)]) == ("cells.py", 3)


def test_no_source_makes_a_hint_fail() -> None:
    assert not Listing("loop", "loop.py", "while True\n    pass").in_while(2)
    deep = UPDATE.format(update=f"= W - W.grad * ({'1 + ' * 900}1)")
    assert "has backward() been called" in in_source(deep, 4, "AttributeError", NO_GRADIENT)


def test_marks_of_a_merge_are_told_as_what_they_are(course: Course) -> None:
    text = "def f():\n<<<<<<< HEAD\n    return 1\n=======\n    return 2\n>>>>>>> mine\n"
    [broken] = read(course.hand_in({"cells.py": text}), course.demo).broken
    assert broken.hint.startswith("git marks here")


def test_every_name_that_may_be_meant_is_one_of_torchs() -> None:
    for home, names in NAMES.items():
        there = dir(torch.Tensor if home == TENSOR else importlib.import_module(home))
        assert not {*names} - {*there}


def test_a_hint_does_not_make_the_grader_import_torch() -> None:
    code = """
import sys
from autograder.submission.hints import hint_for
from autograder.submission.slips import Around
print(hint_for("AttributeError", "module 'torch' has no attribute 'sigmod'", Around()))
print(hint_for("AttributeError", "'Tensor' object has no attribute 'unsqeeze'", Around()))
print("torch" in sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["Is sigmoid meant?", "Is unsqueeze meant?", "False"]


UPDATE = "W = weights()\nloss(W).backward()\nW {update}\nW.grad.zero_()\n"
NO_GRADIENT = "'NoneType' object has no attribute 'zero_'"
IN_PLACE = "a leaf Variable that requires grad is being used in an in-place operation."


def test_an_update_that_makes_a_new_weight_is_told_where_its_gradient_is_missed() -> None:
    replaced = in_source(UPDATE.format(update="= W - 0.1 * W.grad"), 4, "AttributeError", NO_GRADIENT)
    assert replaced.startswith("W = W - … makes a new tensor")
    changed = in_source(UPDATE.format(update="-= 0.1 * W.grad"), 4, "AttributeError", NO_GRADIENT)
    assert "has backward() been called" in changed


def test_an_update_outside_of_no_grad_is_told_and_another_write_is_not() -> None:
    assert "torch.no_grad()" in in_source(
        UPDATE.format(update="-= 0.1 * W.grad"), 3, "RuntimeError", IN_PLACE
    )
    assert "torch.no_grad()" not in in_source(UPDATE.format(update="-= 1"), 3, "RuntimeError", IN_PLACE)


TWICE = "Trying to backward through the graph a second time (or directly access saved tensors …"


def test_the_carried_state_is_named() -> None:
    loop = """
        def train(model, batches):
            memory = None
            for x, y in batches:
                scores, memory = model(x, memory)
                loss(scores, y).backward()
    """
    assert in_source(loop, 6, "RuntimeError", TWICE).startswith("memory is carried")
    kept = """
        class Model:
            def __init__(self):
                self.start = None

            def forward(self, x):
                self.recent = self.cell(x, self.start)

        def train(model, batches):
            for batch in batches:
                model(batch).backward()
    """
    assert in_source(kept, 11, "RuntimeError", TWICE).startswith("self.recent is carried")
    train = "def train(model, batches):\n    for batch in batches:\n        model(batch).backward()\n"
    apart = Around(train, 3, others=["SIZE = 3\n", textwrap.dedent(kept).partition("def train")[0]])
    assert hint_for("RuntimeError", TWICE, apart).startswith("self.recent is carried")
    assert "Detach it in between" in in_source("", 0, "RuntimeError", TWICE)


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("type Batch = list[int]", (3, 12)),
        ("def first[T](rows: list[T]) -> T: ...", (3, 12)),
        ("class Stack[T]: ...", (3, 12)),
        ('print(f"{row["name"]}")', (3, 12)),
        ("print(f\"{'\\n'.join(rows)}\")", (3, 12)),
        ("try:\n    pass\nexcept* ValueError:\n    pass", (3, 11)),
    ],
)
def test_a_line_for_a_newer_python_names_the_one_that_grades(line: str, version: tuple[int, int]) -> None:
    if version <= sys.version_info[:2]:
        parse(line)
        return
    with pytest.raises(NotPython) as caught:
        parse(line)
    assert f"it needs Python {version[0]}.{version[1]}, and {HERE} grades" in str(caught.value)


@pytest.mark.parametrize("line", ["type = = 3", 'f"{x"', "def f(:", "x = (1", "except ValueError:", "t'"])
def test_a_line_that_no_python_can_read_does_not_blame_the_version(line: str) -> None:
    with pytest.raises(NotPython) as caught:
        parse(line)
    assert "grades" not in str(caught.value)


def test_files_in_folders_and_of_other_kinds_are_known_when_they_are_missed(course: Course) -> None:
    path = course.hand_in(
        {
            "cells.py": "class Cell: pass\n",
            "loop.py": "class Loop: pass\n",
            "src/steps.py": "",
            "data/vocab.json": "{}",
            "more.zip": "",
        }
    )
    submission = read(path, course.demo)
    folder = submission.hint_for(StudentRaised("ModuleNotFoundError", "No module named 'src'"))
    assert folder.startswith("src/steps.py was handed in: does your import name its folder")
    data = StudentRaised("FileNotFoundError", "[Errno 2] No such file or directory: 'data/vocab.json'")
    assert submission.hint_for(data).startswith("vocab.json was handed in, but only code")
    assert "more.zip was not opened: hand in the files that it holds." in submission.notices
