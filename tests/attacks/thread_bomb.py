"""Starts threads without end, each of which runs for ever."""

# form: replace
# expect: stopped

import threading


def spin():
    while True:
        pass


while True:
    try:
        threading.Thread(target=spin, daemon=True).start()
    except RuntimeError:
        pass
