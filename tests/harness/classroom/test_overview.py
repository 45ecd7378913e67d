"""The page about a class: what it did not understand, who fails alike, what needs a person; on any screen."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.classroom import marks, pages
from autograder.classroom.handed import Person
from autograder.classroom.marks import Grade
from autograder.classroom.pages import alike, overview
from autograder.classroom.pages.histogram import BARS, histogram
from autograder.classroom.store import Graded
from autograder.course.config import Config
from autograder.results import CheckResult
from tests.harness.classroom.made import ALL, Tags, assignment, check, graded, handed, write

DEMO = assignment()
NUMBERS = "f00d 0.5 1 1.5 2 2.5 3"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


def person(number: int, name: str = "") -> Person:
    return Person(name=name or f"Student {number}", sid=str(number), email=f"s{number}@x.edu")


def wrong(name: str = "loop::padding", **more: object) -> CheckResult:
    return check(name, "fail", **({"message": "Row 2 ends early.", "place": "loop.py:3"} | more))


def class_of(folder: Path, *records: Graded | None) -> list[Grade]:
    """Grades of a class in which the n-th student has the n-th record."""
    write(folder, *((handed(f"s{n}", person(n)), record) for n, record in enumerate(records)))
    return marks.read(folder, DEMO)


def failing(*checks: CheckResult) -> Graded:
    return graded({**ALL, **{each.id: each for each in checks}})


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL).split())


def test_the_page_says_how_many_pass_each_check_and_how_many_are_known(tmp_path: Path) -> None:
    blocked = check("loop::padding", "blocked", message="waits for Cell")
    grades = class_of(tmp_path, failing(wrong()), failing(blocked), graded(), graded())
    text = text_of(overview.page("Deep Learning", DEMO, grades))
    assert "Padding. 2 of 3 1 wait for another check" in text
    assert text.index("Padding. 2 of 3") < text.index("Gates. hidden 4 of 4")
    assert "Nobody failed 2 of 3 checks. cells::gates , cells::shapes" in text
    assert "Deep Learning" in text and "4 graded" in text


def test_what_nobody_passed_is_told(tmp_path: Path) -> None:
    text = text_of(overview.page("", DEMO, class_of(tmp_path, failing(wrong()), failing(wrong()))))
    assert "Nobody passed loop::padding : is the check right, and was it taught?" in text


def test_mistakes_come_by_number_of_students_with_one_comment_that_reaches_them_all(tmp_path: Path) -> None:
    often = wrong(mistake="M-2", message="The last column is taken.", hint="Where does row 2 end?")
    rare = wrong("cells::gates", mistake="M-1", message="Gates are swapped.")
    also = wrong(
        "cells::shapes", mistake="M-2", message="The last column is taken.", hint="Where does row 2 end?"
    )
    grades = class_of(tmp_path, failing(often, also), failing(often), failing(rare), graded())
    text = text_of(overview.page("", DEMO, grades))
    assert "The last column is taken. M-2 2 of 4" in text
    assert text.index("M-2") < text.index("M-1")
    assert "The last column is taken. Where does row 2 end? s0@x.edu, s1@x.edu" in text
    assert "Fail alike" not in text


def test_those_who_answer_the_same_wrong_numbers_are_one_group_over_all_checks(tmp_path: Path) -> None:
    near = "f00d 0.50001 1 1.5 2 2.5 3"
    grades = class_of(
        tmp_path,
        failing(wrong(fingerprint=NUMBERS, message="a"), wrong("cells::gates", fingerprint="beef 1 2")),
        failing(wrong(fingerprint=near, message="b"), wrong("cells::gates", fingerprint="beef 1 2")),
        failing(wrong(fingerprint="f00d 9 9 9 9 9 9", message="a")),
    )
    [cluster] = alike.clusters(grades)
    assert [grade.handed.id for grade in cluster.grades] == ["s0", "s1"]
    assert [each.id for each in cluster.checks] == ["cells::gates", "loop::padding"] and cluster.is_by_answer


def test_a_group_is_told_in_the_words_of_its_first_check_in_the_order_of_the_configuration(
    tmp_path: Path,
) -> None:
    both = failing(wrong(fingerprint=NUMBERS), wrong("cells::gates", message="Gates are closed."))
    [cluster] = alike.clusters(class_of(tmp_path, both, both))
    assert [each.id for each in cluster.checks] == ["cells::gates", "loop::padding"]
    assert overview.command_for(DEMO, cluster).endswith("--mistake 'Gates are closed.'")


def test_without_numbers_those_who_are_told_the_same_are_a_group(tmp_path: Path) -> None:
    grades = class_of(tmp_path, failing(wrong()), failing(wrong()), failing(wrong(message="Other.")))
    [cluster] = alike.clusters(grades)
    assert len(cluster.grades) == 2 and not cluster.is_by_answer


def test_a_known_mistake_a_stub_and_a_time_limit_make_no_group(tmp_path: Path) -> None:
    stub, known = wrong(started=False), wrong(mistake="M-1", fingerprint=NUMBERS)
    late = wrong(message="Your code did not finish within 10 seconds.")
    records = [failing(stub), failing(known), failing(late), graded()]
    assert not alike.clusters(class_of(tmp_path, *records, *records))


def test_what_is_said_of_code_with_a_known_mistake_in_the_unit_makes_no_group(tmp_path: Path) -> None:
    broken = wrong(message="The code raised TypeError.")
    both = failing(wrong("cells::gates", mistake="M-1", message="It is the gate."), broken)
    [cluster] = alike.clusters(class_of(tmp_path, both, both))
    assert [each.id for each in cluster.checks] == ["loop::padding"]  # which is of another unit
    same = failing(wrong(mistake="M-1"), wrong("cells::gates", message="The code raised TypeError."))
    own = failing(wrong("cells::shapes", mistake="M-2"), wrong("cells::gates", message="It raised."))
    assert [each.checks[0].id for each in alike.clusters(class_of(tmp_path, same, same, own, own))] == [
        "cells::gates"
    ]


def test_the_command_beside_a_group_is_one_that_the_command_line_takes(tmp_path: Path) -> None:
    from autograder.cli import app

    [cluster] = alike.clusters(class_of(tmp_path, *[failing(wrong(message='It\'s "$x" `y`; rm'))] * 2))
    command = overview.command_for(DEMO, cluster)
    words = shlex.split(command)
    assert words[:7] == ["autograder", "new", "mistake", "demo", "loop", "ID", "--file"]
    assert words[7] == "loop.py" and words[-1] == 'It\'s "$x" `y`; rm'
    told = CliRunner().invoke(app, words[1:]).exception
    assert told is not None and "No assignment is called 'demo'" in str(told)


def test_only_rare_wrong_numbers_in_several_checks_make_a_pair(tmp_path: Path) -> None:
    both = failing(wrong(fingerprint=NUMBERS), wrong("cells::gates", fingerprint="beef 1 2"))
    one = failing(wrong(fingerprint="f00d 7 7 7 7 7 7"))
    [pair] = alike.pairs(class_of(tmp_path, both, both, one, one))
    assert (pair.first.handed.id, pair.second.handed.id) == ("s0", "s1")
    assert pair.checks == ("cells::gates", "loop::padding")
    assert not alike.pairs(class_of(tmp_path, *[both] * (alike.RARE + 1)))


def test_who_gave_no_numbers_shares_none(tmp_path: Path) -> None:
    """Two programs that raise something, each in its own way, have no answer in common."""
    nothing = "e3b0c44298fc 0 0 0 0 0 0"

    def raising(said: str) -> Graded:
        checks = ("loop::padding", "cells::gates")
        return failing(*(wrong(name, fingerprint=nothing, message=said) for name in checks))

    grades = class_of(tmp_path, raising("It raised IndexError."), raising("It ends itself."))
    assert alike.pairs(grades) == alike.clusters(grades) == []
    [group] = alike.clusters(class_of(tmp_path, raising("It ends itself."), raising("It ends itself.")))
    assert not group.is_by_answer


def test_rare_numbers_are_called_a_lead_and_no_proof(tmp_path: Path) -> None:
    both = failing(wrong(fingerprint=NUMBERS), wrong("cells::gates", fingerprint="beef 1 2"))
    assert "no proof of anything" in text_of(overview.page("", DEMO, class_of(tmp_path, both, both)))


def test_what_needs_a_person_is_listed_with_its_reason(tmp_path: Path) -> None:
    fault = check("loop::padding", "fault", message="The grader failed here: no memory.")
    late = wrong(message="Your code did not finish within 10 seconds.")
    grades = class_of(
        tmp_path, failing(fault), None, Graded("k", problem="s2.zip is damaged."), failing(late)
    )
    text = text_of(overview.page("", DEMO, grades))
    assert "Student 0 Pending, 3 of the points: The grader failed here: no memory." in text
    assert "Student 1 This is not graded yet." in text and "Student 2 s2.zip is damaged." in text
    assert "Code that took too long: 1 of 2. Who Student 3" in text


def test_the_most_memory_is_told_beside_what_is_allowed_the_largest_first(tmp_path: Path) -> None:
    grades = class_of(tmp_path, graded(memory_mb=301.2), graded(memory_mb=444.4), graded())
    page = text_of(overview.page("", DEMO, grades))
    assert "a student's code: 444 of 512 MB that are allowed" in page
    assert re.search(r"Student 1 444 MB Student 0 301 MB (?!Student)", page), page
    assert "MB that are allowed" not in text_of(overview.page("", DEMO, grades[2:]))


def test_the_picture_counts_everybody_once() -> None:
    picture = histogram([0, 0, 3, 6, 6, 6], 6)
    assert picture.count("<rect") == BARS
    counts = [int(each) for each in re.findall(r"points: (\d+) submission", picture)]
    assert sum(counts) == 6 and (counts[0], counts[BARS // 2], counts[-1]) == (2, 1, 3)
    assert histogram([0.0], 0).count("1 submission<") == 1


def test_a_class_without_grades_has_a_page(tmp_path: Path) -> None:
    assert "1 not graded yet" in text_of(overview.page("", DEMO, class_of(tmp_path, None)))


def hostile_class(folder: Path) -> Config:
    """A class with all that a page shows, under names and words that do what they can."""
    evil = [
        "<script>alert(1)</script>",
        "=cmd()",
        "ю" * 10_000,
        "x" * 10_000,
        '"><img src=x onerror=y>',
        "{{ 7 }}",
    ]
    entries = []
    for n, name in enumerate(evil * 2):
        said = {"message": name[:2000], "hint": name[:600], "title": name[:300], "place": name[:200]}
        one = wrong(fingerprint=NUMBERS, **said)
        two = wrong("cells::gates", mistake=None if n % 3 else "M-1", **said)
        (folder / "submissions" / f"s{n}").mkdir(parents=True)
        (folder / "submissions" / f"s{n}" / "cells.py").write_text("x = '" + "y" * 5000 + "'\n")
        entries.append((handed(f"s{n}", person(n, name)), failing(one, two) if n else None))
    write(folder, *entries)
    return Config(root=folder, course=evil[0], assignments={"demo": DEMO})


def test_nothing_of_a_students_becomes_markup_and_every_link_leads_to_a_page(tmp_path: Path) -> None:
    config = hostile_class(tmp_path)
    said = pages.write(tmp_path, config, DEMO)
    assert "12 pages of 12 new or changed" in said[1]
    tags = Tags((tmp_path / "index.html").read_text(encoding="utf-8")).found
    assert not {"script", "img", "iframe", "link"} & {tag for tag, _ in tags}
    links = [attributes["href"] or "" for tag, attributes in tags if tag == "a"]
    assert len(links) > 12
    ids = {attributes.get("id") for _, attributes in tags}
    for link in links:
        assert link[1:] in ids if link.startswith("#") else (tmp_path / link).is_file(), link
    assert "0 pages of 12 new or changed" in pages.write(tmp_path, config, DEMO)[1]


def test_every_row_of_the_page_may_break_its_words(tmp_path: Path) -> None:
    """What no browser is needed for: no fixed widths wider than a phone, and long words may break."""
    hostile_class(tmp_path)
    html = overview.page("", DEMO, marks.read(tmp_path, DEMO))
    style = html[html.index("<style>") : html.index("</style>")]
    assert re.search(r"body \{[^}]*overflow-wrap: anywhere", style) and "width=device-width" in html
    widths = [float(number) for number in re.findall(r"(?<!-)(?:min-)?width: ([\d.]+)rem", style)]
    assert all(width < 20 for width in widths if f"(min-width: {width:g}rem)" not in style)


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_shows_the_pages_on_a_phone_without_scrolling_sideways(tmp_path: Path, scheme: str) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    pages.write(tmp_path, hostile_class(tmp_path), DEMO)
    with playwright.sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme).new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        for name in ("index.html", "feedback/s1.html"):
            page.goto((tmp_path / name).as_uri())
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (colour == "rgb(255, 255, 255)") == (scheme == "light")
        assert not complaints
        browser.close()
