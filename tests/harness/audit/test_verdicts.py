"""The corpus against the checks: every mistake costs points, nothing that is correct does."""

from pathlib import Path

import nbformat
import pytest

from autograder import grading, submission
from autograder.audit import corpus, known
from autograder.course import config, templates
from tests.harness.conftest import patient
from tests.harness.sampling import one_in, these

ROOT = Path(__file__).parents[3]
ASSIGNMENTS = list(config.load(ROOT).assignments)
EVERY, EVERY_MUTANT = 240, 360  # the sample of known submissions, and of mutants; `make audit` takes all
SEED = 7


@pytest.fixture
def grade(forked, tmp_path):
    """Grade the texts of a submission as `grade(assignment, files, only=..., on_result=...)`."""
    settings = config.load(ROOT)

    def run(name, files, **options):
        assignment = patient(settings.assignments[name])
        handed_in = submission.read(corpus.materialise(files, tmp_path), assignment)
        return grading.grade(settings, assignment, handed_in, workers=forked, seed=SEED, **options)

    return run


# Lab 7's notebook is run with its checks in in_notebook/.
@pytest.mark.parametrize("name", these(["a7_sequence_modeling", "a3b_recurrent_networks"], ASSIGNMENTS))
def test_the_solutions_notebook_passes_every_check_that_trains_nothing(name, grade):
    entries = config.load(ROOT).assignments[name].checks
    plain = [check for check, entry in entries.items() if entry.enabled and not entry.thresholds]
    notebook = nbformat.writes(templates.solved_notebook(ROOT, name))
    result = grade(name, {"assignment.ipynb": notebook}, only=plain)
    assert [check.id for check in result.checks if not check.is_notice and check.outcome != "pass"] == []
    assert result.score == pytest.approx(sum(entries[check].points for check in plain))


BRIEF = ("lab7_vanilla_rnn", 1)  # from the second on: the first part has the solution in three forms, too


@pytest.mark.parametrize(("name", "first"), these([BRIEF], [BRIEF, *((name, 0) for name in ASSIGNMENTS)]))
def test_known_submissions_get_their_verdict(name, first, lent):
    """Mistakes lose a visible check unless they are hidden_only, as mutants do; alternatives keep all."""
    settings = config.load(ROOT)
    part = (first, EVERY)
    found = known.audit(
        settings, settings.assignments[name], processes=1, quick=True, part=part, every_mutant=EVERY_MUTANT
    )
    assert found.wrong == []
    assert found.caught == len(found.mistakes) > 0
    assert all(found.mutants.values()) and found.mutants


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_what_is_hidden_only_says_why(name):
    for path in (ROOT / "tests" / "mistakes" / name).glob("*.yaml"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not line.strip().startswith("hidden_only:") or " # " in line, f"{path.name}: {line}"


KINDS = ("*.py", "*.ipynb", "*.py *.ipynb")
TEMPLATES = [(name, kinds) for name in ASSIGNMENTS for kinds in KINDS]


@pytest.mark.parametrize(("name", "kinds"), one_in(2, TEMPLATES))  # modules, notebook and both are met
def test_an_untouched_template_gets_nothing_and_is_told_so(name, kinds, grade):
    folder = ROOT / "templates" / name
    files = {path.name: path.read_text("utf-8") for kind in kinds.split() for path in folder.glob(kind)}
    result = grade(name, files)
    assert result.score == 0
    counted = [check for check in result.checks if not check.is_notice]
    assert {check.outcome for check in counted} <= {"fail", "blocked"}
    failed = [check for check in counted if check.outcome == "fail"]
    assert failed and not any(check.started for check in failed)
