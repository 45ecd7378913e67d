"""What listens, decides and draws while somebody works: keys and saves go in, orders and screens come out."""

from __future__ import annotations

import contextlib
import dataclasses
import multiprocessing
import signal
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue

from rich.console import Console

from autograder.results import Result
from autograder.watch import checker, files, keys
from autograder.watch.messages import Failed, Heard, Looked, OfRun, Opened, Order, Planned, Said, Unfinished
from autograder.watch.screen import Screen, State, View

REDRAW_SECONDS = 0.1  # between two counts of the checks that are done
VIEWS: dict[str, View] = {"l": "units", "a": "all"}  # the key that shows it, or hides it again
END_SECONDS = 2.0  # that the checker has to clear up


class Ended(Exception):
    """The checker has ended, and nobody asked it to."""


@dataclasses.dataclass(frozen=True)
class Pressed:
    key: str


@dataclasses.dataclass(frozen=True)
class Saved:
    """Something that is checked has changed."""


Event = Pressed | Saved | Said


def watch(setup: checker.Setup, keep: Callable[[Result], None], at_first: View = "next") -> None:
    """Check after every save, until `q`, Ctrl-C or the end of the terminal; `keep` gets every result.

    `at_first` is to be seen after a save, until keys ask for something else.
    Raises what a plain check would: ConfigError, Unreadable, GraderFault.
    """
    events: SimpleQueue[Event] = SimpleQueue()
    has_keys = keys.has_keys()
    screen = Screen(Console(highlight=False), has_keys)
    screen.start()
    with (
        contextlib.suppress(KeyboardInterrupt),
        _checking(setup, events) as orders,
        contextlib.ExitStack() as open_,
    ):
        if has_keys:
            open_.enter_context(keys.told(lambda key: events.put(Pressed(key))))
        front = _Front(orders, screen, keep, at_first, lambda: events.put(Saved()))
        try:
            while front.goes_on_after(_next(events)):
                pass
        finally:
            front.leave()


@contextlib.contextmanager
def _checking(setup: checker.Setup, events: SimpleQueue[Event]) -> Iterator[Connection]:
    """Within it, there is a checker that obeys what is sent, and whose words become events."""
    spawn = multiprocessing.get_context("spawn")  # here are threads, and a fork would have to do without them
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=checker.main, args=(setup, theirs))
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is started now is deaf to Ctrl-C
    try:
        process.start()
    finally:
        signal.signal(signal.SIGINT, heard)
    theirs.close()
    threading.Thread(target=_listen, args=(ours, events), daemon=True).start()
    try:
        yield ours
    finally:
        with contextlib.suppress(OSError):
            ours.send(None)
        process.join(END_SECONDS)
        process.kill()  # what it started ends with it
        process.join()


def _listen(checker: Connection, events: SimpleQueue[Event]) -> None:
    try:
        while True:
            events.put(checker.recv())
    except (EOFError, OSError):
        events.put(Failed(Ended("The process that runs the checks has ended")))


def _next(events: SimpleQueue[Event]) -> Event:
    while True:
        with contextlib.suppress(Empty):
            return events.get(timeout=1)  # without one, Windows would not hear Ctrl-C


class _Front:
    """What is known, and what follows from an event."""

    def __init__(
        self,
        orders: Connection,
        screen: Screen,
        keep: Callable[[Result], None],
        at_first: View,
        on_save: Callable[[], None],
    ) -> None:
        self._orders, self._screen, self._keep = orders, screen, keep
        self._at_first, self._on_save = at_first, on_save
        self._state: State | None = None  # once it is known what is checked
        self._number = 0  # of the last order
        self._since = self._counted = 0.0

    def goes_on_after(self, event: Event) -> bool:
        """False when it asks for the end. Raises what the checker failed with."""
        if isinstance(event, Failed):
            raise event.error
        if isinstance(event, Pressed):
            if event.key in ("q", "Q", keys.CLOSED):
                return False
            if self._state is not None:
                self._press(self._state, event.key.lower())
        elif isinstance(event, Opened):
            self._state = State(event.assignment, event.place, self._at_first)
            files.tell_of_changes(event.place, self._on_save)
            self._order(self._state)
        elif self._state is None:
            pass
        elif isinstance(event, Saved):
            self._order(self._state)
        elif event[0] == self._number:
            self._take(self._state, event[1])
        return True

    def leave(self) -> None:
        """Leave the cursor where the shell can go on."""
        if self._state is not None:
            self._screen.leave()

    def _order(self, state: State, anew: bool = False) -> None:
        self._number += 1
        self._since = time.monotonic()
        self._orders.send(Order(self._number, anew))
        state.begin()
        self._screen.draw(state)

    def _press(self, state: State, key: str) -> None:
        if key == "r":
            self._order(state, anew=True)
        elif key == "h":
            state.hint = not state.hint
        elif key in VIEWS:
            state.shows = "next" if state.shows == VIEWS[key] else VIEWS[key]
        elif key != keys.AGAIN:
            return
        self._screen.draw(state)

    def _take(self, state: State, said: OfRun) -> None:
        if isinstance(said, Planned):
            state.count = said.count
        elif isinstance(said, Heard):
            state.done += 1
            if time.monotonic() < self._counted + REDRAW_SECONDS:
                return
            self._counted = time.monotonic()
            self._screen.count(state)
            return
        elif isinstance(said, Looked):
            state.look(said)
        elif isinstance(said, Unfinished):
            state.end(time.monotonic() - self._since, sentence=said.sentence)
        else:
            state.end(time.monotonic() - self._since, said)
            self._keep(said.result)
        self._screen.draw(state)
