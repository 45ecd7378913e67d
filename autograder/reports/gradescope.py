"""A result as the results.json that Gradescope reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from autograder.reports.worked import as_text
from autograder.results import CheckResult, Result, pending_sentence

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:@])")
_LABELS = {"pass": "passed", "fail": "failed", "blocked": "failed", "fault": "failed"}
_VISIBILITY = {"visible": "visible", "hidden": "after_published"}
FAULT_FOR_STUDENTS = (
    "Pending: the grader itself failed here. Points are neither given nor lost: the course staff decides."
)


def to_gradescope(result: Result) -> dict[str, Any]:
    """The whole file: one row per check, and what is needed to repeat the grading in `extra_data`."""
    units = list(dict.fromkeys(check.unit for check in result.checks))
    rows = []
    for number, unit in enumerate(units, start=1):
        checks = [check for check in result.checks if check.unit == unit]
        rows += [_row(check, f"{number}.{index}") for index, check in enumerate(checks, start=1)]
    return {
        "score": result.score,
        "output": _summary(result),
        "output_format": "md",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "execution_time": round(result.seconds, 1),
        "tests": rows,
        "extra_data": {
            "assignment": result.assignment,
            "seed": str(result.seed),  # 63 bits do not fit a JavaScript number
            "grader_version": result.grader_version,
            "checks_version": result.checks_version,
            "layers": dict(result.layers),
            "digest": result.digest,
            "pending": result.pending,
            "faults": [check.id for check in result.faults],
        },
    }


def zero_result() -> dict[str, Any]:
    """What is written before anything else, and stays when nothing else comes."""
    return sentence_result(
        "The autograder did not finish, which says nothing about your work: tell the course staff."
    )


def sentence_result(sentence: str) -> dict[str, Any]:
    """No points, and one sentence that says why: nothing was there that could be graded."""
    return {
        "score": 0,
        "output": escaped(sentence),
        "output_format": "md",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [],
    }


def escaped(text: str) -> str:
    """The text as one line of Markdown that shows exactly it: no markup, HTML or links of its own."""
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", plain)


def _row(check: CheckResult, number: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": f"{check.unit} · {check.title}",
        "number": number,
        "output": "\n\n".join(_paragraphs(check)),
        "output_format": "md",
        "visibility": _VISIBILITY[check.visibility],
        "tags": [check.unit],
        "extra_data": {"id": check.id, "outcome": check.outcome, "mistake": check.mistake},
    }
    if check.outcome == "fault":
        row["extra_data"]["fault"] = check.message
    if not check.is_notice:
        row |= {"score": check.points, "max_score": check.max_points, "status": _LABELS[check.outcome]}
    return row


def _paragraphs(check: CheckResult) -> Sequence[str]:
    if check.outcome == "fault":
        return [FAULT_FOR_STUDENTS]
    hint = f"**Hint:** {escaped(check.hint)}" if check.hint else ""
    place = f"**Where:** {escaped(check.place)}" if check.place else ""
    shown = check.worked is not None and check.visibility == "visible"
    worked = _verbatim(as_text(check.worked)) if shown and check.worked else ""
    return [part for part in (escaped(check.message), hint, place, worked) if part]


def _verbatim(text: str) -> str:
    """The text as a block of code, which no sign in it can end."""
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())


def _summary(result: Result) -> str:
    passed = sum(check.outcome == "pass" for check in result.counted)
    lines = [f"**{passed} of {len(result.counted)} checks passed.**"]
    if result.faults:
        lines.insert(0, f"**{pending_sentence(result)} The course staff decides.**")
    lines += [f"- {escaped(notice)}" for notice in result.notices]
    return "\n\n".join(lines)
