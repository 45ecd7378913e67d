"""Every right shape of a cell passes its checks; every slip loses one, and the hidden check names it."""

from pathlib import Path

import pytest

from autograder.checks.student import Student
from autograder.course import config
from autograder.sandbox import Limits, Module, Program
from tests.harness.checks.helpers import HOMES, checks, run, run_all, solution
from tests.harness.checks.variants import HEAD, RIGHT, WRONG
from tests.harness.sampling import one_in
from tests.visible.a7_sequence_modeling.support.cells import KINDS

POINTS = config.load(Path(__file__).parents[3]).assignments["a7_sequence_modeling"].checks
NAMES = {"rnn": "vanilla", "lstm": "lstm", "gru": "gru"}
REFUSED = {"gru of torch"}  # left to the refusal of torch's own layers


def failures(make_student, name, source, seed):
    student = make_student(cells=solution("cells") + "\n\n" + HEAD + source)
    mine = f"cells::{NAMES[name.split()[0]]}"
    results = {id: run(check, student, seed) for id, check in checks("cells").items() if id.startswith(mine)}
    return {id: sentence for id, sentence in results.items() if sentence}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_cell_passes_whatever_its_shape(make_student, name):
    assert failures(make_student, name, RIGHT[name], seed=1) == {}


@pytest.mark.parametrize("name", [name for name in WRONG if name not in REFUSED])
def test_a_slip_loses_a_check_and_is_named(make_student, name):
    source, word = WRONG[name]
    lost = failures(make_student, name, source, seed=3)
    assert any("any_device" not in id for id in lost)
    if word:
        [sentence] = [said for id, said in lost.items() if "follows_its_equation" in id]
        assert word in sentence


def test_a_cell_of_torchs_own_is_refused_in_plain_words(portable):
    modules = (Module("cells", "cells.py", HEAD + WRONG["gru of torch"][0]),)
    with Student(portable, Program(modules, HOMES), limits=Limits(), refuse=True) as student:
        assert "not allowed" in run(checks("cells")["cells::gru_cell_keeps_its_shapes"], student)


@pytest.mark.parametrize(
    "name", one_in(3, ["rnn detached", "rnn no state", "rnn no bias", "rnn relu", "rnn layers in forward"])
)
def test_a_wrong_cell_costs_nothing_in_the_loop(make_student, name):
    student = make_student(cells=solution("cells") + "\n\n" + HEAD + WRONG[name][0])
    lost = [id for id, check in checks("loop").items() if run(check, student)]
    assert set(lost) <= {"loop::loop_is_made_of_your_cells", "loop::loop_runs_on_any_device"}


def test_the_solution_passes_everything(make_student):
    assert run_all(make_student(), "cells", "loop", seed=1) == {}


@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_that_cannot_run_leaves_the_loop_to_the_others(make_student, kind):
    """What is about that cell alone is blocked by its marks; nothing else is lost."""
    broken = (
        f"class {KINDS[kind].name}(nn.Module):\n    def __init__(self, D, H):\n        raise RuntimeError"
    )
    student = make_student(cells=solution("cells") + "\n\n" + HEAD + broken)
    counted = {id: check for id, check in checks("loop").items() if POINTS[id].points}
    assert [id for id, check in counted.items() if run(check, student)] == []
