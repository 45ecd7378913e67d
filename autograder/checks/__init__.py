"""What a check is made of. Imports nothing of the package: numbers in, verdicts out."""

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
from autograder.checks.draw import Draw
from autograder.checks.expect import CannotJudge, Mismatch, NotStarted, expect
from autograder.checks.marks import fresh_worker, needs

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
