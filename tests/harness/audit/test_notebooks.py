"""Notebooks as students leave them: their public names are made, whatever else is in them."""

from pathlib import Path

import pytest

from autograder import submission
from autograder.audit import corpus
from autograder.audit.notebooks import left_by_students
from autograder.course import config
from autograder.sandbox import Limits, Workers

ROOT = Path(__file__).parents[3]
LEFT = [(name, each) for name in config.load(ROOT).assignments for each in left_by_students(ROOT, name)]
IDS = [f"{name} {each.name}" for name, each in LEFT]


def test_there_are_many_and_every_assignment_has_some() -> None:
    assert len(LEFT) >= 40 and {name for name, _ in LEFT} == {*config.load(ROOT).assignments}


@pytest.mark.parametrize(("assignment", "left"), LEFT, ids=IDS)
def test_all_its_public_names_are_made(
    assignment: str, left: corpus.Alternative, portable: Workers, tmp_path: Path
) -> None:
    asked = config.load(ROOT).assignment(assignment)
    handed_in = submission.read(corpus.materialise(left.files, tmp_path), asked)
    assert handed_in.program.missing == {}
    if asked.scripts:
        return  # a script is run by its checks
    worker = portable.start(handed_in.program, limits=Limits())
    for name, home in handed_in.program.homes.items():
        worker.ask("load_module", module=home)
        worker.ask("named", name=name)
    worker.close()
