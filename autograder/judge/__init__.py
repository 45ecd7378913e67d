"""What a check is made of. Imports nothing of the package: numbers in, verdicts out."""

from autograder.judge.answers import (
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
from autograder.judge.draw import Draw
from autograder.judge.expect import CannotJudge, Mismatch, NotStarted, expect
from autograder.judge.marks import fresh_worker, needs

__all__ = [
    "CannotJudge",
    "Draw",
    "Mismatch",
    "Named",
    "NotStarted",
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
    "equal_values",
    "expect",
    "fresh_worker",
    "leaves",
    "needs",
    "same_lists",
]
