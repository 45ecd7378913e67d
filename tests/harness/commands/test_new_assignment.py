"""docs/new-assignment.md, followed to the letter in a copy of the repository."""

import json
import re
import shutil
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COPIED = ("autograder", "grading_config.yaml", "Makefile", "pyproject.toml", "requirements.lock")


def fenced():
    """(language, text) of every fenced block of the page."""
    page = (ROOT / "docs" / "new-assignment.md").read_text(encoding="utf-8")
    return re.findall(r"```(\w*)\n(.*?)```", page, flags=re.DOTALL)


def blocks():
    """(file, text) of every block that begins with the comment that names its file."""
    for language, block in fenced():
        if language:
            first, _, rest = textwrap.dedent(block).partition("\n")
            yield first.removeprefix("# "), rest


def commands():
    """The arguments of `autograder` in the last block, that of each make target as its recipe has them."""
    (block,) = [block for language, block in fenced() if not language]
    for line in block.split("\n"):
        words = line.split()
        if words[:1] == ["make"]:
            yield [words[1], *(word.removeprefix("A=") for word in words[2:])]
        elif words:
            assert words[0] == ".venv/bin/autograder"
            yield words[1:]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the repository with what the page adds."""
    root = tmp_path_factory.mktemp("course")
    for name in COPIED:
        place = ROOT / name
        copy = shutil.copytree if place.is_dir() else shutil.copy
        copy(place, root / name)
    for file, text in blocks():
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if file == "grading_config.yaml":
            known = path.read_text(encoding="utf-8")
            path.write_text(known.rstrip("\n") + "\n\n" + textwrap.indent(textwrap.dedent(text), "  "))
        else:
            path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def said(course):
    """What each command of the page printed, in its order."""
    printed = {}
    for command in commands():
        run = subprocess.run(
            [sys.executable, "-m", "autograder", *command], cwd=course, capture_output=True, text=True
        )
        assert run.returncode == 0, (command, run.stdout, run.stderr)
        printed[command[0]] = run.stdout
    return printed


def test_the_page_works(course, said):
    assert set(said) == {"templates", "audit", "check", "zip"}
    assert "1 of 1 mistakes caught, 1 of these named" in said["audit"]
    assert "1 of 1 alternatives at full marks" in said["audit"]
    assert "1 of 1 points" in said["check"]

    template = (course / "templates/leaky_unit/leaky.py").read_text(encoding="utf-8")
    assert "NotImplementedError" in template and "self.rate * x" not in template
    with zipfile.ZipFile(course / "build/leaky_unit-autograder.zip") as made:
        names = made.namelist()
    assert any(name.endswith("tests/hidden/leaky_unit/test_leaky.py") for name in names)
    assert not any("solutions" in name or "a7_sequence_modeling" in name for name in names)


def test_the_mistake_of_the_page_is_named(course, said, tmp_path, typed):
    solution = (course / "solutions/leaky_unit/leaky.py").read_text(encoding="utf-8")
    wrong = solution.replace("(1 - self.rate) * h + ", "")
    (tmp_path / "leaky.py").write_text(wrong.replace("self.rate", "self.speed").replace("states", "seen"))
    record = tmp_path / "record.json"
    assert typed(course, "check", "leaky_unit", tmp_path / "leaky.py", "--json", record)[0] == 1
    (check,) = json.loads(record.read_text(encoding="utf-8"))["checks"]
    assert check["outcome"] == "fail" and check["mistake"] == "LEAKY-01"
    assert check["message"].startswith("The state before is forgotten.")


def audit(root, *options):
    record = root / "audit.json"
    command = [sys.executable, "-m", "autograder", "audit", "leaky_unit", "--json", str(record), *options]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True)
    return run, json.loads(record.read_text(encoding="utf-8"))


@pytest.mark.thorough
def test_an_audit_fails_for_every_wrong_verdict_and_says_which(course, said, tmp_path):
    root = shutil.copytree(course, tmp_path / "course")
    mistakes = root / "tests/mistakes/leaky_unit/leaky.yaml"
    harmless = mistakes.read_text(encoding="utf-8").replace("LEAKY-01", "LEAKY-02")
    harmless = harmless.replace("new: self.rate", "new: (1.0 - self.rate) * h + self.rate")
    mistakes.write_text(mistakes.read_text(encoding="utf-8") + harmless, encoding="utf-8")
    wrong = root / "tests/alternatives/leaky_unit/preallocated/leaky.py"
    wrong.write_text(wrong.read_text(encoding="utf-8").replace("h = 0.0", "h = 0.5"), encoding="utf-8")
    template = root / "templates/leaky_unit/leaky.py"
    shutil.copy(root / "solutions/leaky_unit/leaky.py", template)

    run, record = audit(root, "--mutants", "--html", str(root / "page.html"))
    assert run.returncode == 1
    said = " ".join(run.stdout.split())
    assert "The mistake LEAKY-02 passes" in said
    assert "The alternative preallocated loses leaky::states_follow_the_equation" in said
    assert "The template passes leaky::states_follow_the_equation" in said
    by_id = {each["id"]: each for each in record["mistakes"]}
    assert by_id["LEAKY-01"]["named"] == "LEAKY-01"
    assert by_id["LEAKY-01"]["caught_by"] == ["leaky::states_follow_the_equation"]
    assert by_id["LEAKY-02"] == {**by_id["LEAKY-02"], "caught_by": [], "named": None}
    assert record["alternatives"][0]["score"] == 0 and record["alternatives"][0]["max_score"] == 2
    killed = {each["id"]: each["killed_by"] for each in record["mutants"]}
    survivors = [name for name, check in killed.items() if not check]
    assert len(killed) > 15 and survivors and all("x[:, 1]" in name for name in survivors), survivors
    assert "The mutant survives: leaky.py LeakyUnit.forward" in said
    page = (root / "page.html").read_text(encoding="utf-8")
    assert "LEAKY-01" in page and "This audit fails" in page
