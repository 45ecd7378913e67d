"""What may cross between worker and grader, and what the grader makes of bytes that mean it harm."""

from __future__ import annotations

import contextlib
import json
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.sandbox.wire.frames import Assembler, frame
from autograder.sandbox.wire.text import clean
from autograder.sandbox.wire.values import (
    Malformed,
    Opaque,
    Reference,
    decode,
    dump_json,
    encode,
    load_json,
    pack,
    unpack,
)


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


TREES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["array", "tuple", "dict", "opaque", "handle", "x"]), inner, max_size=2
        ),
    ),
    max_leaves=15,
)


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_any_tree_is_a_value_or_malformed(tree):
    with contextlib.suppress(Malformed):
        decode(tree, [np.ones(2)])
    message = {"number": 1, "value": tree}
    assert json.dumps(load_json(dump_json(message))) == json.dumps(json.loads(json.dumps(message)))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_message_or_malformed(data):
    for read in (load_json, unpack):
        with contextlib.suppress(Malformed):
            read(data)


@pytest.mark.parametrize(
    "data",
    [b'{"value":[' + b"[[[]]]," * 500_000 + b"[]]}", b'{"value":' + b"[" * 2_000_000,
     b'{"a":' * 200 + b"1" + b"}" * 200,
     b'{"value":[' + b"{}," * 1_000_000 + b"1]}", b'{"value":[' + b'"\\"",' * 600_000 + b"1]}",
     b'{"value":"\\\\",' + b"[" * 1_000_000],
    ids=["nested lists", "never closed", "deep dicts", "empty dicts", "texts", "behind an escape"],
)  # fmt: skip
def test_json_that_would_become_much_is_refused_before_it_is_parsed(data, monkeypatch):
    monkeypatch.setattr(json, "loads", lambda *args, **options: pytest.fail("it was parsed"))
    with pytest.raises(Malformed):
        load_json(data)


def test_brackets_and_commas_in_a_text_do_not_count():
    message = {"value": '[{,"\\' * 100_000}
    assert load_json(dump_json(message)) == message


@pytest.mark.parametrize("shape", [[0, 5 * 10**8], [0, 10**13], [10**13, 0], [3, 0, 1_000_001]])
def test_an_axis_counts_also_where_an_array_is_empty(shape):
    with pytest.raises(Malformed, match="axis"):
        unpack(tensors({"0": {"dtype": "F32", "shape": shape, "data_offsets": [0, 0]}}))


def test_a_header_is_bounded_before_it_is_parsed():
    header = b'{"0":{"dtype":"F32","shape":[' + b"[]," * 600_000 + b'0],"data_offsets":[0,0]}}'
    with pytest.raises(Malformed):
        unpack(tensors(header))
