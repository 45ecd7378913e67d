"""How many known mistakes meet an example that can be worked out by hand, how small it is, how long it takes.

    python benchmarks/worked.py [ASSIGNMENT] [--list]

A mistake counts where it changes a definition that there are examples for, and is told apart by what it does:
it has an example, or gives other numbers than the solution somewhere (by the table of answers beside the
checks), or neither: it raises an error, breaks a gradient, returns another form, does not end, is refused.
The time is that of the search, in a worker that has imported the student's code.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from autograder import sandbox  # noqa: E402
from autograder.audit import corpus  # noqa: E402
from autograder.checks import Student, StudentFailure, StudentStopped  # noqa: E402
from autograder.course import config, templates  # noqa: E402
from autograder.diagnosis.table import FILE as TABLE  # noqa: E402
from autograder.diagnosis.table import Table  # noqa: E402
from autograder.diagnosis.worked import FILE, Bench, Examples  # noqa: E402
from autograder.results import Worked  # noqa: E402
from autograder.submission import read  # noqa: E402

SMALL, SOON = 12, 1.0  # numbers, seconds
# What there are examples for: definitions, or a whole script.
ABOUT = {
    "lab7_vanilla_rnn": {"lab7.py"},
    "a3b_recurrent_networks": {
        *("pad_batch", "token_batches", "add_start_end", "shift_targets"),
        *("MLPClassifier", "Elman", "ElmanClassifier", "token_loss"),
    },
    "vanishing_gradients": {"VanillaRNNLM", "LSTMLM", "lm_loss", "evaluate"},
    "sequence_toolkit": {"token_accuracy", "run_packed", "teacher_forcing_loss"},
    "a7_sequence_modeling": {
        *("VanillaRNNCell", "LSTMCell", "GRUCell", "DeepRNN", "encode", "AuthorDataset", "collate_fn"),
        *("first_characters", "language_model_pairs", "token_loss"),
    },
}


class Found(NamedTuple):
    mistake: corpus.Mistake
    worked: Worked | None
    seconds: float
    changes_numbers: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignment", nargs="?", choices=list(ABOUT))
    parser.add_argument("--list", action="store_true", help="each mistake without a small example")
    options = parser.parse_args()
    everything: list[Found] = []
    for assignment in [options.assignment] if options.assignment else ABOUT:
        found = measure(assignment)
        everything += found
        print(f"{assignment}: {summary(found)}")
        for each in found if options.list else ():
            if each.worked is None or each.worked.numbers > SMALL:
                size = f"{each.worked.numbers} numbers" if each.worked else "none"
                kind = "numbers" if each.changes_numbers else "no number"
                print(f"  {each.mistake.id:16} {size:11} {kind:10} {each.mistake.mistake[:90]}")
    print(f"all: {summary(everything)}")


def summary(found: list[Found]) -> str:
    shown = [each for each in found if each.worked]
    good = [each for each in shown if each.worked.numbers <= SMALL and each.seconds <= SOON]
    silent = [each for each in found if not each.worked and each.changes_numbers]
    sizes = Counter(each.worked.numbers for each in shown)
    slowest = max((each.seconds for each in shown), default=0.0)
    of = len(shown) + len(silent)
    return (
        f"{len(found)} mistakes; {len(shown)} have an example, {len(silent)} more change a number. "
        f"Of the {of}, {len(good)} ({len(good) / max(of, 1):.1%}) have one of at most {SMALL} numbers "
        f"within {SOON:g} s. Numbers: {dict(sorted(sizes.items()))}; slowest {slowest:.2f} s."
    )


def measure(assignment: str) -> list[Found]:
    entry = config.load(ROOT).assignment(assignment)
    solution = templates.solved_modules(ROOT, assignment)
    examples = Examples.read([ROOT / "tests" / "visible" / assignment / FILE])
    table = Table.read(ROOT / "tests" / kind / assignment / TABLE for kind in ("visible", "hidden"))
    found = []
    with sandbox.fastest() as workers, tempfile.TemporaryDirectory() as folder:
        for mistake in corpus.mistakes(ROOT, assignment):
            if mistake.notice or not changed(solution, mistake.files) & ABOUT[assignment]:
                continue
            program = read(corpus.materialise(mistake.files, Path(folder, mistake.id)), entry).program
            refuse = entry.units[mistake.unit].refuse_recurrent_layers
            with Student(workers, program, limits=entry.limits.of_worker(), refuse=refuse) as student:
                warm(student, program.homes)
                worked, seconds = search(Bench(examples, student), entry.checks, mistake.unit)
            found.append(Found(mistake, worked, seconds, changes_numbers(table, mistake.known_as)))
    return found


def warm(student: Student, homes: Mapping[str, str]) -> None:
    """Import what the checks of a unit have imported before they fail."""
    for name in {home: name for name, home in homes.items()}.values():
        with contextlib.suppress(StudentFailure):
            student.named(name)


def search(bench: Bench, checks: Mapping[str, object], unit: str) -> tuple[Worked | None, float]:
    """The first example of a unit's checks that goes wrong, and the seconds of its search."""
    start = time.perf_counter()
    for check in (check for check in checks if check.startswith(f"{unit}::")):
        start = time.perf_counter()
        try:
            worked = bench.first_wrong(check, time.monotonic() + 60)
        except StudentStopped:
            break
        if worked is not None:
            return worked, time.perf_counter() - start
    return None, time.perf_counter() - start


def changed(solution: Mapping[str, str], files: Mapping[str, str]) -> set[str]:
    """The files and definitions that are other ones than in the solution."""
    names = set()
    for file, text in files.items():
        if file.endswith(".py") and text != solution.get(file):
            before, after = definitions(solution[file]), definitions(text)
            names |= {file, *(name for name in before if before[name] != after.get(name))}
    return names


def definitions(text: str) -> dict[str, str]:
    try:
        body = ast.parse(text).body
    except SyntaxError:
        return {}
    return {each.name: ast.dump(each) for each in body if isinstance(each, (ast.FunctionDef, ast.ClassDef))}


def changes_numbers(table: Table, known_as: str) -> bool:
    """Whether it gives other numbers in the form of right ones, in a check that it loses."""
    for check, mistakes in table.mistakes.items():
        for right, wrong in zip(table.solution[check], mistakes.get(known_as, ()), strict=False):
            if right.form == wrong.form and not right.equals(wrong):
                return True
    return False


if __name__ == "__main__":
    main()
