"""Norms of gradients, as float64."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from autograder.checks import Array, Thing
from tests.visible.vanishing_gradients.support.models import E, H, V


def norm(arrays: Iterable[Array | None]) -> float:
    """The L2 norm of all numbers together."""
    return float(np.sqrt(sum(np.sum(np.square(np.asarray(a, np.float64))) for a in arrays if a is not None)))


def recurrent_norms(gradients: Mapping[str, Array | None]) -> list[float]:
    """What may count as the norm of the gradient of what multiplies the last state.

    It is that of all matrices with H rows or columns that read a state, or of the one that PyTorch's name
    says; of a matrix [h, x], whole or its part for h.
    """
    every = {name: g for name, g in gradients.items() if g is not None}
    found = [g for g in every.values() if g.ndim >= 2 and V not in g.shape]
    square = [g for g in found if all(size % H == 0 for size in g.shape)]
    joined = [g if g.shape[-1] == E + H else g.T for g in found if E + H in g.shape]
    groups = [square, [g for name, g in every.items() if "weight_hh" in name]]
    groups += [joined, [g[..., :H] for g in joined], [g[..., -H:] for g in joined]]
    return [norm(group) for group in groups if group]


def in_words(model: Thing, found: float, gradients: Mapping[str, Array | None]) -> str:
    """What a wrong norm of these gradients is."""
    if found == 0:
        return "0 although there is a gradient"
    if any(abs(found - want**2) <= 1e-3 * want**2 for want in recurrent_norms(gradients)):
        return "the square of the norm"
    if _is_norm_of(found, model.trainable):
        return "a norm of weights, not of their gradient"
    if _is_norm_of(found, gradients):
        return "the norm of other gradients than those of the recurrent weights alone"
    return "not the norm of the gradient of the recurrent weights"


def _is_norm_of(value: float, arrays: Mapping[str, Array | None]) -> bool:
    norms = [norm(arrays.values()), *(norm([a]) for a in arrays.values() if a is not None)]
    return any(abs(value - each) <= 1e-3 * (1 + each) for each in norms)
