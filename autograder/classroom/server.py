"""A warm grader: checks collected once, torch loaded once, then one submission after the other.

    engine ── a line per submission ──► server ──exec──► zygote ──fork──► worker
       ◄── a line per verdict, one at its end ──┘└──fork──► reader, units

The requests are lines of JSON on stdin, {"handed", "key", "target"}; the answers are lines on stdout:
{"ready"}, {"refused"} or {"fault"} first, then for each request {"seen"} for every verdict and {"status",
"said"} at its end, when the record is written. What is fresh for each submission: the reader's process, a
canary, a process per unit, and in it workers forked from the zygote. Nothing of a student's is ever in this
process or the zygote.

It ends when its stdin does, when nobody asks for a minute, or, on Linux, with whoever started it.
"""

from __future__ import annotations

import dataclasses
import json
import os
import select
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from autograder.classroom.graders import IDLE_SECONDS

if TYPE_CHECKING:
    from autograder.classroom.handed import Handed
    from autograder.classroom.store import Graded
    from autograder.grading.collect import Checks
    from autograder.sandbox import Workers


def main() -> None:
    """The last argument is the setup that `graders.Server` sends."""
    setup = json.loads(sys.argv[-1])
    _end_with(setup["parent"])
    requests, answers = _channels()
    try:
        serve(setup, requests, answers)
    except BrokenPipeError:  # nobody listens any more
        os._exit(1)


def serve(setup: dict[str, Any], requests: IO[bytes], answers: IO[str]) -> None:
    """Say that all is ready, or why not; then answer requests until there are no more."""
    from autograder import sandbox
    from autograder.course.config import ConfigError
    from autograder.grading.collect import GraderFault
    from autograder.sandbox import SandboxFault

    try:
        with sandbox.safest("cpu") as workers:
            grading = _Grading(setup, workers, answers)
            _say(answers, {"ready": True})
            for request in _lines(requests):
                _say(answers, grading.grade(request))
    except (ConfigError, GraderFault) as error:
        _say(answers, {"refused": str(error)})
    except SandboxFault as fault:
        _say(answers, {"fault": f"The sandbox did not start: {fault}"})


class _Grading:
    """The checks, the sandbox and the rules, for as long as the server lives."""

    def __init__(self, setup: dict[str, Any], workers: Workers, answers: IO[str]) -> None:
        from autograder.classroom.keys import rules_of
        from autograder.course.config import ConfigError, load
        from autograder.grading.collect import collect
        from autograder.grading.run import choose

        self._root, self._folder = Path(setup["root"]), Path(setup["folder"])
        self._only, self._workers, self._answers = tuple(setup["only"]), workers, answers
        config = load(self._root, Path(setup["config"]) if setup["config"] else None)
        assignment = config.assignment(setup["assignment"])
        self._checks: Checks = collect(config, assignment, "all")
        choose(self._checks, self._only)  # a wrong name is told before anything is graded
        here = str(rules_of(config, assignment, self._only))
        if here != setup["rules"]:
            raise ConfigError(_other(setup["rules"], here))

    def grade(self, request: dict[str, Any]) -> dict[str, str]:
        """Grade one submission and write its record; what became of it."""
        from autograder.classroom.handed import Handed
        from autograder.classroom.store import Graded, load, save
        from autograder.records import Unwritten
        from autograder.submission import Unreadable

        handed, key, target = (
            Handed.model_validate(request["handed"]),
            request["key"],
            Path(request["target"]),
        )
        graded = load(target, handed)
        if graded is not None and graded.is_done(key):  # by another command, or its answer was lost
            return _told_of(graded)
        try:
            graded = self._judged(handed, key)
        except Unreadable as error:
            graded = Graded(key, problem=str(error))
        except Exception as error:
            return _told("fault", f"The grader failed: {type(error).__name__}: {error}")
        try:
            save(target, handed, graded)
        except Unwritten as error:
            return _told("unwritten", str(error))
        return _told_of(graded)

    def _judged(self, handed: Handed, key: str) -> Graded:
        from autograder.classroom.store import Graded
        from autograder.grading.run import judge
        from autograder.grading.seeds import seed_for
        from autograder.submission import read

        place = self._folder / handed.path
        if not place.exists():  # a student's it is not: the manifest says that it is there
            raise FileNotFoundError(f"{place} is not there. Do all machines share that folder?")
        submission = read(place, self._checks.assignment)
        result = judge(
            self._checks,
            submission,
            workers=self._workers,
            seed=seed_for(self._root, submission.digest),
            only=self._only,
            on_result=lambda verdict: _say(self._answers, {"seen": verdict.id}),
            processes=1,  # the cores are for other submissions
        )
        return Graded(key, dataclasses.replace(result, path=handed.path))


def _told_of(graded: Graded) -> dict[str, str]:
    if graded.result is None:
        return _told("unreadable", graded.problem)
    faults = graded.result.faults
    return _told("pending", faults[0].message) if faults else _told("graded")


def _told(status: str, said: str = "") -> dict[str, str]:
    return {"status": status, "said": said}


def _other(wanted: str, here: str) -> str:
    """Why this server grades nothing: its verdicts would not be those that were asked for."""
    from autograder.classroom.keys import differences

    what = ", ".join(differences(wanted, here))
    return (
        f"The grader's server found another state of: {what}. If you changed it, run the same command again. "
        "If this is another machine, give it the same course, packages and AUTOGRADER_SECRET."
    )


def _lines(requests: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Requests, until stdin is closed or nothing comes for a while."""
    while select.select([requests], [], [], IDLE_SECONDS)[0]:
        line = requests.readline()
        if not line:
            return
        yield json.loads(line)


def _say(answers: IO[str], answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def _channels() -> tuple[IO[bytes], IO[str]]:
    """Stdin and stdout for the engine alone: what a check prints goes to stderr, what it reads is empty."""
    requests, answers = os.dup(0), os.dup(1)
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123, a descriptor is wanted
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return os.fdopen(requests, "rb", buffering=0), os.fdopen(answers, "w", encoding="utf-8")


def _end_with(parent: int) -> None:
    from autograder.sandbox.lockdown import lifeline

    lifeline.end_with(parent)
