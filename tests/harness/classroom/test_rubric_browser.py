"""A sheet is filled in a real browser, from a file and from the server, and its marks are read back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.classroom.handed import Handed, Person, write_manifest
from autograder.classroom.rubric import PeoplePart, marks_of
from autograder.classroom.rubric.pages import Sheets
from autograder.classroom.rubric.server import Server
from autograder.course import config
from tests.harness.classroom.made import WITH_A_RUBRIC

playwright = pytest.importorskip("playwright.sync_api")
BROWSER = os.environ.get("AUTOGRADER_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not BROWSER, reason="there is no browser")

ANN = Handed(id="ann.chen", people=(Person(name='=cmd("x")'), Person(name="Bo Li")), path="submissions/ann")
CAT = Handed(id="007", people=(Person(name="Cat"),), path="submissions/cat")
ATTACK = """# Summary
<script>document.title = "pwned"</script><img src=x onerror="document.title='pwned'">
[a](javascript:document.title='pwned') "quoted"
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: playwright.Browser) -> Iterator[playwright.BrowserContext]:
    found = chromium.new_context(accept_downloads=True)
    found.set_default_timeout(20_000)
    yield found
    found.close()


@pytest.fixture
def sheets(tmp_path: Path) -> Sheets:
    (tmp_path / config.FILE_NAME).write_text(WITH_A_RUBRIC, encoding="utf-8")
    for each in (ANN, CAT):
        (tmp_path / each.path).mkdir(parents=True)
        (tmp_path / each.path / "report.md").write_text(ATTACK, encoding="utf-8")
    write_manifest(tmp_path, [ANN, CAT])
    demo = config.load(tmp_path).assignment("demo")
    assert demo.rubric is not None
    made = Sheets(tmp_path, demo, demo.rubric)
    made.write()
    return made


def part(sheets: Sheets, id: str = "ann.chen") -> PeoplePart:
    return marks_of(sheets.folder, sheets.assignment)[id]


def address(sheets: Sheets, handed: Handed = ANN) -> str:
    return (sheets.folder / "rubric" / "sheets" / f"{handed.id}.html").as_uri()


def test_a_sheet_that_a_browser_saves_is_read_back_whole(
    context: playwright.BrowserContext, sheets: Sheets
) -> None:
    page = context.new_page()
    page.goto(address(sheets))
    assert page.locator("#sum").inner_text() == "0 of 22.5, 2 rows open"
    page.fill("#grader", "Ève; Müller")
    page.get_by_label("Specific.").check()
    page.get_by_label("Comment on Summary").fill('=HYPERLINK("x"), says "yes"\nand more')
    page.locator("input[type=number]").fill("1.5")
    page.get_by_label("Overall comment").fill("-1 would be harsh; 很好")
    assert page.locator("#sum").inner_text() == "21.5 of 22.5"
    with page.expect_download() as download:
        page.click("#save")
    name = download.value.suggested_filename
    assert name == "ann.chen.Ève_Müller.csv"
    assert "goes into the folder rubric/marks/" in page.locator("#said").inner_text()
    download.value.save_as(sheets.folder / "rubric" / "marks" / name)
    assert "'=HYPERLINK" in (sheets.folder / "rubric" / "marks" / name).read_text(encoding="utf-8-sig")
    found = part(sheets)
    assert (found.points, found.graders, found.problems) == (21.5, ("Ève; Müller",), ())
    assert found.marks[0].comment.split("\n") == ['=HYPERLINK("x"), says "yes"', "and more"]
    assert found.comments == ("-1 would be harsh; 很好",)


def test_nothing_of_a_submission_runs_in_the_browser(
    context: playwright.BrowserContext, sheets: Sheets
) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address(sheets))
    assert page.title().startswith('=cmd("x")') and page.locator(".work script, .work img").count() == 0
    page.evaluate(
        "() => {const s = document.createElement('script'); s.textContent = \"document.title='pwned'\";"
        "document.querySelector('.work').append(s)}"
    )
    assert page.title().startswith('=cmd("x")')
    assert asked == [address(sheets)]


def test_no_report_is_one_tick_and_no_points(context: playwright.BrowserContext, sheets: Sheets) -> None:
    page = context.new_page()
    page.goto(address(sheets))
    page.fill("#grader", "Eve")
    page.check("#none")
    assert page.locator("#sum").inner_text() == "0 of 22.5"
    with page.expect_download() as download:
        page.click("#save")
    download.value.save_as(sheets.folder / "rubric" / "marks" / "a.csv")
    assert part(sheets).points == 0


def test_an_impossible_mark_and_a_sheet_without_a_grader_are_not_saved(
    context: playwright.BrowserContext, sheets: Sheets
) -> None:
    page = context.new_page()
    downloads: list[object] = []
    page.on("download", lambda each: downloads.append(each))
    page.goto(address(sheets))
    page.get_by_label("Specific.").check()
    page.click("#save")
    page.fill("#grader", "Eve")
    page.locator("input[type=number]").fill("2.6")
    page.click("#save")
    assert page.locator("input[type=number]").evaluate("each => each.validity.rangeOverflow")
    page.locator("input[type=number]").fill("")
    with page.expect_download():
        page.click("#save")
    assert len(downloads) == 1
    assert "1 row is still open." in page.locator("#said").inner_text()


def test_what_was_not_saved_is_there_when_the_page_is_opened_again(
    context: playwright.BrowserContext, sheets: Sheets
) -> None:
    page = context.new_page()
    page.goto(address(sheets))
    page.fill("#grader", "Eve")
    page.get_by_label("Vague.").check()
    page.reload()  # closing at once may kill the process before the browser has what it wrote
    assert page.get_by_label("Vague.").is_checked() and page.input_value("#grader") == "Eve"
    assert page.locator("#said").inner_text() == "These marks are not saved yet."


def grade(page: playwright.Page, grader: str, level: str) -> None:
    page.fill("#grader", grader)
    page.get_by_label(level).check()
    page.locator("input[type=number]").fill("1")
    page.click("#save")
    page.get_by_text("Saved.").wait_for()


def test_two_graders_at_a_time_save_to_the_server_and_their_disagreement_is_shown(
    chromium: playwright.Browser, server: Server, sheets: Sheets
) -> None:
    eve, mal = chromium.new_context().new_page(), chromium.new_context().new_page()
    for page in (eve, mal):
        page.goto(server.address)
        page.get_by_text("Begin").click()
        page.wait_for_url("**/ann.chen.html")
    grade(eve, "Eve", "Specific.")
    assert part(sheets).points == 21
    grade(mal, "Mal", "Vague.")
    assert part(sheets).points is None
    mal.goto(server.address)
    assert "'Summary' is given 5 (Eve" in mal.locator("li").first.inner_text()
    mal.get_by_role("link", name="=cmd").click()
    mal.get_by_text("Filled already by Eve.").wait_for()
    assert mal.get_by_label("Vague.").is_checked()
    grade(mal, "Mal", "Specific.")
    assert part(sheets).points == 21
    mal.click("#next")
    mal.wait_for_url("**/007.html")


def test_what_cannot_be_saved_is_told_and_kept_on_the_page(
    context: playwright.BrowserContext, server: Server, sheets: Sheets
) -> None:
    page = context.new_page()
    page.goto(f"{server.address}sheets/007.html")
    page.fill("#grader", "Eve")
    page.get_by_label("Vague.").check()
    page.route("**/save", lambda route: route.abort())
    page.click("#save")
    page.get_by_text("Not saved: ").wait_for()
    page.unroute("**/save")
    page.click("#save")
    page.get_by_text("Saved. 1 row is still open.").wait_for()
    assert part(sheets, "007").missing == ["Tuning, and tests"]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_a_screen_and_a_phone_in_light_and_dark(
    chromium: playwright.Browser, sheets: Sheets, width: int, scheme: str
) -> None:
    page = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()
    for where in (address(sheets), (sheets.folder / "rubric" / "index.html").as_uri()):
        page.goto(where)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shades = [
            sum(
                int(each)
                for each in page.evaluate(f"getComputedStyle(document.body).{name}")[4:-1].split(",")
            )
            for name in ("color", "backgroundColor")
        ]
        assert abs(shades[0] - shades[1]) > 400
        assert (shades[1] < shades[0]) is (scheme == "dark")


def test_marks_of_what_was_replaced_are_shown_and_count_once_they_are_saved_again(
    context: playwright.BrowserContext, sheets: Sheets
) -> None:
    def fresh(digest: str) -> Sheets:
        write_manifest(sheets.folder, [ANN.model_copy(update={"digest": digest * 64})])
        made = Sheets(sheets.folder, sheets.assignment, sheets.rubric)
        made.write()
        return made

    def save(page: playwright.Page) -> None:
        with page.expect_download() as download:
            page.click("#save")
        download.value.save_as(sheets.folder / "rubric" / "marks" / "eve.csv")

    first = fresh("1")
    page = context.new_page()
    page.goto(address(first))
    page.fill("#grader", "Eve")
    page.get_by_label("Specific.").check()
    page.locator("input[type=number]").fill("1.5")
    save(page)
    assert part(first).points == 21.5
    again = fresh("2")
    assert (part(again).points, part(again).earlier) == (None, ("Eve",))
    page.goto(address(again))
    assert "are of what was handed in before" in page.locator("#others").inner_text()
    assert page.locator("#sum").inner_text() == "21.5 of 22.5"
    save(page)
    assert page.locator("#others").inner_text() == ""
    assert (part(again).points, part(again).earlier, part(again).problems) == (21.5, (), ())
