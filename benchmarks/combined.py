"""Known mistakes inside known alternatives: right code of another shape must not hide what is wrong.

    python benchmarks/combined.py [--each 60] [--only ALTERNATIVE] [--seed 5] [ASSIGNMENT …]

An alternative and a mistake go together where they change other files, or other definitions of one file. So
many pairs of each assignment are drawn, and the checks of the mistake's unit are run until one is lost.
Prints each pair that loses none. Exit code 1: there is one.
"""

from __future__ import annotations

import argparse
import ast
import random
import sys
from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from pathlib import Path

from autograder.audit import corpus
from autograder.audit.pool import Job, grade_all
from autograder.course import config, templates

ROOT = Path(__file__).resolve().parent.parent
Files = Mapping[str, str]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="[all]")
    asked.add_argument("--each", type=int, default=60, help="pairs of each assignment [60]")
    asked.add_argument("--only", default="", help="pairs with this alternative alone")
    asked.add_argument("--seed", type=int, default=5)
    asked.add_argument("--processes", type=int, default=2)
    options = asked.parse_args()
    hidden = 0
    for name in options.assignments or config.load(ROOT).assignments:
        jobs = list(islice(pairs(name, options.only, random.Random(options.seed)), options.each))
        for done, graded in enumerate(grade_all(ROOT, name, jobs, options.processes), start=1):
            print(f"\r{name} {done}/{len(jobs)}", end="\r", file=sys.stderr, flush=True)
            if not any(each.outcome == "fail" and not each.is_notice for each in graded.verdicts):
                hidden += 1
                print(f"{name}: {graded.key} loses nothing. {graded.error}".rstrip())
        print(f"{name}: {len(jobs)} pairs", flush=True)
    print(f"{hidden} pairs lose nothing.")
    return 1 if hidden else 0


def pairs(assignment: str, only: str, order: random.Random) -> Iterator[Job]:
    """Alternatives with a mistake in them, in a random order."""
    solved = templates.solved_modules(ROOT, assignment)
    alternatives = [each for each in corpus.overlays(ROOT, assignment) if only in ("", each.name)]
    mistakes = [each for each in corpus.mistakes(ROOT, assignment) if not each.notice]
    found = [(alternative, mistake) for alternative in alternatives for mistake in mistakes]
    order.shuffle(found)
    for alternative, mistake in found:
        files = together(solved, alternative.files, mistake.files)
        if files is not None:
            key = f"{alternative.name} with {mistake.id}"
            yield Job(key, files, (mistake.unit,), until_lost=not mistake.hidden_only)


def together(solved: Files, alternative: Files, mistake: Files) -> dict[str, str] | None:
    """The files of both; None where they change the same, or one of them nothing that can be told apart."""
    changed = [
        {name for name, text in files.items() if name.endswith(".py") and text != solved.get(name)}
        for files in (alternative, mistake)
    ]
    if not all(changed):
        return None
    files = {
        **solved,
        **{name: alternative[name] for name in changed[0]},
        **{name: mistake[name] for name in changed[1] - changed[0]},
    }
    for name in changed[0] & changed[1]:
        text = merged(solved[name], alternative[name], mistake[name]) if name in solved else None
        if text is None:
            return None
        files[name] = text
    return files


def merged(solved: str, alternative: str, mistake: str) -> str | None:
    """An alternative's module with the mistake's definitions; None where it changes more than these."""
    try:
        before, here, there = (ast.parse(text) for text in (solved, alternative, mistake))
    except SyntaxError:
        return None
    wrong = changed_names(before, there)
    if (
        not wrong
        or nameless(before) != nameless(there)
        or wrong & changed_names(before, here)
        or wrong - set(definitions(here))
    ):
        return None
    new = definitions(there)
    imports = [each for each in there.body if isinstance(each, (ast.Import, ast.ImportFrom))]
    body = [new[name] if (name := name_of(each)) in wrong else each for each in here.body]
    future = [each for each in [*body, *imports] if is_future(each)]
    return ast.unparse(ast.Module([*future, *without(future, [*imports, *body])], []))


def changed_names(before: ast.Module, now: ast.Module) -> set[str]:
    known = {name: ast.dump(each) for name, each in definitions(before).items()}
    return {name for name, each in definitions(now).items() if known.get(name) != ast.dump(each)}


def definitions(module: ast.Module) -> dict[str, ast.stmt]:
    return {name: each for each in module.body if (name := name_of(each))}


def nameless(module: ast.Module) -> list[str]:
    """The statements that define no name: a loop at the top of a script."""
    imports = (ast.Import, ast.ImportFrom)
    return [ast.dump(each) for each in module.body if not name_of(each) and not isinstance(each, imports)]


def name_of(statement: ast.stmt) -> str:
    """What a statement at the top of a module defines; empty where that is no single name."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return statement.name
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return ""


def is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def without(some: Collection[ast.stmt], statements: list[ast.stmt]) -> list[ast.stmt]:
    return [each for each in statements if each not in some]


if __name__ == "__main__":
    sys.exit(main())
