"""A name is given only when a student's answers are those of one known mistake and of no other."""

import numpy as np
import pytest

from autograder.audit import corpus, known, pool
from autograder.checks import Draw, fill
from autograder.diagnosis.table import DRAWS, Fingerprint, Table, Trace, causes


def seen(*answers):
    trace = Trace()
    for answer in answers:
        trace.add("call", answer)
    return trace.fingerprint()


STATES = Draw(1).normal(4, 5)


def test_equal_answers_have_equal_fingerprints_and_rounding_does_not_matter():
    assert seen(STATES).equals(seen(STATES * np.float32(1 + 1e-6)))
    assert seen((STATES, 3.0), {"b": 1, "a": STATES}).equals(seen((STATES, 3.0), {"a": STATES, "b": 1}))


@pytest.mark.parametrize(
    "other",
    [
        STATES.T.copy(),
        STATES[::-1].copy(),
        STATES[:, ::-1].copy(),
        STATES * 1.05,
        np.roll(STATES, 1, axis=0),
        (STATES,),
        [STATES],
        STATES.astype(np.float64).astype(np.int64),
        np.where(STATES > 0, STATES, np.nan).astype(np.float32),
        None,
        "text",
    ],
    ids=lambda other: type(other).__name__,
)
def test_other_answers_have_other_fingerprints(other):
    assert not seen(STATES).equals(seen(other))


def test_answers_of_one_number_have_one_whatever_their_axes_and_numpy():
    """Before NumPy 2.3, np.float64 made a scalar of an array with one entry."""
    for shape in ((), (1,), (1, 1)):
        assert any(seen(np.full(shape, 2, np.float32)).numbers)


def test_a_fingerprint_is_read_back_as_it_was_written():
    one = seen(STATES, 3.0)
    assert Fingerprint.from_text(str(one)) == one


def test_the_order_of_answers_counts():
    assert not seen(STATES, STATES * 2).equals(seen(STATES * 2, STATES))


def fingerprints(*numbers):
    """One per canonical draw; the last number serves those that are left."""
    every = [*numbers, *[numbers[-1]] * (DRAWS - len(numbers))]
    return [Fingerprint("f", (float(number),)) for number in every]


@pytest.fixture
def table():
    return Table(
        solution={"u::a": fingerprints(0, 0), "u::b": fingerprints(0, 0)},
        mistakes={
            "u::a": {"ONE": fingerprints(1, 1), "TWO": fingerprints(1, 2), "SAME": fingerprints(0, 0)},
            "u::b": {"ONE": fingerprints(5, 5), "THREE": fingerprints(7, 7), "FOUR": fingerprints(7, 7)},
        },
        words={name: (f"{name}.", "Why?") for name in ("ONE", "TWO", "THREE", "FOUR", "SAME")},
    )


def name(table, answers, passed=()):
    return causes(table, list(answers), passed, lambda check, draw: answers[check][draw])


def test_a_second_draw_tells_two_mistakes_apart(table):
    assert name(table, {"u::a": fingerprints(1, 2)}) == {"u::a": "TWO"}


def test_one_answer_that_is_alike_by_chance_is_not_enough(table):
    assert name(table, {"u::a": fingerprints(1, 7)}) == {}


def test_a_mistake_that_answers_otherwise_in_another_check_is_not_it(table):
    table.mistakes["u::b"]["TWO"] = fingerprints(4)
    assert name(table, {"u::a": fingerprints(1, 2), "u::b": fingerprints(4)}) == {
        "u::a": "TWO",
        "u::b": "TWO",
    }
    assert name(table, {"u::a": fingerprints(1, 2), "u::b": fingerprints(9)}) == {}


def test_another_check_may_single_out_one_of_several_mistakes(table):
    both = {"ONE": fingerprints(1), "LATER": fingerprints(1)}
    table.mistakes = {"u::a": {"ONE": fingerprints(5), "LATER": fingerprints(6)}, "u::b": both}
    assert name(table, {"u::b": fingerprints(1)}) == {}
    answers = {"u::a": fingerprints(5), "u::b": fingerprints(1)}
    assert name(table, answers) == {"u::a": "ONE", "u::b": "ONE"}


def test_ruling_out_one_of_two_mistakes_does_not_prove_the_other(table):
    """Whether a check passes may depend on the layout."""
    table.mistakes["u::c"] = {"THREE": fingerprints(2)}
    assert name(table, {"u::b": fingerprints(7)}, passed=["u::c"]) == {}


def test_mistakes_that_answer_alike_are_not_named(table):
    assert name(table, {"u::b": fingerprints(7, 7)}) == {}


def test_answers_of_the_solution_name_nothing(table):
    assert name(table, {"u::a": fingerprints(0, 0)}) == {}


def test_what_only_biases_show_is_named(table):
    table.mistakes["u::a"]["BIAS"] = fingerprints(0, 0, 4)
    assert name(table, {"u::a": fingerprints(0, 0, 4)}) == {"u::a": "BIAS"}


def test_a_mistake_that_is_stopped_before_it_answers_otherwise_gets_no_name():
    """Anything may stop there."""
    right, cut, other = Trace(), Trace(), Trace()
    for number in (1.0, 2.0, 3.0):
        right.add("call", number)
    cut.add("call", 1.0)
    other.add("call", 5.0)
    two = [corpus.Mistake(name, "u", "", "", False, False, name, {}) for name in ("CUT", "OTHER")]
    graded = {
        known.SOLUTION: pool.Graded(
            known.SOLUTION,
            traces={"u::a": [right.fingerprint()] * DRAWS},
            paths={"u::a": [right.path] * DRAWS},
        ),
        "mistake CUT": pool.Graded("", traces={"u::a": [cut.fingerprint()] * DRAWS}),
        "mistake OTHER": pool.Graded("", traces={"u::a": [other.fingerprint()] * DRAWS}),
    }
    assert set(known.table_of(two, graded).mistakes["u::a"]) == {"OTHER"}


def test_an_unknown_answer_names_nothing(table):
    assert name(table, {"u::a": fingerprints(3, 3)}) == {}


def test_a_mistake_that_loses_a_check_which_passed_is_not_it(table):
    assert name(table, {"u::a": fingerprints(1, 1)}, passed=["u::b"]) == {}


def test_no_answer_in_time_names_nothing(table):
    assert causes(table, ["u::a"], (), lambda check, draw: None) == {}


def test_a_table_survives_its_file(table, tmp_path):
    table.made_from = "abc"
    table.write(tmp_path / "visible.json", {"u::a": "u::a"})
    table.write(tmp_path / "hidden.json", {"u::b": "u::b"})
    both = Table.read([tmp_path / "visible.json", tmp_path / "hidden.json", tmp_path / "none.json"])
    assert both == table
    alone = Table.read([tmp_path / "visible.json"])
    assert set(alone.mistakes) == {"u::a"} and set(alone.words) == {"ONE", "TWO", "SAME"}


def test_the_fill_is_the_same_for_fused_and_separate_gates():
    apart = [fill.symmetric((5, 12), [7, 5], 0.9, last=False) for _ in range(4)]
    fused = fill.symmetric((20, 12), [7, 5], 0.9, last=False)
    assert np.array_equal(np.concatenate(apart), fused)
    assert np.array_equal(fill.symmetric((12, 20), [7, 5], 0.9, last=True), fused.T)
    assert not fill.symmetric((20,), [7, 5], 0.9, last=False).any()
    assert np.unique(fused[:5, 0]).size == 5
