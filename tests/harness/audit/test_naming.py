"""The tables of the assignments: up to date, without code, and of use to students who write otherwise."""

import json
from pathlib import Path

import pytest

from autograder import config
from autograder.audit import corpus, matrix, pool
from autograder.judge.diagnosis import FILE, Table
from tests.harness.audit.disguise import disguised

ROOT = Path(__file__).parents[3]
ASSIGNMENTS = list(config.load(ROOT).assignments)
SAMPLE = (5, 60)  # every sixtieth mistake, from the fifth on


def files(name):
    return [ROOT / "tests" / kind / name / FILE for kind in ("visible", "hidden")]


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_table_is_made_from_these_checks_and_mistakes(name):
    """Otherwise: autograder audit NAME --table."""
    for path in files(name):
        if path.is_file():
            assert json.loads(path.read_text("utf-8"))["made_from"] == matrix.made_from(ROOT, name), path


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_table_holds_numbers_and_sentences_only(name):
    """Nothing of a mistake's code: names, hashes, numbers, and the words that students read."""
    told = {text for each in corpus.mistakes(ROOT, name) for text in (each.mistake, each.hint)}
    for path in filter(Path.is_file, files(name)):
        data = json.loads(path.read_text("utf-8"))
        assert {text for words in data["words"].values() for text in words} <= told
        for entry in data["checks"].values():
            for prints in (entry["solution"], *entry["mistakes"].values()):
                for form, *numbers in prints:
                    assert len(form) == 12 and int(form, 16) >= 0
                    assert all(isinstance(number, float | int) for number in numbers)


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_a_mistake_under_other_names_and_in_another_order_is_named_or_not_but_never_wrongly(name):
    first, step = SAMPLE
    known = {f"mistake {each.id}": each for each in corpus.mistakes(ROOT, name)[first::step]}
    jobs = [
        pool.Job(
            key,
            {file: disguised(text) if file.endswith(".py") else text for file, text in each.files.items()},
            (each.unit,),
            trace="failed",
        )
        for key, each in known.items()
    ]
    table, named = Table.read(files(name)), 0
    for graded in pool.grade_all(ROOT, name, jobs, processes=1):
        names = set(matrix.named(graded, table).values())
        assert names <= {known[graded.key].known_as}
        named += bool(names)
    assert named >= len(known) / 2
