"""What stands in answers.md and in the notebook for people: both names, four answers. Findings only."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from autograder.submission import Submission

NAMES = ("your_name", "your_partner_name")
TITLES = {  # what a question is told by, whatever its number and exact words are
    1: r"evidence|suggests?",
    2: r"perplexit",
    3: r"increase|grew|grow|longer",
    4: r"gates|\b90\b",
}
READ = 50_000
_LINE = re.compile(r"(?m)^[\s>*_`#-]*(your_(?:partner_)?name)[\s*_`]*[:=][ \t]*(.*)$")
_COMMENT = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)


def names(submission: Submission) -> dict[str, str]:
    """Both names as they are given, those of answers.md first; "" for one that is not."""
    found = dict.fromkeys(NAMES, "")
    for source in submission.sources.values():
        found |= {name: value for name, value in _assigned(source.text) if value}
    for name, value in _LINE.findall(_shown(submission)):
        if cleaned := value.strip().strip("\"'`*_ "):
            found[name] = cleaned
    return found


def answer(submission: Submission, number: int) -> str | None:
    """The text below the header of a question, by its number or by its words; None without such a header."""
    parts = re.split(r"(?m)^#{1,6}[ \t]+(.*)$", _shown(submission))
    sections = [(title, body.strip()) for title, body in zip(parts[1::2], parts[2::2], strict=True)]
    for title, text in sections:
        if re.match(rf"\W*(?:question|q)?\W*{number}\b", title, re.IGNORECASE):
            return text
    for title, text in sections:
        if re.search(TITLES[number], title, re.IGNORECASE) and not re.match(r"\W*\d", title):
            return text
    return None


def _shown(submission: Submission) -> str:
    """What a reader of answers.md sees of it: no comments."""
    return _COMMENT.sub("", (submission.report or "")[:READ])


def _assigned(text: str) -> Iterable[tuple[str, str]]:
    """The names that a module or notebook assigns as constants."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in tree.body:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
            continue
        for target in node.targets:
            if isinstance(target, ast.Name) and target.id in NAMES and isinstance(node.value.value, str):
                yield target.id, node.value.value.strip()
