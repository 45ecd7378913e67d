"""Both names and the four answers. No points by machine: people read them, these are their notices."""

import re
from collections.abc import Callable

from autograder.checks import Mismatch, listing, variant
from autograder.submission import Submission
from tests.visible.vanishing_gradients.support import answers

SHORT, LONG = 60, 1_500  # characters of two or three sentences, with room


def test_both_names_are_given(submission: Submission, say: Callable[[str], None]) -> None:
    """your_name and your_partner_name are given"""
    found = answers.names(submission)
    missing = [name for name in answers.NAMES if not re.search(r"\w", found[name])]
    if missing:
        raise Mismatch(
            f"{listing(missing)} {'is' if len(missing) == 1 else 'are'} missing in answers.md and notebook.",
            'Who worked on this? ("self" stands for a partner you could not find.)',
        )
    own, partner = (re.sub(r"\s+", " ", found[name])[:80] for name in answers.NAMES)
    if partner.lower() == "self":
        say(f"{own} worked alone.")
    elif own.lower() == partner.lower():
        raise Mismatch("Both names are the same.", 'If there is no partner, would "self" be meant?')
    else:
        say(f"{own} and {partner} get the same points.")


def test_question_1_is_answered(submission: Submission, number: int = 1) -> None:
    """Question 1, evidence of vanishing gradients, has an answer"""
    text = answers.answer(submission, number)
    place = submission.report_name
    if text is None:
        raise Mismatch(
            f"There is no header for question {number}.",
            "Is answers.md there, with a header for each of the four questions?",
            place=place,
        )
    if len(text) < SHORT:
        raise Mismatch(
            f"Question {number} has {'an answer of a few words' if text else 'no answer yet'}.",
            "What do your own plots show, in two or three sentences?",
            place=place,
        )
    if len(text) > LONG:
        raise Mismatch(
            f"The answer to question {number} has {len(text):,} characters; two or three sentences are "
            "enough.",
            "Which of your sentences carry the answer?",
            place=place,
        )


test_question_2_is_answered = variant(
    test_question_1_is_answered, "Question 2, perplexity of both models, has an answer", number=2
)
test_question_3_is_answered = variant(
    test_question_1_is_answered, "Question 3, a longer SEQ_LEN, has an answer", number=3
)
test_question_4_is_answered = variant(
    test_question_1_is_answered, "Question 4, from 30 to 90 steps, has an answer", number=4
)
