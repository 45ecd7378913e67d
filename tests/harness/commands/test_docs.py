"""What the pages promise is there: links, files, commands, rooms, and the checks that one of them shows."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.harness.commands.test_commands import ROOT, commands, parse, runs
from tests.harness.conftest import Typed

PAGES = [ROOT / "README.md", ROOT / "autograder/README.md", ROOT / "tests/README.md"]
PAGES += sorted((ROOT / "docs").glob("*.md"))
HOUSE = ROOT / "autograder"
CLASS = (
    "lab7/",
    "submissions/",
    "results/",
    "feedback/",
    "shown/",
    "rubric/",
)  # of a class, and what is in it
MADE = ("build/", ".autograder/", "/autograder", *CLASS)  # what is there only once it was made, or elsewhere
ANY = re.compile(r"ASSIGNMENT|UNIT|NAME|FILE")
A7 = "a7_sequence_modeling"

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def blocks(page: Path) -> Iterator[tuple[str, str]]:
    """The language and the text of every fenced block."""
    text = page.read_text(encoding="utf-8")
    for _, language, block in re.findall(r"^( *)```(\w*)\n(.*?)^\1```", text, re.DOTALL | re.MULTILINE):
        yield language, textwrap.dedent(block)


def anchors(page: Path) -> set[str]:
    """The names by which GitHub links to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def is_there(name: str, *folders: Path) -> bool:
    """Whether a path, in which a word in capitals stands for any name, is in one of the folders."""
    pattern = ANY.sub("*", name.rstrip("/"))
    return any(next(folder.glob(pattern), None) is not None for folder in folders)


@every_page
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        linked = (page.parent / name).resolve() if name else page
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


@every_page
def test_every_file_that_is_named_is_there(page: Path) -> None:
    for name in re.findall(r"`([\w.-]*/[\w./-]*)`", prose(page)):
        if not name.startswith(MADE) and "leaky_unit" not in name:
            assert is_there(name, ROOT, page.parent, HOUSE), name


@every_page
def test_every_folder_in_a_block_is_there(page: Path) -> None:
    for language, block in blocks(page):
        for name in re.findall(r"(?<![\w/])(?:tests|solutions|templates|benchmarks)/[\w./-]+", block):
            assert language or "leaky_unit" in name or is_there(name, ROOT), name


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
@every_page
def test_every_command_can_be_read(page: Path) -> None:
    for command in commands(page.read_text(encoding="utf-8")):
        for run in runs(command):
            parse(run)


@every_page
def test_every_module_that_is_run_is_there(page: Path) -> None:
    for name in re.findall(r"-m (autograder[\w.]*)", page.read_text(encoding="utf-8")):
        assert importlib.util.find_spec(name) is not None, name


def test_the_first_page_fits_three_screens_and_leads_to_all_others() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 135
    for page in PAGES[1:]:
        assert f"]({page.relative_to(ROOT).as_posix()})" in text


# -- the house ---------------------------------------------------------------------------------------------


def table(heading: str) -> list[list[str]]:
    """The rows of the table under a heading of autograder/README.md, without its head."""
    text = (HOUSE / "README.md").read_text(encoding="utf-8").partition(f"## {heading}\n")[2]
    rows = re.findall(r"^\|(.+)\|$", text.partition("\n## ")[0], re.MULTILINE)[2:]
    return [[cell.strip() for cell in row.split("|")] for row in rows]


def rooms() -> dict[str, list[str] | None]:
    """What each room may import; None: everything."""
    return {
        name: None if allowed == "all" else re.findall(r"`([\w.]+)`", allowed)
        for names, _, allowed in table("Rooms")
        for name in re.findall(r"`([\w.]+)`", names)
    }


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the house, by its name without "autograder."."""
    for path in sorted(HOUSE.rglob("*.py")):
        yield ".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__"), path


def imports(name: str, path: Path) -> Iterator[str]:
    """What a module imports of the house, in the same form."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = ["autograder", *package][: len(package) + 2 - node.level] if node.level else []
            module = [*above, *(node.module.split(".") if node.module else [])]
            found = [[*module, alias.name] for alias in node.names]
        else:
            continue
        for parts in found:
            if parts[0] == "autograder":
                is_module = (HOUSE / Path(*parts[1:])).is_dir() or (
                    HOUSE / f"{Path(*parts[1:])}.py"
                ).is_file()
                yield ".".join(parts[1:] if is_module else parts[1:-1])


def within(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def test_a_room_imports_what_the_map_says_and_nothing_else() -> None:
    allowed = rooms()
    for name, path in modules():
        room = next((each for each in allowed if within(name, each)), None)
        if room is None:
            assert name in ("__init__", "__main__", "sandbox", "sandbox.__main__"), f"{name} is in no room"
            continue
        may = allowed[room]
        for other in imports(name, path) if may is not None else ():
            assert not other or any(within(other, each) for each in (room, *may)), f"{name} imports {other}"


def test_every_step_of_the_way_is_a_function_that_is_there() -> None:
    steps = [
        name for row in table("From the command to the page") for name in re.findall(r"`([\w.]+)`", row[1])
    ]
    assert len(steps) > 15
    for step in steps:
        place, names = HOUSE, step.split(".")
        while names and (place / names[0]).is_dir():
            place /= names.pop(0)
        path = place / f"{names.pop(0)}.py" if (place / f"{names[0]}.py").is_file() else place / "__init__.py"
        text = path.read_text(encoding="utf-8")
        for name in names:
            assert re.search(rf"(def |class |import .*|^    ){name}\b", text, re.MULTILINE), step


def test_every_room_tells_what_happens_in_it() -> None:
    for path in HOUSE.rglob("__init__.py"):
        if path.parent != HOUSE and "texts" not in path.parts:
            said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            assert len(said.splitlines()) > 2, path


# -- docs/writing-a-check.md -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with A7's checks and, behind those of its cells, the checks of the page."""
    root = tmp_path_factory.mktemp("course")
    for kind in ("visible", "hidden"):
        shutil.copytree(ROOT / "tests" / kind / A7, root / "tests" / kind / A7)
    page = list(blocks(ROOT / "docs" / "writing-a-check.md"))
    checks = root / "tests" / "visible" / A7 / "test_cells.py"
    shown = [text for language, text in page if language == "python"]
    checks.write_text("\n\n".join([checks.read_text(encoding="utf-8"), *shown]), encoding="utf-8")
    entries = "".join(text for language, text in page if language == "yaml" and not text.startswith("#"))
    entries += "gru_cell_listens_to_its_state: {points: 0, visibility: visible}\n"
    config = (ROOT / "grading_config.yaml").read_text(encoding="utf-8")
    first = re.search(r"^( +)gru_cell_keeps_its_shapes: .*\n", config, re.MULTILINE)
    assert first is not None
    config = config[: first.end()] + textwrap.indent(entries, first[1]) + config[first.end() :]
    (root / "grading_config.yaml").write_text(config, encoding="utf-8")
    return root


def verdicts(typed: Typed, course: Path, text: str, folder: Path) -> dict[str, dict[str, str]]:
    """What the checks of the page say of a cells.py, by their names."""
    (folder / "cells.py").write_text(text, encoding="utf-8")
    tree = ast.parse((course / "tests" / "visible" / A7 / "test_cells.py").read_text(encoding="utf-8"))
    names = ["gru_cell_keeps_small_states", "cell_reads_each_row_alone", "gru_cell_listens_to_its_state"]
    names += ["vanilla_cell_reads_each_row_alone"]
    assert {f"test_{name}" for name in names} <= {
        name.id if isinstance(name, ast.Name) else getattr(node, "name", "")
        for node in tree.body
        for name in getattr(node, "targets", [None])
    }
    record = folder / "record.json"
    only = [word for name in names for word in ("--only", name)]
    code, _, complaint = typed(course, "check", A7, folder, "--json", record, *only)
    assert code in (0, 1), complaint
    checks = json.loads(record.read_text(encoding="utf-8"))["checks"]
    return {check["id"].partition("::")[2]: check for check in checks}


def test_the_checks_of_the_page_pass_the_solution(course: Path, tmp_path: Path, typed: Typed) -> None:
    solution = (ROOT / "solutions" / A7 / "cells.py").read_text(encoding="utf-8")
    found = verdicts(typed, course, solution, tmp_path)
    assert len(found) == 4
    assert {check["outcome"] for check in found.values()} == {"pass"}, found


def test_the_mistake_of_the_page_fails_one_of_its_checks(course: Path, tmp_path: Path, typed: Typed) -> None:
    solution = (ROOT / "solutions" / A7 / "cells.py").read_text(encoding="utf-8")
    page = blocks(ROOT / "docs" / "writing-a-check.md")
    [text] = [text for language, text in page if language == "yaml" and text.startswith("#")]
    [mistake] = yaml.safe_load(text)
    known = ROOT / text.partition("\n")[0].removeprefix("# ")
    assert mistake in yaml.safe_load(known.read_text(encoding="utf-8"))
    for change in mistake["replace"]:
        assert solution.count(change["old"]) == 1
        solution = solution.replace(change["old"], change["new"])
    found = verdicts(typed, course, solution, tmp_path)
    failed = {name: check["message"] for name, check in found.items() if check["outcome"] != "pass"}
    assert failed.keys() == {"gru_cell_keeps_small_states"}
    assert "the old state is kept whole" in failed["gru_cell_keeps_small_states"]  # says more than the check
