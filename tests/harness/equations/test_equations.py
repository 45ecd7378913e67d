"""Equations behind wrong numbers: right code fits none, code that goes its own way is told which way."""

from __future__ import annotations

import fnmatch
import json
import time

import pytest

from autograder.audit import corpus
from autograder.course import config, templates
from autograder.diagnosis.equations import Equations, Fitting, Idea, fingerprint
from tests.harness.equations import making
from tests.harness.equations.a7_cells import IDEAS
from tests.harness.equations.record import ASSIGNMENTS, ROOT, checks, ideas, line, place
from tests.harness.sampling import one_in

A7 = "a7_sequence_modeling"
COURSE = config.load(ROOT)


def fitting(student_of, assignment, files):
    return Fitting(Equations.read([place(assignment)]), student_of(assignment, files))


def said(student_of, old, new, check, file="cells.py"):
    solution = templates.solved_modules(ROOT, A7)
    assert old in solution[file]
    found = fitting(student_of, A7, solution | {file: solution[file].replace(old, new)}).first(
        check, time.monotonic() + 60
    )
    return found.sentence if found else ""


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_files_hold_the_ideas_that_stand_here(assignment):
    known = json.loads(place(assignment).read_text(encoding="utf-8"))
    assert known["checks"] == checks(assignment)
    assert list(known["ideas"]) == list(ideas(assignment))


@pytest.mark.parametrize(
    ("assignment", "name"), one_in(4, [(each, name) for each in ASSIGNMENTS for name in ideas(each)])
)
def test_the_files_hold_what_is_worked_out_here(assignment, name):
    held = place(assignment).read_text(encoding="utf-8")
    assert f"\n{line(name, ideas(assignment)[name])}" in held


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_idea_belongs_to_a_check(assignment):
    known, checks = Equations.read([place(assignment)]), COURSE.assignment(assignment).checks
    assert all(fnmatch.filter(checks, pattern) for pattern in known.checks)
    assert {idea for ideas in known.checks.values() for idea in ideas} == known.ideas.keys()


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_solution_answers_every_question_rightly(student_of, assignment):
    student = student_of(assignment, templates.solved_modules(ROOT, assignment))
    for name, idea in Equations.read([place(assignment)]).ideas.items():
        assert idea.is_right(student, {}), name
        assert idea.fit(student, {}) is None, name


@pytest.mark.parametrize(
    ("assignment", "alternative"),
    one_in(16, [(name, each) for name in ASSIGNMENTS for each in corpus.overlays(ROOT, name)]),
    ids=lambda value: getattr(value, "name", value),
)
def test_no_equation_is_found_behind_an_alternative(student_of, assignment, alternative):
    of_student = fitting(student_of, assignment, alternative.files)
    for check in COURSE.assignment(assignment).checks:
        assert of_student.first(check, time.monotonic() + 60) is None, check


def test_a_slip_is_told_with_its_equation(student_of):
    sentence = said(student_of, "(1 - z) * h + z * h_new", "(1 - z) * h + h_new", "cells::gru_cell_follows_x")
    assert sentence == (
        "Your numbers are exactly those of h_t = (1 − z_t) ⊙ h_{t-1} + h̃_t: no gate weighs the candidate."
    )


def test_two_slips_are_told_together(student_of):
    solution = templates.solved_modules(ROOT, A7)["cells.py"]
    text = solution.replace("h = o * torch.tanh(c)", "h = torch.tanh(o * c)").replace(
        "c = f * c + i * c_new", "c = c + i * c_new"
    )
    found = fitting(student_of, A7, {"cells.py": text}).first("cells::lstm_cell_x", time.monotonic() + 60)
    assert "no forget gate weighs it, and the output gate is inside the tanh" in found.sentence


def test_a_formula_that_is_far_from_every_one_gets_no_sentence(student_of):
    assert not said(student_of, "return (1 - z) * h", "return torch.sin(1 - z) * h", "cells::gru_cell_x")


def test_what_raises_an_error_gets_no_sentence(student_of):
    assert not said(student_of, "return (1 - z) * h", "return (1 - z) @ h", "cells::gru_cell_x")


def test_ways_that_answer_alike_are_not_told_apart():
    idea = making.Idea(
        answer=lambda case, sign="+", turned="no": case if sign == "+" else -case,
        choices={
            "sign": {"+": "", "-": "the sign is turned"},
            "turned": {"no": "", "yes": "nothing changes"},
        },
        ask=lambda case: {"call": "f", "args": [case]},
        cases=[2.0, 3.0],
        fresh=[5.0],
    )
    known, unsaid = idea.told_apart()
    assert list(known.values()) == [{"sign": "-"}] and not unsaid
    assert idea.sentence({"sign": "-"}) == (
        "Your numbers are exactly those of code in which the sign is turned."
    )


def test_two_ways_as_simple_as_each_other_are_left_unsaid():
    idea = making.Idea(
        answer=lambda case, a=0, b=0: case + a + b,
        choices={"a": {0: "", 1: "one more is added"}, "b": {0: "", 1: "the first is counted twice"}},
        ask=lambda case: {"call": "f", "args": [case]},
        cases=[2.0],
        fresh=[5.0],
    )
    known, unsaid = idea.told_apart()
    assert unsaid == [[{"a": 1}, {"b": 1}]] and list(known.values()) == [{"a": 1, "b": 1}]


def test_one_question_alone_names_nothing(student_of):
    record = IDEAS["GRUCell"].record()
    exchanged = next(each for each in record["equations"] if "z and 1 − z are exchanged." in each[0])
    first_alone = [[exchanged[0], exchanged[1], [exchanged[2][0], record["right"][0][1]]]]
    changed = record | {"equations": first_alone}
    solution = templates.solved_modules(ROOT, A7)
    wrong = solution["cells.py"].replace("(1 - z) * h + z * h_new", "z * h + (1 - z) * h_new")
    student = student_of(A7, solution | {"cells.py": wrong})
    assert Idea.from_json(record).fit(student, {}).sentence == exchanged[0]
    assert Idea.from_json(changed).fit(student, {}) is None


def test_of_several_that_fit_one_sentence_is_said_and_two_are_not(student_of):
    record = IDEAS["GRUCell"].record()
    exchanged = next(each for each in record["equations"] if "z and 1 − z are exchanged." in each[0])
    solution = templates.solved_modules(ROOT, A7)
    wrong = solution["cells.py"].replace("(1 - z) * h + z * h_new", "z * h + (1 - z) * h_new")
    student = student_of(A7, solution | {"cells.py": wrong})
    for sentence, said in ((exchanged[0], exchanged[0]), ("Another one.", None)):
        several = Idea.from_json(record | {"equations": [exchanged, [sentence, *exchanged[1:]]]})
        found = several.fit(student, {})
        assert (found and found.sentence) == said


def test_kinds_of_numbers_and_of_sequences_make_no_difference():
    assert fingerprint([1, 2.0, (True,)]) == fingerprint((1.0, 2, [1]))
    assert fingerprint([1, 2]) != fingerprint([2, 1])
