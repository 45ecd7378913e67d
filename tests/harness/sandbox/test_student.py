"""The verbs, over portable and over locked-down workers."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import numpy as np
import pytest

from autograder.checks.student import Student
from autograder.sandbox import (
    Limits,
    Module,
    Opaque,
    Printed,
    Program,
    StudentMissing,
    StudentRaised,
    StudentStopped,
)
from autograder.sandbox.host.inprocess import InProcessWorkers
from tests.harness.sandbox.programs import LIMITS, student

CELL = """
import torch
from torch import nn

class Cell(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.linear = nn.Linear(size, size)
        self.register_buffer("scale", torch.ones(()))
        self.frozen = nn.Parameter(torch.zeros(2), requires_grad=False)
        self.alias = self.linear

    def forward(self, x, state=None):
        print("forward", self.training)
        return torch.tanh(self.linear(x)) * self.scale
"""


def ones(*shape):
    return np.ones(shape, np.float32)


def test_weights_are_read_and_loaded_by_name(workers):
    with student(workers, CELL, "Cell") as s:
        cell = s.new("Cell", 3)
        weights = s.weights(cell)
        assert {name: array.shape for name, array in weights.items()} == {
            "frozen": (2,), "linear.weight": (3, 3), "linear.bias": (3,), "scale": ()
        }  # fmt: skip
        assert weights.trainable == {"linear.weight", "linear.bias"}
        s.load(cell, {"linear.weight": np.eye(3, dtype=np.float32), "linear.bias": ones(3)})
        got = s.call(cell, ones(2, 3))
        assert got.dtype == np.float32 and np.allclose(got, np.tanh(2), atol=1e-6)
        with pytest.raises(StudentRaised, match="shape"):
            s.load(cell, {"linear.bias": ones(4)})
        with pytest.raises(StudentRaised, match="no weight"):
            s.load(cell, {"lstm.bias": ones(4)})


@pytest.mark.parametrize("norm", ["nn.utils.parametrizations.weight_norm", "nn.utils.weight_norm"])
def test_a_parametrised_module_shows_and_takes_effective_weights(workers, norm):
    source = CELL.replace("nn.Linear(size, size)", f"{norm}(nn.Linear(size, size))")
    w = np.arange(9, dtype=np.float32).reshape(3, 3) / 9 - 0.3
    x = np.linspace(-1, 1, 6, dtype=np.float32).reshape(2, 3)
    with student(workers, source, "Cell") as s, student(InProcessWorkers(), CELL, "Cell") as plain:
        cell, reference = s.new("Cell", 3), plain.new("Cell", 3)
        assert set(s.weights(cell)) == set(plain.weights(reference))
        for who, thing in ((s, cell), (plain, reference)):
            who.load(thing, {"linear.weight": w, "linear.bias": ones(3)})
        assert np.allclose(s.weights(cell)["linear.weight"], w, atol=1e-6)
        assert np.allclose(s.call(cell, x), plain.call(reference, x), atol=1e-6)
        got, want = s.gradients(cell, x, pull=ones(2, 3)), plain.gradients(reference, x, pull=ones(2, 3))
        assert np.allclose(got.inputs[0], want.inputs[0], atol=1e-5)
        assert np.allclose(got.weights["linear.weight"], want.weights["linear.weight"], atol=1e-5)


def test_gradients_follow_the_structure_and_leave_unused_ones_out(workers):
    source = """
import torch
from torch import nn

class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(3))

    def forward(self, x, pair):
        return x * self.a, (pair[0] * 3, pair[1])
"""
    with student(workers, source, "Two") as s:
        got = s.gradients(s.new("Two"), ones(3), (2 * ones(3), ones(3)), pull=(ones(3), (ones(3), None)))
        assert [None if g is None else g.tolist() for g in got.inputs] == [[1, 1, 1], [3, 3, 3], None]
        assert got.weights["a"].tolist() == [1, 1, 1] and got.weights["b"] is None
        with pytest.raises(StudentRaised, match="shape"):
            s.gradients(s.new("Two"), ones(3), (ones(3), ones(3)), pull=(ones(4), (None, None)))


def test_gradients_through_a_function_reach_the_model_it_is_given(workers):
    source = CELL + "\ndef loss(model, x):\n    return model(x).sum()\n"
    with student(workers, source, "Cell", "loss") as s:
        cell = s.new("Cell", 3)
        want = s.gradients(cell, ones(2, 3), pull=ones(2, 3))
        got = s.gradients("loss", cell, ones(2, 3), pull=ones())
        assert np.array_equal(got.inputs[0], want.inputs[0])
        assert set(got.weights) == set(want.weights) == set(s.weights(cell).trainable)
        assert all(np.array_equal(got.weights[name], want.weights[name]) for name in want.weights)


def test_modes_seeds_and_prints(workers):
    with student(workers, CELL + "\ndef draw():\n    return torch.rand(3)\n", "Cell", "draw") as s:
        cell = s.new("Cell", 3)
        s.call(cell, ones(1, 3), train=True)
        s.call(cell, ones(1, 3))
        assert s.printed == "forward True\nforward False\n"
        assert np.array_equal(s.call("draw", seed=5), s.call("draw", seed=5))
        assert not np.array_equal(s.call("draw", seed=5), s.call("draw", seed=6))
        first, second, other = (s.weights(s.new("Cell", 3, seed=n))["linear.weight"] for n in (1, 1, 2))
        assert np.array_equal(first, second) and not np.array_equal(first, other)


def test_torchs_own_assert_does_not_bring_in_the_compiler_half_way_through_an_import():
    source = (
        "import torch; from autograder.sandbox.inside import deferred; deferred.defer(); "
        "torch.testing.assert_close(torch.ones(2), torch.ones(2))"
    )
    subprocess.run([sys.executable, "-c", source], check=True)


def test_what_is_put_off_is_there_for_whoever_asks_for_it(workers):
    source = """
import sympy
from torch.fx.experimental.symbolic_shapes import ShapeEnv
def ask():
    return [str(sympy.Symbol("x") + 1), isinstance(sympy.Symbol("x"), sympy.Basic), ShapeEnv.__name__]
"""
    with student(workers, source, "ask") as s:
        assert s.call("ask") == ["x + 1", True, "ShapeEnv"]


def test_a_seed_writes_down_no_stack(workers):
    source = """
import traceback
import torch

def seeds():
    written, original = [], traceback.format_stack
    traceback.format_stack = lambda *args: written.append(args) or original(*args)
    torch.manual_seed(3)
    first = torch.rand(()).item()
    torch.manual_seed(3)
    traceback.format_stack = original
    return len(written), first == torch.rand(()).item(), len(torch.cuda.traceback.format_exc()) > 0
"""
    with student(workers, source, "seeds") as s:
        assert s.call("seeds") == (0, True, True)


def test_the_meta_device_needs_nothing_of_what_is_put_off():
    source = """
import sys, torch
from torch import nn
from autograder.sandbox.inside import deferred
deferred.defer()
x = torch.zeros(2, 5, 3, device="meta")
packed = nn.utils.rnn.pack_padded_sequence(x, torch.tensor([5, 3]), batch_first=True)
y, _ = nn.LSTM(3, 4, 2, bidirectional=True, batch_first=True, device="meta")(x)
logits = nn.Linear(8, 7, device="meta")(torch.tanh(y) * 0.5 + y)
torch.where(x > 0, x, -x).masked_fill(x > 0, 1.0).mean((0, 1))
torch.cat([logits, logits], -1).softmax(-1).gather(1, torch.zeros(2, 1, 2, dtype=torch.long, device="meta"))
nn.functional.cross_entropy(logits.flatten(0, 1), torch.zeros(10, dtype=torch.long, device="meta"))
brought_in = [name for name, kind in deferred.STAND_INS.items() if type(sys.modules[name]) is not kind]
assert not brought_in, brought_in
"""
    subprocess.run([sys.executable, "-c", source], check=True)


def test_calls_are_one_call_from_each_seed_for_fresh_arguments(workers):
    source = "import torch\ndef spoil(x): return x.add_(1).sum().item() + torch.rand(()).item()\n"
    with student(workers, source, "spoil") as s:
        one_by_one = [s.call("spoil", ones(3), seed=seed) for seed in (1, 2, 1)]
        assert s.calls("spoil", ones(3), seeds=[1, 2, 1]) == one_by_one
        with pytest.raises(StudentRaised):
            s.calls("spoil", "no tensor", seeds=[1, 2])


def test_arguments_that_the_code_changed_are_seen(workers):
    source = "def spoil(x, lists):\n    x += 1\n    lists.append(2)\n    return None\n"
    with student(workers, source, "spoil") as s:
        value, (x, lists) = s.call_and_see("spoil", ones(2), [1])
        assert value is None and x.tolist() == [2, 2] and lists == [1, 2]


def test_what_is_no_value_comes_back_opaque(workers):
    source = """
import torch, numpy as np
def odd():
    packed = torch.nn.utils.rnn.pack_sequence([torch.ones(2)])
    half = torch.ones(1, dtype=torch.bfloat16)
    return [packed, half, (i for i in ()), {1, 2}, {1: 2}, np.ones(2), object()]
"""
    with student(workers, source, "odd") as s:
        kinds = [item.kind for item in s.call("odd") if isinstance(item, Opaque)]
        assert kinds == ["PackedSequence", "tensor of dtype bfloat16", "generator", "set",
                         "dict with keys of type int", "NumPy array", "object"]  # fmt: skip


def test_objects_that_are_no_modules_are_called_by_method(workers):
    source = """
class Data:
    def __init__(self, items): self.items = items
    def __len__(self): return len(self.items)
    def __getitem__(self, i): return self.items[i], i
def collate(batch): return [item for item, _ in batch]
"""
    with student(workers, source, "Data", "collate") as s:
        data = s.new("Data", ["a", "b", "c"])
        assert s.method(data, "__len__") == 3 and s.method(data, "__getitem__", 1) == ("b", 1)
        loader = s.new("torch.utils.data.DataLoader", data, batch_size=2, collate_fn=s.named("collate"))
        assert s.method(loader, "__len__") == 2
        with pytest.raises(StudentRaised, match=r"no torch\.nn\.Module"):
            s.weights(data)


def test_a_training_step_changes_the_weights(workers):
    source = (
        CELL
        + """
def step(model, x, optimizer):
    loss = model(x).square().mean()
    optimizer.zero_grad(); loss.backward(); optimizer.step()
    return loss.item()
"""
    )
    with student(workers, source, "Cell", "step") as s:
        cell = s.new("Cell", 3)
        optimizer = s.new("torch.optim.Adam", cell, lr=0.1)
        losses = [s.call("step", cell, ones(4, 3), optimizer, grad=True, train=True) for _ in range(3)]
        assert losses[0] > losses[2]


def test_gradients_are_left_where_a_function_looks_for_them(workers):
    source = CELL + "\ndef seen(model): return [p.grad for p in model.parameters() if p.requires_grad]\n"
    with student(workers, source, "Cell", "seen") as s:
        cell, x, pull = s.new("Cell", 3), ones(4, 3), ones(4, 3)
        wanted = s.gradients(cell, x, pull=pull).weights
        for _ in range(2):  # the second time does not add to the first
            s.backward(cell, x, pull=pull)
            assert all(map(np.array_equal, s.call("seen", cell), wanted.values()))


def test_generators_are_seen_as_a_call_left_them(workers):
    source = "import random, torch\ndef fix(seed): random.seed(seed); torch.manual_seed(seed)\n"
    with student(workers, source, "fix") as s:
        drawn = []
        for seed in (1, 2):
            s.call("fix", 5, seed=seed)
            drawn.append(s.random_numbers())
    assert drawn[0]["python"] == drawn[1]["python"] and drawn[0]["torch"] == drawn[1]["torch"]
    assert drawn[0]["numpy"] != drawn[1]["numpy"]


def test_what_a_program_puts_in_the_place_of_a_generator_is_not_asked(locked):
    source = """
import random, numpy, torch
def fix():
    random.random = numpy.random.random = lambda: 0.5
    torch.rand = lambda *size: torch.tensor(0.5)
"""
    with student(locked, source, "fix") as s:
        s.call("fix")
        assert 0.5 not in s.random_numbers().values()


def test_a_script_runs_with_other_constants(workers):
    source = """
n = 3
vocab: list = ['a']
if n > 5:
    big = True
def f():
    n = 1
    return n
total = n * len(vocab) + f()
"""
    with student(workers, source, "total") as s:
        got = s.run("cells", {"n": 10, "vocab": ["x", "y"]}, ["total", "big"])
        assert got == {"total": 21, "big": True}
        with pytest.raises(StudentMissing):
            s.run("cells", {}, ["big"])


def test_a_tensor_pinned_to_the_cpu_is_reported(workers):
    source = CELL.replace(
        "return torch.tanh", "h = torch.zeros(x.shape[0], 3)\n        return h + torch.tanh"
    )
    with student(workers, source, "Cell") as pinned, student(workers, CELL, "Cell") as fine:
        assert "cpu" in pinned.on_meta(pinned.new("Cell", 3), ones(2, 3))
        assert fine.on_meta(fine.new("Cell", 3), ones(2, 3)) is None


def test_an_exception_tells_its_kind_text_and_place(workers):
    source = (
        "def outer():\n    inner()\ndef inner():\n    raise ValueError('\\x1b[32mno\\u202e' + 'x' * 999)\n"
    )
    with student(workers, source, "outer") as s, pytest.raises(StudentRaised) as caught:
        s.call("outer")
    assert caught.value.kind == "ValueError" and caught.value.frames == (("cells.py", 2), ("cells.py", 4))
    assert caught.value.text.startswith("noxxx") and len(caught.value.text) == 300


def test_a_stub_raises_notimplementederror(workers):
    with student(workers, "def todo():\n    raise NotImplementedError\n", "todo") as s:
        with pytest.raises(StudentRaised) as caught:
            s.call("todo")
        assert caught.value.kind == "NotImplementedError"


def test_what_is_missing_is_named(workers):
    with student(workers, "x = 1\n", "Cell") as s:
        with pytest.raises(StudentMissing, match=r"cells\.py does not define Cell"):
            s.new("Cell")
        with pytest.raises(StudentMissing, match="LSTMCell"):
            s.new("LSTMCell")


def test_one_broken_module_does_not_stop_another(workers):
    modules = (
        Module("cells", "cells.py", "def f(:\n"),
        Module("loop", "loop.py", "from helper import g\n"),
        Module("helper", "helper.py", "def g():\n    return 7\n"),
    )
    program = Program(modules, {"f": "cells", "g": "loop"})
    with Student(workers, program, limits=LIMITS) as s:
        for _ in range(2):
            with pytest.raises(StudentRaised) as caught:
                s.call("f")
            assert caught.value.kind == "SyntaxError" and caught.value.frames == (("cells.py", 1),)
        assert s.call("g") == 7


def test_a_crash_costs_its_own_call_only(workers):
    source = """
import os
def die():
    print('last words', flush=True)
    os._exit(0)
def live():
    return 1
class A: pass
"""
    with student(workers, source, "die", "live", "A") as s:
        thing = s.new("A")
        with pytest.raises(StudentStopped, match="ended the process"):
            s.call("die")
        assert s.call("live") == 1 and "last words" in s.printed
        with pytest.raises(StudentStopped, match="ended earlier"):
            s.method(thing, "__repr__")


def test_what_was_printed_lately_comes_once_from_all_workers_with_a_count_of_what_was_cut(workers):
    source = "def f(n):\n    for k in range(n): print('line', k)\n"
    with student(workers, source, "f") as s:
        s.call("f", 2)
        s.fresh()
        s.call("f", 1)
        assert s.take_printed() == Printed("line 0\nline 1\nline 0\n", 0)
        assert s.take_printed() == Printed()
        s.call("f", 5_000)
        found = s.take_printed()
        assert found.text.startswith("line 0\nline 1\n") and len(found.text) <= 4_000
        assert found.text.count("\n") + found.lines_cut == 5_000


def test_many_tensors_that_are_printed_show_their_sizes(workers):
    source = "import torch\ndef f(n):\n    for k in range(n): print(torch.full((2, 3), k))\n"
    source += "    print(torch.tensor(0.5))\n"
    with student(workers, source, "f") as s:
        for _ in range(3):
            s.call("f", 400)
        text = s.printed
        assert text.startswith("tensor([[0, 0, 0],\n        [0, 0, 0]])\n")
        assert text.count("tensor([[0, 0, 0],") == 3  # the first ones of each question
        assert text.count("tensor(..., size=(2, 3))") == 3 * 400 - 3 * 5 - 1_000
        assert text.count("tensor(0.5000)") == 3


@pytest.mark.skipif(sys.version_info < (3, 11), reason="frames know no columns")
def test_an_exception_comes_with_the_columns_of_what_raised_it(workers):
    line = "    é = 1; return é + x.shap + 2"
    source = f"def f(x):\n{line}\n"
    with student(workers, source, "f") as s, pytest.raises(StudentRaised) as raised:
        s.call("f", ones(1))
    first, last = raised.value.span
    assert line[first:last] == "x.shap"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no signal to ask with")
def test_an_endless_loop_is_found_at_its_line(workers):
    source = "import torch\ndef g():\n    x = torch.ones(3)\n    while True:\n        x = torch.tanh(x)\n"
    source += "def f():\n    g()\n"
    with student(workers, source, "f", limits=Limits(call_seconds=0.5)) as s:
        for _ in range(2):
            with pytest.raises(StudentStopped, match=r"within 0\.5 seconds") as stopped:
                s.call("f")
            outer, *_, (filename, line) = stopped.value.frames
            assert outer == ("cells.py", 7) and filename == "cells.py" and line in (4, 5)
        assert "thread" not in s.printed


def test_a_fresh_worker_has_no_state_of_the_last(workers):
    source = "state = []\ndef count():\n    state.append(1)\n    return len(state)\n"
    with student(workers, source, "count") as s:
        assert [s.call("count"), s.call("count")] == [1, 2]
        s.fresh()
        assert s.call("count") == 1


def test_an_import_that_stops_the_worker_is_tried_once(workers):
    source = "print('importing', flush=True)\nwhile True: pass\n"
    with student(workers, source, "f", limits=Limits(import_seconds=0.5)) as s:
        for _ in range(3):
            with pytest.raises(StudentStopped, match=r"did not finish within 0\.5 seconds"):
                s.call("f")
        assert s.printed.count("importing") == 1


def test_what_stood_in_for_a_package_is_gone_with_the_program():
    source = """
import wandb
def kind():
    return type(wandb.init()).__name__
"""
    with student(InProcessWorkers(), source, "kind") as s:
        assert s.call("kind") == "Inert"
    assert "wandb" not in sys.modules and importlib.util.find_spec("wandb") is None
