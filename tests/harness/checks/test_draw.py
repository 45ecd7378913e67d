"""Draws repeat, children are their own, and tokens are never the padding."""

import numpy as np

from autograder.checks import Draw


def test_a_seed_repeats_and_a_child_does_not_depend_on_what_was_drawn():
    first, second = Draw(7), Draw(7)
    second.normal(3)
    assert np.array_equal(first.child("a").normal(4), second.child("a").normal(4))
    assert not np.array_equal(Draw(7).child("a").normal(4), Draw(7).child("b").normal(4))
    assert not np.array_equal(Draw(7).normal(4), Draw(8).normal(4))


def test_dtypes_are_those_of_the_interface():
    draw = Draw(-3)
    assert draw.normal(2, 3).dtype == np.float32
    assert draw.integers(0, 5, 2, 3).dtype == np.int64


def test_tokens_fill_each_row_up_to_its_length():
    rows = Draw(1).tokens([4, 7, 2], 11, columns=9)
    assert rows.shape == (3, 9) and ((rows != 0) == (np.arange(9) < np.array([[4], [7], [2]]))).all()
    assert rows.max() < 11


def test_distinct_numbers_are_distinct():
    numbers = Draw(2).distinct(20, 12)
    assert np.unique(numbers).size == numbers.size
