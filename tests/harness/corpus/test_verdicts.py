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


@pytest.fixture
def grade(workers, tmp_path):
    """Grade the texts of a submission as `grade(files, only=...)`."""
    settings = config.load(ROOT)
    assignment = settings.assignments[A7]

    def run(files, only=()):
        handed_in = submission.read(corpus.materialise(files, tmp_path), assignment)
        return grading.grade(settings, assignment, handed_in, workers=workers, seed=SEED, only=only)

    return run


def told(result, *outcomes):
    return {check.id: check.text for check in result.checks if check.outcome in outcomes}


@pytest.mark.parametrize("mistake", corpus.mistakes(ROOT, A7), ids=lambda mistake: mistake.id)
def test_a_mistake_is_caught(mistake, grade):
    result = grade(mistake.files, only=[mistake.unit])
    assert told(result, "fault") == {}
    failed = [check for check in result.checks if check.outcome == "fail"]
    if mistake.notice:
        assert failed and all(check.is_notice for check in failed), told(result, "fail")
    else:
        assert any(not check.is_notice for check in failed)


@pytest.mark.parametrize(
    "alternative", corpus.alternatives(ROOT, A7), ids=lambda alternative: alternative.name
)
def test_an_alternative_gets_full_marks(alternative, grade):
    result = grade(alternative.files)
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
    assert told(result, "fail", "blocked", "fault") == {}
    assert result.score == result.max_score > 0


@pytest.mark.parametrize(
    "names", [("*.py",), ("*.ipynb",), ("*.py", "*.ipynb")], ids=["modules", "notebook", "both"]
)
def test_an_untouched_template_gets_nothing_and_is_told_so(names, grade):
    folder = ROOT / "templates" / A7
    result = grade({path.name: path.read_text("utf-8") for name in names for path in folder.glob(name)})
    assert result.score == 0
    assert {check.outcome for check in result.checks} <= {"fail", "blocked"}
    assert not any(check.started for check in result.checks if check.outcome == "fail")
