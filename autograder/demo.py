"""`make demo`: a right, a wrong and a hostile submission graded, then the Gradescope zip made and used.

python -m autograder.demo ASSIGNMENT MISTAKE ATTACK
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from autograder.audit import corpus
from autograder.audit.attacks import attacks
from autograder.course.config import find_root

console = Console(highlight=False)


def main(
    assignment: str,
    mistake_id: Annotated[str, typer.Argument(metavar="MISTAKE")],
    attack_name: Annotated[str, typer.Argument(metavar="ATTACK")],
) -> None:
    """Run the tour; the files it makes are left under build/demo."""
    root = find_root(Path(__file__).parent)
    out = root / "build" / "demo"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    solution = root / "solutions" / assignment

    mistake = next((m for m in corpus.mistakes(root, assignment) if m.id == mistake_id), None)
    attack = next((a for a in attacks(root, assignment) if a.name == attack_name), None)
    if mistake is None or attack is None:
        raise typer.BadParameter(f"{assignment} has no mistake {mistake_id}, or no attack {attack_name}.")
    mistaken = corpus.materialise(mistake.files, out / "mistaken")
    hostile = corpus.materialise(attack.files, out / "hostile")

    made: list[Path] = []
    for title, folder, name in (
        ("The solution", solution, "solution"),
        (f"A mistake: {mistake.mistake[0].lower()}{mistake.mistake[1:]}", mistaken, "mistaken"),
        (f"An attack: {attack.title}", hostile, "hostile"),
    ):
        console.rule(f"[bold]{title}")
        record, page = out / f"{name}.json", out / f"{name}.html"
        run("grade", assignment, folder, "--json", record, "--html", page)
        made += [record, page]

    console.rule("[bold]The Gradescope autograder, made by Otter")
    package = out / f"{assignment}-autograder.zip"
    run("zip", assignment, "--out", package)
    made.append(package)

    console.rule("[bold]The solution, graded through that zip by otter run")
    otter: list[str | Path] = [
        sys.executable,
        "-m",
        "autograder.gradescope.otter_run",
        package,
        solution,
        "--out",
        out / "otter",
    ]
    subprocess.run(otter, check=True)
    results = out / "otter" / "results.json"
    made.append(results)
    score = sum(test.get("score", 0) for test in json.loads(results.read_text())["tests"])
    console.print(f"otter run gives {score:g} points.")

    console.rule("[bold]Files to look at")
    for path in made:
        console.print(f"  {path.relative_to(root)}")


def run(*command: str | Path) -> None:
    """One command of the command line, its output shown as a user sees it."""
    words = [str(os.path.relpath(word)) if isinstance(word, Path) else word for word in command]
    console.print(f"[dim]$ autograder {' '.join(words)}[/dim]", soft_wrap=True)
    subprocess.run([sys.executable, "-m", "autograder", *words], check=True)


if __name__ == "__main__":
    try:
        typer.run(main)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
