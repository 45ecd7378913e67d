"""The two questions. No points: people grade the answers, these are remarks about what is missing."""

from __future__ import annotations

import re

from autograder.checks import Mismatch, needs, variant
from autograder.submission import Submission

READ = 30_000  # characters
ENOUGH = 40  # characters; less is no answer
QUESTIONS = {  # by number: how a line that repeats the question is known
    "5": re.compile(r"^\s*#+\W*(question|q)?\W*5\b|hidden state.*represent.*\?", re.IGNORECASE),
    "6": re.compile(r"^\s*#+\W*(question|q)?\W*6\b|rnns?\b.*hard.*train.*\?", re.IGNORECASE),
}
_COMMENT = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)
_HEADER = re.compile(r"^\s*#+\s")


class Answers:
    """The text of answers.md, cut at the lines that repeat the questions: `found`, by their numbers."""

    def __init__(self, submission: Submission) -> None:
        text = (submission.report or "")[:READ]
        self.lines = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text).split("\n")
        self.found = {
            number: line
            for number, question in QUESTIONS.items()
            for line, words in enumerate(self.lines)
            if question.search(words[:300])
        }

    def is_empty(self, start: int, end: int) -> bool:
        """Whether next to nothing but headers and questions is written there."""
        kept = [
            words
            for line, words in enumerate(self.lines[start:end], start)
            if line not in self.found.values() and not _HEADER.match(words)
        ]
        return len(" ".join(" ".join(kept).split())) < ENOUGH


def test_answers_are_there(submission: Submission) -> None:
    """answers.md is there and begun"""
    if submission.report is None:
        raise Mismatch(
            "There is no answers.md here: the two questions count half as much as the code.",
            "Did you hand it in elsewhere, as your course asks?",
        )
    answers = Answers(submission)
    if answers.is_empty(0, len(answers.lines)):
        raise Mismatch(
            "answers.md holds nothing but its headers.", "What would you tell a friend who asks you?"
        )


@needs(test_answers_are_there)
def test_question_5_is_answered(submission: Submission, number: str = "5") -> None:
    """Question 5: what the hidden state represents

    A text that repeats neither question is left to people.
    """
    answers = Answers(submission)
    if not answers.found:
        return
    if number not in answers.found:
        raise Mismatch(f"Question {number} is not there.", "Which questions does the template ask?")
    start = answers.found[number] + 1
    end = min((line for line in answers.found.values() if line >= start), default=len(answers.lines))
    if answers.is_empty(start, end):
        raise Mismatch(
            f"Question {number} has no answer yet.",
            "Which header of the template has nothing below it?",
            place=f"{submission.report_name}:{start}",
        )


test_question_6_is_answered = variant(
    test_question_5_is_answered, "Question 6: why RNNs are hard to train", number="6"
)
