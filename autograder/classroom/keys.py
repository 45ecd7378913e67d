"""What decides the verdicts on a submission, in one line that two runs can compare.

    submission=3f2a… checks=9c01… settings=77de… draws=e112… only=- grader=0.1.0 torch=2.13.0 python=3.11

A record with this key is done. Points, visibility, titles, weights, rubric and late rules are not in it: they
are applied when a record is read, so that changing them runs no code.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import platform
from collections.abc import Collection
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Any

import autograder
from autograder.classroom.handed import Handed
from autograder.course.config import Assignment, Config
from autograder.grading.collect import files_digest
from autograder.grading.seeds import secret

ALL = "-"  # the `only` of records that have all checks
_WORDS = {
    "submission": "what was handed in",
    "checks": "the checks",
    "settings": "limits, thresholds, files or enabled checks in the configuration",
    "draws": "the secret behind the draws",
    "only": "--only",
    "grader": "the grader's version",
    "torch": "PyTorch's version",
    "python": "Python's version",
}


@dataclass(frozen=True)
class Rules:
    """All that decides verdicts but the submission itself. Each is a short hash or a version."""

    checks: str
    settings: str
    draws: str
    only: str
    grader: str
    torch: str
    python: str

    def __str__(self) -> str:
        return " ".join(f"{name}={value}" for name, value in asdict(self).items())

    def key(self, handed: Handed) -> str:
        """The key of the record of a submission."""
        return f"{handed.content} {self}"


def rules_of(config: Config, assignment: Assignment, only: Collection[str] = ()) -> Rules:
    """What decides the verdicts here and now; `only` as on the command line.

    Raises ConfigError where there are no checks, or no secret can be kept.
    """
    return Rules(
        checks=files_digest(config, assignment, "all").hex()[:16],
        settings=_short(json.dumps(graded(assignment)).encode()),
        draws=hmac.digest(secret(config.root), b"the key of a result", "sha256").hex()[:16],
        only=_short("\n".join(sorted(only)).encode()) if only else ALL,
        grader=autograder.__version__,
        torch=metadata.version("torch"),
        python=".".join(platform.python_version_tuple()[:2]),
    )


def graded(assignment: Assignment) -> dict[str, Any]:
    """The part of an assignment's configuration that its verdicts depend on."""
    return {
        "notebook": assignment.notebook,
        "report": assignment.report,
        "limits": assignment.limits.model_dump(),
        "units": {
            name: {
                "files": unit.files,
                "script": unit.script,
                "refuse": unit.refuse_recurrent_layers,
                "checks": {key: check.thresholds for key, check in unit.checks.items() if check.enabled},
            }
            for name, unit in assignment.units.items()
        },
    }


def parts(key: str) -> dict[str, str]:
    """What a key is made of, as {"submission": "3f2a…", "checks": "9c01…"}."""
    return dict(part.partition("=")[::2] for part in key.split())


def differences(old: str, new: str) -> list[str]:
    """In words, in what two keys differ, as ["the checks", "PyTorch's version (2.12.1, now 2.13.0)"]."""
    before, now = parts(old), parts(new)
    found = []
    for name, words in _WORDS.items():
        was, is_now = before.get(name, ""), now.get(name, "")
        if was != is_now:
            versions = name in ("grader", "torch", "python") and was
            found.append(f"{words} ({was}, now {is_now})" if versions else words)
    return found


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
