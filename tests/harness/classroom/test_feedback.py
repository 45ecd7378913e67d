"""A page per student: what is wrong first, the code around it, the work beside it, and nothing that runs."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

from autograder.classroom import marks, overrides
from autograder.classroom.handed import Person
from autograder.classroom.overrides import Decision
from autograder.classroom.pages import feedback
from autograder.classroom.store import Graded
from autograder.classroom.work import MAX_PICTURES, notebook_as_html, report_as_html
from autograder.course.config import Assignment
from tests.harness.classroom.made import ALL, ANN, BO, OF_STYLE, assignment, check, graded, handed, write
from tests.harness.files import lay

DEMO = assignment()
CELLS = "class Cell:\n    def forward(self, x):\n        h = x + 1  # <b>wrong</b>\n        return h\n"
WRONG = check(
    "loop::padding",
    "fail",
    message="Row 2 ends early.",
    hint="Which column?",
    place="cells.py:3",
    title="Padding",
)
HOSTILE = [
    "<script>alert(1)</script>",
    "=cmd()",
    "\u202eevil\u0301",
    "x" * 10_000,
    "Ann\n\n# Chen",
    "{{ 7777*7 }}",
]


def pages(folder: Path, demo: Assignment = DEMO) -> list[str]:
    """The page of each submission, after all were written."""
    grades = marks.read(folder, demo)
    for grade in grades:
        feedback.write(folder, grade)
    return [(folder / "feedback" / f"{grade.handed.id}.html").read_text(encoding="utf-8") for grade in grades]


def hand_in(folder: Path, id: str, **files: str | bytes) -> None:
    plain = {"cells.py": CELLS, "loop.py": "class Loop:\n    n = 3\n"}
    lay(folder / "submissions" / id, plain | files)


def notebook(*cells: dict[str, Any]) -> str:
    code = {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": CELLS, "outputs": []}
    return json.dumps({"cells": [code, *cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def output(**data: Any) -> dict[str, Any]:
    shown = [{"output_type": "display_data", "metadata": {}, "data": data}]
    return {"cell_type": "code", "execution_count": 2, "metadata": {}, "source": "plot()", "outputs": shown}


def test_what_is_wrong_comes_first_with_the_code_around_it_and_hidden_checks_are_marked(
    tmp_path: Path,
) -> None:
    hand_in(tmp_path, "ann")
    write(tmp_path, (handed("ann", ANN), graded({**ALL, "loop::padding": WRONG})))
    [text] = pages(tmp_path)
    assert "Ann Chen" in text and "submissions/ann" in text and "dddddddddddddddd" in text
    assert text.index("What is wrong") < text.index("Row 2 ends early.") < text.index("What is right")
    assert '<span class="l at"><i>3</i>        h = x + 1  # &lt;b&gt;wrong&lt;/b&gt;' in text
    right = text[text.index("What is right") :]
    assert re.search(r'Gates\. <span class="tag">hidden</span>', right)
    assert "Padding" not in right


def test_what_is_said_of_several_checks_stands_there_once(tmp_path: Path) -> None:
    hand_in(tmp_path, "ann")
    same = {"message": "The state is wrong.", "hint": "What is h_0?", "place": "cells.py:3"}
    outcomes = {**ALL, **{name: check(name, "fail", **same) for name in ("cells::gates", "loop::padding")}}
    write(tmp_path, (handed("ann", ANN), graded(outcomes)))
    [text] = pages(tmp_path)
    assert text.count("The state is wrong.") == 1 and text.count("<pre>") == 1
    assert text.index("Gates.") < text.index("Padding.") < text.index("The state is wrong.")


def test_late_people_and_decisions_are_told_apart(tmp_path: Path) -> None:
    hand_in(tmp_path, "ann")
    demo = assignment(late={"deadline": "2026-10-01T12:00:00+00:00", "per_day": {"points": 1}})
    one = handed("ann", ANN, at="2026-10-01T13:00:00+00:00")
    write(tmp_path, (one, graded({**ALL, "loop::padding": WRONG})))
    why = Decision(check="loop::padding", points=1.5, person="0712345", reason="The idea is right.")
    overrides.add(tmp_path, why, demo, [one])
    [text] = pages(tmp_path, demo)
    assert re.search(r'class="score">3.5 <small>of 6 points', text)
    assert "4.5 of 6 points from the checks, 1 taken off for being late." in text
    assert "1 h 0 min after the deadline" in text
    assert "A person gave 1.5 points here: The idea is right." in text


def test_students_read_what_people_gave_what_it_means_and_their_words(tmp_path: Path) -> None:
    rows = [{"title": "Summary", "levels": {"5": "It is <specific>.", "1": "It is missing."}}]
    rows += [{"title": "Style", "up_to": 2}]
    demo = assignment(rubric={"points": {"5": 20, "1": 4}, "rows": rows})
    hand_in(tmp_path, "ann")
    write(tmp_path, (handed("ann", ANN), graded()))
    head = "id,Summary,Summary: comment,Style,overall comment"
    (tmp_path / "rubric.csv").write_text(f"{head}\nann,5,Well said.,,Go on.\n")
    [text] = pages(tmp_path, demo)
    assert "It is &lt;specific&gt;.\nWell said." in text and "20 / 20" in text and "open / 2" in text
    assert re.search(r"On the whole</span><p[^>]*>Go on.", text)
    assert "people have not graded everything yet" in text


def test_the_checks_part_is_called_so_until_people_have_graded(tmp_path: Path) -> None:
    hand_in(tmp_path, "ann")
    demo = assignment(rubric=OF_STYLE, weights={"report": 1, "implementation": 0})
    write(tmp_path, (handed("ann", ANN), graded()))
    [text] = pages(tmp_path, demo)
    assert "6 <small>of 6 points" in text and "These points do not count towards the grade" in text
    (tmp_path / "rubric.csv").write_text("id,grader,Style\nann,Eve,2\n")
    [text] = pages(tmp_path, demo)
    assert "100 <small>of 100 points" in text and "do not count" not in text
    assert "6 of 6 points from the checks, 10 of 10 from people." in text


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (None, "This is not graded yet."),
        (Graded("k", problem="ann.zip is damaged."), "ann.zip is damaged."),
        (graded({**ALL, "cells::gates": "fault"}), "The grader itself failed in 1 check: 2 points are open"),
    ],
)
def test_what_has_no_points_says_why(tmp_path: Path, record: Graded | None, said: str) -> None:
    hand_in(tmp_path, "ann")
    write(tmp_path, (handed("ann", ANN), record))
    assert said in pages(tmp_path)[0]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_becomes_markup(tmp_path: Path, name: str) -> None:
    hand_in(tmp_path, "a", **{"report.md": name})
    said = check("loop::padding", "fail", message=name, hint=name, place=name, title=name)
    write(tmp_path, (handed("a", Person(name=name)), graded({**ALL, "loop::padding": said}, notices=(name,))))
    [text] = pages(tmp_path)
    assert "<script" not in text
    assert "54439" not in text
    who = re.search(r"<h1>.*?</h1>\s*<p>(.*?)</p>", text, re.DOTALL)
    assert who is not None and "\u202e" not in who[1] and len(who[1]) < 400
    assert "default-src 'none'" in text


def test_a_student_is_not_told_what_went_wrong_in_the_grader(tmp_path: Path) -> None:
    hand_in(tmp_path, "ann")
    fault = check(
        "loop::padding", "fault", message="The grader failed here: secret detail", place="cells.py:3"
    )
    write(tmp_path, (handed("ann", ANN), graded({**ALL, "loop::padding": fault})))
    [text] = pages(tmp_path)
    assert "secret detail" not in text and "the course staff decides" in text


def test_the_pages_of_who_is_gone_go_and_nothing_else_does(tmp_path: Path) -> None:
    for id in ("ann", "bo"):
        hand_in(tmp_path, id)
    write(tmp_path, (handed("ann", ANN), graded()), (handed("bo", BO), graded()))
    pages(tmp_path)
    (tmp_path / "feedback" / "mine.html").write_text("my notes")
    write(tmp_path, (handed("ann", ANN), graded()))
    feedback.forget(tmp_path, marks.read(tmp_path, DEMO))
    assert {path.name for path in (tmp_path / "feedback").iterdir()} == {"ann.html", "mine.html"}
    assert {path.name for path in (tmp_path / "shown").iterdir()} == {"ann.json"}


def test_only_the_pages_that_change_are_written_and_the_files_are_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for id in ("ann", "bo"):
        hand_in(tmp_path, id)
    everybody = write(
        tmp_path, (handed("ann", ANN), graded({**ALL, "loop::padding": WRONG})), (handed("bo", BO), graded())
    )
    before = pages(tmp_path)
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "feedback").iterdir()}
    monkeypatch.setattr("autograder.classroom.pages.shown.read", None)  # no file is read again
    decision = Decision(check="loop::padding", points=2, person="ann", reason="Nearly.")
    overrides.add(tmp_path, decision, DEMO, everybody)
    after = pages(tmp_path)
    changed = {path.stem for path, when in times.items() if path.stat().st_mtime_ns != when}
    assert changed == {"ann"}
    assert before[1] == after[1] and "Nearly." in after[0] and "h = x + 1" in after[0]


def test_the_report_and_the_notebook_stand_beside_the_verdicts(tmp_path: Path) -> None:
    markdown = {"cell_type": "markdown", "metadata": {}, "source": "## Curves\n<script>alert(1)</script>"}
    hand_in(
        tmp_path,
        "ann",
        **{"report.md": "# Mine\n\n|a|b|\n|-|-|\n|1|2|\n", "assignment.ipynb": notebook(markdown)},
    )
    write(tmp_path, (handed("ann", ANN), graded()))
    [text] = pages(tmp_path)
    work = text[text.index('<div class="work">') :]
    assert "<h1>Mine</h1>" in work and "<td>1</td>" in work
    assert "Curves" in work and "forward" in work


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1)) ![b](http://e.x/p.png) <http://e.x>",
        "<style>body{display:none}</style>",
        "<iframe src='http://e.x'></iframe><form action='http://e.x'><input></form>",
        "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>",
        "<div style='position:fixed' onclick='x'>a</div></div></div></main>",
    ],
)
def test_nothing_of_a_students_text_runs_loads_or_leads_away(text: str) -> None:
    cell = {"cell_type": "markdown", "metadata": {}, "source": text}
    outputs = output(**{"text/html": text, "text/plain": text, "image/svg+xml": text, "text/markdown": text})
    shown = notebook_as_html(notebook(cell, outputs).encode())
    for html in (report_as_html(text), shown):
        assert html is not None
        tags = re.findall(r"<(/?\w+)([^>]*)>", html)
        assert not {"script", "style", "iframe", "form", "input", "svg", "a", "main"} & {
            tag.strip("/") for tag, _ in tags
        }
        assert not re.search(r"\b(on\w+|style|src|href)\s*=", " ".join(attributes for _, attributes in tags))
        assert html.count("<div") == html.count("</div")


def test_a_picture_is_shown_and_pictures_without_end_are_not() -> None:
    png = base64.b64encode(b"\x89PNG\r\n" + bytes(300)).decode()
    small = notebook_as_html(notebook(output(**{"image/png": png, "text/plain": "<Figure>"})).encode())
    assert small is not None and f'src="data:image/png;base64,{png}"' in small
    large = "A" * (MAX_PICTURES // 3)
    many = notebook_as_html(notebook(*[output(**{"image/png": large}) for _ in range(9)]).encode())
    assert many is not None and len(many) < MAX_PICTURES + 300_000
    forged = notebook_as_html(notebook(output(**{"image/png": 'x" onerror="alert(1)'})).encode())
    assert forged is not None and "onerror" not in forged


def test_a_notebook_without_end_is_cut_and_says_so() -> None:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": "word " * 20_000} for _ in range(30)]
    shown = notebook_as_html(notebook(*cells).encode())
    assert shown is not None and len(shown) < 500_000
    assert "left out here" in shown


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"cells": 3}', b'{"cells": [3, {"cell_type": "code", "outputs": {}}]}']
)
def test_what_is_no_notebook_is_no_error(data: bytes) -> None:
    notebook_as_html(data)
