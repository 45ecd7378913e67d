"""The corpus against the checks: every mistake costs points, nothing that is correct does."""

from pathlib import Path

import nbformat
import pytest

from autograder import config, grading, submission
from autograder.audit import corpus
from autograder.release import templates
from autograder.sandbox import PortableWorkers

ROOT = Path(__file__).parents[3]
A7 = "a7_sequence_modeling"
SEED = 7


@pytest.fixture(scope="session")
def workers():
    with PortableWorkers() as workers:
        yield workers


class Caught(Exception):
    """A check that counts has failed: the verdict on a mistake."""


@pytest.fixture
def grade(workers, tmp_path):
    """Grade the texts of a submission as `grade(files, only=..., on_result=...)`."""
    settings = config.load(ROOT)
    assignment = settings.assignments[A7]

    def run(files, **options):
        handed_in = submission.read(corpus.materialise(files, tmp_path), assignment)
        return grading.grade(settings, assignment, handed_in, workers=workers, seed=SEED, **options)

    return run


def affected(files):
    """The units in which a submission may differ from the solution: those of its files, and the next."""
    units = config.load(ROOT).assignments[A7].units
    solution = templates.solved_modules(ROOT, A7)
    changed = {name for name in {*files, *solution} if files.get(name) != solution.get(name)}
    if not changed <= set(solution):
        return ()  # another form: all of it
    builds_on = {"cells.py": "loop.py", "loop.py": "paradigms.py"}  # its training loop trains the paradigms
    changed |= {builds_on[name] for name in changed if name in builds_on}
    return [name for name, unit in units.items() if changed & set(unit.files)]


def told(result, *outcomes):
    return {check.id: check.text for check in result.checks if check.outcome in outcomes}


@pytest.mark.parametrize("mistake", corpus.mistakes(ROOT, A7), ids=lambda mistake: mistake.id)
def test_a_mistake_is_caught(mistake, grade):
    def stop(verdict):
        assert verdict.outcome != "fault", verdict.text
        if verdict.outcome == "fail" and not verdict.is_notice:
            raise Caught

    if mistake.notice:
        failed = [
            check for check in grade(mistake.files, only=[mistake.unit]).checks if check.outcome == "fail"
        ]
        assert failed and all(check.is_notice for check in failed)
    else:
        with pytest.raises(Caught):
            grade(mistake.files, only=[mistake.unit], on_result=stop)


@pytest.mark.parametrize(
    "alternative", corpus.alternatives(ROOT, A7), ids=lambda alternative: alternative.name
)
def test_an_alternative_gets_full_marks(alternative, grade):
    result = grade(alternative.files, only=affected(alternative.files))
    assert told(result, "fault") == {}
    assert [check.id for check in result.checks if check.points < check.max_points] == [], told(
        result, "fail"
    )
    assert result.score == result.max_score


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(lambda: templates.solved_modules(ROOT, A7), id="modules"),
        pytest.param(
            lambda: {"assignment.ipynb": nbformat.writes(templates.solved_notebook(ROOT, A7))}, id="notebook"
        ),
    ],
)
def test_the_solution_gets_full_marks(files, grade):
    result = grade(files())
    lost = [check.id for check in result.checks if check.outcome != "pass" and not check.is_notice]
    assert lost == [], told(result, "fail", "fault")
    assert result.score == result.max_score > 0


@pytest.mark.parametrize(
    "names", [("*.py",), ("*.ipynb",), ("*.py", "*.ipynb")], ids=["modules", "notebook", "both"]
)
def test_an_untouched_template_gets_nothing_and_is_told_so(names, grade):
    folder = ROOT / "templates" / A7
    result = grade({path.name: path.read_text("utf-8") for name in names for path in folder.glob(name)})
    assert result.score == 0
    assert {check.outcome for check in result.checks} <= {"fail", "blocked"}
    failed = [check for check in result.checks if check.outcome == "fail" and not check.is_notice]
    assert failed and not any(check.started for check in failed)
