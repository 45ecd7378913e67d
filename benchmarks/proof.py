"""What the verdicts are worth, on one page: docs/proof.md, from everything that can be measured here.

    python benchmarks/proof.py [--folder build/proof] [--minutes 60] [--page]

Runs what has no record in the folder yet (an audit with mutants, draws, equations, of each assignment, and
replays; hours in all), and writes the page. So it goes on where it was stopped; `--page` runs nothing. Beside
each record stands when it was made, from which commit and on what.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from scipy.stats import binomtest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "proof.md"
ASSIGNMENTS = (
    "lab7_vanilla_rnn",
    "a7_sequence_modeling",
    "a3b_recurrent_networks",
    "vanishing_gradients",
    "sequence_toolkit",
)
PAIRS = 100  # second-order mutants of an assignment
NOT_RUN = "–"


class Step(NamedTuple):
    """A measurement: the record that it makes, and the commands, which end with 0 or with 1 (a finding)."""

    name: str
    commands: tuple[tuple[str, ...], ...]


def steps(folder: Path, minutes: float) -> Iterator[Step]:
    grade = (sys.executable, "-m", "autograder")
    for name in ASSIGNMENTS:
        for what, command in (
            ("audit", (*grade, "audit", name, "--mutants")),
            ("draws", (*grade, "calibrate", name, "--draws", "100000", "--seconds", f"{60 * minutes:g}")),
            ("equations", (sys.executable, "benchmarks/equations.py", name, "--pairs", str(PAIRS))),
        ):
            yield Step(f"{what}-{name}", ((*command, "--json", str(folder / f"{what}-{name}.json")),))
    replays = (sys.executable, "benchmarks/replays.py")
    kept = str(folder / "replays")
    yield Step(
        "replays",
        (
            (*replays, "record", kept, "--every", "4"),
            (*replays, "again", kept, "--processes", "1", "--json", str(folder / "replays.json")),
        ),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "proof")
    parser.add_argument("--minutes", type=float, default=60, help="for the draws of an assignment [60]")
    parser.add_argument("--page", action="store_true", help="run nothing")
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for step in () if options.page else steps(folder, options.minutes):
        run(step, folder)
    PAGE.write_text(page(folder), encoding="utf-8")
    print(PAGE)


def run(step: Step, folder: Path) -> None:
    record = folder / f"{step.name}.json"
    if record.is_file():
        return
    print(f"{step.name} …", flush=True)
    start = time.monotonic()
    for command in step.commands:
        if subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}).returncode > 1:
            sys.exit(f"{' '.join(command)} did not end as it should.")
    about = made() | {"minutes": round((time.monotonic() - start) / 60, 1)}
    record.with_suffix(".made").write_text(json.dumps(about), encoding="utf-8")


def made() -> dict[str, Any]:
    """Today, the commit, and the machine."""
    import torch

    head = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()
    return {
        "day": datetime.date.today().isoformat(),
        "commit": head,
        "on": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, torch {torch.__version__}",
    }


# ---- the page


def page(folder: Path) -> str:
    parts = (
        HEAD,
        "## Right code keeps its points, wrong code loses them\n",
        table(VERDICTS, [verdicts(folder, name) for name in ASSIGNMENTS]),
        VERDICTS_NOTE,
        "## What is said is true\n",
        table(NAMES, [names(folder, name) for name in ASSIGNMENTS]),
        NAMES_NOTE,
        "## Verdicts repeat\n",
        replays(folder),
        "## When, and on what\n",
        table(("record", "day", "commit", "on", "minutes"), list(origins(folder))),
        NOT_TESTED,
    )
    return "\n".join(parts)


HEAD = """# What the verdicts are worth

Made by `make proof`, from the records that there are; a dash is what has none. Bounds have a confidence of
95 % (Clopper-Pearson). [Figures](figures.md) has what this page leaves out: hostile answers, damaged
submissions, kills, times.
"""
VERDICTS = (
    "assignment",
    "right submissions at full marks",
    "draws on which right code fails",
    "known mistakes caught",
    "mutants caught",
    "attacks that succeed",
)
VERDICTS_NOTE = """
In brackets, what the true share is at least, or at most. Right submissions are alternatives of other shape
and notebooks as students leave them. A draw is one check on numbers of its own. Mutants are generated small
changes and faults of training; those that leave the code right are listed, each with its reason, in
`tests/mutants/`.
"""
NAMES = (
    "assignment",
    "caught mistakes named",
    "named wrongly",
    "mutants of what no idea is about",
    "wrong numbers of the other mutants explained",
    "of pairs of changes",
    "explained untruly",
)
NAMES_NOTE = """
A name belongs to a mistake that is listed; a sentence about numbers is worked out for what is not. It is
true when its equation gives the code's numbers on fresh inputs, too (precision); how many wrong numbers get
one is its recall.
"""
NOT_TESTED = """
## What was not tested

Gradescope itself, Docker, a graphics card, macOS, Windows, aarch64, kernels without Landlock. Mutants are
changes to one solution, alternatives and mistakes are those that somebody thought of: a share of them is no
share of students' code.
"""


def verdicts(folder: Path, name: str) -> tuple[str, ...]:
    audit, draws = read(folder, f"audit-{name}"), read(folder, f"draws-{name}")
    row = [f"`{name}`"]
    if audit is None:
        row += [NOT_RUN]
    else:
        right = [each["score"] == each["max_score"] for each in audit["alternatives"]]
        row += [at_least(sum(right), len(right))]
    if draws is None:
        row += [NOT_RUN]
    else:
        failed = sum(len(each["failed"]) for each in draws["checks"].values())
        row += [at_most(failed, draws["draws"])]
    if audit is None:
        return (*row, NOT_RUN, NOT_RUN, NOT_RUN)
    caught = [bool(each["caught_by"]) for each in audit["mistakes"]]
    killed = [bool(each["killed_by"]) for each in audit["mutants"]]
    won = [each["succeeded"] for each in audit["attacks"]]
    return (
        *row,
        at_least(sum(caught), len(caught)),
        at_least(sum(killed), len(killed)) if killed else NOT_RUN,
        at_most(sum(won), len(won)),
    )


def names(folder: Path, name: str) -> tuple[str, ...]:
    audit, said = read(folder, f"audit-{name}"), read(folder, f"equations-{name}")
    row = [f"`{name}`"]
    if audit is None:
        row += [NOT_RUN, NOT_RUN]
    else:
        caught = [each for each in audit["mistakes"] if each["caught_by"]]
        named = [each for each in caught if each["named"]]
        wrongly = [each for each in named if each["named"] not in (each["id"], each["known_as"])]
        row += [at_least(len(named), len(caught)), at_most(len(wrongly), len(named))]
    if said is None:
        return (*row, NOT_RUN, NOT_RUN, NOT_RUN, NOT_RUN)
    elsewhere = said[name]["elsewhere"]
    row += [f"{elsewhere['mutants']} of {elsewhere['of']}"]
    counts = [said[name].get(kind, {}) for kind in ("mutants", "pairs")]
    for each in counts:
        true, untrue = each.get("true", 0), each.get("untrue", 0)
        row += [at_least(true, true + untrue + each.get("unexplained", 0))]
    told = sum(each.get("true", 0) + each.get("untrue", 0) for each in counts)
    return (*row, at_most(sum(each.get("untrue", 0) for each in counts), told))


def replays(folder: Path) -> str:
    found = read(folder, "replays")
    if found is None:
        return "Not run.\n"
    return (
        f"{found['verdicts']:,} verdicts were repeated from their records, by Python {found['python']}: "
        f"{found['flips']} had another outcome, {found['words']} the same in other words.\n"
    )


def origins(folder: Path) -> Iterator[tuple[str, ...]]:
    for record in sorted(folder.glob("*.json")):
        about = record.with_suffix(".made")
        known = json.loads(about.read_text(encoding="utf-8")) if about.is_file() else {}
        yield (record.stem, *(str(known.get(key, NOT_RUN)) for key in ("day", "commit", "on", "minutes")))


def read(folder: Path, name: str) -> dict[str, Any] | None:
    path = folder / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def at_least(part: int, whole: int) -> str:
    if not whole:
        return NOT_RUN
    low = binomtest(part, whole, alternative="greater").proportion_ci(0.95).low
    return f"{part} of {whole} (≥ {low:.1%})"


def at_most(part: int, whole: int) -> str:
    if not whole:
        return NOT_RUN
    high = binomtest(part, whole, alternative="less").proportion_ci(0.95).high
    return f"{part} of {whole:,} (≤ {high:.2g})" if high < 0.001 else f"{part} of {whole:,} (≤ {high:.1%})"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
