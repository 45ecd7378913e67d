"""Between values and the objects that a student's code sees: arrays ↔ tensors, references ↔ objects.

Worker only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ..wire import values
from ..wire.values import Opaque, Reference, Value

_CROSSING = frozenset(
    {torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64}
    | {torch.float16, torch.float32, torch.float64, torch.complex64}
)


Place = Callable[[torch.Tensor, bool], torch.Tensor]  # a tensor, and whether it lies in a container


def to_objects(
    value: Value, lookup: Callable[[int], Any], place: Place = lambda tensor, _: tensor, inside: bool = False
) -> Any:
    """`value` as the student's code gets it: arrays as tensors of their dtype, references as objects."""
    if isinstance(value, np.ndarray):
        return place(torch.from_numpy(value), inside)
    if isinstance(value, Reference):
        return lookup(value.handle)
    if isinstance(value, (list, tuple)):
        return type(value)(to_objects(item, lookup, place, True) for item in value)
    if isinstance(value, dict):
        return {key: to_objects(item, lookup, place, True) for key, item in value.items()}
    return value


def to_value(thing: Any, depth: int = 0) -> Value:
    """What a student returned, as a value; `Opaque` for what is none. Subclasses become their plain base."""
    if thing is None or isinstance(thing, (bool, Opaque)):
        return thing
    if isinstance(thing, torch.Tensor):
        return _array(thing)
    # Exact plain copies, so that no method of a subclass is called later on.
    if isinstance(thing, str):
        return str.__str__(thing)
    if isinstance(thing, int):
        return int.__int__(thing)
    if isinstance(thing, float):
        return float.__float__(thing)
    if isinstance(thing, np.generic) and isinstance(thing, (np.integer, np.floating, np.bool_)):
        return thing.item()
    if depth >= values.MAX_DEPTH - 1:
        return Opaque("deeply nested " + _type_name(thing))
    if isinstance(thing, torch.nn.utils.rnn.PackedSequence):
        return Opaque("PackedSequence")
    if isinstance(thing, list):
        return [to_value(item, depth + 1) for item in list.__iter__(thing)]
    if isinstance(thing, tuple):
        return tuple(to_value(item, depth + 1) for item in tuple.__iter__(thing))
    if isinstance(thing, dict):
        pairs = list(dict.items(thing))
        strange = next((key for key, _ in pairs if not isinstance(key, str)), None)
        if strange is not None:
            return Opaque("dict with keys of type " + _type_name(strange))
        if any(len(key) > values.MAX_KEY for key, _ in pairs):
            return Opaque("dict with very long keys")
        return {str.__str__(key): to_value(item, depth + 1) for key, item in pairs}
    return Opaque(_type_name(thing))


def flatten(tree: Any) -> list[Any]:
    """The leaves of nested lists, tuples and dicts, in order."""
    if isinstance(tree, (list, tuple)):
        return [leaf for item in tree for leaf in flatten(item)]
    if isinstance(tree, dict):
        return [leaf for item in tree.values() for leaf in flatten(item)]
    return [tree]


def array(tensor: torch.Tensor) -> values.Array:
    """The numbers of a dense tensor, copied. Raises RuntimeError or TypeError for one that has none."""
    plain = tensor.detach().resolve_conj().resolve_neg().cpu().contiguous()
    return np.array(plain.numpy(), copy=True)


def _array(tensor: torch.Tensor) -> Value:
    if tensor.is_meta:
        return Opaque("tensor without data (on meta)")
    if tensor.is_nested or tensor.layout != torch.strided:
        return Opaque("sparse or nested tensor")
    if tensor.is_quantized or tensor.dtype not in _CROSSING:
        return Opaque(f"tensor of dtype {str(tensor.dtype).removeprefix('torch.')}")
    try:
        return array(tensor)
    except (RuntimeError, TypeError):
        return Opaque("tensor that cannot be read")


def _type_name(thing: Any) -> str:
    return {"ndarray": "NumPy array"}.get(type(thing).__name__, values.kind_of(str(type(thing).__name__)))
