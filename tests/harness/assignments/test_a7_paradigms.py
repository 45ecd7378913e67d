"""The parts that the checks of collate, paradigms and training are made of, and students of no use."""

import importlib.util
import inspect
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from autograder.checks import Draw, Mismatch, learning, references
from autograder.checks.student import Student
from autograder.course import config, templates
from autograder.sandbox import Limits, Module, Program, StudentFailure
from autograder.sandbox.host.inprocess import InProcessWorkers
from tests.hidden.a7_sequence_modeling.test_paradigms import (
    test_many_to_one_tells_the_authors_apart as authors_are_told_apart,
)
from tests.visible.a7_sequence_modeling.support import texts, writers

ROOT = Path(__file__).parents[3]
A7 = "a7_sequence_modeling"
ASSIGNMENT = config.load(ROOT).assignments[A7]
HOMES = {name: file.removesuffix(".py") for file, names in ASSIGNMENT.files.items() for name in names}
TRAINING = (
    "test_training_lowers_the_loss",
    "test_training_takes_the_steps_of_adam",
    "test_accuracy_is_a_fraction",
    "test_classifier_learns",
)
EVERYTHING = {"accuracy": 0.5, "lowest": 0.0, "highest": 99.0}


@pytest.fixture
def make():
    """make(collate=…): a student with the solution's modules where no other text is given."""
    with InProcessWorkers() as workers:

        def student(**sources):
            solved = {file.removesuffix(".py"): t for file, t in templates.solved_modules(ROOT, A7).items()}
            modules = [Module(name, f"{name}.py", text) for name, text in {**solved, **sources}.items()]
            return Student(workers, Program(tuple(modules), HOMES), limits=Limits())

        yield student


def checks(unit):
    for folder in ("visible", "hidden"):
        path = ROOT / "tests" / folder / A7 / f"test_{unit}.py"
        if not path.is_file():  # what students have says it all
            continue
        spec = importlib.util.spec_from_file_location(f"{folder}_{unit}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield from (
            (name, check)
            for name, check in vars(module).items()
            if name.startswith("test_") and ASSIGNMENT.checks[f"{unit}::{name.removeprefix('test_')}"].enabled
        )


def passes(check, student):
    """Whether a check passes; anything but a verdict on the student's code is an error of the test."""
    gifts = {"student": student, "draw": Draw(3), "thresholds": learning.Thresholds(EVERYTHING)}
    try:
        check(**{name: gifts[name] for name in inspect.signature(check).parameters if name in gifts})
    except (Mismatch, StudentFailure):
        return False
    return True


JUNK = {
    "nothing": "None",
    "text": "'?'",
    "list": "[1, 'x', None]",
    "nan": "torch.full((2, 2), float('nan'))",
    "empty": "torch.zeros(0)",
    "ones": "torch.ones(4, 41, requires_grad=True)",
    "number": "10 ** 30",
    "itself": "type('Odd', (), {})()",
    "keys": "{1: 2}",
    "vocabulary": "{'<PAD>': 0, '<SOS>': 10 ** 18, '<EOS>': -1}",
}


@pytest.mark.parametrize("value", JUNK.values(), ids=JUNK)
def test_junk_fails_and_is_no_fault(value, make):
    functions = "\n".join(
        f"def {name}(*args, **kwargs):\n    return {value}"
        for name, home in HOMES.items()
        if home in ("collate", "paradigms") and name[0].islower()
    )
    classes = "\n".join(
        f"class {name}(nn.Module):\n    def __init__(self, *args, **kwargs):\n        super().__init__()\n"
        "        self.lstm = nn.LSTM(0, 1)\n        self.weight_hh = nn.Parameter(torch.ones(()))\n"
        f"    def __len__(self):\n        return 3\n    def __getitem__(self, i):\n        return {value}\n"
        f"    def forward(self, *args):\n        return {value}"
        for name, home in HOMES.items()
        if home in ("collate", "paradigms") and name[0].isupper()
    )
    head = "import torch\nfrom torch import nn\nPAD, SOS, EOS = '<PAD>', '<SOS>', '<EOS>'"
    text = f"{head}\n{functions}\n{classes}\n"
    for unit in ("collate", "paradigms"):
        with make(collate=text, paradigms=text) as student:
            assert [name for name, check in checks(unit) if passes(check, student)] == []


def test_templates_fail_every_check(make):
    stubs = {
        name: (ROOT / "templates" / A7 / f"{name}.py").read_text(encoding="utf-8")
        for name in ("collate", "paradigms")
    }
    for unit in stubs:
        with make(**stubs) as student:
            assert [name for name, check in checks(unit) if passes(check, student)] == []


def test_a_broken_vocabulary_costs_only_its_own_checks(make):
    with make() as right:
        source = templates.solved_modules(ROOT, A7)["collate.py"]
        assert texts.usable_vocabulary(right, ["ab"])["<SOS>"] == 1
    with make(collate=source.replace("[PAD, SOS, EOS, *characters]", "[*characters, PAD, SOS]")) as wrong:
        lost = {name for name, check in checks("collate") if not passes(check, wrong)}
        assert lost == {"test_every_symbol_has_its_own_id"}
        assert all(passes(check, wrong) for name, check in checks("paradigms") if "pairs" in name)


def test_a_cell_that_never_learns_costs_nothing_in_training(make):
    source = templates.solved_modules(ROOT, A7)["cells.py"]
    right = "return torch.tanh(self.from_hidden(h) + self.from_input(x))"
    assert right in source
    with make(cells=source.replace(right, right + ".detach()")) as student:
        training_checks = [check for name, check in checks("loop") if name in TRAINING]
        assert len(training_checks) == 4
        assert all(passes(check, student) for check in training_checks)


def test_the_reference_loss_is_pytorchs():
    draw = Draw(1)
    targets, logits = draw.tokens([3, 5, 1], 7), draw.normal(3, 5, 7)
    scores = torch.tensor(logits, requires_grad=True)
    loss = F.cross_entropy(scores.flatten(0, 1), torch.tensor(targets).flatten(), ignore_index=0)
    loss.backward()
    value, slope = references.token_loss(logits, targets)
    assert value == pytest.approx(loss.item(), abs=1e-6)
    assert np.allclose(slope, scores.grad.numpy(), atol=1e-6)


def test_adam_is_pytorchs(make):
    with make() as student:
        model = student.new("ManyToOne", 5, 4)
        adam, module = learning.Adam(student, model, 0.05), torch.nn.ParameterDict()
        for name, value in adam.values.items():
            module[name.replace(".", "_")] = torch.nn.Parameter(torch.tensor(value))
        theirs = torch.optim.Adam(module.parameters(), lr=0.05)
        for step in range(5):
            draw = Draw(step)
            gradients = {name: draw.normal(*value.shape) for name, value in adam.values.items()}
            for name, gradient in gradients.items():
                module[name.replace(".", "_")].grad = torch.tensor(gradient, dtype=torch.float64)
            theirs.step()
            adam.step(gradients)
        for name, value in adam.values.items():
            assert np.allclose(value, module[name.replace(".", "_")].detach().numpy(), atol=1e-9)


def test_dealing_ids_renames_what_the_model_reads_and_writes(make):
    with make() as student:
        writer = writers.Writer(student, "ManyToMany")
        writer.redraw(Draw(2))
        starts = np.array([[3, 5], [4, 4], [7, 2]])
        before = writer.read(starts, 6).ids
        where = writer.deal({3: 0, 0: 3, 9: 1})
        assert sorted(where) == list(range(writer.size)) and where[9] == 1
        assert np.array_equal(writer.read(where[starts], 6).ids, where[before])


def test_a_task_is_tried_three_times():
    seeds = []

    def once(draw):
        seeds.append(draw.seed)
        if len(seeds) < 3:
            raise Mismatch("not yet")

    learning.attempts(Draw(1), once)
    assert len(set(seeds)) == 3

    def never(draw):
        raise Mismatch("never")

    with pytest.raises(Mismatch, match="never"):
        learning.attempts(Draw(1), never)


@pytest.mark.parametrize("learns", [True, False])
def test_authors_are_told_apart_by_what_was_trained(learns, make):
    words = ("the sea ", "my heart ", "dear sir ")
    sentences = [(words[i % 3] * 2 + "abc"[i // 3 % 3], i % 3) for i in range(120)]
    still = "def train_classifier(model, loader, epochs, lr):\n    return [1.0] * epochs\n"
    student = make() if learns else make(loop=templates.solved_modules(ROOT, A7)["loop.py"] + "\n\n" + still)
    halves = sentences[:90], sentences[90:]
    bound = learning.Thresholds({"accuracy": 0.9})
    if learns:
        authors_are_told_apart(student, Draw(0), bound, halves)
    else:
        with pytest.raises(Mismatch, match="cannot tell the authors apart"):
            authors_are_told_apart(student, Draw(0), bound, halves)
