"""The toolkit's notebook runs from top to bottom on the solution, and the grader reads what it shows."""

import json

import nbformat
import pytest

from autograder import grading
from autograder.checks import Mismatch
from autograder.checks.notebook import recorded
from autograder.course import config, templates
from autograder.sandbox import Program
from autograder.submission import Submission, read
from autograder.submission.outputs import Outputs
from tests.harness.files import run_notebook
from tests.harness.sampling import thorough
from tests.visible.sequence_toolkit import test_notebook as checks
from tests.visible.sequence_toolkit.support.record import MARKER, Record

from .conftest import ROOT, cell, own_cells

NAME = "sequence_toolkit"


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """A folder with the solution's notebook after a quick run, as Jupyter would save it."""
    folder = tmp_path_factory.mktemp("toolkit")
    run_notebook(own_cells(templates.solved_notebook(ROOT, NAME)), folder)
    return folder


def notices(folder, workers):
    """The verdicts on the notebook, by name."""
    settings = config.load(ROOT)
    assignment = settings.assignments[NAME]
    result = grading.grade(
        settings, assignment, read(folder, assignment), workers=workers, seed=0, only=["notebook"]
    )
    return {check.id.partition("::")[2]: check for check in result.checks}


@thorough
def test_the_solution_runs_and_its_record_is_read_back(handed_in, portable):
    verdicts = notices(handed_in, portable)
    assert "quick run" in verdicts.pop("experiments_ran_in_full").message
    assert verdicts.pop("accuracies_are_plausible").outcome == "blocked"
    assert {check.outcome for check in verdicts.values()} == {"pass"}


@thorough
def test_it_begins_with_the_three_layers_and_shows_a_curve(handed_in):
    notebook = nbformat.read(handed_in / "assignment.ipynb", as_version=4)
    sources = [each.source for each in notebook.cells]
    first = next(n for n, source in enumerate(sources) if "nn.RNN(" in source)
    assert first < next(n for n, source in enumerate(sources) if "def run_packed" in source)
    shown = [output for each in notebook.cells for output in each.get("outputs", [])]
    texts = "".join(output.get("text", "") for output in shown)
    for name in ("RNN ", "GRU ", "LSTM"):
        assert f"{name} mean norm of the hidden states" in texts
    assert "row 2 ends as it does alone: True" in texts
    assert any("image/png" in output.get("data", {}) for output in shown)


@thorough
def test_the_grader_reads_its_definitions_without_training(handed_in):
    assignment = config.load(ROOT).assignments[NAME]
    assert {"losses", "seq2seq_results", "results"} & {*read(handed_in, assignment).left_out}


GOOD = {"quick": False, "copy": 0.97, "reverse": 0.95, "tagger": 1.0}


def outputs(record):
    return Outputs("a.ipynb", (cell(3, 1, text=MARKER + json.dumps(record)),))


def handing_in(record):
    return Submission(Program((), {}), "", outputs=outputs(record))


def test_a_full_run_is_read_in_silence():
    assert Record.of(outputs(GOOD)).model_dump(by_alias=True) == GOOD
    checks.test_experiments_ran_in_full(handing_in(GOOD))
    checks.test_accuracies_are_plausible(handing_in(GOOD))


@pytest.mark.parametrize(
    "record",
    [
        [],
        None,
        3,
        {},
        GOOD | {"copy": "0.9"},
        GOOD | {"copy": float("nan")},
        GOOD | {"tagger": 97},
        GOOD | {"tagger": 10**400},
        GOOD | {"quick": 1},
        {"copy": 1},
    ],
)
def test_a_record_of_another_form_is_told(record):
    with pytest.raises(Mismatch, match="not as the given last cell writes it"):
        Record.of(outputs(record))


def test_a_missing_record_is_told():
    with pytest.raises(Mismatch, match="TOOLKIT-RESULTS"):
        recorded(Outputs("a.ipynb", ()), MARKER)


@pytest.mark.parametrize("key", ["copy", "reverse", "tagger"])
def test_an_accuracy_of_chance_is_told(key):
    with pytest.raises(Mismatch, match="not learnt"):
        checks.test_accuracies_are_plausible(handing_in(GOOD | {key: 0.2}))
