"""Announces an answer of 4 GB, and begins to send it."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: stopped

import os

while True:
    for descriptor in (3, 4, 5):
        try:
            os.write(descriptor, b"\xff" * 1_000_000)
        except OSError:
            pass
