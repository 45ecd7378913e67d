"""The process that runs a student's code: answers requests until the grader goes away."""

from __future__ import annotations

import contextlib
import faulthandler
import linecache
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from ..lockdown import lifeline, scratch
from ..wire import values
from ..wire.frames import Pipe
from ..wire.program import Module, Program

_MAX_TEXT = 1200  # the grader cleans and cuts it further
_MAX_FRAMES = 8


def begin(request: dict[str, Any], *, locked: bool) -> Any:
    """A workspace for the program in the first request. Imports torch, but no code of the student's."""
    from ..lockdown import driver
    from . import operations, refuse

    refuse.remove()  # what the program before was refused
    if request["device"] != "cpu":
        driver.try_out(request["device"])
    if request["refuse"]:
        refuse.install(for_good=locked)
    modules = tuple(Module(*fields) for fields in request["modules"])
    return operations.Workspace(Program(modules, request["homes"]), request["device"])


def serve(pipe: Pipe, *, locked: bool, renew: Callable[[], object] = lambda: None) -> None:
    """Answer requests, each with its own number, until the other side goes away; `renew` precedes a program.

    "begin" comes before any code of the student's has run, so its failure is the sandbox's own, and the end.
    Everything after it is the student's: exceptions of any kind are sent, never raised.
    """
    workspace: Any = None
    while True:
        try:
            request, arrays = pipe.receive()
        except EOFError:
            return
        answer: dict[str, Any] = {"number": request["number"]}
        sent: list[values.Array] = []
        if request["operation"] == "begin":
            if workspace is not None:
                workspace.close()
            try:
                renew()
                workspace = begin(request, locked=locked)
            except Exception as error:
                pipe.send({"fault": f"{type(error).__name__}: {error}"[:_MAX_TEXT]})
                return
        else:
            try:
                fields = values.decode(request["fields"], arrays, references=True)
                answer["value"] = values.encode(workspace.perform(request["operation"], fields), sent)
            except BaseException as error:
                sent.clear()
                answer |= describe(error, workspace)
        _flush()
        pipe.send(answer, sent)


def describe(error: BaseException, workspace: Any) -> dict[str, Any]:
    """An exception as plain data: type, message and the places in the student's own files.

    For a name that is not set it says which statement of the program was to set it, and how that failed.
    """
    from .operations import Missing

    if isinstance(error, Missing):
        return {"missing": str(error)}
    kind, text = _said(error)
    filenames = workspace.filenames
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in filenames]
    frames = [[frame.filename, frame.lineno or 0] for frame in own]
    span = _columns(own[-1]) if own else None
    if isinstance(error, SyntaxError) and error.filename in filenames:
        frames.append([error.filename, error.lineno or 0])
        span = [max((error.offset or 1) - 1, 0), max((error.end_offset or 0) - 1, error.offset or 1)]
    raised: dict[str, Any] = {"kind": kind, "text": text, "frames": frames[-_MAX_FRAMES:]}
    if span is not None:
        raised["span"] = span
    with contextlib.suppress(BaseException):  # a student's exception may say anything of itself
        if (found := workspace.unset(error)) is not None:
            name, root, failure = found
            raised["unset"] = [name, root, failure.filename, failure.line, *_said(failure.error)]
    return {"raised": raised}


def _columns(frame: traceback.FrameSummary) -> list[int] | None:
    """The first column of what a frame was at, and the one behind its last; None before Python 3.11."""
    first, last = getattr(frame, "colno", None), getattr(frame, "end_colno", None)
    if first is None or last is None:
        return None
    line = linecache.getline(frame.filename, frame.lineno or 0).rstrip("\n")
    if getattr(frame, "end_lineno", None) != frame.lineno:
        return [_characters(line, first), len(line)]
    return [_characters(line, first), _characters(line, last)]


def _characters(line: str, count: int) -> int:
    """How many characters so many bytes of a line are."""
    return len(line.encode()[:count].decode(errors="replace"))


def _said(error: BaseException) -> tuple[str, str]:
    from .guarded import Overtime

    try:
        kind = "TimeoutError" if isinstance(error, Overtime) else str(type(error).__name__)[:80]
        return kind, str(error.msg if isinstance(error, SyntaxError) else error)[:_MAX_TEXT]
    except BaseException:  # the exception is the student's own, and so is its __str__
        return "Exception", ""


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BaseException):
            stream.flush()


def tell_where_when_asked() -> None:
    """Print at which lines the program is when the signal for it comes: an endless loop cannot be asked."""
    faulthandler.register(signal.SIGUSR1, file=2, all_threads=False)


def file_pipe(descriptor: int) -> Pipe:
    """Blocking frames over a file descriptor, with read and write alone.

    A locked worker may use no socket calls.
    """
    return Pipe(partial(os.read, descriptor), partial(os.write, descriptor))


def main(arguments: list[str]) -> None:
    """An unlocked worker: connects to the grader's loopback port twice, for answers and for prints."""
    port, folder = int(arguments[0]), Path(arguments[1])
    token = sys.stdin.readline().strip()
    lifeline.end_at_eof(os.dup(0), partial(scratch.remove, folder.parent))
    folder.parent.mkdir(mode=0o700)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # a program that reads its input finds none
    answers, output = (_connect(port, token, purpose) for purpose in ("answers", "output"))
    if os.name == "posix":
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
        pipe = file_pipe(answers.fileno())
        tell_where_when_asked()
    else:  # a Windows socket is no file descriptor
        sys.stdout = sys.stderr = output.makefile("w", encoding="utf-8", errors="replace")
        pipe = Pipe(answers.recv, answers.send)
    import torch  # noqa: F401, before it says that it is ready

    scratch.bound_files()
    pipe.send({"ready": True})
    serve(pipe, locked=False, renew=partial(scratch.enter, folder))
    scratch.remove(folder.parent)
    os._exit(0)  # torch takes a second to take itself apart


def _connect(port: int, token: str, purpose: str) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(f"{token} {purpose}\n".encode())
    return connection
