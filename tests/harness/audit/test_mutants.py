"""Generated changes to the solutions: each another program, killed by a check or listed with its reason."""

from pathlib import Path

import pytest

from autograder.audit import mutants
from autograder.audit.corpus import BadCorpus
from autograder.course import config, templates
from tests.harness.sampling import these

ROOT = Path(__file__).parents[3]
ASSIGNMENTS = list(config.load(ROOT).assignments)
LEAKY = """import torch


def leak(x, rate):
    # TODO (unit leak): let some of it go.
    # BEGIN SOLUTION
    h = torch.zeros(3)
    if rate > 1:
        h = torch.tanh(h.detach())
    return h - rate * x[1]
    # END SOLUTION


def given(x):
    return x + 1
"""


@pytest.fixture
def course(tmp_path):
    folder = tmp_path / "solutions" / "leak"
    folder.mkdir(parents=True)
    (folder / "leak.py").write_text(LEAKY)
    return tmp_path


def changes(root):
    return {(each.old, each.new) for each in mutants.mutants(root, "leak")}


def test_operators_constants_conditions_calls_and_statements_change(course):
    assert changes(course) >= {
        ("return h - rate * x[1]", "return h + rate * x[1]"),
        ("return h - rate * x[1]", "return h - rate * x[0]"),
        ("h = torch.zeros(3)", "h = torch.ones(3)"),
        ("h = torch.zeros(3)", "pass"),
        ("if rate > 1", "if rate >= 1"),
        ("if rate > 1", "if not (rate > 1)"),
        ("h = torch.tanh(h.detach())", "h = h.detach()"),
        ("h = torch.tanh(h.detach())", "h = torch.tanh(h)"),
    }


def test_what_students_do_not_write_stays(course):
    assert not [old for old, _ in changes(course) if "x + 1" in old]


def test_a_listed_change_is_dropped_and_one_that_is_gone_is_told(course):
    folder = course / "tests" / "mutants"
    folder.mkdir(parents=True)
    entry = "- {file: leak.py, where: leak, old: 'h = torch.zeros(3)', new: '%s', why: nobody reads it}\n"
    (folder / "leak.yaml").write_text(entry % "pass")
    assert ("h = torch.zeros(3)", "pass") not in changes(course)
    (folder / "leak.yaml").write_text(entry % "return 5")
    with pytest.raises(BadCorpus, match="no mutant"):
        changes(course)


@pytest.mark.parametrize("name", these(["lab7_vanilla_rnn"], ASSIGNMENTS))
def test_every_mutant_is_another_program(name):
    solution = templates.solved_modules(ROOT, name)
    known = mutants.mutants(ROOT, name)
    assert len({each.id for each in known}) == len(known) > 50
    assert all(each.text != solution[each.file] for each in known)
    assert all(len(each.why) > 10 for each in mutants.equivalents(ROOT, name))
