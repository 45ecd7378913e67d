"""The corpus against the checks: every mistake costs points, nothing that is correct does."""

from pathlib import Path

import nbformat
import pytest

from autograder import config, grading, submission
from autograder.audit import corpus
from autograder.release import templates
from autograder.sandbox import PortableWorkers

ROOT = Path(__file__).parents[3]
ASSIGNMENTS = list(config.load(ROOT).assignments)
MISTAKES = [
    pytest.param(name, mistake, id=mistake.id)
    for name in ASSIGNMENTS
    for mistake in corpus.mistakes(ROOT, name)
]
ALTERNATIVES = [
    pytest.param(name, each, id=f"{name}-{each.name}")
    for name in ASSIGNMENTS
    for each in corpus.alternatives(ROOT, name)
]
SEED = 7
BUILDS_ON = {"loop.py": "cells.py", "paradigms.py": "loop.py"}  # A7: its training loop trains the paradigms


@pytest.fixture(scope="session")
def workers():
    with PortableWorkers() as workers:
        yield workers


class Caught(Exception):
    """A check that counts has failed: the verdict on a mistake."""


def stop_at_a_lost_check(verdict):
    assert verdict.outcome != "fault", verdict.text
    if verdict.outcome == "fail" and not verdict.is_notice:
        raise Caught(verdict.id)


@pytest.fixture
def grade(workers, tmp_path):
    """Grade the texts of a submission as `grade(assignment, files, only=..., on_result=...)`."""
    settings = config.load(ROOT)

    def run(name, files, **options):
        assignment = settings.assignments[name]
        handed_in = submission.read(corpus.materialise(files, tmp_path), assignment)
        return grading.grade(settings, assignment, handed_in, workers=workers, seed=SEED, **options)

    return run


def affected(name, files):
    """The units in which a submission may differ from the solution: those of its files and of what builds on
    them.
    """
    units = config.load(ROOT).assignments[name].units
    solution = templates.solved_modules(ROOT, name)
    changed = {file for file in {*files, *solution} if files.get(file) != solution.get(file)}
    if not changed <= set(solution):
        return ()  # another form: all of it
    changed |= {file for file in solution if BUILDS_ON.get(file, file) in changed}
    return [unit for unit, entry in units.items() if changed & set(entry.files)]


def told(result, *outcomes):
    return {check.id: check.text for check in result.checks if check.outcome in outcomes}


@pytest.mark.parametrize(("name", "mistake"), MISTAKES)
def test_a_mistake_is_caught(name, mistake, grade):
    """At home already, by a visible check, unless its entry says that it is hidden_only."""

    def lost(which):
        try:
            grade(name, mistake.files, only=[mistake.unit], which=which, on_result=stop_at_a_lost_check)
        except Caught as caught:
            return str(caught)
        return None

    if mistake.notice:
        failed = [
            check
            for check in grade(name, mistake.files, only=[mistake.unit]).checks
            if check.outcome == "fail"
        ]
        assert failed and all(check.is_notice for check in failed)
    elif mistake.hidden_only:
        assert lost("visible") is None, "it loses a visible check: no more need of hidden_only"
        assert lost("all")
    else:
        assert lost("visible"), "no visible check fails: give one a twin, or say hidden_only and why"


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_what_is_hidden_only_says_why(name):
    for path in (ROOT / "tests" / "mistakes" / name).glob("*.yaml"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not line.strip().startswith("hidden_only:") or " # " in line, f"{path.name}: {line}"


@pytest.mark.parametrize(("name", "alternative"), ALTERNATIVES)
def test_an_alternative_gets_full_marks(name, alternative, grade):
    result = grade(name, alternative.files, only=affected(name, alternative.files))
    assert told(result, "fault") == {}
    assert [check.id for check in result.checks if check.points < check.max_points] == [], told(
        result, "fail"
    )
    assert result.score == result.max_score


@pytest.mark.parametrize("form", ["modules", "notebook"])
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_solution_gets_full_marks(name, form, grade):
    if form == "modules":
        files = templates.solved_modules(ROOT, name)
    else:
        files = {"assignment.ipynb": nbformat.writes(templates.solved_notebook(ROOT, name))}
    result = grade(name, files)
    lost = [check.id for check in result.checks if check.outcome != "pass" and not check.is_notice]
    assert lost == [], told(result, "fail", "fault")
    assert result.score == result.max_score > 0


@pytest.mark.parametrize(
    "patterns", [("*.py",), ("*.ipynb",), ("*.py", "*.ipynb")], ids=["modules", "notebook", "both"]
)
@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_an_untouched_template_gets_nothing_and_is_told_so(name, patterns, grade):
    folder = ROOT / "templates" / name
    files = {path.name: path.read_text("utf-8") for kind in patterns for path in folder.glob(kind)}
    result = grade(name, files)
    assert result.score == 0
    assert {check.outcome for check in result.checks} <= {"fail", "blocked"}
    failed = [check for check in result.checks if check.outcome == "fail" and not check.is_notice]
    assert failed and not any(check.started for check in failed)
