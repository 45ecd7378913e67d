"""What students' READMEs and notebooks tell them to type works from where they are told to stand."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest
import typer

from autograder.cli import app
from autograder.course.config import find_root, load

ROOT = find_root(Path(__file__).parent)
ASSIGNMENTS = list(load(ROOT).assignments)
_COMMAND = re.compile(
    r"^(?:\$ |[ ]{3,4}|    )?((?:make|autograder|\.venv/bin/autograder) [^#`\n]*)", re.MULTILINE
)


def texts_for_students(assignment: str) -> dict[str, str]:
    folder = ROOT / "templates" / assignment
    notebook = nbformat.read(folder / "assignment.ipynb", as_version=4)
    cells = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return {"README.md": (folder / "README.md").read_text(encoding="utf-8"), "notebook": cells}


def commands(text: str) -> list[str]:
    """The commands in code blocks, indented or fenced; not those in a sentence."""
    fenced = "\n".join(re.findall(r"```\w*\n(.*?)```", text, re.DOTALL))
    indented = "\n".join(line for line in text.split("\n") if line.startswith("    "))
    return [found.strip() for found in _COMMAND.findall(f"{fenced}\n{indented}")]


def runs(command: str) -> list[str]:
    """What a command runs of autograder's; for make, what it would run."""
    if not command.startswith("make"):
        return [command]
    done = subprocess.run(
        [shutil.which("make") or "make", "--dry-run", *shlex.split(command)[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return [
        line.partition(" || ")[0].rstrip() for line in done.stdout.split("\n") if " -m autograder " in line
    ]


def parse(command: str) -> None:
    """Let the command line take a command apart, without running it; it raises what it would tell."""
    words = shlex.split(command)
    words = words[words.index("autograder") + 1 :] if "autograder" in words else words[1:]
    group = typer.main.get_command(app)
    context = group.make_context("autograder", list(words), resilient_parsing=False)
    name, sub, rest = group.resolve_command(context, words)  # type: ignore[attr-defined]
    parsed = sub.make_context(name, list(rest), parent=context)
    if parsed.params.get("assignment"):
        assert parsed.params["assignment"] in [*ASSIGNMENTS, "leaky_unit"], command


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_students_are_told_a_command_that_checks_this_assignment(assignment: str) -> None:
    for name, text in texts_for_students(assignment).items():
        found = [command for command in commands(text) if command.startswith("make check")]
        assert found, f"{name} names no command"
        for command in found:
            assert f"A={assignment}" in shlex.split(command)
            before = text[: text.index(command)].rstrip().rsplit("\n\n", 1)[-1]
            assert "top folder of the course, where the Makefile lies" in " ".join(before.split())
            for run in runs(command):
                parse(run)


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
def test_make_check_takes_what_only_takes() -> None:
    [run] = runs('make check A=a7_sequence_modeling ONLY="LSTMCell loop"')
    assert run.endswith("check a7_sequence_modeling --only LSTMCell --only loop")
