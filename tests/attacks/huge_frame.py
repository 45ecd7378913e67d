"""Announces an answer of 4 GB, and begins to send it."""

# form: replace
# expect: stopped

import os

while True:
    for descriptor in (3, 4, 5):
        try:
            os.write(descriptor, b"\xff" * 1_000_000)
        except OSError:
            pass
