"""The vanishing-gradients notebook runs on the solution, and the grader reads what it shows."""

import json
from pathlib import Path

import pytest

from autograder import grading
from autograder.checks import Mismatch
from autograder.course import config, masters, templates
from autograder.sandbox import Program
from autograder.submission import Listing, Submission, read
from autograder.submission.outputs import CellOutput, Outputs
from tests.harness.files import run_notebook
from tests.harness.sampling import thorough
from tests.visible.vanishing_gradients import test_answers, test_notebook
from tests.visible.vanishing_gradients.support import answers, record

ROOT = Path(__file__).parents[3]
NAME = "vanishing_gradients"
SETTINGS = config.load(ROOT)
ASSIGNMENT = SETTINGS.assignment(NAME)
ANSWERS = masters.solved_text((ROOT / "solutions" / NAME / "answers.md").read_text("utf-8"), "answers.md")


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """The solution's notebook after a quick run on the made-up text, and the answers."""
    folder = tmp_path_factory.mktemp("run")
    run_notebook(templates.solved_notebook(ROOT, NAME), folder)
    (folder / "answers.md").write_text(ANSWERS, "utf-8")
    return folder


def verdicts(folder, workers, *only):
    result = grading.grade(
        SETTINGS, ASSIGNMENT, read(folder, ASSIGNMENT), workers=workers, seed=0, which="visible", only=only
    )
    return {check.id.partition("::")[2]: check for check in result.checks}


@thorough
def test_its_outputs_names_and_answers_are_found(handed_in, portable):
    found = verdicts(handed_in, portable, "answers", "notebook")
    assert "quick run" in found.pop("experiments_ran_in_full").message
    assert found.pop("perplexities_are_plausible").outcome == "blocked"
    assert {check.outcome for check in found.values()} == {"pass"}
    assert "worked alone" in found["both_names_are_given"].message


@thorough
def test_its_record_holds_what_its_table_shows(handed_in):
    shown = "\n".join(cell.text for cell in read(handed_in, ASSIGNMENT).outputs.cells)
    found = json.loads(shown.rpartition(record.MARKER)[2])
    for name, row in found["summary"].items():
        assert f"| {name} | " + " | ".join(f"{number:.3f}" for number in row) + " |" in shown
    assert found["ratio"] > 5


@thorough
def test_the_grader_reads_no_text_and_trains_nothing(handed_in):
    assert {"lines", "train_texts", "rnn_logs", "lstm", "results"} <= {*read(handed_in, ASSIGNMENT).left_out}


def test_the_template_is_not_started_and_says_what_is_missing(portable):
    found = verdicts(ROOT / "templates" / NAME, portable, "answers", "notebook")
    assert "was not run yet" in found["notebook_was_run_from_top_to_bottom"].message
    assert "your_name and your_partner_name are missing" in found["both_names_are_given"].message
    assert all("no answer yet" in found[f"question_{n}_is_answered"].message for n in (1, 2, 3, 4))


# -- names and answers ---------------------------------------------------------------------------------------


def with_answers(report, source=""):
    """A submission of these answers, and of one module."""
    sources = {"models.py": Listing("models", "models.py", source)}
    return Submission(Program(()), "", report=report, report_name="answers.md", sources=sources)


@pytest.mark.parametrize(
    ("report", "source", "names"),
    [
        ("your_name: Ada B\n\nyour_partner_name: self\n", "", ("Ada B", "self")),
        ("- **your_name**: `Ada B`\n- your_partner_name = 'Cy D'\n", "", ("Ada B", "Cy D")),
        (None, "your_name = 'Ada B'\nyour_partner_name = \"self\"\n", ("Ada B", "self")),
        ("your_name:\n\nyour_partner_name:\n", "your_name = 'Ada B'\n", ("Ada B", "")),
        ("<!-- your_name: no -->\n", "your_name = 3\nyour_partner_name = f()\n", ("", "")),
        (None, "def broken(:\n", ("", "")),
    ],
)
def test_names_are_read_from_wherever_they_stand(report, source, names):
    assert tuple(answers.names(with_answers(report, source)).values()) == names


def test_missing_and_equal_names_are_told():
    for own, partner, words in (
        ("", "", "are missing"),
        ("Ada", "", "is missing"),
        ("Ada", "ADA", "the same"),
    ):
        given = with_answers(f"your_name: {own}\nyour_partner_name: {partner}\n")
        with pytest.raises(Mismatch, match=words):
            test_answers.test_both_names_are_given(given, print)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_each_answer_is_found_by_its_number_or_its_words(number):
    check = getattr(test_answers, f"test_question_{number}_is_answered")
    check(with_answers(ANSWERS))
    plain = (
        ANSWERS.replace("## 1 ", "## ")
        .replace("## 2 ", "## ")
        .replace("## 3 ", "## ")
        .replace("## 4 ", "## ")
    )
    assert answers.answer(with_answers(plain), number) == answers.answer(with_answers(ANSWERS), number)
    for text, words in ((None, "no header"), ("## 1\n## 2\n## 3\n## 4\n", "no answer yet")):
        with pytest.raises(Mismatch, match=words):
            check(with_answers(text))


# -- the record ----------------------------------------------------------------------------------------------

RECORD = {
    "text": "WikiText-2",
    "budget": "small",
    "unigram": 100.0,
    "val": {"RNN": [[4.0, 54.598]], "LSTM": [[4.1, 60.34]]},
    "ratio": 40.0,
}


def shows(text, pictures=4):
    """A submission whose notebook has one cell with these outputs."""
    cell = CellOutput(number=2, empty=False, count=1, text=text, pictures=pictures, error="")
    return Submission(Program(()), "", outputs=Outputs("assignment.ipynb", (cell,)))


def recorded(results):
    return shows(record.MARKER + json.dumps(results))


def test_a_good_record_is_complained_about_by_nobody():
    test_notebook.test_experiments_ran_in_full(recorded(RECORD))
    test_notebook.test_perplexities_are_plausible(recorded(RECORD))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"val": {"RNN": [[4.0, 54.598]], "LSTM": [[4.1, 99.0]]}}, "not exp"),
        ({"unigram": 50.0}, "hardly better"),
        ({"val": {"RNN": [[0.1, 1.105]], "LSTM": [[4.1, 60.34]]}}, "than a text allows"),
    ],
)
def test_results_that_look_unusual(change, words):
    with pytest.raises(Mismatch, match=words):
        test_notebook.test_perplexities_are_plausible(recorded(RECORD | change))


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "1",
        "[" * 40_000,
        "9" * 10_000,
        "9" * 4_000,
        json.dumps(RECORD | {"unigram": None}),
        json.dumps(RECORD | {"unigram": True}),
        json.dumps(RECORD | {"unigram": "100"}),
        json.dumps(RECORD | {"unigram": float("nan")}),
        json.dumps(RECORD | {"ratio": 10**400}),
        json.dumps(RECORD | {"val": {"RNN": [], "LSTM": []}}),
        json.dumps(RECORD | {"val": {"RNN": [[1, 2, 3]], "LSTM": [[1, 2]]}}),
        json.dumps({"val": 3}),
    ],
)
def test_a_record_of_any_other_kind_is_refused(line):
    with pytest.raises(Mismatch, match="not as the given last cell"):
        test_notebook.test_results_are_recorded(shows(record.MARKER + line))


def test_few_plots_and_no_table_are_told():
    with pytest.raises(Mismatch, match="four plots"):
        test_notebook.test_four_plots_are_shown(shows("", pictures=3))
    with pytest.raises(Mismatch, match="RNN in one line"):
        test_notebook.test_summary_table_is_shown(shows("RNN: 3.1"))
    table = "RNN 1 2 3.0 4e-05 5\nLSTM  0.1  0.2  0.3  0.4  0.5\n"
    test_notebook.test_summary_table_is_shown(shows(table))
