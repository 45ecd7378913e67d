"""token_accuracy on fresh numbers."""

from autograder.judge import needs
from tests.visible.sequence_toolkit import accuracy


@needs("accuracy_is_one_number")
def test_accuracy_of_other_batches(student, draw):
    """token_accuracy: other scores, other targets, other masks"""
    accuracy.fraction(student, draw.child("fraction"))
    accuracy.padding_does_not_count(student, draw.child("padding"))
    accuracy.tokens_count_the_same(student, draw.child("tokens"))
    accuracy.nothing_counts(student, draw.child("nothing"))
