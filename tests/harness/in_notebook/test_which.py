"""Which assignment a notebook is of."""

from pathlib import Path

import pytest

from autograder.course import config
from autograder.notebook.which import assignment_of

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def course():
    return config.load(ROOT)


def named(course, name="", folder="/home/ada", defined=()):
    return assignment_of(course, name, Path(folder), defined).name


def test_the_one_that_is_named(course):
    assert named(course, "sequence_toolkit", "/x/templates/a7_sequence_modeling") == "sequence_toolkit"


def test_that_of_the_folder_or_of_one_above(course):
    assert named(course, folder="/x/templates/a7_sequence_modeling/old") == "a7_sequence_modeling"


def test_that_of_which_most_is_defined(course):
    assert named(course, defined={"torch", "Seq2Seq", "run_packed"}) == "sequence_toolkit"


def test_the_only_one_there_is(course):
    only = course.model_copy(
        update={"assignments": {"lab7_vanilla_rnn": course.assignments["lab7_vanilla_rnn"]}}
    )
    assert named(only) == "lab7_vanilla_rnn"


def test_a_wrong_name_gets_a_near_one(course):
    with pytest.raises(config.ConfigError, match="sequence_toolkit"):
        named(course, "sequence_tolkit")


def test_where_nothing_tells_the_sentence_lists_them(course):
    with pytest.raises(config.ConfigError, match="Which assignment") as raised:
        named(course, defined={"x"})
    assert all(name in str(raised.value) for name in course.assignments)
