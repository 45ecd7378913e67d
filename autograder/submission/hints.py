"""What to think about when a student's code raises, and how the exception is quoted.

What lies beside the code comes first, then what the source itself shows (`slips`), which is better than any
general question, then `syntax_table` and `hint_table`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection
from pathlib import PurePosixPath

from autograder.submission.hint_table import TABLE
from autograder.submission.slips import Around, slip
from autograder.submission.syntax_table import TABLE as SYNTAX_TABLE

# What torch advises beyond what happened: to silence it, mostly.
_ADVICE = re.compile(
    r" Hint: | \(or directly access saved tensors| Use tensor\.detach| Set allow_unused| Use \.reshape"
    r"| You can pass `?enforce_sorted|\. Convert input: |\. Saved intermediate| Error code \d"
    r"|\s+`np\.\w+` was a deprecated"
)


def hint_for(kind: str, text: str, around: Around) -> str:
    """What to think about after this exception; "" when nothing helps more than the exception's own words."""
    if hint := _handed_in(kind, text, around.unread, around.lost):
        return hint
    with contextlib.suppress(RecursionError):  # of a source that is nested too deep to be looked through
        if hint := slip(kind, text, around):
            return hint
    for *kinds, pattern, hint in (*SYNTAX_TABLE, *TABLE):
        found = re.search(pattern, text) if all(re.search(each, kind) for each in kinds) else None
        if found:
            return hint.format(*found.groups()) if found.groups() else hint
    return ""


def quoted(kind: str, text: str) -> str:
    """An exception as a student reads it, without torch's advice to those who know it."""
    said = _ADVICE.split(text, maxsplit=1)[0].rstrip()
    return f"{kind}: {said}" if said else kind


def missing_file(kind: str, text: str) -> str:
    """The path that an exception says is not there; "" where it says none."""
    named = re.search(r"No such file or directory: '([^']+)'$", text) if kind == "FileNotFoundError" else None
    return named[1] if named else ""


def _handed_in(kind: str, text: str, unread: Collection[str], lost: Collection[str]) -> str:
    """About a file that is missing, or lies where the grader does not look, or is of another kind."""
    if kind in ("ModuleNotFoundError", "ImportError"):
        named = re.search(r"No module named '([\w.]+)'", text)
        if named is None:
            return ""
        name = named[1].partition(".")[0]
        if f"{name}.py" in lost:
            return f"{name}.py is missing: where did it go?"
        below = [path for path in unread if path.endswith(".py") and "/" in path]
        inside = [
            path for path in below if name in (PurePosixPath(path).stem, *PurePosixPath(path).parts[:-1])
        ]
        if inside:
            dotted = inside[0].removesuffix(".py").replace("/", ".")
            return (
                f"{inside[0]} was handed in: does your import name its folder, as in "
                f"`from {dotted} import …`, or can the file lie beside the others?"
            )
        return (
            f"Is {name} a file of yours? Then hand in {name}.py beside the others. A package of this name is "
            "not installed where this is graded."
        )
    for path in unread:
        name = PurePosixPath(path).name
        if kind in ("FileNotFoundError", "PermissionError", "OSError", "RuntimeError") and name in text:
            return (
                f"{name} was handed in, but only code, notebook and report are there when it is graded: can "
                "what reads it move into a function that only your experiments call?"
            )
    return ""
