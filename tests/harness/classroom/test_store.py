"""What became of a submission is kept whole, and read back as it was."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from autograder import records
from autograder.classroom import store
from autograder.classroom.handed import NOTHING, Handed, Person, read_manifest, write_manifest
from autograder.classroom.store import Graded
from autograder.course.config import ConfigError
from autograder.results import CheckResult, Result

ANN = Handed(
    id="ann.chen-1",
    people=(Person(name="Ann Chen", sid="0712345"), Person(login="boli")),
    path="submissions/ann.chen-1",
    at=datetime(2026, 9, 12, 18, 3, tzinfo=timezone.utc),
    keys={"canvas": "4521"},
)
KEY = f"{ANN.content} checks=1"
CHECK = CheckResult(
    "cells::gates",
    "Gates.",
    "cells",
    "fail",
    2.0,
    "hidden",
    "wrong",
    "think",
    "cells.py:3",
    None,
    False,
    0.25,
    "f00d 1 2.5",
)
ODD = Result("a", 7, (CHECK,), 1.5, "0.1", "abc", (), "\udcff.zip")
RESULT = Result("a", 7, (CHECK,), 1.5, "0.1", "abc", ("a notice",), "x", "digest", {"seccomp": "on"})


def test_a_manifest_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    handed = [ANN, Handed(id="bo", problem=NOTHING)]
    write_manifest(tmp_path, handed)
    assert read_manifest(tmp_path) == handed


def test_a_name_may_hold_what_elsewhere_breaks_lines(tmp_path: Path) -> None:
    strange = Handed(id="ann", keys={"nbgrader": "ann\u2028chen\x85"})
    write_manifest(tmp_path, [strange])
    assert read_manifest(tmp_path) == [strange]


def test_a_line_that_is_none_is_told_with_its_number(tmp_path: Path) -> None:
    write_manifest(tmp_path, [ANN])
    with (tmp_path / "manifest.jsonl").open("a") as stream:
        stream.write('{"ident": 3}\n')
    with pytest.raises(ConfigError, match=r"manifest\.jsonl:2: "):
        read_manifest(tmp_path)


def test_a_group_is_named_by_all_its_people() -> None:
    assert ANN.names == "Ann Chen, boli"
    assert Handed(id="submission_3").names == "submission_3"


def test_two_of_one_name_are_two_people_where_nothing_else_is_known() -> None:
    first, second = (Handed(id=f"c{n}", people=(Person(name="Cy Wu"),), keys={"moodle": n}) for n in "12")
    again = first.model_copy(update={"id": "c1_2", "attempt": 2})
    assert first.owners == again.owners != second.owners
    assert Handed(id="a", people=(Person(name="A", sid="7"),), keys={"moodle": "3"}).owners == ("7",)
    assert Handed(id="submission_3").owners == ("submission_3",)


@pytest.mark.parametrize(
    "graded",
    [
        Graded(KEY, RESULT),
        Graded(KEY, ODD),
        Graded(KEY, problem="The zip cannot be read."),
        Graded(KEY, None, "x", True),
    ],
)
def test_a_record_is_read_back_as_it_was_written(graded: Graded, tmp_path: Path) -> None:
    store.save(tmp_path, ANN, graded)
    assert store.load(tmp_path, ANN) == graded


def test_only_old_drafts_are_cleared_and_no_record(tmp_path: Path) -> None:
    store.save(tmp_path, ANN, Graded(KEY, RESULT))
    old, new = (store.path_of(tmp_path, ANN).with_name(f".{name}.json.7.draft") for name in ("old", "new"))
    old.mkdir()
    (old / "part.py").touch()
    new.touch()
    os.utime(old, (1, 1))
    os.utime(store.path_of(tmp_path, ANN), (1, 1))
    records.clear_drafts(tmp_path / store.RESULTS)
    assert (old.exists(), new.exists()) == (False, True)
    assert store.load(tmp_path, ANN) == Graded(KEY, RESULT)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"key": "k"}', '{"key": "k", "problem": "", "checks": [3]}']
)
def test_what_is_no_record_counts_as_none(text: str, tmp_path: Path) -> None:
    path = store.path_of(tmp_path, ANN)
    path.parent.mkdir()
    path.write_text(text)
    assert store.load(tmp_path, ANN) is None


def test_a_record_of_what_was_handed_in_before_is_none_of_what_is_there_now(tmp_path: Path) -> None:
    store.save(tmp_path, ANN, Graded(KEY, RESULT))
    assert store.load(tmp_path, ANN.model_copy(update={"digest": "f00d"})) is None


def test_a_folder_belongs_to_the_assignment_of_its_records(tmp_path: Path) -> None:
    store.insist_on(tmp_path, "lab")
    store.save(tmp_path, Handed(id="ann"), Graded("k", problem="It is no code."))
    store.insist_on(tmp_path, "lab")
    store.save(tmp_path, Handed(id="bo"), Graded("k", Result("lab", 7, (), 1.0, "1", "2")))
    store.insist_on(tmp_path, "lab")
    with pytest.raises(ConfigError, match=r"holds submissions of lab, not of homework\.$"):
        store.insist_on(tmp_path, "homework")


def test_the_same_files_are_graded_once_whatever_their_id(tmp_path: Path) -> None:
    """Not what is pending, or unreadable, nor what other rules made; and a record that is there stays."""
    moved = ANN.model_copy(update={"id": "4521", "path": "submissions/4521"})
    other = Handed(id="bo", path="bo", digest="f00")

    def key_of(each: Handed) -> str:
        return f"{each.content} checks=1"

    assert store.share(tmp_path, [moved], key_of) == 0
    store.save(tmp_path, ANN, Graded(KEY, problem="It could not be graded.", is_fault=True))
    store.save(tmp_path, ANN.model_copy(update={"id": "old"}), Graded(f"{ANN.content} checks=0", RESULT))
    assert store.share(tmp_path, [moved], key_of) == 0
    store.save(tmp_path, ANN, Graded(KEY, problem="ann.chen-1.zip is damaged."))
    assert store.share(tmp_path, [moved], key_of) == 0
    store.save(tmp_path, ANN, Graded(KEY, RESULT))
    assert store.share(tmp_path, [ANN, moved, other], key_of) == 1
    assert store.load(tmp_path, moved) == Graded(KEY, replace(RESULT, path="submissions/4521"))
    assert store.load(tmp_path, other) is None
