"""Shards of a class need no engine, do each submission once together, and survive being killed."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.classroom import store
from autograder.classroom.handed import Handed
from autograder.classroom.keys import Rules
from autograder.classroom.shards import InTurn, gather, parse
from autograder.classroom.store import Graded
from autograder.course.config import ConfigError
from tests.harness.classroom.conftest import Gone, Room
from tests.harness.sampling import thorough

RULES = Rules("c", "s", "d", "-", "0.1", "2.13", "3.11")
CLASS = [Handed(id=f"s{number:02}", path=f"s{number:02}", digest=f"{number:064}") for number in range(10)]


@pytest.mark.parametrize("texts", [["0/3", "1/3", "2/3"], ["1/3", "2/3", "3/3"]])
def test_all_shards_together_have_each_submission_once(texts: list[str]) -> None:
    parts = [parse(text).part(CLASS) for text in texts]
    assert sorted(each.id for part in parts for each in part) == [each.id for each in CLASS]
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@pytest.mark.parametrize("text", ["", "3", "4/3", "-1/3", "1/0", "a/b", "1/3/4"])
def test_what_is_no_shard_is_told_with_an_example(text: str) -> None:
    with pytest.raises(ConfigError, match="--shard is I/N, as 3/8"):
        parse(text)


def test_a_shard_leaves_no_server_behind(room: Room, gone: Gone) -> None:
    with InTurn() as engine:
        outcomes = list(engine.grade(room.work(), room.jobs(["ann", "bo"]), lambda ids: None))
    assert [each.status for each in outcomes] == ["graded", "graded"]
    assert gone(room.servers)


def test_records_of_other_folders_are_taken_where_they_are_better(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    ann, bo, cy, di = CLASS[:4]
    fault = Graded(RULES.key(ann), problem="It died.", is_fault=True)
    store.save(here, ann, fault)
    store.save(here, bo, Graded(RULES.key(bo), problem="mine"))
    for each in (ann, bo, cy):
        store.save(there, each, Graded(RULES.key(each), problem="theirs"))
    store.save(there, di, Graded("of other checks", problem="theirs"))
    assert gather(here, [there], CLASS, RULES) == 2
    records = [store.load(here, each) for each in (ann, bo, cy, di)]
    assert [record and record.problem for record in records] == ["theirs", "mine", "theirs", None]


DRIVER = """
import json, sys
from pathlib import Path
from autograder.classroom import run
from autograder.classroom.graders import Work
from autograder.classroom.handed import read_manifest
from autograder.classroom.keys import Rules
from autograder.classroom.shards import InTurn, parse

work, rules, shard = json.loads(sys.argv[1])
folder = Path(work["folder"])
plan = run.plan(folder, parse(shard).part(read_manifest(folder)), Rules(**rules))
with InTurn() as engine:
    for outcome in engine.grade(Work(**work), plan.jobs, lambda ids: None):
        assert outcome.status == "graded", outcome
"""


@thorough
@pytest.mark.skipif(sys.platform != "linux", reason="servers end with their shard on Linux")
def test_four_shards_of_which_one_is_killed_again_and_again_lose_and_repeat_nothing(room: Room) -> None:
    import json

    room.jobs([f"slow{number}" for number in range(24)])
    work = {**room.work().__dict__}
    choice = random.Random(5)

    def start(number: int) -> subprocess.Popen[bytes]:
        given = json.dumps([work, RULES.__dict__, f"{number}/4"])
        return subprocess.Popen([sys.executable, "-c", DRIVER, given], cwd=Path(__file__).parents[3])

    shards = {number: start(number) for number in range(4)}
    kills = 0
    while shards:
        number = choice.choice(sorted(shards))
        try:
            code = shards[number].wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            if kills < 6:
                shards[number].send_signal(signal.SIGKILL)
                shards[number].wait()
                shards[number] = start(number)
                kills += 1
            continue
        assert code == 0
        del shards[number]
    assert kills  # six, unless the shards were quicker
    assert all(room.records().values())
    repeated = [name for name in set(room.asked) if room.asked.count(name) > 1]
    assert len(repeated) <= kills  # one that a killed shard was at
    assert not list((room.folder / "results").glob("*.json.*"))
