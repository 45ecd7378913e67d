"""Each finding about a report: silent on the solution's, one sentence with its line on a wrong one."""

import re

import pytest

from autograder.audit import corpus
from autograder.checks import report as form
from autograder.course import templates
from tests.harness.sampling import one_in
from tests.visible.a7_sequence_modeling import test_report as checks
from tests.visible.a7_sequence_modeling.support import report_rules, results_table

from .conftest import A7, ROOT, complaint, handed_in

GOOD = templates.solved_report(ROOT, A7)["report.md"]
MISTAKES = [mistake for mistake in corpus.mistakes(ROOT, A7) if mistake.unit == "report"]
TABLE = re.search(r"(\|.*\n)+", GOOD)[0]


def parsed(text):
    return form.is_there(text, "report.md", report_rules.SECTIONS)


def with_table(table, outputs=None):
    return handed_in(outputs, GOOD.replace(TABLE, table))


def line_of(text, part):
    return text[: text.index(part)].count("\n") + 1


def test_the_solutions_report_is_complained_about_by_nobody():
    report = parsed(GOOD)
    report_rules.has_five_sections(report)
    report_rules.has_no_pictures(report)
    report_rules.takeaway_has_a_number(report)
    checks.test_results_table_is_whole(handed_in(report=GOOD))
    checks.test_accuracies_share_one_unit(handed_in(report=GOOD))
    checks.test_losses_are_means(handed_in(report=GOOD))
    assert f"{7_500 - len(GOOD):,} left" in report_rules.is_short_enough(report)


@pytest.mark.parametrize("mistake", one_in(3, MISTAKES), ids=lambda mistake: mistake.id)
def test_every_known_mistake_is_found(course, mistake, tmp_path):
    folder = corpus.materialise(mistake.files, tmp_path)
    found = [check for check in course.grade(folder, "report").values() if check.outcome == "fail"]
    assert len(found) == 1 and found[0].place.startswith("report.md:")


def test_the_solutions_report_gets_only_its_characters_left(course, tmp_path):
    corpus.materialise(templates.solved_report(ROOT, A7), tmp_path)
    corpus.materialise(templates.solved_modules(ROOT, A7), tmp_path)
    verdicts = course.grade(tmp_path, "report").values()
    assert {check.outcome for check in verdicts} == {"pass"}
    [remark] = [check for check in verdicts if check.is_remark]
    assert remark.id == "report::report_keeps_to_its_length" and "left" in remark.message


def test_a_report_that_was_not_begun():
    skeleton = (ROOT / "templates" / A7 / "report.md").read_text(encoding="utf-8")
    for text, words in (
        (None, "no report.md"),
        ("  \n", "no report.md"),
        (skeleton, "nothing but its headers"),
    ):
        assert words in complaint(form.is_there, text, "report.md", report_rules.SECTIONS).message
    assert len(form.Report(skeleton, "report.md", report_rules.SECTIONS).sections) == 5


# -- sections ------------------------------------------------------------------------------------------------

FIVE = [f"{title}\n\nText {number}.\n" for number, title in enumerate("ABCDE", start=1)]


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"# {each}" for each in FIVE),
        "# The title\n\nA. Student\n\n" + "".join(f"## {each}" for each in FIVE),
        "# The title\n\n" + "".join(f"# {each}" for each in FIVE),
        "The title\n=====\n\n" + "".join(f"### {each}\n#### More\n\n#### Yet more\n\nx\n\n" for each in FIVE),
        "\n\n".join(each.replace("\n", "\n---\n", 1) for each in FIVE),
        "".join(f"## {each}\n```\n# no header\n```\n> # nor this\n" for each in FIVE),
    ],
    ids=["level 1", "with a title", "a title on their level", "with parts", "underlined", "with code"],
)
def test_five_sections_of_any_level_are_five(text):
    report = parsed(text)
    report_rules.has_five_sections(report)
    assert [section.title for section in report.sections] == list("ABCDE")


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("".join(f"## {each}" for each in FIVE[:4]), "4 were found", 10),
        ("".join(f"## {each}" for each in FIVE) + "## References\n\nx\n", "“References”", 16),
        ("".join(f"**{each.splitlines()[0] * 4}**\n\ntext\n\n" for each in FIVE), "Bold text", 1),
        ("Only text.\n", "none were found", 1),
        ("".join(f"## {each}" for each in FIVE).replace("Text 3.", "<!-- nothing -->"), "“C” is empty", 7),
    ],
)
def test_sections_that_are_not_five(text, words, line):
    said = complaint(report_rules.has_five_sections, parsed(text))
    assert words in said.message and said.place == f"report.md:{line}"


# -- length and pictures -------------------------------------------------------------------------------------


def test_length_counts_code_points_with_a_line_end_as_one():
    assert "0 left" in report_rules.is_short_enough(parsed("é" * 7_499 + "\n"))
    said = complaint(report_rules.is_short_enough, parsed("a\n" * 3_750 + "b"))
    assert "1 more than" in said.message and said.place == "report.md:3751"


def test_line_ends_of_windows_count_once(course, tmp_path):
    (tmp_path / "cells.py").write_text("")
    (tmp_path / "report.md").write_bytes(b"# A\r\n" + b"a\r\n" * 3_748)
    assert course.grade(tmp_path, "report")["report::report_keeps_to_its_length"].outcome == "pass"


@pytest.mark.parametrize(
    "picture",
    [
        "![curves](curves.png)",
        "See ![curves][c].\n\n[c]: curves.png",
        "![c]\n\n[c]: curves.png",
        "[![a](b.png)](c)",
        '<img src="curves.png">',
        "Look: <IMG src=x>",
        "<div>\n<svg></svg>\n</div>",
        "![x](data:image/svg+xml;base64,AAAA)",
        "| a |\n|---|\n| ![x](y.png) |",
    ],
)
def test_pictures_of_every_kind_are_found(picture):
    said = complaint(report_rules.has_no_pictures, parsed(f"# A\n\nText.\n\n{picture}\n"))
    assert re.fullmatch(r"report\.md:[5-7]", said.place)


@pytest.mark.parametrize(
    "text",
    [
        "`![a](b.png)` and `<img>`",
        "```\n![a](b.png)\n<svg>\n```",
        "    ![a](b.png)",
        "Wow! [a](b.png)",
        r"\![a](b.png)",
        "The data: mostly prose.",
        "<!-- <img src=x> -->",
        "An image is an imagined thing.",
    ],
)
def test_what_only_looks_like_a_picture_is_fine(text):
    report_rules.has_no_pictures(parsed(f"# A\n\nText.\n\n{text}\n"))


@pytest.mark.parametrize(
    ("takeaway", "fine"),
    [
        ("The GRU reaches 0.75.", True),
        ("The LSTM wins by 16 points.", True),
        ("Gates help.", False),
        ("In Experiment 1 the 2-layer LSTM is best (Task 2.2).", False),
    ],
)
def test_a_takeaway_needs_a_number_of_its_own(takeaway, fine):
    report = parsed("".join(f"## {each}" for each in FIVE).replace("Text 1.", takeaway))
    if fine:
        report_rules.takeaway_has_a_number(report)
    else:
        assert complaint(report_rules.takeaway_has_a_number, report).place == "report.md:1"


# -- the table -----------------------------------------------------------------------------------------------

PLAIN = """
| Model | Parameters | Loss | Accuracy |
|---|---|---|---|
| RNN | 14,723 | 0.930 | 0.557 |
| LSTM | 39,491 | 0.612 | 0.718 |
| GRU | 31,235 | 0.571 | 0.746 |
| Deep LSTM | 72,515 | 0.660 | 0.701 |
"""
WRITINGS = {
    "bold, aligned, percent": """
| **Model** | # Params | Final training loss | Test acc. (%) |
|:---|:---:|---:|---:|
| *Custom Vanilla RNN* | 14723 | **0.93** | 55.7% |
| `LSTM` (1 layer) | 39 491 | 0.61 | 71.8 % |
| GRU (H=256) | **31,235** | 0,571 | 74.6 |
| 2-Layer LSTM | 72.5k | ≈ 0.66 | **70.1** |
""",
    "extra columns and rows": """
| # | Model | Layers | Params | Train loss | Test loss | Train acc | Test acc |
|---|---|---|---|---|---|---|---|
| 1 | Vanilla RNN | 1 | 14,723 | 0.93 | 0.95 | 0.6 | 0.557 |
| 2 | LSTM | 1 | 39,491 | 0.612 | 0.7 | 0.8 | 0.718 |
| 3 | GRU | 1 | 31,235 | 0.571 | 0.7 | 0.8 | 0.746 |
| 4 | Stacked LSTM | 2 | 72,515 | 0.660 | 0.7 | 0.8 | 0.701 |
| 5 | nn.LSTM | 1 | 39,747 | 0.6 | 0.7 | 0.8 | 0.720 |
""",
    "another table before it": "| a | b |\n|---|---|\n| 1 | 2 |\n" + PLAIN,
    "no outer bars": """
Model | Parameters | Loss | Accuracy
--- | --- | --- | ---
RNN | 14,723 | 0.930 | 0.557
LSTM | 39,491 | 0.612 | 0.718
GRU | 31,235 | 0.571 | 0.746
LSTM x2 | 72,515 | 0.660 | 0.701
""",
    "the other way round": """
| | RNN | LSTM | GRU | Deep LSTM |
|---|---|---|---|---|
| Parameters | 14,723 | 39,491 | 31,235 | 72,515 |
| Final training loss | 0.930 | 0.612 | 0.571 | 0.660 |
| Test accuracy | 55.7% | 71.8% | 74.6% | 70.1% |
""",
}


@pytest.mark.parametrize("table", [PLAIN, *WRITINGS.values()], ids=["plain", *WRITINGS])
def test_a_table_is_read_however_it_is_written(table, outputs, student):
    submission = with_table(table, outputs)
    checks.test_accuracies_share_one_unit(submission)
    checks.test_table_agrees_with_the_notebook(submission, student)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("|---|---|---|---|\n", "", "holds no Markdown table"),
        (PLAIN, "RNN 14,723 0.93 0.557\n", "holds no Markdown table"),
        ("| GRU | 31,235 | 0.571 | 0.746 |\n", "", "a row for the GRU is missing"),
        ("| Loss |", "| Time |", "a column for the final training loss is missing"),
        ("0.612", "–", "the final training loss of the LSTM is missing"),
    ],
)
def test_a_table_that_is_not_whole(old, new, words):
    said = complaint(checks.test_results_table_is_whole, with_table(PLAIN.replace(old, new)))
    assert words in said.message and said.place.startswith("report.md:")


def test_a_table_in_another_section_is_told():
    moved = GOOD.replace(TABLE, "").replace("## 3", TABLE.join(["## 3 Else\n\n", "\n\n## 3"]), 1)
    said = complaint(results_table.find, parsed(moved))
    assert "another section" in said.message and said.place == f"report.md:{line_of(moved, TABLE)}"


@pytest.mark.parametrize(("value", "place"), [("71.8%", "LSTM"), ("71.8", "LSTM")])
def test_units_that_are_mixed(value, place):
    submission = with_table(PLAIN.replace("0.718", value))
    said = complaint(checks.test_accuracies_share_one_unit, submission)
    assert said.place == f"report.md:{line_of(submission.report, f'| {place} ')}"


def test_a_loss_that_is_a_sum():
    said = complaint(checks.test_losses_are_means, with_table(PLAIN.replace("0.612", "44.9")))
    assert "of the LSTM" in said.message and "1.10" in said.message


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("0.718", "0.728", "test accuracy of the LSTM is 0.728 in the report, 0.718 in the notebook"),
        ("0.571", "0.51", "final training loss of the GRU"),
        ("72,515", "72,516", "parameter count of the 2-layer LSTM"),
    ],
)
def test_numbers_that_are_not_the_notebooks(outputs, student, old, new, words):
    submission = with_table(PLAIN.replace(old, new), outputs)
    said = complaint(checks.test_table_agrees_with_the_notebook, submission, student)
    assert words in said.message and said.place == f"report.md:{line_of(submission.report, new)}"


def test_parameters_may_be_counted_without_embedding_and_head(outputs, student):
    submission = with_table(PLAIN.replace("39,491", "33,024"), outputs)
    checks.test_table_agrees_with_the_notebook(submission, student)


@pytest.mark.parametrize(
    "text", ["[" * 60_000, "![a](" * 20_000, "| a " * 10_000 + "\n" + "|-" * 10_000, "# a\n" * 15_000]
)
def test_a_hostile_report_is_read_in_bounded_time(text):
    report = form.Report(text, "report.md")
    assert len(report.sections) <= form.READ
    list(report.pictures())
