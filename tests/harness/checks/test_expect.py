"""One sentence per rung, the first that fails; whatever the value is, only `Mismatch` is raised."""

import numpy as np
import pytest

from autograder.checks import Mismatch, expect
from autograder.checks.tolerances import VALUE
from autograder.sandbox import Opaque

STATE = np.zeros((4, 3), np.float32)


def sentence(value, *shapes, names=("The state",), axes="BH", **options):
    with pytest.raises(Mismatch) as caught:
        expect(value, *names, axes=axes).to_be_shaped(*(shapes or [(4, 3)]), **options)
    return caught.value.message


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (None, "None (is a return missing?)"),
        ("text", "a Python str"),
        (3.0, "a Python float"),
        ([1, 2], "a list of length 2"),
        ({"h": STATE}, "a dict of length 1"),
        (Opaque("PackedSequence"), "got PackedSequence"),
        (Opaque("tensor of dtype bfloat16"), "got tensor of dtype bfloat16"),
        (object(), "an object of another kind"),
        (
            np.zeros((4, 12), np.float32),
            "(4, 12); (4, 3) was wanted: one row per sequence, one column per hidden",
        ),
        (np.ones((), np.float32), "shape ()"),
        (STATE.astype(np.float64), "dtype float64; float32 was wanted, as the input has"),
        (STATE.astype(np.float16), "float16"),
        (STATE.astype(np.int64), "dtype int64; float32 was wanted."),
        (STATE.astype(bool), "dtype bool"),
        (STATE.astype(np.complex64), "complex64"),
        (STATE * np.nan, "contains NaN"),
        (STATE + np.inf, "contains infinite numbers"),
    ],
)
def test_each_rung_has_its_sentence(value, part):
    assert part in sentence(value)


@pytest.mark.parametrize(
    ("value", "question"),
    [(Opaque("NumPy array"), "leaves torch"), (STATE.astype(np.float64), "torch.set_default_dtype")],
)
def test_what_numpy_leaves_behind_gets_a_question(value, question):
    with pytest.raises(Mismatch) as caught:
        expect(value, "h").to_be_shaped((4, 3))
    assert question in caught.value.hint


@pytest.mark.parametrize(
    "value", [None, STATE, (STATE,), (STATE, STATE, STATE), np.zeros((2, 4, 3), np.float32)]
)
def test_a_pair_is_unpacked_only_when_it_is_one(value):
    assert "as a tuple of 2" in sentence(value, (4, 3), (4, 3), names=("h", "c"))


def test_the_part_that_is_wrong_is_named():
    assert sentence((STATE, STATE[:2]), (4, 3), (4, 3), names=("h", "c")).startswith("c has shape (2, 3)")
    assert "h contains NaN" in sentence((STATE * np.nan, STATE), (4, 3), (4, 3), names=("h", "c"))


@pytest.mark.parametrize(
    ("shape", "question"),
    [
        ((3, 4), "Which axis comes first?"),
        ((4, 1, 3), "Which axis of size 1 is there too many?"),
        ((4, 12), ""),
        ((2, 3), ""),
    ],
)
def test_a_shape_that_is_nearly_right_gets_a_question(shape, question):
    with pytest.raises(Mismatch) as caught:
        expect(np.zeros(shape, np.float32), "The state").to_be_shaped((4, 3))
    assert caught.value.hint.startswith(question) and bool(caught.value.hint) == bool(question)


def test_what_is_many_has_many():
    assert sentence(STATE[:2], names=("RNN's states",)).startswith("RNN's states have shape (2, 3)")
    assert sentence(None, names=("The logits",)).startswith("The logits were wanted")


def test_a_size_may_be_one_of_several():
    for columns in (5, 7):
        assert expect(np.zeros((2, columns), np.float32), "x").to_be_shaped((2, (7, 5))).shape == (2, columns)
    assert "(2, 7) was wanted" in sentence(np.zeros((2, 6), np.float32), (2, (7, 5)), axes="")


def test_whole_numbers_are_asked_for_by_dtype():
    ids = np.zeros((2, 3), np.int64)
    assert expect(ids, "ids").to_be_shaped((2, 3), dtype="int64") is ids
    assert "whole numbers" in sentence(STATE, (4, 3), dtype="int64")


def mismatch(got, want, **options):
    with pytest.raises(Mismatch) as caught:
        expect(got, "States", axes="BTH").to_match(want, **options)
    return caught.value


def test_a_wrong_value_is_placed_but_never_shown():
    want = np.arange(4 * 6 * 2, dtype=np.float32).reshape(4, 6, 2)
    got = want.copy()
    got[2, 3:, 0] += 99
    found = mismatch(got, want)
    assert (
        found.message
        == "States are not what was wanted, in row 2, from step 3 on, in unit 0 (counted from 0)."
    )
    assert found.got is got
    everywhere = mismatch(want + 99, want)
    assert everywhere.message == "States are not what was wanted, in every row."


def test_only_what_counts_is_compared():
    want = np.ones((2, 4, 3), np.float32)
    got = want.copy()
    got[1, 2:] = 7
    where = np.arange(4) < np.array([[4], [2]])
    expect(got, "States", axes="BTH").to_match(want, where=where)
    got[1, 1] = 7
    assert "in row 1, in step 1 (" in mismatch(got, want, where=where).message


def test_a_known_wrong_answer_is_named():
    want = np.ones((2, 4, 3), np.float32)
    found = mismatch(
        want * 0, want, unlike=lambda: {"other numbers": want * 3, "nothing but zeros": want * 0}, hint="Why?"
    )
    assert (found.message, found.hint) == ("States hold nothing but zeros.", "Why?")


def test_the_tolerance_lets_float32_through_and_no_more():
    want = np.full((3, 3), 2.0)
    expect((want + 0.9 * VALUE).astype(np.float32), "x").to_match(want)
    with pytest.raises(Mismatch):
        expect((want + 10 * VALUE).astype(np.float32), "x").to_match(want)


def test_rows_that_ought_to_differ_are_listed_when_they_do_not():
    other = STATE.copy()
    other[1] = 1
    with pytest.raises(Mismatch, match="rows 0, 2 and 3"):
        expect(STATE, "x").to_differ(other, otherwise="rows {rows}")


@pytest.mark.parametrize("value", [None, True, "3", [3], np.zeros(2), float("nan"), float("inf"), 10**400, 4])
def test_a_number_is_one_number(value):
    with pytest.raises(Mismatch):
        expect(value, "the count").to_be_number(3)
    for right in (3, 3.0, np.array(3), np.array([3.0])):
        assert expect(right, "the count").to_be_number(3) == 3


@pytest.mark.parametrize(
    ("got", "want", "hint"),
    [
        ((5, 4, 3), (4, 5, 3), "Two of them stand in each other's place"),
        ((4, 4, 3), (4, 3), "takes all of them for every row"),  # states[:, lengths - 1]
        ((4, 7, 3), (4, 3), "one entry still to be chosen"),
        ((3,), (1, 3), "Which axis of size 1"),  # squeeze() of a single row
        ((4, 6), (4, 3), ""),
    ],
)
def test_a_wrong_shape_that_is_nearly_right_gets_a_question(got, want, hint):
    with pytest.raises(Mismatch) as error:
        expect(np.zeros(got, np.float32), "the states").to_be_shaped(want)
    assert hint in error.value.hint and bool(hint) == bool(error.value.hint)
