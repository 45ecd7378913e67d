"""What grading on a GPU needs, tried without one: places of arguments, cuDNN's backward, environment."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch import nn

from autograder.course import config
from autograder.sandbox import ForkedWorkers, PortableWorkers, StudentRaised, Workers, ZygoteWorkers
from autograder.sandbox.host.devices import objection
from autograder.sandbox.host.inprocess import InProcessWorkers
from autograder.sandbox.host.portable import environment
from autograder.sandbox.inside.operations import Workspace
from tests.harness.gpu.card import cudnn_refuses
from tests.harness.sampling import these
from tests.harness.sandbox.programs import program, student

FLOATS, IDS, LENGTHS = np.ones((2, 3), np.float32), np.ones((2, 3), np.int64), np.array([3, 2])

SOURCE = """
import torch
from torch import nn

def places(*arguments):
    found = []
    for each in arguments:
        if isinstance(each, torch.Tensor):
            found.append(each.device.type)
        elif isinstance(each, (list, tuple)):
            found.append(places(*each))
    return found

def strict(x, lengths):
    if lengths.device != x.device:
        raise RuntimeError("Expected all tensors to be on the same device, but found meta and cpu!")
    return places(x, lengths)

def packing(x, lengths):
    if lengths.device.type != "cpu":
        raise RuntimeError("lengths should be a 1D CPU int64 tensor")
    return places(x, lengths)
"""


def ask(name: str, *args, device: str = "meta"):
    workspace = Workspace(program(SOURCE, "places", "strict", "packing"), device)
    try:
        fields = {"target": name, "args": list(args), "kwargs": {}, "train": False, "grad": False, "seed": 0}
        return workspace.perform("call", fields)[0]
    finally:
        workspace.close()


def test_inputs_are_on_the_device_and_what_a_loader_gives_is_not():
    assert ask("places", FLOATS, IDS, LENGTHS) == ["meta", "meta", "cpu"]
    assert ask("places", [(IDS, LENGTHS), (IDS, LENGTHS)]) == [[["cpu", "cpu"], ["cpu", "cpu"]]]
    assert ask("places", FLOATS, (FLOATS, FLOATS)) == ["meta", ["meta", "meta"]]
    assert ask("places", FLOATS, LENGTHS, device="cpu") == ["cpu", "cpu"]


def test_code_that_wants_lengths_on_the_device_and_code_that_packs_are_both_right():
    assert ask("strict", FLOATS, LENGTHS) == ["meta", "meta"]
    assert ask("packing", FLOATS, LENGTHS) == ["meta", "cpu"]


def test_other_exceptions_of_a_program_are_its_own():
    source = """
calls = []
def wrong(x):
    calls.append(x)
    raise RuntimeError(f"shapes do not fit, {len(calls)}")
"""
    with InProcessWorkers(device="meta") as workers, student(workers, source, "wrong") as s:
        for time in (1, 2):
            with pytest.raises(StudentRaised, match=f"shapes do not fit, {time}"):
                s.call("wrong", FLOATS)


def test_a_later_call_gets_lengths_on_the_cpu_again():
    workspace = Workspace(program(SOURCE, "places", "strict"), "meta")
    try:
        for name, want in (("strict", "meta"), ("places", "cpu")):
            fields = {"target": name, "args": [FLOATS, LENGTHS], "kwargs": {}}
            got = workspace.perform("call", fields | {"train": False, "grad": False, "seed": 0})[0]
            assert got == ["meta", want]
    finally:
        workspace.close()


@pytest.fixture
def cudnn_guard() -> Iterator[None]:
    with cudnn_refuses():
        yield


def test_the_guard_refuses_as_cudnn_does(cudnn_guard: None):
    layer = nn.LSTM(2, 3).eval()
    with pytest.raises(RuntimeError, match="training mode"):
        layer(torch.ones(4, 1, 2))[0].sum().backward()
    layer.train()(torch.ones(4, 1, 2))[0].sum().backward()


def test_gradients_are_asked_for_without_cudnn(cudnn_guard: None):
    with InProcessWorkers() as workers, student(workers, "from torch.nn import LSTM", "LSTM") as s:
        layer = s.new("LSTM", 2, 3)
        x, pull = np.ones((4, 1, 2), np.float32), (np.ones((4, 1, 3), np.float32), None)
        assert s.gradients(layer, x, pull=pull).inputs[0].shape == x.shape
        s.backward(layer, x, pull=pull)


def test_a_program_cannot_turn_tf32_on():
    source = """
import torch
torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = True
def flags():
    return [torch.backends.cudnn.allow_tf32, torch.backends.cuda.matmul.allow_tf32]
"""
    with InProcessWorkers() as workers, student(workers, source, "flags") as s:
        assert s.call("flags") == [False, False]


def test_the_drivers_environment_is_kept_for_a_gpu_only(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/driver")
    monkeypatch.setenv("SECRET_TOKEN", "x")
    assert {"CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH"} <= set(environment("cuda"))
    assert "LD_LIBRARY_PATH" not in environment()
    assert "SECRET_TOKEN" not in environment("cuda")


@pytest.mark.parametrize(
    "kind",
    these(
        [ZygoteWorkers],
        [PortableWorkers, *([ZygoteWorkers, ForkedWorkers] if sys.platform == "linux" else [])],
    ),
)
def test_no_card_is_seen_by_who_is_graded_on_the_cpu(kind: type[Workers], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    monkeypatch.setenv("HIP_VISIBLE_DEVICES", "0")
    source = """
import os
def cards():
    return [os.environ.get(name) for name in ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES")]
"""
    with kind() as workers, student(workers, source, "cards") as s:
        assert s.call("cards") == ["", ""]


def test_a_card_has_more_time_for_the_same_and_no_more_memory():
    limits = config.Limits(call_seconds=2, import_seconds=3, memory_mb=512, total_seconds=10)
    assert limits.on("cpu") == limits
    assert limits.on("cuda") == config.Limits(
        call_seconds=8, import_seconds=12, memory_mb=512, total_seconds=40
    )


def test_a_device_that_is_none_or_not_here_is_refused_in_a_sentence():
    assert objection("cpu") == ""
    assert objection("gpu") == "--device is cpu, cuda, cuda:N or mps, not gpu."
    if not torch.cuda.is_available():
        assert objection("cuda").startswith("There is no cuda here that torch can use")
