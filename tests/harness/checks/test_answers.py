"""Typed answers: what is of the type comes through, everything else is a Mismatch and nothing but that."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.checks import (
    Mismatch,
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
from autograder.sandbox import Opaque

RAGGED = [[1.0, 2.0], [3.0]]
DTYPES = ("bool", "uint8", "int64", "uint64", "float16", "float32", "float64", "complex64")
SHAPES = ((), (0,), (1,), (3,), (2, 3), (0, 500_000), (1,) * 16)
ARRAYS = st.builds(np.ones, st.sampled_from(SHAPES), st.sampled_from(DTYPES))
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**39), 10**39), st.floats(), st.text(max_size=5), ARRAYS
)
VALUES = st.recursive(
    st.one_of(SCALARS, st.just(Opaque("generator"))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=3), inner, max_size=3),
    ),
    max_leaves=12,
)
TYPED = (
    lambda value: as_array(value, "x"),
    lambda value: as_array(value, "x", kind="f", axes=2),
    lambda value: as_id(value, "x", below=5),
    lambda value: as_text(value, "x"),
    lambda value: as_items(value, "x"),
    lambda value: as_items(value, "x", length=2, tensors=False),
    lambda value: as_parts(value, "x", 2),
    lambda value: as_pairs(value, "x"),
    lambda value: as_mapping(value, "x", ["train", "val"]),
    lambda value: as_numbers(value, "x"),
    lambda value: as_numbers(value, "x", plain=True, length=2),
    lambda value: as_ids(value, "x", below=9),
)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_nothing_but_a_mismatch_is_raised(value):
    for typed in TYPED:
        try:
            typed(value)
        except Mismatch as mismatch:
            assert mismatch.message


@settings(max_examples=200, deadline=None)
@given(VALUES, VALUES)
def test_any_two_answers_can_be_compared(one, other):
    assert equal_values(one, one)
    assert equal_values(one, other) == equal_values(other, one)
    assert same_lists(one, other) == same_lists(other, one)
    assert len(leaves([one, other])) == len(leaves(one)) + len(leaves(other))


def test_right_answers_come_through():
    assert as_numbers([1, 2.5, np.float32(3)[None].reshape(())], "x") == [1, 2.5, 3]
    assert as_numbers(np.arange(3.0), "x", length=3) == [0, 1, 2]
    assert as_ids((1, np.array([2])), "x") == [1, 2]
    assert as_parts([1, 2], "x", 2) == (1, 2)
    assert as_pairs([(1, 2), [3, 4]], "x") == [(1, 2), (3, 4)]
    assert as_mapping({"a": 1, "b": 2}, "x", ["a"]) == {"a": 1, "b": 2}


@pytest.mark.parametrize("value", [RAGGED, [np.ones(2)], [True, False], ["0.5"], [1e400], {"loss": 1.0}, 3])
def test_what_is_no_list_of_numbers_is_told_in_a_sentence(value):
    with pytest.raises(Mismatch, match=r"^(An entry of )?The losses .* (wanted|infinite)"):
        as_numbers(value, "The losses")


def test_changed_arguments_are_seen_also_when_tensors_take_the_place_of_lists():
    given_, pad = [[3, 1], [2]], 7
    assert are_unchanged([[[3, 1], [2]], 7], given_, pad)
    assert not are_unchanged([[np.array([3, 1]), np.array([2])], 7], given_, pad)
    assert not are_unchanged([[[3, 1], [2, 7]], 7], given_, pad)
    assert not are_unchanged(None, given_, pad)
    assert are_unchanged([Opaque("Model"), np.ones(2)], ..., np.ones(2))


def test_equal_values_tells_types_apart_and_same_lists_does_not():
    assert not equal_values([1, 2], (1, 2))
    assert not equal_values(np.ones(2, np.float32), np.ones(2))
    assert equal_values([float("nan")], [float("nan")])
    assert same_lists([1, 2], (1, 2))
    assert same_lists(np.array([[1, 2]]), [[1, 2]])
    assert not same_lists([1, 2], [1, 2, 3])


def test_a_weight_that_is_gone_is_a_mismatch():
    with pytest.raises(Mismatch, match="no weight of the name bias"):
        Named({"weight": 1})["bias"]
