"""All that the author of a check needs: a student's code to call, numbers to call it with, and `expect`.

A check is a function `test_…(student: Student, draw: Draw) -> None`; the first line of its docstring is the
title that students read. It calls what the student wrote (`student.new`, `student.call`; objects are called
as PyTorch's are), holds what comes back against `expect`, and raises `Mismatch`, with a sentence and a hint,
where that does not fit. It gets what its arguments name: student, draw, thresholds, submission, say.

    student, thing       the verbs: what can be asked of a student's code
    draw                 the numbers to ask with
    expect, answers      what came back, one rung at a time, or as the type that is wanted
    patience             how long a call may take, also once one had to be stopped
    marks                needs, variant, fresh_worker
    sequences, apart     rows stay apart, nothing looks ahead; nothing is shared
    weights, learning    random weights and slopes; losses, optimisers, attempts, thresholds
    scores, tolerances   raw scores; how near is near enough
    notebook, report     notices on what a notebook shows and a report looks like
    reader               a model that forgets nothing, for functions that write
    fill, layouts        where a student keeps their weights: made not to matter, or searched for
    references           the grader's own equations

Nothing of the student's runs in this process. The grader's own equations (`checks.references`,
`checks.layouts`) are not handed out, so what imports them belongs to tests/hidden.
"""

from autograder.checks import sequences
from autograder.checks.answers import (
    Named,
    are_unchanged,
    as_array,
    as_id,
    as_ids,
    as_items,
    as_mapping,
    as_numbers,
    as_pairs,
    as_parts,
    as_text,
    equal_values,
    leaves,
    same_lists,
)
from autograder.checks.apart import leave_the_generators_alone, stay_apart
from autograder.checks.draw import Draw
from autograder.checks.expect import (
    CannotJudge,
    Expectation,
    Mismatch,
    NotStarted,
    close,
    describe,
    expect,
    listing,
)
from autograder.checks.learning import Adam, Thresholds, again_and_again, attempts, cross_entropy, loader
from autograder.checks.marks import fresh_worker, needs, variant
from autograder.checks.reader import new_reader
from autograder.checks.scores import look_raw
from autograder.checks.student import Student
from autograder.checks.thing import Array, Gradients, StateDict, Thing
from autograder.checks.weights import (
    by_token,
    check_slopes,
    check_trains,
    is_slope,
    on_lively_weights,
    on_some_weights,
    reached,
    touched,
    trainable,
)
from autograder.sandbox import Opaque, StudentFailure, StudentMissing, StudentRaised, StudentStopped, Value
from autograder.sandbox.wire.program import OPTIMISED
from autograder.submission.outputs import Outputs

__all__ = [
    "OPTIMISED",
    "Adam",
    "Array",
    "CannotJudge",
    "Draw",
    "Expectation",
    "Gradients",
    "Mismatch",
    "Named",
    "NotStarted",
    "Opaque",
    "Outputs",
    "StateDict",
    "Student",
    "StudentFailure",
    "StudentMissing",
    "StudentRaised",
    "StudentStopped",
    "Thing",
    "Thresholds",
    "Value",
    "again_and_again",
    "are_unchanged",
    "as_array",
    "as_id",
    "as_ids",
    "as_items",
    "as_mapping",
    "as_numbers",
    "as_pairs",
    "as_parts",
    "as_text",
    "attempts",
    "by_token",
    "check_slopes",
    "check_trains",
    "close",
    "cross_entropy",
    "describe",
    "equal_values",
    "expect",
    "fresh_worker",
    "is_slope",
    "leave_the_generators_alone",
    "leaves",
    "listing",
    "loader",
    "look_raw",
    "needs",
    "new_reader",
    "on_lively_weights",
    "on_some_weights",
    "reached",
    "same_lists",
    "sequences",
    "stay_apart",
    "touched",
    "trainable",
    "variant",
]
