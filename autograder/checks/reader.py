"""A model of the grader's that forgets nothing: it shows how much a student's function lets it read.

A student's own model, of random weights, has soon forgotten the first of a hundred tokens; with it, code that
reads the last thirty looks like code that reads them all.
"""

from __future__ import annotations

from pathlib import Path

from autograder.checks.student import Student
from autograder.checks.thing import Thing

SOURCE = Path(__file__).with_name("leaky_sum.py")


def new_reader(student: Student, vocab: int, width: int, kept: float = 1.0) -> Thing:
    """A model from tokens (B, T) to scores (B, T, vocab), with `kept` of the state before at each step.

    It is put beside the student's modules: things that were made before are gone the first time.
    """
    student.provide("leaky_sum_of_the_grader", SOURCE.read_text(encoding="utf-8"), ("LeakySum",))
    return student.new("LeakySum", vocab, width, kept)
