"""token_accuracy: the fraction of real tokens that are right."""

from autograder.checks import needs
from tests.visible.sequence_toolkit import accuracy


def test_accuracy_is_one_number(student, draw):
    """token_accuracy: one number for a whole batch"""
    accuracy.one_number(student, draw)


@needs("accuracy_is_one_number")
def test_accuracy_is_a_fraction(student, draw):
    """token_accuracy: the fraction of tokens whose highest score is that of the target"""
    accuracy.fraction(student, draw)


@needs("accuracy_is_one_number")
def test_padding_does_not_count(student, draw):
    """token_accuracy: masked tokens are neither right nor wrong"""
    accuracy.padding_does_not_count(student, draw)


@needs("accuracy_is_one_number")
def test_tokens_count_the_same(student, draw):
    """token_accuracy: each token counts the same, in short rows and long ones"""
    accuracy.tokens_count_the_same(student, draw)


@needs("accuracy_is_one_number")
def test_a_batch_of_padding_alone(student, draw):
    """token_accuracy: a batch without any real token gives 0.0 or nan, and no error"""
    accuracy.nothing_counts(student, draw)


@needs("accuracy_is_one_number")
def test_accuracy_leaves_its_inputs_alone(student, draw):
    """token_accuracy: logits, targets and mask stay as they are"""
    accuracy.inputs_stay(student, draw)


@needs("accuracy_is_one_number", "a_batch_of_padding_alone")
def test_padding_alone_gives_a_number(student, draw):
    """token_accuracy: 0.0 rather than nan for a batch without any real token"""
    accuracy.nothing_counts_as_zero(student, draw)


@needs("accuracy_is_one_number")
def test_mask_may_hold_zeros_and_ones(student, draw):
    """token_accuracy: a mask of 0 and 1 does as well"""
    accuracy.takes_numbers_as_a_mask(student, draw)
