"""Text that a student's code wrote is clean and bounded wherever it reaches a verdict."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.checks import Mismatch
from autograder.grading.collect import MAX_MESSAGE
from autograder.grading.verdicts import verdict_of
from autograder.results import CheckResult
from autograder.sandbox import Opaque, Program, StudentRaised, StudentStopped
from autograder.sandbox.host.answers import read_answer
from autograder.sandbox.wire.text import clean, sentence
from autograder.sandbox.wire.values import UNNAMED, decode

BAD = {
    "a bidi override": "\u202edessap\u202c",
    "isolates": "\u2066x\u2069",
    "marks of direction": "\u200f\u200e\u061c",
    "zero width": "a\u200bb\u200dc\ufeff",
    "a link": "\x1b]8;;http://x\x07click\x1b]8;;\x07",
    "a link that does not end": "\x1b]8;;" + "x" * 500,
    "a title by ST": "\x1b]0;title\x1b\\",
    "C1 controls": "\x9b2J\x9d0;x\x9c\x85\x90q\x9c",
    "a device string": "\x1bPq#0\x1b\\",
    "an application string": "\x1b_Gf=100\x1b\\",
    "a charset": "\x1b(0lqk",
    "a lone surrogate": "\ud800",
    "private use": "\ue000\U000f0000",
    "a nonchar": "\uffff",
    "tags": "\U000e0041",
    "lines": "one\u2028two\u2029three\x0b\x0c",
    "blank letters": "\u3164\u115f\u2800\ufe0f",
    "marks without end": "e" + "\u0301" * 400,
}


class Check:
    """What `verdict_of` needs of a planned check."""

    def __init__(self, visibility="visible"):
        from autograder.course.config import Check as Entry
        from autograder.grading.collect import Planned

        entry = Entry(points=1, visibility=visibility)
        self.entry = entry
        self.verdict = lambda *a, **k: Planned.verdict(self, *a, **k)  # type: ignore[arg-type]
        self.id, self.title, self.unit = "cells::x", "x", "cells"


class Submission:
    def broken_at(self, place):
        return None

    def place_of(self, name, method=""):
        return ""

    def place(self, *frame):
        return "cells.py:3"

    def owner(self, *frame):
        return "VanillaRNNCell"

    def is_stub(self, *frame):
        return False

    def hint_for(self, error, **options):
        return ""


class Student:
    def about(self, text=""):
        return "VanillaRNNCell"

    def method_of(self, name, text=""):
        return "forward"


def verdict(error, visibility="visible") -> CheckResult:
    return verdict_of(Check(visibility), error, Submission(), Student(), 0.0)


def is_plain(text: str) -> bool:
    return all(c.isprintable() or c == " " for c in text) and not any(
        unicodedata.category(c)[0] in "C" or unicodedata.category(c) in ("Zl", "Zp") for c in text
    )


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
@pytest.mark.parametrize(
    "error", [Mismatch, StudentStopped, lambda text: StudentRaised("ValueError", text, (("cells.py", 3),))]
)
def test_a_verdict_shows_plain_text_alone(bad, error):
    seen = verdict(error(f"before {bad} behind"))
    assert is_plain(seen.message)
    assert seen.message.count("\u0301") <= 3


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_becomes_one_plain_line(text):
    assert is_plain(sentence(text, 50)) and len(sentence(text, 50)) <= 50
    assert clean(clean(text, 100), 100) == clean(text, 100)


def test_a_verdict_is_bounded():
    seen = verdict(Mismatch("x" * 3_000_000, "y" * 3_000_000, place="z" * 3_000_000))
    assert len(seen.message) <= MAX_MESSAGE and len(seen.text) < 3_000


def test_no_line_of_a_message_looks_like_one_of_the_report():
    assert "\n" not in verdict(Mismatch("wrong\n✓ cells 25 / 25")).message


@pytest.mark.parametrize(
    "kind",
    [
        "\x1b[2J\x1b[H\x1b[32mall 102 checks passed",
        "all 102 checks passed",
        "x" * 3_000_000,
        "",
        "\u202e",
        "пять",
    ],
)
def test_a_kind_that_is_no_name_is_none(kind):
    assert decode({"opaque": kind}, []) == Opaque(UNNAMED)


@pytest.mark.parametrize(
    "kind",
    ["PackedSequence", "generator", "tensor of dtype bfloat16", "dict with keys of type int", "NumPy array"],
)
def test_a_kind_that_is_a_name_is_kept(kind):
    assert decode({"opaque": kind}, []) == Opaque(kind)


@pytest.mark.parametrize(
    "kind", ["All 25 points earned. Hint", "", "x" * 81, "Value\nError", "1st", "a.b", "\u202e"]
)
def test_an_exception_whose_class_has_no_name_is_an_exception(kind):
    told = {"raised": {"kind": kind, "text": "x", "frames": []}, "number": 1}
    with pytest.raises(StudentRaised) as raised:
        read_answer(told, [], Program(()))
    assert raised.value.kind == "an exception"


def test_a_hidden_check_shows_where_and_what_was_raised_and_not_its_text():
    error = StudentRaised("ValueError", "tensor([0.123, 4.567])", (("cells.py", 3),))
    hidden, visible = verdict(error, "hidden"), verdict(error)
    assert "4.567" not in hidden.text and "ValueError" in hidden.message and hidden.place == "cells.py:3"
    assert "4.567" in visible.message


def test_a_hidden_check_that_quotes_an_exception_does_not_show_its_text():
    try:
        try:
            raise StudentRaised("ValueError", "tensor([0.123, 4.567])")
        except StudentRaised as error:
            raise Mismatch(f"The script raised {error.sentence}") from None
    except Mismatch as mismatch:
        assert verdict(mismatch, "hidden").message == "The script raised ValueError"


def test_an_answer_that_takes_too_much_memory_fails_its_check():
    seen = verdict(MemoryError())
    assert seen.outcome == "fail" and "too much memory" in seen.message
