"""What stands in answers.md and in the notebook for people: both names, four answers. Findings only."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from autograder.checks.expect import Mismatch, listing

NAMES = ("your_name", "your_partner_name")
TITLES = {  # what a question is told by, whatever its number and exact words are
    1: r"evidence|suggests?",
    2: r"perplexit",
    3: r"increase|grew|grow|longer",
    4: r"gates|\b90\b",
}
SHORT, LONG = 60, 1_500  # characters of two or three sentences, with room
READ = 50_000
_LINE = re.compile(r"(?m)^[\s>*_`#-]*(your_(?:partner_)?name)[\s*_`]*[:=][ \t]*(.*)$")
_COMMENT = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)


def names(report: str | None, sources: Iterable[str]) -> dict[str, str]:
    """Both names as they are given, those of answers.md first; "" for one that is not."""
    found = dict.fromkeys(NAMES, "")
    for text in sources:
        found |= {name: value for name, value in _assigned(text) if value}
    for name, value in _LINE.findall(_COMMENT.sub("", (report or "")[:READ])):
        if cleaned := value.strip().strip("\"'`*_ "):
            found[name] = cleaned
    return found


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


def names_are_given(found: dict[str, str]) -> str:
    """The sentence that repeats them."""
    missing = [name for name in NAMES if not re.search(r"\w", found[name])]
    if missing:
        raise Mismatch(
            f"{listing(missing)} {'is' if len(missing) == 1 else 'are'} missing in answers.md and notebook.",
            'Who worked on this? ("self" stands for a partner you could not find.)',
        )
    own, partner = (re.sub(r"\s+", " ", found[name])[:80] for name in NAMES)
    if partner.lower() == "self":
        return f"{own} worked alone."
    if own.lower() == partner.lower():
        raise Mismatch("Both names are the same.", 'If there is no partner, would "self" be meant?')
    return f"{own} and {partner} get the same points."


def answer_is_there(report: str | None, report_name: str, number: int) -> None:
    """Something is written below the header of a question, not too little and not a whole essay."""
    text = answer(report, number)
    if text is None:
        raise Mismatch(
            f"There is no header for question {number}.",
            "Is answers.md there, with a header for each of the four questions?",
            place=report_name,
        )
    size = len(text)
    if size < SHORT:
        raise Mismatch(
            f"Question {number} has {'no answer yet' if not size else 'an answer of a few words'}.",
            "What do your own plots show, in two or three sentences?",
            place=report_name,
        )
    if size > LONG:
        raise Mismatch(
            f"The answer to question {number} has {size:,} characters; two or three sentences are enough.",
            "Which of your sentences carry the answer?",
            place=report_name,
        )


def answer(report: str | None, number: int) -> str | None:
    """The text below the header of a question, by its number or by its words; None without such a header."""
    sections = _sections(_COMMENT.sub("", (report or "")[:READ]))
    for title, text in sections:
        if re.match(rf"\W*(?:question|q)?\W*{number}\b", title, re.IGNORECASE):
            return text
    for title, text in sections:
        if re.search(TITLES[number], title, re.IGNORECASE) and not re.match(r"\W*\d", title):
            return text
    return None


def _sections(text: str) -> list[tuple[str, str]]:
    parts = re.split(r"(?m)^#{1,6}[ \t]+(.*)$", text)
    return [(title, body.strip()) for title, body in zip(parts[1::2], parts[2::2], strict=True)]
