"""Values that cross between grader and worker, and the JSON + safetensors form they cross in.

A *value* is: np.ndarray | bool | int | float | str | None | list | tuple | dict[str, value] | Opaque. Tensors
are arrays of their own dtype. A value is written as one JSON tree, in which arrays are numbered, and one
safetensors blob that holds them as "0", "1", …. Nothing is ever unpickled. What comes from a worker is
hostile until `decode` and `unpack` have accepted it; they raise `Malformed`, whatever the bytes are. numpy
only: the grader never imports torch.
"""

from __future__ import annotations

import json
import re
import struct
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Value: TypeAlias = Any  # the union above; recursive unions would make every check a chain of isinstance

MAX_DEPTH = 32
MAX_NODES = 200_000
MAX_ARRAYS = 4_096
MAX_DIMENSIONS = 16
MAX_AXIS = 1_000_000  # entries along one axis, also of an array that holds no number
MAX_KEY = 200
MAX_KIND = 80
MAX_JSON = 4 << 20  # bytes
_MAX_HEADER = 1 << 20  # bytes of JSON that describe the arrays of a blob
# A value is at most two levels of JSON, and so is the message around it; each costs a bracket and a comma.
_MAX_BRACKETS = 2 * MAX_DEPTH + 8
_STEPS = np.zeros(256, np.int8)  # by byte of JSON: one level deeper, or back
_STEPS[list(b"[{")], _STEPS[list(b"]}")] = 1, -1
_MAX_MARKS = 3 * MAX_NODES
_MAX_DIGITS = 40  # an integer's; parsing more takes quadratic time on older Pythons
_DTYPES = frozenset(
    np.dtype(name)
    for name in """
    bool uint8 int8 int16 int32 int64 uint16 uint32 uint64 float16 float32 float64 complex64
    """.split()  # noqa: SIM905, one name a line would fill a page
)


# What an `Opaque` may be called: by its class, or in words of this sandbox. What is no identifier is no name.
_KIND = re.compile(
    r"(?:(?:deeply nested |dict with keys of type |tensor of dtype )?[A-Za-z_]\w*"
    r"|NumPy array|very large integer|sparse or nested tensor|tensor without data \(on meta\)"
    r"|tensor that cannot be read|dict with very long keys)",
    re.ASCII,
)
UNNAMED = "an object of another kind"


class Malformed(ValueError):
    """The other side sent something that is no value."""


@dataclass(frozen=True)
class Opaque:
    """Anything a student returned that is no value.

    `kind` names it: "PackedSequence", "tensor of dtype bfloat16".
    """

    kind: str


@dataclass(frozen=True)
class Reference:
    """An object that lives in the worker, by its handle."""

    handle: int


def encode(value: Value, arrays: list[Array]) -> Any:
    """The JSON tree of `value`; its arrays go into `arrays`. Raises TypeError for what is no value."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, np.integer)):
        number = int(value)
        # One that the other side would refuse to parse is named instead of sent.
        return number if abs(number) < 10**_MAX_DIGITS else {"opaque": "very large integer"}
    if isinstance(value, (float, np.floating)):
        return float(value)
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.ndarray):
        if value.dtype not in _DTYPES:
            raise TypeError(f"arrays of dtype {value.dtype} cannot cross")
        arrays.append(value)
        return {"array": len(arrays) - 1}
    if isinstance(value, Opaque):
        return {"opaque": value.kind}
    if isinstance(value, Reference):
        return {"handle": value.handle}
    if isinstance(value, list):
        return [encode(item, arrays) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [encode(item, arrays) for item in value]}
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("the keys of a dict that crosses are strings")
        return {"dict": {key: encode(item, arrays) for key, item in value.items()}}
    raise TypeError(f"{type(value).__name__} cannot cross")


def decode(tree: Any, arrays: list[Array], *, references: bool = False) -> Value:
    """The value that `encode` wrote.

    `references` are taken by the worker only: none comes back from it unasked.
    """
    budget = MAX_NODES

    def walk(node: Any, depth: int) -> Value:
        nonlocal budget
        budget -= 1
        if budget < 0 or depth > MAX_DEPTH:
            raise Malformed("too many or too deeply nested values")
        if node is None or isinstance(node, (bool, int, float, str)):
            return node
        if isinstance(node, list):
            return [walk(item, depth + 1) for item in node]
        if not isinstance(node, dict) or len(node) != 1:
            raise Malformed("a node of unknown form")
        [(kind, body)] = node.items()
        if kind == "tuple" and isinstance(body, list):
            return tuple(walk(item, depth + 1) for item in body)
        if kind == "dict" and isinstance(body, dict):
            if any(len(key) > MAX_KEY for key in body):
                raise Malformed("a very long key")
            return {key: walk(item, depth + 1) for key, item in body.items()}
        if kind == "array" and type(body) is int and 0 <= body < len(arrays):
            return arrays[body]
        if kind == "opaque" and isinstance(body, str):
            return Opaque(kind_of(body))
        if kind == "handle" and type(body) is int and references:
            return Reference(body)
        raise Malformed("a node of unknown form")

    return walk(tree, 0)


def kind_of(text: str) -> str:
    """The name of a kind of object, which a worker claims, if it is one."""
    return text if len(text) <= MAX_KIND and _KIND.fullmatch(text) else UNNAMED


def dump_json(message: dict[str, Any]) -> bytes:
    """UTF-8 JSON; lone surrogates are escaped, so every str can be written."""
    return json.dumps(message, separators=(",", ":")).encode("ascii")


def load_json(data: bytes, most: int = MAX_JSON) -> dict[str, Any]:
    """The object in `data`.

    Raises Malformed for anything else, before more is made of it than `most` bytes of text, and some hundred
    bytes for each bracket and comma, can become.
    """

    if len(data) > most:
        raise Malformed("too much JSON")
    _look_over(data)
    try:
        message = _DECODER.decode(data.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise Malformed("no JSON") from error
    if not isinstance(message, dict):
        raise Malformed("no JSON object")
    return message


def _integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS + 1:
        raise Malformed("a very long number")
    return int(digits)


_DECODER = json.JSONDecoder(parse_int=_integer)  # made once: that takes longer than to read a short message


def _look_over(data: bytes) -> None:
    """Count what JSON would be made into, outside of its strings. Raises Malformed where that is too much.

    Malformed text may be misread here only behind the place at which the parser stops.
    """
    if len(data) < _MAX_MARKS and data.count(b"[") + data.count(b"{") <= _MAX_BRACKETS:
        return  # too short, and too few of them even with those in strings
    plain = data.replace(rb"\\", b"").replace(rb"\"", b"")
    if plain.count(b'"') > 4 * MAX_NODES:
        raise Malformed("too many values")
    outside = b"".join(plain.split(b'"')[::2])
    opened = outside.count(b"[") + outside.count(b"{")
    if opened + outside.count(b",") > _MAX_MARKS:
        raise Malformed("too many values")
    if opened <= _MAX_BRACKETS:
        return
    steps = _STEPS[np.frombuffer(outside, np.uint8)]
    if np.cumsum(steps, dtype=np.int32).max() > _MAX_BRACKETS:
        raise Malformed("too deeply nested values")


def pack(arrays: list[Array]) -> bytes:
    """The arrays as one safetensors blob (b"" for none)."""
    if not arrays:
        return b""
    # Imported here: text-only tools that want `Opaque` need not have safetensors.
    from safetensors.numpy import save

    return save({str(i): np.require(array, requirements="C") for i, array in enumerate(arrays)})


def unpack(blob: bytes) -> list[Array]:
    """The arrays in a blob, as copies that may be written to.

    Raises Malformed for anything that `pack` does not write.
    """
    if not blob:
        return []
    from safetensors.numpy import load

    _look_at_header(blob)
    try:
        named = load(blob)
        arrays = [named[str(i)] for i in range(len(named))]
        if any(a.dtype not in _DTYPES for a in arrays):
            raise Malformed("an array of unknown kind")
        # The bytes of a bool may be neither 0 nor 1, and numpy would then compare wrongly.
        return [np.array(a.view(np.uint8) != 0 if a.dtype == np.bool_ else a) for a in arrays]
    except (KeyboardInterrupt, MemoryError):
        raise
    except BaseException as error:  # a panic of the Rust parser is a BaseException
        raise Malformed("no tensors") from error


def _look_at_header(blob: bytes) -> None:
    """Raise Malformed unless the arrays of a blob are few and of moderate shapes, before one is made."""
    size = struct.unpack_from("<Q", blob)[0] if len(blob) >= 8 else len(blob)
    if size > min(_MAX_HEADER, len(blob) - 8):
        raise Malformed("no tensors")
    header = load_json(blob[8 : 8 + size], _MAX_HEADER)
    if len(header) > MAX_ARRAYS:
        raise Malformed("too many arrays")
    for entry in header.values():
        shape = entry.get("shape") if isinstance(entry, dict) else None
        if not isinstance(shape, list) or len(shape) > MAX_DIMENSIONS:
            raise Malformed("an array of unknown kind")
        if not all(type(size) is int and 0 <= size <= MAX_AXIS for size in shape):
            raise Malformed("an array with an axis of over a million entries")
