"""Scripts that are run with constants and first weights of the grader's."""

from __future__ import annotations

import re
import textwrap

import numpy as np
import pytest

from autograder.checks import describe
from autograder.sandbox import StudentMissing, StudentRaised, StudentStopped
from autograder.sandbox.inside.instrumented import instrumented
from autograder.sandbox.wire.program import OPTIMISED, Limits
from tests.harness.sandbox.programs import student

START = {"W": np.float32([[1, 2, 3], [4, 5, 6]]), "b": np.float32([[7], [8]])}
LOOP = """
for _ in range(epochs):
    loss = (W @ torch.ones(3, 1) + b).sum()
    loss.backward()
    with torch.no_grad():
        W -= W.grad
        b -= b.grad
"""
MAKE = """
W = torch.randn(2, 3, requires_grad=True)
b = torch.zeros(2, 1, requires_grad=True)
"""
OWN = re.sub(r"\b(W|b)\b", r"self.\1", LOOP)


def indented(text, depth):
    return textwrap.indent(text, "    " * depth)


FORMS = {
    "plain": MAKE + LOOP,
    "none first": f"W = b = None\n{MAKE}W, b = W, b\n{LOOP}",
    "changed after it was made": f"{MAKE}with torch.no_grad():\n    W.fill_(3)\nif W is not None:\n"
    f"    b = torch.nn.Parameter(b)\n    torch.nn.init.normal_(W)\n{LOOP}",
    "in a dict": "w = {'W': torch.ones(2, 3, requires_grad=True)}\n"
    f"w['b'] = torch.ones(2, 1, requires_grad=True)\nW, b = w.values()\n{LOOP}",
    "in a function": f"def run():\n{indented(MAKE + LOOP, 1)}    return W, b\nW, b = run()\n",
    "global": f"def run():\n    global W, b\n{indented(MAKE + LOOP, 1)}run()\n",
    "in an object": f"class Model:\n    def __init__(self):\n{indented(MAKE, 2)}"
    f"        self.W, self.b = W, b\n    def fit(self):\n{indented(OWN, 2)}"
    "model = Model()\nmodel.fit()\nW, b = model.W, model.b\n",
}


RENAMED = re.sub(r"\bW\b", "matrix", re.sub(r"\bb\b", "bias", MAKE + LOOP))
FORMS |= {
    "under names of its own": f"def run():\n{indented(RENAMED, 1)}    return matrix, bias\nW, b = run()\n",
    "in an object under names of its own": f"class Model:\n    def __init__(self):\n{indented(MAKE, 2)}"
    "        self.matrix, self.bias = W, b\n    def fit(self):\n"
    f"{indented(OWN.replace('self.W', 'self.matrix').replace('self.b', 'self.bias'), 2)}"
    "model = Model()\nmodel.fit()\nW, b = model.matrix, model.bias\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_first_weights_are_put_wherever_they_are(workers, form):
    with student(workers, "import torch\nepochs = 2\n" + FORMS[form]) as s:
        for epochs in (0, 1):
            got, held = s.run_from("cells", START, {"epochs": epochs}, ["W", "b", "W.requires_grad"])
            assert held == {"W", "b"}
            assert np.allclose(got["W"], START["W"] - epochs) and np.allclose(got["b"], START["b"] - epochs)
            assert got["W.requires_grad"] is True


def test_weights_of_another_orientation_get_the_same_numbers(workers):
    source = "import torch\nW = torch.zeros(3, 2)\nb = torch.zeros(2)\nc = torch.zeros(4)\n"
    with student(workers, source) as s:
        got, held = s.run_from("cells", {**START, "c": START["b"]}, {}, ["W", "b", "c"])
        assert np.allclose(got["W"], START["W"].T) and np.allclose(got["b"], START["b"][:, 0])
        assert held == {"W", "b"} and not got["c"].any()


def test_weights_that_are_made_in_the_loop_are_not_held(workers):
    source = f"import torch\nW = b = torch.zeros(1)\nfor _ in range(2):\n{indented(MAKE, 1)}"
    with student(workers, f"{source}    W.sum().backward()\n") as s:
        assert s.run_from("cells", START, {}, ["W"])[1] == frozenset()


BY_HAND = """
def slopes():
    g = {"W": torch.ones(2, 3), "b": torch.ones(2, 1)}
    return g
for _ in range(epochs):
    for _ in range(2):
        loss = F.cross_entropy((W.sum(1) + b[:, 0])[None], torch.tensor([0]))
        g = slopes()
        with torch.no_grad():
            W -= rate * g["W"]
            b -= rate * g["b"]
"""


@pytest.mark.parametrize("rate", [0, 1])
def test_weights_are_held_by_a_script_that_computes_its_gradients_by_hand(workers, rate):
    head = f"import torch\nimport torch.nn.functional as F\nepochs, rate = 2, {rate}\n"
    with student(workers, head + MAKE + BY_HAND) as s:
        for epochs in (0, 1):
            got, held = s.run_from("cells", START, {"epochs": epochs}, ["W", "b"])
            assert held == {"W", "b"}
            assert np.allclose(got["W"], START["W"] - 2 * rate * epochs)
            assert np.allclose(got["b"], START["b"] - 2 * rate * epochs)


def test_constants_are_set_in_every_form(workers):
    source = "a, b = 1, 2\nc = d = 3\ne: int = 4\nif a:\n    f = 5\nfor g in [6]:\n    h = a\na += 1\n"
    constants = dict.fromkeys("abcdef", 10)
    with student(workers, source) as s:
        assert s.run("cells", constants, [*"abcdefgh"]) == {**constants, "g": 6, "h": 10}


def test_a_constant_that_the_script_goes_on_filling_stays_the_graders(workers):
    source = (
        "a = {}\nfor i, w in enumerate('xy'):\n    a[w] = i\na['z'] = 2\nb = dict(a)\nc = [1]\nc.append(2)\n"
    )
    with student(workers, source) as s:
        for _ in range(2):
            got = s.run("cells", {"a": {"x": 5}, "c": [7]}, ["a", "b", "c"])
            assert got == {"a": {"x": 5}, "b": {"x": 5}, "c": [7]}


REMARKS = """
losses = [1.0 / (e + 1) for e in range(epochs)]
{remark}
x = 3
"""


@pytest.mark.parametrize(
    "remark",
    [
        "assert losses[-1] < 0.3",
        "print(losses[-1])",
        "best = min(losses)\nprint(best)",
        "input('Press Enter')",
        "import helper_left_at_home\nhelper_left_at_home.plot(losses)",
        "get_ipython().run_line_magic('matplotlib', 'inline')",
        "def show():\n    assert losses\n    input()\nshow()",
    ],
)
def test_remarks_that_hold_for_the_scripts_own_constants_only_cost_nothing(workers, remark):
    with student(workers, "epochs = 9\n" + REMARKS.format(remark=remark)) as s:
        assert s.run("cells", {"epochs": 0}, ["x", "losses"]) == {"x": 3, "losses": []}


@pytest.mark.parametrize(
    "remark", ["losses.append(losses[-1])", "def fill(): losses.append(losses[-1])\nfill()", "x = losses[0]"]
)
def test_what_is_asked_for_may_not_fail(workers, remark):
    source = "epochs = 9\n" + REMARKS.format(remark=remark)
    with student(workers, source) as s, pytest.raises(StudentRaised, match="IndexError"):
        s.run("cells", {"epochs": 0}, ["x", "losses"])


def test_a_script_that_ends_itself_has_ended_unless_something_is_missing(workers):
    with student(workers, "a = 1\nimport sys\nsys.exit(0)\nb = 2\n") as s:
        assert s.run("cells", {}, ["a"]) == {"a": 1}
        with pytest.raises(StudentRaised, match="ends itself here, before it has set b") as caught:
            s.run("cells", {}, ["a", "b"])
        assert caught.value.frames == (("cells.py", 3),)


def test_an_array_is_a_list_of_numbers_and_a_matrix_is_no_tensor(workers):
    source = "import numpy as np\nlosses, W = np.ones(2), np.ones((2, 2))\n"
    with student(workers, source) as s:
        got = s.run("cells", {}, ["losses", "W"])
        assert got["losses"] == [1.0, 1.0]
        assert describe(got["W"]) == "NumPy array"


def test_what_a_script_sets_for_the_process_ends_with_it(workers):
    source = "import torch\nx = torch.zeros(1, requires_grad=True)\n(x * 1).backward()\n"
    with student(
        workers, source + "torch.set_default_dtype(torch.float64)\ntorch.set_grad_enabled(False)\n"
    ) as s:
        for _ in range(2):
            assert s.run("cells", {}, ["x"])["x"].dtype == np.float32


@pytest.mark.parametrize(
    ("step", "optimised"),
    [
        ("torch.optim.SGD([W], 0.1).step()", True),
        (
            "next(m for n, m in __import__('sys').modules.items() if n.endswith('im.adam')).Adam([W]).step()",
            True,
        ),
        ("torch.optim.SGD([W], 0.1).zero_grad()", False),
        ("W.data -= 0.1 * W.grad", False),
    ],
)
def test_a_step_of_an_optimiser_is_seen_and_no_other(workers, step, optimised):
    with student(workers, f"import torch\n{MAKE}W.sum().backward()\n{step}\n") as s:
        for _ in range(2):
            assert s.run("cells", {}, [OPTIMISED]) == {OPTIMISED: optimised}


@pytest.mark.parametrize(
    ("source", "failure", "said"),
    [
        ("x = input('how many? ')\n", StudentRaised, "EOFError: input() finds nobody"),
        ("x = (\n", StudentRaised, "SyntaxError"),
        ("y = 1\n", StudentMissing, "cells.py does not define x"),
        ("while True:\n    pass\n", StudentStopped, "1 second"),
    ],
)
def test_what_goes_wrong_is_a_sentence(workers, source, failure, said):
    with student(workers, source, "x", limits=Limits(call_seconds=1)) as s:
        with pytest.raises(failure) as caught:
            s.run("cells", {}, ["x"])
        assert said in caught.value.sentence


def test_a_script_is_looked_at_once_for_all_runs_that_ask_alike():
    def code(source: str, *constants: str, weights: bool = False):
        return instrumented(source, "run.py", frozenset({"a"}), frozenset(constants), weights)

    source = "N = 1\na = N\n"
    assert code(source, "N") is code(source, "N")
    assert len({code(source, "N"), code(source), code(source, weights=True), code("a = 2\n", "N")}) == 4
