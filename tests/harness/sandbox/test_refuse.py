"""torch's recurrent layers where a task asks for the step to be written by hand."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from autograder.checks.student import Student
from autograder.sandbox import Module, Program, StudentRaised, Workers
from tests.harness.sandbox.programs import LIMITS, student

SOURCE = """
import torch
from torch import nn

class Cheat(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.inner = getattr(nn, kind)(3, 4)

    def forward(self, x):
        return self.inner(x)

class Honest(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(3, 4), nn.Linear(4, 4)

    def forward(self, x):
        h = torch.zeros(x.shape[1], 4)
        for x_t in x:
            h = torch.tanh(self.a(x_t) + self.b(h))
        return h
"""
X = np.ones((2, 3), np.float32)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell"])
def test_a_recurrent_layer_is_refused_in_plain_words(workers: Workers, kind: str):
    with student(workers, SOURCE, "Cheat", refuse=True) as s, pytest.raises(StudentRaised) as caught:
        s.call(s.new("Cheat", kind), X)
    assert caught.value.text == (
        f"nn.{kind} of torch is not allowed here: this task asks you to write the step yourself"
    )


def test_an_honest_loop_is_not_refused_and_learns(workers: Workers):
    with student(workers, SOURCE, "Honest", refuse=True) as s:
        module = s.new("Honest")
        x = np.ones((5, 2, 3), np.float32)
        assert s.call(module, x).shape == (2, 4)
        assert s.gradients(module, x, pull=np.ones((2, 4), np.float32)).inputs[0].shape == x.shape


def test_a_later_program_may_use_the_layers_again(workers: Workers):
    with student(workers, SOURCE, "Cheat", refuse=True) as s, pytest.raises(StudentRaised):
        s.call(s.new("Cheat", "GRUCell"), X)
    with student(workers, SOURCE, "Cheat") as s:
        assert s.call(s.new("Cheat", "GRUCell"), X).shape == (2, 4)


def test_a_module_of_the_students_may_be_called_rnn_and_packing_stays(workers: Workers):
    source = """
import torch.nn.utils.rnn
import torch.nn.quantized
from torch.nn.utils.rnn import pad_sequence
import torch
def padded():
    return pad_sequence([torch.ones(2), torch.ones(3)]).shape[0]
"""
    program = Program((Module("rnn", "rnn.py", source),), {"padded": "rnn"})
    with Student(workers, program, limits=LIMITS, refuse=True) as s:
        assert s.call("padded") == 3


def test_every_file_of_torch_with_a_recurrent_name_is_hidden_or_calls_operators_only():
    from autograder.sandbox.inside import refuse

    recurrent = r"(?i:lstm)|(?<![a-z])(rnn|gru)(?![a-z])|RNN|GRU"
    named = re.compile(rf"^\s*(class|def) \w*({recurrent})\w*", re.MULTILINE)
    calling = {  # these end in torch's operators, which are refused, or compute nothing
        "_meta_registrations.py",
        "nn/modules/rnn.py",
        "nn/utils/_expanded_weights/expanded_weights_impl.py",
        "onnx/_internal/torchscript_exporter/symbolic_opset9.py",
        "ao/ns/fx/weight_utils.py",
        "ao/pruning/_experimental/pruner/prune_functions.py",
        "ao/quantization/fx/quantize_handler.py",
        "ao/pruning/_experimental/pruner/lstm_saliency_pruner.py",
        "ao/quantization/fx/utils.py",
        "ao/quantization/backend_config/_common_operator_config_utils.py",
        "jit/quantized.py",
        "backends/cudnn/rnn.py",
        "testing/_internal/common_pruning.py",
        "_inductor/fx_passes/mkldnn_fusion.py",
        "onnx/_internal/exporter/_capture_strategies.py",
        "testing/_internal/common_modules.py",
        "testing/_internal/autocast_test_lists.py",
        "testing/_internal/common_quantization.py",
        "_inductor/mkldnn_lowerings.py",
        "_inductor/mkldnn_ir.py",
    }
    root, hidden = Path(torch.__file__).parent, set(refuse.files())
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if path not in hidden and named.search(path.read_text(encoding="utf-8"))
    }
    assert found <= calling


def test_an_operator_that_still_has_a_kernel_is_noticed():
    code = """
import torch
from autograder.sandbox.inside import refuse
refuse._KEYS.remove("MkldnnCPU")
try:
    refuse.install(for_good=True)
except refuse.NotRefused as error:
    assert "mkldnn_rnn_layer through on MkldnnCPU" in str(error), error
else:
    raise SystemExit("not noticed")
"""
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3]).returncode == 0
