"""Bounds are wider where a device computes less exactly, and nowhere as wide as a mistake; 0 is exact."""

import numpy as np
import pytest

from autograder.checks import Mismatch, expect, tolerances
from autograder.checks.expect import close
from autograder.checks.tolerances import VALUE, widened

WANT = np.zeros(3, np.float32)


def test_on_the_cpu_a_bound_is_what_it_is():
    for device in ("cpu", "another"):
        with tolerances.on(device):
            assert [widened(VALUE, dtype) for dtype in ("float32", "float64", "int64")] == [VALUE] * 3


def test_on_a_card_the_bound_of_its_floats_is_wider_and_afterwards_it_is_not():
    off = WANT + np.float32(1.5 * VALUE)
    for device in ("cuda", "cuda:1", "mps"):
        assert not close(off, WANT).any()
        with tolerances.on(device):
            assert close(off, WANT).all()
            assert widened(VALUE, "int64") == VALUE
            expect(off, "x").to_match(WANT)
            expect(1.5 * VALUE, "The loss").to_be_number(0.0)
        with pytest.raises(Mismatch):
            expect(off, "x").to_match(WANT)


def test_what_is_to_be_exact_is_so_on_a_card():
    with tolerances.on("cuda"):
        assert not close(WANT + np.float32(1e-12), WANT, 0).any()


def test_a_known_mistake_is_not_right_on_any_device():
    for device in ("cuda", "mps"):
        with tolerances.on(device):
            assert not close(WANT + np.float32(1e-2), WANT).any()
