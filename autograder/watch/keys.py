"""The keys of a terminal, one by one, on any system."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator

CLOSED = ""  # the terminal is gone
AGAIN = "\f"  # Ctrl-L; told also after Ctrl-Z and `fg`, and when the window has another size
_SEQUENCES = re.compile(rb"\x1b([\[O][0-9;?]*[A-Za-z~])?")  # arrows, and all that is not one character


def has_keys() -> bool:
    """Whether there is a terminal at both ends, and this is the program that it belongs to."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    return sys.platform == "win32" or os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()


@contextlib.contextmanager
def told(hear: Callable[[str], None]) -> Iterator[None]:
    """Within it, `hear` is called with every key, from a thread. Afterwards the terminal is as it was."""
    if sys.platform == "win32":
        threading.Thread(target=_from_console, args=(hear,), daemon=True).start()
        yield
        return
    import termios
    import tty

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)

    def take(*_: object) -> None:
        tty.setcbreak(terminal)  # Ctrl-C and Ctrl-Z stay what they are

    def go_on(*_: object) -> None:
        take()
        hear(AGAIN)

    take()
    handlers = {each: signal.signal(each, go_on) for each in (signal.SIGCONT, signal.SIGWINCH)}
    threading.Thread(target=_from_terminal, args=(terminal, hear), daemon=True).start()
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _from_terminal(terminal: int, hear: Callable[[str], None]) -> None:
    while True:
        try:
            data = os.read(terminal, 64)
        except OSError:
            data = b""
        if not data:
            hear(CLOSED)
            return
        for key in _SEQUENCES.sub(b"", data).decode("utf-8", "ignore"):
            hear(key)


if sys.platform == "win32":
    import msvcrt

    def _from_console(hear: Callable[[str], None]) -> None:
        while True:
            key = msvcrt.getwch()
            if key in ("\0", "\xe0"):  # an arrow, say: two codes
                msvcrt.getwch()
            else:
                hear(key)
