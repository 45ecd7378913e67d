"""Frames: two lengths, a JSON object, a safetensors blob. Both directions, over a byte stream.

The worker's side reads and writes blockingly (`Pipe`). The grader's side never blocks on a worker: it feeds
the bytes it got to `Assembler`, which says when a frame is whole and raises `Malformed` as soon as it cannot
become one.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from . import values
from .values import Array, Malformed

_LENGTHS = struct.Struct("<II")


def frame(message: dict[str, Any], arrays: list[Array] | None = None) -> bytes:
    """One frame. `message` holds JSON only; values in it have been through `values.encode` with `arrays`."""
    text, blob = values.dump_json(message), values.pack(arrays or [])
    return _LENGTHS.pack(len(text), len(blob)) + text + blob


MAX_REQUEST = 1 << 28  # bytes of JSON from the grader, who is trusted: the sources of a submission are in it


class TooLarge(Malformed):
    """A frame of more bytes than are read; the text is a sentence for the student."""


class Assembler:
    """Collects the bytes of one frame; never holds more than `limit` bytes, `text` of them JSON."""

    def __init__(self, limit: int, text: int = values.MAX_JSON) -> None:
        self._limit, self._text = limit, text
        self._data = bytearray()
        self._wanted = _LENGTHS.size

    @property
    def missing(self) -> int:
        """How many bytes may be read next; 0 when the frame is whole."""
        return self._wanted - len(self._data)

    def feed(self, data: bytes) -> None:
        self._data += data
        if self.missing < 0:
            raise Malformed("more bytes than asked for")
        if self.missing == 0 and self._wanted == _LENGTHS.size:
            text, blob = _LENGTHS.unpack(self._data)
            if text == 0:
                raise Malformed("nothing")
            if text > self._text or text + blob > self._limit:
                raise TooLarge(
                    f"What your code returned takes {(text + blob) / 1e6:.0f} MB: too much to be judged."
                )
            self._wanted += text + blob

    def take(self) -> tuple[dict[str, Any], list[Array]]:
        """The message and its arrays, once `missing` is 0."""
        text, _ = _LENGTHS.unpack_from(self._data)
        start = _LENGTHS.size
        message = values.load_json(bytes(self._data[start : start + text]), self._text)
        del self._data[: start + text]  # what is left may be large: no third copy of it
        blob = bytes(self._data)
        self._data.clear()
        return message, values.unpack(blob)


class Pipe:
    """The worker's end: blocking, over `read(n) -> bytes` and `write(data) -> bytes written`."""

    def __init__(self, read: Callable[[int], bytes], write: Callable[[memoryview], int]) -> None:
        self._read, self._write = read, write

    def receive(self) -> tuple[dict[str, Any], list[Array]]:
        """The grader's next request. Raises EOFError when it has gone."""
        assembler = Assembler(1 << 31, MAX_REQUEST)
        while assembler.missing:
            data = self._read(min(assembler.missing, 1 << 20))
            if not data:
                raise EOFError
            assembler.feed(data)
        return assembler.take()

    def send(self, message: dict[str, Any], arrays: list[Array] | None = None) -> None:
        left = memoryview(frame(message, arrays))
        while left:
            left = left[self._write(left) :]
