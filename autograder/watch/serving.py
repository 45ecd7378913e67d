"""The checker at work: an order begins a run, and ends the one before it."""

from __future__ import annotations

import gc
import multiprocessing
import os
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from autograder.course.config import nearest
from autograder.grading.collect import collect
from autograder.grading.run import choose
from autograder.sandbox import ForkedWorkers, Workers
from autograder.sandbox.lockdown import lifeline
from autograder.submission.files import gather
from autograder.watch.checker import Setup
from autograder.watch.messages import Done, Failed, OfRun, Opened, Order, Unfinished
from autograder.watch.runs import Work

ENDED = "The checker's own process ended early. Save again, or press r."


def serve(setup: Setup, workers: Workers, front: Connection) -> None:
    """Say what is watched, then obey orders. Raises EOFError or OSError when the front has gone."""
    try:
        config = nearest(setup.config_file)
        assignment = config.assignment(setup.assignment)
        place = setup.path or config.templates(assignment.name)
        gather(place)  # what is not there now is a wrong call; later it is a file that comes back
        front.send(Opened(assignment, place))
        checks = collect(config, assignment, "visible")
        choose(checks, setup.only)  # a wrong name is told before anything runs
    except (EOFError, OSError):
        raise
    except Exception as error:
        front.send(Failed(error))
        return
    gc.freeze()  # what is loaded stays, and no fork has to copy it to look for garbage
    gc.enable()
    work = Work(checks, place, setup.only, workers)
    if isinstance(workers, ForkedWorkers):
        Forks(work, front).serve()
    else:
        serve_in_turn(work, front)


def _heard(front: Connection) -> Order:
    """The next order. Raises EOFError when there will be none."""
    order: Order | None = front.recv()
    if order is None:
        raise EOFError
    return order


class Forks:
    """A forked process for each run, so that a run can be ended at any moment."""

    def __init__(self, work: Work, front: Connection) -> None:
        self._work, self._front = work, front
        self._order = Order(0)
        self._run: tuple[BaseProcess, Connection] | None = None
        self._before: Done | None = None  # how the last run ended that came to its end

    def serve(self) -> None:
        """Obey until the front has gone."""
        try:
            while True:
                pipes = [self._run[1]] if self._run is not None else []
                if self._front in connection.wait([self._front, *pipes]):
                    self._begin(_heard(self._front))
                else:
                    self._pass_on()
        finally:
            self._end()

    def _begin(self, order: Order) -> None:
        self._end()
        self._order = order
        fork = multiprocessing.get_context("fork")  # shares what is loaded, and the zygote
        reader, writer = fork.Pipe(duplex=False)
        arguments = (self._work, self._before, order.anew, writer, os.getpid())
        process = fork.Process(target=_run, args=arguments)
        process.start()
        writer.close()
        self._run = process, reader

    def _pass_on(self) -> None:
        """Tell the front what the run says; when it ended without an end, that."""
        assert self._run is not None
        try:
            said: OfRun = self._run[1].recv()
        except (EOFError, OSError):
            self._end()
            said = Unfinished(ENDED)
        self._front.send((self._order.number, said))
        if isinstance(said, Done):
            self._before = said
        if isinstance(said, (Done, Unfinished)):
            self._end()

    def _end(self) -> None:
        if self._run is not None:
            process, reader = self._run
            self._run = None
            reader.close()
            process.kill()  # its units end with it, and with them their workers
            process.join()
            process.close()


def _run(work: Work, before: Done | None, anew: bool, pipe: Connection, parent: int) -> None:
    lifeline.end_with(parent)
    try:
        work.run(before, anew, pipe.send)
    except Exception as error:
        pipe.send(_unfinished(error))


def _unfinished(error: Exception) -> Unfinished:
    return Unfinished(f"The checker itself failed: {type(error).__name__}: {error}")


class _Superseded(Exception):
    """There is another order, or nobody to give one."""


def serve_in_turn(work: Work, front: Connection) -> None:
    """Run the checks in this process: where nothing can be forked, an order is heard between two checks."""
    before: Done | None = None
    while True:
        order = _heard(front)

        def tell(said: OfRun, order: Order = order) -> None:
            nonlocal before
            if front.poll():
                raise _Superseded
            if isinstance(said, Done):
                before = said
            front.send((order.number, said))

        try:
            work.run(before, order.anew, tell)
        except _Superseded:
            continue
        except (EOFError, OSError):
            raise
        except Exception as error:
            front.send((order.number, _unfinished(error)))
