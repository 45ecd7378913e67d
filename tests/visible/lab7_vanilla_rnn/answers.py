"""answers.md: whether both questions have an answer at all. What it says is for people."""

from __future__ import annotations

import re

from autograder.checks import Mismatch

READ = 30_000  # characters
ENOUGH = 40  # characters; less is no answer
QUESTIONS = {  # by number: how a line that repeats the question is known
    "5": re.compile(r"^\s*#+\W*(question|q)?\W*5\b|hidden state.*represent.*\?", re.IGNORECASE),
    "6": re.compile(r"^\s*#+\W*(question|q)?\W*6\b|rnns?\b.*hard.*train.*\?", re.IGNORECASE),
}
_COMMENT = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)
_HEADER = re.compile(r"^\s*#+\s")


class Answers:
    """The text of answers.md, or None, cut at the lines that repeat the questions."""

    def __init__(self, text: str | None, filename: str) -> None:
        self._there, self._filename = text is not None, filename
        plain = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), (text or "")[:READ])
        self._lines = plain.split("\n")
        self._found = {
            number: line
            for number, question in QUESTIONS.items()
            for line in (index for index, each in enumerate(self._lines) if question.search(each[:300]))
        }

    def are_begun(self) -> None:
        """Something is written below a header."""
        if not self._there:
            raise Mismatch(
                "There is no answers.md here: the two questions count half as much as the code.",
                "Did you hand it in elsewhere, as your course asks?",
            )
        if len(self._text(0, len(self._lines))) < ENOUGH:
            raise Mismatch(
                "answers.md holds nothing but its headers.", "What would you tell a friend who asks you?"
            )

    def has(self, number: str) -> None:
        """An answer below this question; a text that repeats neither question is left to people."""
        if not self._found:
            return
        if number not in self._found:
            raise Mismatch(f"Question {number} is not there.", "Which questions does the template ask?")
        start = self._found[number] + 1
        end = min((line for line in self._found.values() if line >= start), default=len(self._lines))
        if len(self._text(start, end)) < ENOUGH:
            raise Mismatch(
                f"Question {number} has no answer yet.",
                "Which header of the template has nothing below it?",
                place=f"{self._filename}:{start}",
            )

    def _text(self, start: int, end: int) -> str:
        kept = [
            line
            for index, line in enumerate(self._lines[start:end], start)
            if index not in self._found.values() and not _HEADER.match(line)
        ]
        return " ".join(" ".join(kept).split())
