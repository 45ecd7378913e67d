"""`autograder new`: what it writes works at once, and nothing else changes."""

from __future__ import annotations

import difflib
import functools
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from autograder.audit import corpus
from autograder.course import config, insertions, templates
from autograder.course.config import ConfigError
from autograder.course.yaml_file import read
from tests.harness.conftest import Typed
from tests.harness.files import ROOT, autograder

EMPTY = '# Ours.\ncourse: "A course"  # its name\n\nassignments: {}\n'
ENTRY = "{points: 1, visibility: visible}"

New = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose only assignment, echo, was made by `new assignment`; its templates by `templates`."""
    root = tmp_path_factory.mktemp("course")
    (root / config.FILE_NAME).write_text(EMPTY)
    for command in (["new", "assignment", "echo", "--title", 'Echo: a "sum"'], ["templates"]):
        done = autograder(root, *command)
        assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def course(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "course")


@pytest.fixture
def new(course: Path, typed: Typed) -> New:
    """The command, as it is typed in the course: exit code, what it says and what it complains of."""
    return functools.partial(typed, course, "new")


def contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def added(before: str, after: str) -> list[str]:
    """The lines that are new; none may be gone."""
    changes = list(difflib.ndiff(before.split("\n"), after.split("\n")))
    assert not [line for line in changes if line.startswith("- ")]
    return [line[2:] for line in changes if line.startswith("+ ")]


def test_a_new_assignment_has_full_marks_for_its_solution_and_none_for_its_template(
    made: Path, typed: Typed
) -> None:
    code, said, complaint = typed(made, "check", "echo", "solutions/echo")
    assert code == 0 and "1 of 1 points" in said, said + complaint
    code, said, _ = typed(made, "check", "echo")
    assert code == 1 and "0 of 1 points, 0 of 1 check passed" in said
    assert templates.stale(made) == []


def test_the_mistake_of_a_new_assignment_is_told(made: Path, tmp_path: Path, typed: Typed) -> None:
    [mistake] = corpus.mistakes(made, "echo")
    wrong = corpus.materialise(mistake.files, tmp_path / "wrong")
    code, said, _ = typed(made, "check", "echo", wrong)
    assert code == 1
    assert "sums over the rows of the batch" in said and "Which of the two axes is time?" in said


def test_a_new_assignment_keeps_the_words_of_the_configuration(made: Path) -> None:
    text = (made / config.FILE_NAME).read_text()
    assert text.startswith(EMPTY.removesuffix(" {}\n") + "\n  echo:\n")
    assert config.load(made).assignment("echo").title == 'Echo: a "sum"'


def test_a_second_assignment_stands_apart(course: Path, new: New) -> None:
    before = (course / config.FILE_NAME).read_text()
    assert new("assignment", "second_one")[0] == 0
    after = (course / config.FILE_NAME).read_text()
    assert after.startswith(before + "\n  second_one:\n") and after.endswith("visible}\n")
    assert config.load(course).assignment("second_one").title == "Second one"


def test_a_new_check_is_pending_until_it_is_written(course: Path, new: New, typed: Typed) -> None:
    before = (course / config.FILE_NAME).read_text()
    needs = ("--needs", "sums_follow_the_equation")
    code, said, _ = new("check", "echo", "sums::state_is_finite", "--points", "0.5", *needs)
    assert code == 0
    line = "          state_is_finite: {points: 0.5, visibility: visible}"
    assert added(before, (course / config.FILE_NAME).read_text()) == [line]
    file, entry, following = said.splitlines()
    for place, text in (
        (file, "def test_state_is_finite(student: Student, draw: Draw) -> None:"),
        (entry, line),
    ):
        name, _, number = place.partition(":")
        assert (course / name).read_text().split("\n")[int(number) - 1] == text

    code, said, complaint = typed(course, *following.split()[2:])
    assert code == 3, complaint
    assert "State is finite." in said and "This check is still to be written." in said
    assert "0.5 pending" in said
    written = (course / "tests/visible/echo/test_sums.py").read_text()
    assert "\n\n\n@needs(test_sums_follow_the_equation)\ndef test_state_is_finite" in written
    assert "import CannotJudge, Draw, Student, expect, needs\n" in written


def test_a_hidden_check_gets_a_file_of_its_own_and_its_place(course: Path, new: New) -> None:
    new("check", "echo", "sums::second")
    after = ("--after", "sums::sums_follow_the_equation")
    title = ("--title", 'Echo: "first"')
    code, _, _ = new(
        "check", "echo", "sums::test_first", "--visibility", "hidden", "--needs", "second", *after, *title
    )
    assert code == 0
    written = (course / "tests/hidden/echo/test_sums.py").read_text()
    assert written.startswith('"""Sums over time."""\n\nfrom autograder.checks import CannotJudge')
    assert '@needs("sums::second")\ndef test_first' in written and '"""Echo: "first"."""' in written
    checks = config.load(course).assignment("echo").checks
    assert list(checks) == ["sums::sums_follow_the_equation", "sums::first", "sums::second"]


def test_what_is_written_is_as_the_linter_wants_it(course: Path, new: New) -> None:
    new("check", "echo", "sums::second", "--needs", "sums_follow_the_equation")
    new("check", "echo", "sums::hidden", "--visibility", "hidden")
    new("alternative", "echo", "by_hand", "--only", "running_sum")
    shutil.copy(ROOT / "pyproject.toml", course)
    ours = 'lint.isort.known-first-party = ["autograder", "tests"]'
    for command in (["check", "--config", ours, "--extend-select", "I"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", "."],
            cwd=course,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("imports", "wanted"),
    [
        (
            "from autograder.checks import needs",
            ["from autograder.checks import CannotJudge, Draw, Student, needs"],
        ),
        (
            "from autograder.checks import (\n    Draw,\n    VALUE,  # why\n)",
            ["CannotJudge, Student\n", "VALUE,  # why"],
        ),
        ("from autograder.checks import Student as S", ["import CannotJudge, Draw, Student, Student as S"]),
        (
            "import numpy as np",
            ["import numpy as np\n\nfrom autograder.checks import CannotJudge, Draw, Student\n"],
        ),
    ],
)
def test_imports_are_joined(course: Path, new: New, imports: str, wanted: list[str]) -> None:
    path = course / "tests/visible/echo/test_sums.py"
    function = path.read_text().partition("\n\n\n")[2]
    path.write_text(f'"""Sums."""\n\n{imports}\n\n\n{function}')
    assert new("check", "echo", "sums::second")[0] == 0
    for part in wanted:
        assert part in path.read_text()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_line_ends_stay_as_they_are(course: Path, new: New, line_end: str) -> None:
    paths = [course / config.FILE_NAME, course / "tests/visible/echo/test_sums.py"]
    for path in paths:
        path.write_bytes(path.read_bytes().replace(b"\n", line_end.encode()))
    assert new("check", "echo", "sums::second")[0] == 0
    for path in paths:
        text = path.read_bytes().decode()
        assert text.count(line_end) == text.count("\n") and "second" in text


def unit(*lines: str) -> str:
    """A configuration with one unit, which holds these lines."""
    head = "assignments:\n  a:\n    title: A\n    units:\n      u:\n        title: U\n        files: {}\n"
    return head + "".join(f"        {line}\n" for line in lines)


LAYOUTS = {
    "in lines, remarks behind and below": (
        ["checks:", "  # first", "  x: {points: 1}  # why", "", "  # the end", "# and more"],
        [
            "checks:",
            "  # first",
            "  x: {points: 1}  # why",
            f"  new: {ENTRY}",
            "",
            "  # the end",
            "# and more",
        ],
    ),
    "a last check in lines": (
        ["checks:", "  x:", "    points: 1", "    thresholds:", "      low: 2"],
        ["checks:", "  x:", "    points: 1", "    thresholds:", "      low: 2", f"  new: {ENTRY}"],
    ),
    "a last check named elsewhere": (
        ["checks:", "  x: &x {points: 1}", "  y: *x"],
        ["checks:", "  x: &x {points: 1}", "  y: *x", f"  new: {ENTRY}"],
    ),
    "none yet": (["checks: {}  # none yet"], ["checks:  # none yet", f"  new: {ENTRY}"]),
    "none yet, in a line of its own": (["checks:", "  {}"], ["checks:", f"  new: {ENTRY}"]),
    "no key": (["script: true  # run"], ["script: true  # run", "checks:", f"  new: {ENTRY}"]),
    "in braces": (["checks: {x: {points: 1} }"], [f"checks: {{x: {{points: 1}}, new: {ENTRY} }}"]),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("rest", ["", "  b: {title: B, units: {}}  # another\n"])
def test_a_check_is_put_where_it_belongs_in_every_layout(layout: str, rest: str) -> None:
    before, after = LAYOUTS[layout]
    text = insertions.with_check(unit(*before) + rest, "a", "u", "new", ENTRY)
    assert text == unit(*after) + rest


def test_a_file_without_a_last_line_break_gets_one() -> None:
    text = unit("checks:", "  x: {points: 1}")
    assert (
        insertions.with_check(text.rstrip("\n"), "a", "u", "new", ENTRY) == f"{text}          new: {ENTRY}\n"
    )


def test_where_there_is_no_room_it_says_so() -> None:
    for within in ("u: {title: U, files: {}}", "u: {title: U, files: {}, checks: {}}"):
        text = f"assignments:\n  a:\n    units:\n      {within}\n"
        with pytest.raises(
            ConfigError, match=r"grading_config.yaml:4: nothing can be added within these braces"
        ):
            insertions.with_check(text, "a", "u", "new", ENTRY)
    with pytest.raises(ConfigError, match=r"grading_config.yaml:1: nothing"):
        insertions.with_assignment("assignments: {a: {title: A, units: {}}}\n", "b:\n  title: B")


def some_units() -> Iterator[tuple[str, str]]:
    for name, entry in config.load(ROOT).assignments.items():
        first, *_, last = entry.units
        yield from ((name, first), (name, last))


@pytest.mark.parametrize(("assignment", "unit"), list(some_units()))
def test_of_this_course_nothing_else_changes(assignment: str, unit: str, tmp_path: Path) -> None:
    before = (ROOT / config.FILE_NAME).read_text(encoding="utf-8")
    after = insertions.with_check(before, assignment, unit, "new", ENTRY)
    assert added(before, after) == [f"          new: {ENTRY}"]
    (tmp_path / "after.yaml").write_text(after, encoding="utf-8")
    want, got = read(ROOT / config.FILE_NAME).data, read(tmp_path / "after.yaml").data
    checks = got["assignments"][assignment]["units"][unit]["checks"]
    assert list(checks)[-1] == "new" and checks.pop("new") == yaml.safe_load(ENTRY)
    assert got == want


def test_a_new_mistake_is_the_solution_until_it_is_changed(course: Path, new: New) -> None:
    path = course / "tests/mistakes/echo/sums.yaml"
    before = path.read_text()
    code, said, _ = new("mistake", "echo", "sums", "SUMS-02")
    assert code == 0 and said.startswith(f"tests/mistakes/echo/sums.yaml:{len(before.splitlines()) + 2}\n")
    assert path.read_text().startswith(f"{before}\n- id: SUMS-02\n  unit: sums\n")
    _, mistake = corpus.mistakes(course, "echo")
    assert mistake.id == "SUMS-02" and mistake.files == templates.solved_modules(course, "echo")


def test_a_new_mistake_makes_its_change(course: Path, new: New) -> None:
    old, changed = "    return torch.cumsum(x, dim=1)\n", "    # summed: never\n    return x\n"
    words = ("--old", old, "--new", changed, "--mistake", "Nothing: is summed.", "--hint", "Is that 'it'?")
    assert new("mistake", "echo", "sums", "SUMS-02", "--file", "sums.py", *words)[0] == 0
    _, mistake = corpus.mistakes(course, "echo")
    assert (mistake.mistake, mistake.hint) == ("Nothing: is summed.", "Is that 'it'?")
    assert mistake.files["sums.py"].endswith('h_0 = 0."""\n' + changed)
    assert new("mistake", "echo", "sums", "SUMS-03", "--old", old, "--new", "")[0] == 0
    assert corpus.mistakes(course, "echo")[2].files["sums.py"].endswith('h_0 = 0."""\n')


def test_a_new_mistake_in_what_is_given_changes_one_line(course: Path, new: New) -> None:
    (course / "solutions/echo/given.py").write_text('"""Given."""\n\nx = 1\n')
    assert new("mistake", "echo", "sums", "SUMS-02", "--file", "given.py")[0] == 0
    entry = yaml.safe_load((course / "tests/mistakes/echo/sums.yaml").read_text())[1]
    assert entry["replace"] == [{"old": '"""Given."""', "new": '"""Given."""'}]


def test_the_first_mistake_of_a_unit_begins_a_file(course: Path, new: New) -> None:
    path = course / "tests/mistakes/echo/sums.yaml"
    path.unlink()
    assert new("mistake", "echo", "sums", "SUMS-01")[1].startswith("tests/mistakes/echo/sums.yaml:3\n")
    assert path.read_text().startswith("# Known mistakes in the unit sums, each as a change to the solution.")


def test_a_new_alternative_is_the_solution_until_it_is_changed(course: Path, new: New) -> None:
    master = course / "solutions/echo/sums.py"
    helper = "\n\ndef halved(f):\n    return f\n\n\n@halved\ndef helper():\n    return 1\n"
    master.write_text(master.read_text() + helper)
    solution = templates.solved_modules(course, "echo")["sums.py"]
    allowed = ("--allowed-by", "the handout leaves it open")
    assert new("alternative", "echo", "whole", "--file", "sums.py", *allowed)[0] == 0
    assert new("alternative", "echo", "part", "--only", "helper")[0] == 0
    part, whole = corpus.alternatives(course, "echo")
    assert whole.allowed_by == allowed[1] and whole.files["sums.py"].endswith(solution)
    text = (course / "tests/alternatives/echo/part/sums.py").read_text()
    assert text.endswith("\nimport torch\n\n\n@halved\ndef helper():\n    return 1\n")
    assert "def running_sum" in part.files["sums.py"]


REFUSED = {
    "assignment echo": "grading_config.yaml has an assignment echo already.",
    "assignment taken": "solutions/taken is there already.",
    "assignment Echo-2": "unlike 'Echo-2'",
    "assignment class": "unlike 'class'",
    "check eco sums::x": "(did you mean 'echo'?)",
    "check echo sum::x": "(did you mean 'sums'?). Its units are: sums.",
    "check echo sums:x": "A check is named UNIT::NAME, unlike 'sums:x'; the units are: sums.",
    "check echo sums::x-y": "unlike 'x-y'",
    "check echo sums::sums_follow_the_equation": "test_sums.py has test_sums_follow_the_equation already.",
    "check echo sums::x --visibility hiden": "--visibility is visible or hidden, not 'hiden'.",
    "check echo sums::x --points -1": "--points is a number ≥ 0, not -1.",
    "check echo sums::x --points inf": "--points is a number ≥ 0, not inf.",
    "check echo sums::x --needs sums_folow_the_equation": "(did you mean 'sums_follow_the_equation'?)",
    "check echo sums::x --after other::y": "There is no check other::y.",
    "check echo sums::x --title a\\b": "A title is one line without backslashes",
    "mistake echo sum S-2": "(did you mean 'sums'?)",
    "mistake echo sums SUMS-01": "sums.yaml has SUMS-01 already.",
    "mistake echo sums S/2": "unlike 'S/2'",
    "mistake echo sums S-2 --file sum.py": "(did you mean 'sums.py'?). Its files are: sums.py.",
    "mistake echo sums S-2 --old x": "in the solution's sums.py",
    "alternative echo a/b": "unlike 'a/b'",
    "alternative echo there": "tests/alternatives/echo/there has sums.py already.",
    "alternative echo form": "forms.yaml has form already.",
    "alternative echo a --file sum.py": "(did you mean 'sums.py'?)",
    "alternative echo a --only runing_sum": "(did you mean 'running_sum'?)",
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_is_there_or_misspelt_is_refused_in_a_sentence(course: Path, new: New, words: str) -> None:
    (course / "solutions/taken").mkdir()
    there = course / "tests/alternatives/echo"
    (there / "there").mkdir(parents=True)
    (there / "there/sums.py").write_text("# Allowed: x\n")
    (there / "forms.yaml").write_text("- {name: form, allowed_by: x, modules: all}\n")
    before = contents(course)
    code, said, complaint = new(*words.split())
    assert (code, said, complaint.count("\n")) == (2, "", 1)
    assert REFUSED[words] in complaint
    assert contents(course) == before


def test_a_script_is_taken_whole(course: Path, new: New) -> None:
    path = course / config.FILE_NAME
    path.write_text(path.read_text().replace("        files:", "        script: true\n        files:"))
    code, _, complaint = new("alternative", "echo", "a", "--only", "running_sum")
    assert code == 2 and "sums.py is a script" in complaint
    assert new("alternative", "echo", "a")[0] == 0


def test_which_file_is_meant_must_be_said_where_there_are_several(course: Path, new: New) -> None:
    path = course / config.FILE_NAME
    path.write_text(
        path.read_text().replace("{sums.py: [running_sum]}", "{sums.py: [running_sum], b.py: []}")
    )
    for words in (("mistake", "echo", "sums", "S-2"), ("alternative", "echo", "a")):
        code, _, complaint = new(*words)
        assert (code, complaint) == (2, "Say which file it changes, as --file sums.py.\n")
