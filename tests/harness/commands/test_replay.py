"""`replay`: a record says how its verdicts came about, and they come about again."""

import json

import pytest

from autograder.cli.replay import replay
from autograder.course.config import ConfigError
from autograder.grading import grade
from autograder.results import CheckResult, Result
from autograder.submission import read

pytestmark = pytest.mark.usefixtures("shared_workers")
CHECKS = {
    "visible/cells": """
    def test_one(student, draw):
        '''One is right.'''
        if student.call("Cell") != 1:
            raise Mismatch("That is not one.")
    """,
    "hidden/loop": """
    def test_two(student, draw):
        '''Two adds what is drawn.'''
        x = draw.normal(3)
        expect(student.call("Loop", x), "Loop").to_match(x + 2)
    """,
}
ENTRIES = {
    "cells": ["one: {points: 1, visibility: visible}"],
    "loop": ["two: {points: 1, visibility: hidden}"],
}


def test_a_record_is_repeated_and_another_submission_is_not_taken_for_it(
    course, tmp_path, monkeypatch, capsys, forked
):
    course.write(CHECKS, ENTRIES)
    files = {"cells.py": "def Cell():\n    return 1\n", "loop.py": "def Loop(x):\n    return x + 2\n"}
    work = course.hand_in(files)
    submission = read(work, course.demo)
    before = grade(course.config, course.demo, submission, workers=forked, seed=2**61 + 5)
    record = tmp_path / "record.json"
    record.write_text(json.dumps(before.to_json()))
    monkeypatch.chdir(course.root)
    again = tmp_path / "again.json"
    assert replay(record, work, processes=1, json_file=again) == 0
    assert capsys.readouterr().out.startswith(f"2 of 2 verdicts are the same, with seed {2**61 + 5}.\n")
    now = json.loads(again.read_text())
    assert (now["seed"], now["score"]) == (2**61 + 5, 2)

    other = course.hand_in({**files, "cells.py": "def Cell():\n    return 2\n"}, "other")
    assert replay(record, other) == 1
    said = capsys.readouterr().out
    assert "1 of 2 verdicts are the same" in said and "cells::one: pass → fail" in said
    assert "The submission's code is not what was graded then." in said


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"checks": 3}', "[" * 100_000])
def test_what_is_no_record_is_told_in_a_sentence(text, tmp_path):
    path = tmp_path / "record.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match="is no record of a grading"):
        replay(path, tmp_path)
    with pytest.raises(ConfigError, match="cannot be read"):
        replay(tmp_path / "nowhere.json", tmp_path)


def test_a_record_of_checks_that_are_gone_repeats_nothing(course, tmp_path, monkeypatch):
    gone = CheckResult("cells::gone", "Gone", "cells", "pass", 1, "visible")
    record = tmp_path / "record.json"
    record.write_text(json.dumps(Result("demo", 7, (gone,), 1.0, "0.1", "abc").to_json()))
    monkeypatch.chdir(course.root)
    with pytest.raises(ConfigError, match="no verdict on a check that demo has today"):
        replay(record, course.hand_in({"cells.py": ""}))
