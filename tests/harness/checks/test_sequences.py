"""Lengths that nobody can know, and weights that an unlucky draw may silence."""

import numpy as np
import pytest

from autograder.checks import Draw, Mismatch, on_lively_weights, sequences

USUAL = np.array([4, 7, 2, 5])


def test_ragged_lengths_are_unsorted_by_any_order_that_undoes_itself():
    found = [sequences.ragged(Draw(seed), USUAL) for seed in range(50)]
    for lengths in found:
        order = np.argsort(-lengths)
        assert len(set(lengths.tolist())) == 4 and lengths.min() >= 2 and lengths.max() <= 7
        assert (order[order] != np.arange(4)).any()
    assert len({tuple(lengths) for lengths in found}) > 20


def test_the_same_source_gives_the_same_lengths_and_the_diagnosis_the_usual_ones():
    draw = Draw(5)
    once = sequences.ragged(draw, USUAL)
    draw.normal(3)
    assert (sequences.ragged(draw, USUAL) == once).all()
    assert (sequences.ragged(Draw(5, symmetric=True), USUAL) == USUAL).all()


def test_a_model_that_some_weights_silence_is_looked_at_with_others():
    seen = []

    def look(some):
        seen.append(some.seed)
        if len(seen) < 3:
            raise Mismatch("It says nothing.", "")

    on_lively_weights(Draw(5), look)
    assert len(set(seen)) == 3
    seen.clear()
    with pytest.raises(Mismatch):
        on_lively_weights(Draw(5, symmetric=True), look)
    assert len(seen) == 1


def test_a_large_batch_has_rows_and_steps_that_nobody_knows():
    found = [sequences.large(Draw(seed))[0] for seed in range(50)]
    assert all(20 <= len(lengths) <= 40 and lengths.min() >= 2 for lengths in found)
    assert all(34 <= lengths[-1] == lengths.max() < 50 for lengths in found)
    assert len({len(lengths) for lengths in found}) > 10 and len({lengths[-1] for lengths in found}) > 10
    assert sequences.large(Draw(5, symmetric=True)) == ()


def test_a_wide_model_has_far_more_units_than_a_small_one_and_nobody_knows_how_many():
    found = {size for seed in range(50) for size in sequences.wide(Draw(seed))}
    assert min(found) > 128 and len(found) > 20
    assert all(64 < size < 128 for size in sequences.wide(Draw(5), beyond=64))
    assert sequences.wide(Draw(5, symmetric=True)) == ()


def test_of_a_large_batch_the_first_row_one_more_and_the_last_are_tried():
    tried: list[int] = []

    def look(row: slice) -> tuple[np.ndarray, np.ndarray]:
        tried.append(row.start)
        return np.ones((1, 2), np.float32), np.ones((1, 2), np.float32)

    sequences.rows_stay_apart("The states", 30, look, "Why?")
    assert tried == [0, 15, 29]
