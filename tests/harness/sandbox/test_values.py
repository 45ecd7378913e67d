"""What may cross between worker and grader, and what the grader makes of bytes that mean it harm."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest

from autograder.sandbox.text import clean
from autograder.sandbox.values import Malformed, Opaque, Reference, decode, encode, load_json, pack, unpack
from autograder.sandbox.wire import Assembler, frame


def through(value):
    arrays = []
    tree = json.loads(json.dumps(encode(value, arrays)))
    return decode(tree, unpack(pack(arrays)))


@pytest.mark.parametrize(
    "value",
    [None, True, 3, -1.5, "é\ud800", [], (), {}, [1, (2, [3])], {"a": (1, None)}, Opaque("generator")],
)
def test_a_value_crosses_unchanged(value):
    assert through(value) == value


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int64", "uint8", "bool"])
@pytest.mark.parametrize("shape", [(), (0,), (2, 3), (1, 0, 4)])
def test_an_array_keeps_its_shape_dtype_and_numbers(dtype, shape):
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype)
    got = through({"a": [array.T]})["a"][0]
    assert got.dtype == array.dtype and got.shape == array.T.shape
    assert np.array_equal(got, array.T) and got.flags.writeable


def test_nan_and_infinity_cross():
    assert str(through([float("nan"), float("inf")])) == "[nan, inf]"


@pytest.mark.parametrize("value", [object(), {1: 2}, {1, 2}, np.array([1 + 2j]), np.array(["text"])])
def test_what_is_no_value_does_not_cross(value):
    with pytest.raises(TypeError):
        encode(value, [])


@pytest.mark.parametrize(
    "tree",
    [{}, {"a": 1, "b": 2}, {"array": 0}, {"array": True}, {"array": -1}, {"opaque": 3}, {"tuple": {}},
     {"dict": []}, {"dict": {"k" * 1000: 1}}, {"handle": 1}, [[{"pickle": "x"}]]],
)  # fmt: skip
def test_a_tree_of_unknown_form_is_refused(tree):
    with pytest.raises(Malformed):
        decode(tree, [])


def test_references_are_taken_only_where_they_are_expected():
    assert decode({"handle": 3}, [], references=True) == Reference(3)


def test_depth_and_number_of_nodes_are_bounded():
    deep = []
    for _ in range(100):
        deep = [deep]
    for tree in (deep, [0] * 1_000_000):
        with pytest.raises(Malformed):
            decode(tree, [])


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"nonsense", b"[" * 1_000_000, b'{"a": ' + b"9" * 100 + b"}", b"\xff"]
)
def test_json_that_is_no_message_is_refused(data):
    with pytest.raises(Malformed):
        load_json(data)


def tensors(header: object, body: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


@pytest.mark.parametrize(
    "blob",
    [b"x", struct.pack("<Q", 2**63), tensors(b"{"),
     tensors({"x": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]}}, b"abcd"),
     tensors({"0": {"dtype": "F32", "shape": [2**62, 4], "data_offsets": [0, 4]}}, b"abcd"),
     tensors({"0": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}, b"abcd"),
     tensors({"0": {"dtype": "F32", "shape": [1] * 60, "data_offsets": [0, 4]}}, b"abcd"),
     tensors({"0": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}, b"abcd")],
)  # fmt: skip
def test_tensors_that_lie_are_refused(blob):
    with pytest.raises(Malformed):
        unpack(blob)


def test_a_bool_that_is_neither_true_nor_false_becomes_true():
    [got] = unpack(tensors({"0": {"dtype": "BOOL", "shape": [2], "data_offsets": [0, 2]}}, b"\x00\x07"))
    assert got.tolist() == [False, True] and np.array_equal(got, np.array([False, True]))


def test_a_frame_is_put_together_from_any_pieces():
    data = frame({"number": 1, "value": {"array": 0}}, [np.ones(3)])
    assembler = Assembler(limit=10_000)
    while assembler.missing:
        n = min(assembler.missing, 3)
        assembler.feed(data[:n])
        data = data[n:]
    message, arrays = assembler.take()
    assert message["number"] == 1 and arrays[0].tolist() == [1, 1, 1] and not data


@pytest.mark.parametrize("lengths", [(0, 0), (2**32 - 1, 2**32 - 1), (10, 100_000)])
def test_a_frame_over_the_limit_is_refused_before_it_is_read(lengths):
    with pytest.raises(Malformed):
        Assembler(limit=1_000).feed(struct.pack("<II", *lengths))


def test_text_loses_escapes_and_directions_and_is_cut():
    hostile = "\x1b[2K\x1b[32m✓ passed\x1b[0m\u202e\x1b]0;title\x07\r\nnext\x00\tline"
    assert clean(hostile, 100) == "✓ passed\nnext\tline"
    assert clean("x" * 10_000_000, 10) == "x" * 9 + "…"
    assert clean("\x9b31mred\x85", 10) == "red"
