"""answers.md: whether both questions have an answer at all. What it says is for people."""

from __future__ import annotations

import re

from autograder.judge import Mismatch
from autograder.judge.report import Report

ENOUGH = 40  # characters; less is no answer


class Answers:
    """The text of answers.md, or None."""

    def __init__(self, text: str | None, filename: str) -> None:
        self._report = Report(text, filename or "answers.md") if text is not None else None

    def are_begun(self) -> None:
        if self._report is None:
            raise Mismatch(
                "There is no answers.md here: the two questions are half as much worth as the code.",
                "Did you hand it in elsewhere, as your course asks?",
            )
        if not self._report.is_started:
            raise Mismatch(
                "answers.md holds nothing but its headers.", "What would you tell a friend who asks you?"
            )

    def has(self, number: str, *words: str) -> None:
        """An answer below the header with this number, or with these words, or below the n-th one."""
        assert self._report is not None
        sections = self._report.sections
        if not sections:
            return  # text without headers: people will see what it answers
        found = [each for each in sections if re.match(rf"\W*(question|q)?\W*{number}\b", each.title, re.I)]
        found = found or [each for each in sections if all(word in each.title.lower() for word in words)]
        if not found and len(sections) == 2:
            found = [sections[int(number) - 5]]
        text = "".join(" ".join(section.text.split()) for section in found)
        if len(text) < ENOUGH:
            said = "has no answer yet" if found else "has no header"
            raise Mismatch(
                f"Question {number} {said}.",
                "Which header of the template has nothing below it?",
                place=self._report.place(found[0].line) if found else "",
            )
