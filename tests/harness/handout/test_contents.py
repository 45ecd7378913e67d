"""What students get, and what they never get."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import nbformat
import pytest
import yaml

from autograder.course import masters, parts
from autograder.course.config import Assignment, ConfigError, load
from autograder.course.yaml_file import read
from autograder.handout.contents import files_of
from tests.harness.handout.conftest import ROOT, squeezed

KEPT_BACK = ("hidden", "mistakes", "alternatives", "attacks", "mutants")
ENDINGS = (".py", ".md", ".ipynb", ".json", ".yaml", ".toml", ".lock", ".svg", ".html", "Makefile")
AT_THE_TOP = {
    "Makefile",
    "README.md",
    "check.py",
    "grading_config.yaml",
    "pyproject.toml",
    "requirements.lock",
    "autograder",
    "templates",
    "tests",
}
ROOMS_OF_OTHERS = ("audit", "classroom", "demo", "gradescope", "handout")
GRADERS_OWN = ("checks/references.py", "checks/layouts.py", "course/masters.py", "course/templates.py")
TRIVIAL = re.compile(  # what any program may say: a line of these tells nothing, nor does one below LEAST
    r"(for.+in.+|with.+|else|try):"  # it opens a block
    r"|return\w+(,\w+)*"  # or hands back what has a name
    r"|\w+(\.\w+)*\(\)"  # or calls something without an argument
    r"|[|:-]+"  # or rules a table
)
LEAST = 12  # characters that are no white space


def test_it_holds_what_a_student_needs_and_nothing_more(files: Mapping[str, bytes]) -> None:
    assert {name.partition("/")[0] for name in files} == AT_THE_TOP
    assert {name.split("/")[1] for name in files if name.startswith("tests/")} == {"visible"}
    for name in files:
        assert name.endswith(ENDINGS), name
        assert not any(part.startswith((".", "__pycache__")) for part in name.split("/")), name


def test_the_rooms_of_instructors_are_not_in_it(files: Mapping[str, bytes]) -> None:
    rooms = {name.split("/")[1].removesuffix(".py") for name in files if name.startswith("autograder/")}
    assert rooms.isdisjoint(ROOMS_OF_OTHERS)
    assert {"checks", "grading", "submission"} <= rooms
    assert not {f"autograder/{name}" for name in GRADERS_OWN} & files.keys()


def test_the_pictures_of_its_assignments_are_in_it(files: Mapping[str, bytes]) -> None:
    assert {"autograder/pictures/measured.py", "autograder/pictures/pictures.html"} <= files.keys()
    for path in (ROOT / "tests" / "visible").glob("*/support/pictures.py"):
        assert path.relative_to(ROOT).as_posix() in files


def test_every_module_that_it_imports_is_in_it(files: Mapping[str, bytes]) -> None:
    modules = {name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in files}
    looked_at = 0
    for name in files:
        if name.endswith(".py") and not name.startswith("templates/"):
            for module in imports(name, files[name]):
                looked_at += 1
                there = any(each == module or each.startswith(f"{module}.") for each in modules)
                assert there, f"{name} imports {module}"
    assert looked_at > 500


def imports(name: str, source: bytes) -> Iterator[str]:
    """The modules of the harness and of the checks that a file imports, wherever in it."""
    package = name.split("/")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            found = [".".join([*above, *filter(None, [node.module])])]
        else:
            continue
        yield from (module for module in found if module.partition(".")[0] in ("autograder", "tests"))


# -- solutions ---------------------------------------------------------------------------------------------


def lines_of_solutions() -> Iterator[tuple[str, str]]:
    """Every line that stands between the marks of a master, and the master."""
    for path in sorted((ROOT / "solutions").rglob("*")):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py":
            text = path.read_text(encoding="utf-8") if name.endswith(".nb.py") else parts.read(path)
            yield from ((line, name) for line in masters.solution_lines(text, name))
        elif path.suffix == ".md":
            for block in masters.TEXT_BLOCK.findall(path.read_text(encoding="utf-8")):
                yield from ((line, name) for line in block.splitlines())


def test_no_line_of_a_solution_is_in_it_that_no_template_has(texts: Mapping[str, str]) -> None:
    given = "\n".join(text for name, text in texts.items() if name.startswith("templates/"))
    looked_for = 0
    for line, master in lines_of_solutions():
        wanted = squeezed(line)
        if len(wanted) < LEAST or TRIVIAL.fullmatch(wanted) or wanted.startswith("#TEMPLATE"):
            continue
        if wanted in given:  # tests of the templates look whether it stands where it was solved
            continue
        looked_for += 1
        assert not [name for name, text in texts.items() if wanted in text], f"{master}: {line.strip()}"
    assert looked_for > 300


# -- what only graders have --------------------------------------------------------------------------------


def test_no_file_that_is_kept_back_is_in_it_under_any_name(files: Mapping[str, bytes]) -> None:
    handed_out = set(files.values())
    found = 0
    for folder in (ROOT / "solutions", *(ROOT / "tests" / name for name in KEPT_BACK)):
        for path in folder.rglob("*"):
            is_given = path.suffix == ".svg" or path.name in ("README.md", "data.py")
            if path.is_file() and not is_given and path.stat().st_size > 100:
                found += 1
                assert path.read_bytes() not in handed_out, path
    assert found > 300


def seen_by_students(assignment: Assignment) -> Iterator[str]:
    for check, entry in assignment.checks.items():
        if entry.visibility == "visible":
            yield check


def texts_in(path: Path) -> Iterator[str]:
    """The names of a file's functions, and the texts in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_no_name_title_or_sentence_of_a_hidden_check_is_in_it(texts: Mapping[str, str]) -> None:
    visible = {text for path in (ROOT / "tests/visible").rglob("*.py") for text in texts_in(path)}
    harness = {text for path in (ROOT / "autograder").rglob("*.py") for text in texts_in(path)}
    hidden = {text for path in (ROOT / "tests/hidden").rglob("*.py") for text in texts_in(path)}
    visible |= {check for each in load(ROOT).assignments.values() for check in seen_by_students(each)}
    wanted = {squeezed(text) for text in hidden - visible - harness}
    wanted = {text for text in wanted if len(text) >= 2 * LEAST}
    assert len(wanted) > 100
    # What the data beside the visible checks say, these checks say.
    searched = {name: text for name, text in texts.items() if not name.endswith(".json")}
    for text in wanted:
        assert not [name for name, whole in searched.items() if text in whole], text


def test_no_line_of_a_known_mistake_is_in_it(texts: Mapping[str, str]) -> None:
    given = "\n".join(text for name, text in texts.items() if name.startswith("templates/"))
    looked_for = 0
    for path in (ROOT / "tests/mistakes").rglob("*.yaml"):
        for mistake in read(path).data:
            for change in mistake.get("replace", []):
                wanted = squeezed(change["new"])
                if len(wanted) >= 4 * LEAST and wanted not in given:
                    looked_for += 1
                    assert not [name for name, text in texts.items() if wanted in text], change["new"]
    assert looked_for > 300


def test_the_configuration_says_of_hidden_checks_how_many_points_they_count_for_and_no_more(
    files: Mapping[str, bytes], unpacked: Path
) -> None:
    ours, theirs = load(ROOT), load(unpacked)
    text = files["grading_config.yaml"].decode()
    for name, assignment in ours.assignments.items():
        hidden = {check: entry for check, entry in assignment.checks.items() if entry.visibility == "hidden"}
        handed_out = theirs.assignment(name)
        assert handed_out.checks == {
            check: entry for check, entry in assignment.checks.items() if check not in hidden
        }
        assert handed_out.hidden_points == pytest.approx(sum(entry.points for entry in hidden.values()))
        assert handed_out.not_promised == assignment.not_promised
    assert "visibility: hidden" not in text and "levels" not in text


def test_tables_of_answers_are_those_of_visible_checks_alone(files: Mapping[str, bytes]) -> None:
    config = load(ROOT)
    tables = [name for name in files if name.endswith("/mistakes.json")]
    assert len(tables) == len(config.assignments)
    for name in tables:
        assignment = config.assignment(name.split("/")[2])
        visible = set(seen_by_students(assignment))
        table = json.loads(files[name])
        assert table["checks"].keys() <= visible
        named = {mistake for entry in table["checks"].values() for mistake in entry["mistakes"]}
        assert table["words"].keys() == named, "a mistake that only a hidden check finds has words"


def test_notebooks_were_not_run(files: Mapping[str, bytes]) -> None:
    notebooks = [name for name in files if name.endswith(".ipynb")]
    assert len(notebooks) == 5
    for name in notebooks:
        for cell in nbformat.reads(files[name].decode(), as_version=4).cells:
            assert not cell.get("outputs") and cell.get("execution_count") is None


# -- packages ----------------------------------------------------------------------------------------------


def test_its_packages_are_those_of_a_student_in_the_versions_of_this_repository(
    files: Mapping[str, bytes],
) -> None:
    tomllib = pytest.importorskip("tomllib")
    project = tomllib.loads(files["pyproject.toml"].decode())
    assert "optional-dependencies" not in project["project"] and project["tool"].keys() == {
        "setuptools",
        "pytest",
    }
    lock = files["requirements.lock"].decode().splitlines()
    assert set(lock) <= set((ROOT / "requirements.lock").read_text().splitlines())
    named = {re.split(r"[=<>! ;]", line)[0] for line in lock}
    wanted = {re.split(r"[=<>! ;\[]", each)[0] for each in project["project"]["dependencies"]}
    assert wanted <= named, "run `make lock`"
    assert named.isdisjoint({"otter-grader", "distributed", "hypothesis", "scipy", "nbclient"})


# -- by a list ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with the masters and checks of lab 7, in which somebody has worked."""
    root = tmp_path_factory.mktemp("repository")
    lab = "lab7_vanilla_rnn"
    for folder in ("solutions", "templates", "tests/visible", "tests/hidden"):
        if (ROOT / folder / lab).is_dir():
            shutil.copytree(ROOT / folder / lab, root / folder / lab)
    config = read(ROOT / "grading_config.yaml").data
    config["assignments"] = {lab: config["assignments"][lab]}
    (root / "grading_config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    return root


def test_a_handout_of_one_assignment_is_about_that_one(repository: Path) -> None:
    files = files_of(load(repository), ["lab7_vanilla_rnn"])
    assert b"\nA ?= lab7_vanilla_rnn\n" in files["Makefile"]
    readme = files["README.md"].decode()
    assert re.search(r"`python check\.py lab7_vanilla_rnn --only \w+`", readme)
    assert re.findall(r"^\| `templates/(\w+)` \|", readme, re.MULTILINE) == ["lab7_vanilla_rnn"]
    assert not re.search(r"<[A-Z]+>", readme)
    assert {name.split("/")[1] for name in files if name.startswith("templates/")} == {"lab7_vanilla_rnn"}


def test_a_section_of_the_course_gets_its_own_points(repository: Path) -> None:
    second = repository / "evening.yaml"
    checks = "script: {checks: {weights_are_initialised: {points: 7, visibility: visible}}}"
    second.write_text(
        f"extends: grading_config.yaml\nassignments: {{lab7_vanilla_rnn: {{units: {{{checks}}}}}}}\n"
    )
    files = files_of(load(repository, second), ["lab7_vanilla_rnn"])
    assert b"weights_are_initialised: {points: 7.0, visibility: visible}" in files["grading_config.yaml"]


def test_what_merely_lies_there_is_not_packed_nor_what_somebody_wrote_into_a_template(
    repository: Path,
) -> None:
    before = files_of(load(repository), ["lab7_vanilla_rnn"])
    work = repository / "templates" / "lab7_vanilla_rnn"
    (work / "lab7.py").write_text("solved = True\n")
    (work / "notes.txt").write_text("mine")
    checks = repository / "tests" / "visible" / "lab7_vanilla_rnn"
    for name in ("support/notes.py", ".ipynb_checkpoints/test_script.py", "__pycache__/a.pyc", "old.json"):
        (checks / name).parent.mkdir(exist_ok=True)
        (checks / name).write_text("left = 'over'\n")
    assert files_of(load(repository), ["lab7_vanilla_rnn"]) == before


def test_a_visible_check_that_needs_what_is_hidden_is_refused(repository: Path) -> None:
    check = repository / "tests" / "visible" / "lab7_vanilla_rnn" / "test_script.py"
    text = check.read_text(encoding="utf-8")
    check.write_text(f"{text}\nfrom autograder.checks import references\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"references\.py is not for students"):
        files_of(load(repository), ["lab7_vanilla_rnn"])
    check.write_text(text, encoding="utf-8")
