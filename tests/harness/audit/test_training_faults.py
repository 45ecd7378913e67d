"""Faults of training that are generated: each runs, and trains wrongly."""

import libcst as cst
import pytest

from autograder.audit import training_faults

TRAIN = """import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(2, 3)


def train(model, loader, lr):
    adam = torch.optim.Adam(model.parameters(), lr=lr)
    for x, y in loader:
        adam.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        adam.step()


def measure(model, loader):
    for x, y in loader:
        print(nn.functional.cross_entropy(model(x), y))
"""


@pytest.fixture(scope="module")
def faults():
    return {(fault.old, fault.new) for fault in training_faults.of_module(cst.parse_module(TRAIN))}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("adam.zero_grad()", "adam.zero_grad() before the loop"),
        ("adam.step()", "adam.step() after the loop"),
        ("loss.backward(); adam.step()", "adam.step(); loss.backward()"),
        ("for … in loader", "for … in list(loader)[:1]"),
        (
            "adam = torch.optim.Adam(model.parameters(), lr=lr)",
            "adam = torch.optim.Adam(model.parameters(), lr=lr * 10)",
        ),
        (
            "adam = torch.optim.Adam(model.parameters(), lr=lr)",
            "adam = torch.optim.Adam(list(model.parameters())[1:], lr=lr)",
        ),
        (
            "adam = torch.optim.Adam(model.parameters(), lr=lr)",
            "adam = torch.optim.RMSprop(model.parameters(), lr=lr)",
        ),
        (
            "loss = nn.functional.cross_entropy(model(x), y)",
            "loss = nn.functional.cross_entropy(model(x), y.roll(1, 0))",
        ),
        (
            "loss = nn.functional.cross_entropy(model(x), y)",
            "loss = nn.functional.cross_entropy(model(x), y, label_smoothing=0.1)",
        ),
        ("self.head = nn.Linear(2, 3)", "self.head = nn.Linear(2, 3); self.head.requires_grad_(False)"),
    ],
)
def test_training_goes_wrong_in_one_place(faults, old, new):
    assert (old, new) in faults


def test_what_does_not_train_is_left_alone(faults):
    assert not [old for old, _ in faults if "print" in old]


def test_every_fault_is_a_program():
    module = cst.parse_module(TRAIN)
    for fault in training_faults.of_module(module):
        compile(module.deep_replace(fault.node, fault.replacement).code, fault.new, "exec")
