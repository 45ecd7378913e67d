"""The pretended card refuses what a card refuses, and whole gradings on it end as on the CPU."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from autograder import grading, submission
from autograder.audit import corpus
from autograder.course import config, templates
from autograder.sandbox.host.inprocess import InProcessWorkers
from tests.harness.gpu.card import pretended
from tests.harness.sampling import these, thorough
from tests.harness.sandbox.programs import student

ROOT = Path(__file__).parents[3]


@pytest.fixture
def card() -> Iterator[None]:
    with pretended():
        yield


def packed(lengths: torch.Tensor) -> torch.Tensor:
    rows = nn.utils.rnn.pack_padded_sequence(torch.ones(2, 5, 3, device="cuda"), lengths, batch_first=True)
    return nn.utils.rnn.pad_packed_sequence(nn.GRU(3, 4, device="cuda")(rows)[0], batch_first=True)[0]


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda: torch.ones(2, device="cuda") + torch.ones(2), "same device"),
        (lambda: nn.Embedding(3, 4).cuda()(torch.tensor([1])), "same device"),
        (lambda: torch.arange(4)[torch.tensor([1], device="cuda")], "same device"),
        (lambda: packed(torch.tensor([5, 3], device="cuda")), "1D CPU int64 tensor"),
        (lambda: torch.ones(2, device="cuda").numpy(), "can't convert cuda"),
        (lambda: np.asarray(torch.ones(2, device="cuda")), "can't convert cuda"),
    ],
)
def test_what_mixes_devices_is_refused(card: None, act, words: str):
    with pytest.raises((RuntimeError, TypeError), match=words):
        act()


def test_what_a_card_allows_is_done(card: None):
    x = torch.arange(4, device="cuda")
    assert x[torch.tensor([1, 2])].tolist() == x[[1, 2]].tolist() == x[range(1, 3)].tolist() == [1, 2]
    assert (x * torch.tensor(2.0)).cpu().numpy().tolist() == [0, 2, 4, 6]
    x[[0, 3]] = -1
    assert x.sum().item() == 1 and x.device == torch.device("cuda:0") and x.cpu().device.type == "cpu"
    assert packed(torch.tensor([5, 3])).device.type == "cuda"
    layer = nn.LSTM(3, 4, batch_first=True).to("cuda")
    optimiser = torch.optim.Adam(layer.parameters())
    layer(torch.ones(2, 5, 3).to("cuda"))[0].sum().backward()
    before = layer.weight_hh_l0.detach().cpu()
    optimiser.step()
    assert layer.weight_hh_l0.grad.device.type == "cuda" and not torch.equal(before, layer.weight_hh_l0.cpu())


def test_cudnn_refuses_a_gradient_in_evaluation_mode(card: None):
    layer = nn.LSTM(2, 3).to("cuda").eval()
    with pytest.raises(RuntimeError, match="training mode"):
        layer(torch.ones(4, 1, 2, device="cuda"))[0].sum().backward()
    layer.train()(torch.ones(4, 1, 2, device="cuda"))[0].sum().backward()


def test_code_that_mixes_devices_either_way_runs_on_the_cpu_with_all_that_follows():
    """It was written for the CPU, where it costs nothing."""
    source = """
import torch
class Masked(torch.nn.Linear):
    def forward(self, x, lengths):
        mask = torch.arange(x.shape[1]) < lengths.to(x.device).unsqueeze(1)
        return str(x.device), str(self.weight.device)
def place(x):
    return str(x.device)
"""
    with (
        pretended(),
        InProcessWorkers(device="cuda") as workers,
        student(workers, source, "Masked", "place") as s,
    ):
        masked = s.new("Masked", 3, 4)
        assert s.call("place", np.ones((2, 3), np.float32)) == "cuda:0"
        assert s.call(masked, np.ones((2, 3), np.float32), np.array([3, 2])) == ("cpu", "cpu")
        assert s.call("place", np.ones((2, 3), np.float32)) == "cpu"


# Checks that train or write for seconds; benchmarks/gpu.py --device pretended runs them, too.
SLOW = re.compile(
    "learn|train|shuffle|text_|sentence_|generate_|steps_once|state_and_logits|one_step|good_is"
)


def lost(assignment: str, files: Mapping[str, str], only: Collection[str], folder: Path) -> list[str]:
    """What is said of the checks that count and are not passed on the card."""
    settings = config.load(ROOT)
    entry = settings.assignments[assignment]
    handed_in = submission.read(corpus.materialise(files, folder), entry)
    with InProcessWorkers(device="cuda") as workers, pretended():
        result = grading.grade(settings, entry, handed_in, workers=workers, seed=7, only=only)
    assert {check.id for check in result.checks} == set(only)
    return [f"{check.id}: {check.message}" for check in result.checks if check.points < check.max_points]


def checks_of(assignment: str, changed: Collection[str]) -> dict[str, list[str]]:
    """By unit with one of these files, the checks that are not slow."""
    entry = config.load(ROOT).assignments[assignment]
    quick = [name for name, check in entry.checks.items() if check.enabled and not check.thresholds]
    return {
        unit: [
            name
            for name in quick
            if name.startswith(f"{unit}::") and not SLOW.search(name.partition("::")[2])
        ]
        for unit, its in entry.units.items()
        if set(changed) & set(its.files)
    }


@pytest.mark.parametrize("assignment", these(["sequence_toolkit"], sorted(config.load(ROOT).assignments)))
def test_a_solution_keeps_its_points_on_the_card(assignment: str, tmp_path: Path):
    files = templates.solved_modules(ROOT, assignment)
    only = [name for names in checks_of(assignment, files).values() for name in names]
    assert lost(assignment, files, only, tmp_path / "work") == []


@thorough
@pytest.mark.parametrize("assignment", sorted(config.load(ROOT).assignments))
def test_a_third_of_the_alternatives_can_run_on_the_card(assignment: str, tmp_path: Path):
    """The first check of each unit that they change: the other checks call the same code."""
    solution = templates.solved_modules(ROOT, assignment)
    failed = {}
    for alternative in corpus.overlays(ROOT, assignment)[::3]:
        changed = [name for name, text in alternative.files.items() if text != solution.get(name)]
        only = [names[0] for names in checks_of(assignment, changed).values()]
        if found := lost(assignment, alternative.files, only, tmp_path / alternative.name):
            failed[alternative.name] = found
    assert failed == {}
