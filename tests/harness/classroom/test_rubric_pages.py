"""The pages that people grade on: all that was handed in can be read, and none of it can do anything."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.classroom import pages, store
from autograder.classroom.handed import NOTHING, Handed, Person, write_manifest
from autograder.classroom.rubric import marks_of
from autograder.classroom.rubric.handed_in import handed_in, read
from autograder.classroom.rubric.pages import Sheets
from autograder.classroom.rubric.server import Server
from autograder.classroom.rubric.sheets import columns
from autograder.classroom.spreadsheet import read_table, table
from autograder.classroom.store import Graded
from autograder.cli import app
from autograder.course import config
from autograder.results import CheckResult, Result
from tests.harness.classroom.made import Tags

COURSE = """
assignments:
  demo:
    title: A demonstration
    rubric:
      points: {5: 20, 3: 12, 1: 4}
      rows:
        - {title: Summary, levels: {5: "Specific, <b>bold</b>.", 3: Vague., 1: Missing.}}
        - {title: Tuning, up_to: 2.5, text: Half a point for each setting.}
    units: {}
  bare:
    title: Without a rubric
    units: {}
"""
REPORT = """
# Summary
<script>alert("report")</script> <img src=x onerror=alert(1)> [click](javascript:alert(1)) [paper](https://a.b/c)
![a curve](https://evil.example/track.png) <!-- a TODO of the template -->

| model | loss |
|---|---|
| LSTM | 1.25 |
"""
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
ANN = Handed(
    id="ann.chen", people=(Person(name="Ann <i>Chen</i>"), Person(name="Bo Li")), path="submissions/ann"
)
CAT = Handed(id="4521", people=(Person(name="Cat"),), path="submissions/cat")
CY = Handed(id="cy", people=(Person(name="Cy"),), problem=NOTHING)


@pytest.fixture
def sheets(tmp_path: Path, notebook: Callable[..., str]) -> Sheets:
    (tmp_path / config.FILE_NAME).write_text(COURSE, encoding="utf-8")
    folder = tmp_path / "class"
    for each in (ANN, CAT):
        (folder / each.path).mkdir(parents=True)
    (folder / ANN.path / "report.md").write_text(REPORT, encoding="utf-8")
    (folder / ANN.path / "Ann_Chen.pdf").write_bytes(b"%PDF-1.4 Ann")
    cells = json.loads(notebook(("# A <script>alert(2)</script> title",), "print('<b>')\nmore()"))
    cells["cells"][1]["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": ["loss <script>alert(3)</script>\n"]},
        {"output_type": "display_data", "data": {"image/png": PNG, "text/html": "<script>alert(4)</script>"}},
        {"output_type": "display_data", "data": {"image/png": 'x" onload="alert(5)', "text/plain": "a plot"}},
        {"output_type": "error", "ename": "ValueError", "evalue": "<u>", "traceback": []},
    ]
    (folder / ANN.path / "assignment.ipynb").write_text(json.dumps(cells), encoding="utf-8")
    write_manifest(folder, [ANN, CAT, CY])
    demo = config.load(tmp_path).assignment("demo")
    assert demo.rubric is not None
    return Sheets(folder, demo, demo.rubric)


def page(sheets: Sheets, name: str = ANN.id) -> str:
    sheets.write()
    return (sheets.folder / "rubric" / "sheets" / f"{name}.html").read_text(encoding="utf-8")


def fill(sheets: Sheets, handed: Handed, *cells: str, grader: str = "Eve") -> bytes:
    line = [handed.id, "", grader, "2026-11-27T10:00:00.000Z", *cells]
    return table([columns(sheets.rubric), line]).encode()


def test_a_page_shows_the_report_the_notebook_and_every_level(sheets: Sheets) -> None:
    text = page(sheets)
    for shown in ("<td>LSTM</td>", "loss &lt;script&gt;", "ValueError: &lt;u&gt;", "a plot", "Vague."):
        assert shown in text
    assert "Half a point for each setting." in text and "Specific, &lt;b&gt;bold&lt;/b&gt;." in text
    assert f"data:image/png;base64,{PNG}" in text
    assert "a TODO of the template" not in text


def test_nothing_that_was_handed_in_runs_or_reaches_the_network(sheets: Sheets) -> None:
    text = page(sheets)
    tags = Tags(text)
    scripts = [attributes for tag, attributes in tags.found if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "data"}, {}]
    assert not [
        tag for tag, _ in tags.found if tag in ("iframe", "object", "embed", "link", "base", "i", "u")
    ]
    for tag, attributes in tags.found:
        assert not [name for name in attributes if name.startswith("on")]
        assert (attributes.get("src") or "data:").startswith(
            "data:image/png;base64," if tag == "img" else "data:"
        )
        assert "://" not in (attributes.get("href") or "") and "script:" not in (attributes.get("href") or "")


def test_the_policy_of_a_page_lets_its_own_script_run_alone(sheets: Sheets) -> None:
    text = page(sheets)
    [script] = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    [policy] = re.findall(r'Content-Security-Policy" content="(.*?)"', text)
    assert f"script-src 'sha256-{digest}'" in html.unescape(policy) and "default-src 'none'" in policy


def test_a_page_has_what_the_machine_noticed(sheets: Sheets) -> None:
    notice = CheckResult("u::n", "Five sections", "u", "fail", 0.0, "visible", "There are <4>.")
    lost = CheckResult("u::c", "A check", "u", "fail", 1.0, "hidden", "Lost.")
    result = Result("demo", 1, (notice, lost), 1.0, "1", "1", ("Found a.pdf.",))
    store.save(sheets.folder, ANN, Graded(f"{ANN.content} k", result))
    text = page(sheets)
    assert "Five sections" in text and "There are &lt;4&gt;." in text and "Found a.pdf." in text
    assert "Lost." not in text


def test_documents_that_people_open_are_linked(sheets: Sheets) -> None:
    assert 'href="../../submissions/ann/Ann_Chen.pdf"' in page(sheets)


def test_blind_sheets_name_nobody(sheets: Sheets) -> None:
    blind = Sheets(sheets.folder, sheets.assignment, sheets.rubric, blind=True)
    code = next(name for name, each in blind.originals.items() if each == ANN)
    blind_page = page(blind, code)
    (sheets.folder / "rubric" / "marks" / "x.csv").write_bytes(fill(sheets, ANN, "9", "", "1", "", ""))
    text = blind_page + blind.index() + (sheets.folder / "rubric.csv").read_text(encoding="utf-8")
    assert "Bo Li" not in text and "ann.chen" not in text
    assert f">{code}</" in text and "is no mark for" in text and "<td>LSTM</td>" in text
    assert "Bo Li" in page(sheets) and not (sheets.folder / "rubric" / "sheets" / f"{code}.html").exists()


def test_marks_of_a_blind_sheet_are_those_of_its_submission(sheets: Sheets) -> None:
    blind = Sheets(sheets.folder, sheets.assignment, sheets.rubric, blind=True)
    blind.write()
    [line] = [each for each in blind.handed.values() if each.path == ANN.path]
    (sheets.folder / "rubric" / "marks" / "x.csv").write_bytes(fill(sheets, line, "5", "", "1", "", ""))
    assert marks_of(sheets.folder, sheets.assignment)["ann.chen"].points == 21
    assert blind.marks()[line.id].points == 21
    assert [each["grader"] for each in blind.saved(line.id, blind.marks(), blind.lines())["lines"]] == ["Eve"]
    assert [each.grader for each in sheets.lines()["ann.chen"]] == ["Eve"]


@pytest.mark.parametrize(
    "text", ["[" * 20_000, "{}", '{"cells": 3}', '{"cells": [3, {"cell_type": "code", "outputs": 7}]}', "\0"]
)
def test_a_broken_notebook_spoils_nothing(sheets: Sheets, text: str) -> None:
    (sheets.folder / ANN.path / "assignment.ipynb").write_text(text, encoding="utf-8")
    assert "<td>LSTM</td>" in page(sheets)


def test_what_takes_too_long_to_read_is_told(sheets: Sheets, tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(b"PK no zip")
    assert "no valid zip" in read(tmp_path / "bad.zip", sheets.assignment).problem


def test_what_was_read_is_kept_until_something_else_is_handed_in(sheets: Sheets) -> None:
    first = ANN.model_copy(update={"digest": "1"})
    again = ANN.model_copy(update={"digest": "2"})
    shown = handed_in(sheets.folder, first, sheets.assignment)
    (sheets.folder / ANN.path / "report.md").write_text("# Anew", encoding="utf-8")
    assert handed_in(sheets.folder, first, sheets.assignment) == shown
    assert "Anew" in handed_in(sheets.folder, again, sheets.assignment).reports[0]
    for kept in (sheets.folder / "shown").iterdir():
        kept.write_text('{"reports": 3}', encoding="utf-8")
    assert "Anew" in handed_in(sheets.folder, first, sheets.assignment).reports[0]


def test_the_index_says_who_is_done_and_where_to_go_on(sheets: Sheets) -> None:
    page(sheets)
    marks = sheets.folder / "rubric" / "marks"
    (marks / "a.csv").write_bytes(fill(sheets, ANN, "5", "", "1.5", "", ""))
    text = sheets.index()
    assert "21.5 / 22.5" in text and "nothing handed in" in text and 'href="sheets/4521.html">Go on' in text
    (marks / "b.csv").write_bytes(fill(sheets, CAT, "3", "", "", "", ""))
    assert "1 of 2 open" in sheets.index() and "by Eve; open: Tuning" in sheets.index()


def test_attempts_are_told_apart_where_there_are_several(sheets: Sheets) -> None:
    assert "attempt" not in sheets.index()
    again = CAT.model_copy(update={"id": "4521-2", "attempt": 2})
    write_manifest(sheets.folder, [ANN, CAT, again, CY])
    text = Sheets(sheets.folder, sheets.assignment, sheets.rubric).index()
    assert "Cat, attempt 1</a>" in text and "Cat, attempt 2</a>" in text and "Cy</span>" in text


def test_a_table_that_somebody_filled_is_never_written_over(sheets: Sheets) -> None:
    page(sheets)
    path = sheets.folder / "rubric.csv"
    assert "ann.chen" in path.read_text(encoding="utf-8")
    path.write_bytes(fill(sheets, ANN, "5", "", "", "", ""))
    before = path.read_bytes()
    sheets.write()
    assert path.read_bytes() == before
    path.write_bytes(b"my own notes")
    sheets.write()
    assert path.read_bytes() == b"my own notes"


# -- the command --------------------------------------------------------------------------------------------


def run(sheets: Sheets, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.chdir(sheets.folder.parent)
    return int(app(["rubric", "demo", str(sheets.folder), *arguments], standalone_mode=False))


def test_the_command_says_how_far_people_are_and_what_cannot_be_taken(
    sheets: Sheets, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(sheets, monkeypatch) == 0
    assert "0 of 2 submissions have all marks, 1 more handed in nothing." in capsys.readouterr().out
    marks = sheets.folder / "rubric" / "marks"
    (marks / "a.csv").write_bytes(fill(sheets, ANN, "5", "", "", "", ""))
    (marks / "b.csv").write_bytes(fill(sheets, CAT, "4", "", "1", "", ""))
    assert run(sheets, monkeypatch) == 2
    said = capsys.readouterr()
    assert "Ann <i>Chen</i>, Bo Li: no mark yet for 'Tuning'." in said.out
    assert said.err.startswith("Cat: '4' (Eve, rubric/marks/b.csv) is no mark for 'Summary'; allowed are")


def test_marks_of_people_are_in_the_table_of_grades_at_once(
    sheets: Sheets, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(sheets.folder, ANN, Graded(f"{ANN.content} k", Result("demo", 1, (), 1.0, "1", "1")))
    run(sheets, monkeypatch)

    def grade() -> dict[str, str]:
        head, *lines = read_table(sheets.folder / "grades.csv")
        return next(dict(zip(head, line, strict=True)) for line in lines if line[0] == ANN.id)

    assert (grade()["people"], grade()["total"], grade()["out_of"]) == ("", "", "22.5")
    (sheets.folder / "rubric" / "marks" / "a.csv").write_bytes(fill(sheets, ANN, "5", "", "1.5", "", ""))
    run(sheets, monkeypatch)
    assert (grade()["people"], grade()["total"], grade()["out_of"]) == ("21.5", "21.5", "22.5")


def test_whoever_renews_the_pages_hears_of_marks_for_what_was_replaced(sheets: Sheets) -> None:
    sheets.write()
    of_before = fill(sheets, ANN, "5", "", "1.5", "", "", "vabcdef01")
    (sheets.folder / "rubric" / "marks" / "a.csv").write_bytes(of_before)
    said = pages.write(sheets.folder, config.load(sheets.folder.parent), sheets.assignment)
    assert said[0].startswith("Marks of people are of what was handed in before: Ann <i>Chen</i>, Bo Li.")
    [told] = sheets.saved(ANN.id, sheets.marks(), sheets.lines())["lines"]
    assert told["earlier"] and told["marks"] == ["5", "1.5"]


def test_a_class_of_another_assignment_gets_no_sheets(
    sheets: Sheets, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(sheets.folder, ANN, Graded(f"{ANN.content} k", Result("homework", 1, (), 1.0, "1", "1")))
    with pytest.raises(config.ConfigError, match="holds submissions of homework, not of demo"):
        run(sheets, monkeypatch)
    assert not (sheets.folder / "rubric.csv").exists()


def test_an_assignment_without_a_rubric_is_told_so(sheets: Sheets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sheets.folder.parent)
    with pytest.raises(config.ConfigError, match="bare has no `rubric`"):
        app(["rubric", "bare", str(sheets.folder)], standalone_mode=False)


def test_ctrl_c_ends_the_server_and_all_that_was_saved_is_told(sheets: Sheets) -> None:
    command = [sys.executable, "-m", "autograder", "rubric", "demo", str(sheets.folder), "--serve"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=sheets.folder.parent, **pipes) as process:
        assert process.stdout is not None
        address = process.stdout.readline().removeprefix("Open ").strip()
        urllib.request.urlopen(f"{address}save", fill(sheets, ANN, "5", "", "1.5", "", "")).close()
        process.send_signal(signal.SIGINT)
        said, wrong = process.communicate(timeout=60)
    assert (process.returncode, wrong) == (0, "")
    assert "1 of 2 submissions have all marks" in said
    assert "21.5 / 22.5" in (sheets.folder / "rubric" / "index.html").read_text(encoding="utf-8")


# -- the server ---------------------------------------------------------------------------------------------


def ask(server: Server, name: str, body: bytes | None = None, host: str = "") -> tuple[int, bytes]:
    request = urllib.request.Request(server.address + name, body, {"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_a_saved_sheet_is_a_file_of_its_grader(server: Server, sheets: Sheets) -> None:
    assert ask(server, "save", fill(sheets, ANN, "5", "", "1", "", ""))[0] == 200
    assert ask(server, "save", fill(sheets, ANN, "3", "", "1", "", "", grader="Mal"))[0] == 200
    assert len(list((sheets.folder / "rubric" / "marks").iterdir())) == 2
    [problem] = marks_of(sheets.folder, sheets.assignment)["ann.chen"].problems
    assert "'Summary' is given 5 (Eve" in problem
    assert ask(server, "save", fill(sheets, ANN, "5", "", "1", "", "", grader="mal"))[0] == 200
    assert marks_of(sheets.folder, sheets.assignment)["ann.chen"].points == 21
    status, body = ask(server, "sheets/ann.chen.json")
    assert status == 200 and {line["grader"] for line in json.loads(body)["lines"]} == {"Eve", "mal"}
    assert json.loads(body)["next"] == "4521.html"


def test_pages_come_from_the_server_with_what_is_saved_by_now(server: Server, sheets: Sheets) -> None:
    assert b"0 <small>of 2 have all marks" in ask(server, "")[1]
    ask(server, "save", fill(sheets, CAT, "5", "", "1", "", ""))
    assert b"1 <small>of 2 have all marks" in ask(server, "index.html")[1]
    assert b"<td>LSTM</td>" in ask(server, "sheets/ann.chen.html")[1]
    assert ask(server, "documents/ann.chen/0") == (200, b"%PDF-1.4 Ann")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "no column `id`"),
        (b"id,grader,Summary\nnobody,Eve,5\n", "no submission has the id 'nobody'"),
        (b"id,grader,Summary\n../../x,Eve,5\n", "no submission has the id '../../x'"),
        (b"id,grader,Summary\n4521,,5\n", "name is missing"),
        (b"id,grader,Summary\n4521,Eve,4\n", "'Summary' allows 5 / 3 / 1"),
        (b"id,grader,Summary\n4521,Eve,\n", "one filled line"),
        (b"id,grader,Summary\n4521,Eve,5\nann.chen,Eve,5\n", "one filled line"),
        (b"id,grader,Sumary\n4521,Eve,5\n", "did you mean 'Summary'"),
    ],
)
def test_what_is_no_filled_sheet_is_refused_in_a_sentence(
    server: Server, sheets: Sheets, body: bytes, sentence: str
) -> None:
    status, said = ask(server, "save", body)
    assert status == 400 and sentence in said.decode()
    assert not list((sheets.folder / "rubric" / "marks").iterdir())


@pytest.mark.parametrize("grader", ["../../../evil", "a/b", "a\\b", ".", "\0", "x" * 500, "=cmd()", "Zoë 张"])
def test_no_name_of_a_grader_leads_out_of_the_folder(server: Server, sheets: Sheets, grader: str) -> None:
    assert ask(server, "save", fill(sheets, CAT, "5", "", "1", "", "", grader=grader))[0] == 200
    [path] = (sheets.folder / "rubric" / "marks").iterdir()
    assert path.name.startswith("4521.") and marks_of(sheets.folder, sheets.assignment)["4521"].points == 21


@pytest.mark.parametrize(
    "name",
    [
        "sheets/../../manifest.jsonl",
        "sheets/..%2f..%2fmanifest.jsonl",
        "sheets/%2e%2e/index.html",
        "../manifest.jsonl",
        "sheets/nobody.html",
        "sheets/cy/../ann.chen.html",
        "documents/ann.chen/1",
        "documents/ann.chen/../../../manifest.jsonl",
        "documents/cy/0",
        "marks/a.csv",
    ],
)
def test_no_address_leads_to_another_file(server: Server, name: str) -> None:
    assert ask(server, name)[0] == 404


def test_nobody_is_answered_without_the_token_or_under_another_name(server: Server, sheets: Sheets) -> None:
    assert ask(server, "", host="evil.example")[0] == 404
    server.token, token = "another", server.token
    address = f"http://127.0.0.1:{server.server_port}"
    for path in ("/", f"/{token}/", f"/{token}/sheets/ann.chen.html", "/anothe/"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(address + path)
    server.token = "a third"
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{address}/{token}/save", fill(sheets, CAT, "5", "", "1", "", ""))
