"""What the verdicts are worth, on one page: docs/proof.md, from everything that can be measured here.

    python benchmarks/proof.py [STEP …] [--minutes 60] [--replayed FILE …] [--page]

A step is one measurement of one assignment: audit, mutants, draws, equations; or replays. Its figures are
kept in docs/proof.json, with the day, the commit, the checks and the machine. All steps are run that have
none, or those of other checks (hours in all), so it goes on where it was stopped; or those that are named,
anew: "mutants" of all assignments, "mutants-lab7_vanilla_rnn" of one. `--page` runs nothing. The records
behind the figures stay in build/proof. What `replays.py again --json` has written on another Python, as
another user or elsewhere joins with `--replayed`.
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
PAGE, FIGURES = ROOT / "docs" / "proof.md", ROOT / "docs" / "proof.json"
RECORDS = ROOT / "build" / "proof"
ASSIGNMENTS = (
    "lab7_vanilla_rnn",
    "a7_sequence_modeling",
    "a3b_recurrent_networks",
    "vanishing_gradients",
    "sequence_toolkit",
)
PAIRS = 100  # second-order mutants of an assignment
NOT_RUN = "–"
Figures = dict[str, dict[str, Any]]  # by step, what was found, and when


class Step(NamedTuple):
    """A measurement, and the commands that make its record; they end with 0, or with 1 (a finding)."""

    kind: str
    assignment: str
    commands: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.assignment}" if self.assignment else self.kind

    @property
    def record(self) -> Path:
        return RECORDS / f"{self.name}.json"


def steps(minutes: float) -> Iterator[Step]:
    grade = (sys.executable, "-m", "autograder")
    for assignment in ASSIGNMENTS:
        for kind, command in (
            ("audit", (*grade, "audit", assignment)),
            ("mutants", (sys.executable, "benchmarks/mutants.py", assignment)),
            (
                "draws",
                (*grade, "calibrate", assignment, "--draws", "100000", "--seconds", f"{60 * minutes:g}"),
            ),
            ("equations", (sys.executable, "benchmarks/equations.py", assignment, "--pairs", str(PAIRS))),
        ):
            step = Step(kind, assignment, ())
            yield step._replace(commands=((*command, "--json", str(step.record)),))
    replays, kept = (sys.executable, "benchmarks/replays.py"), str(RECORDS / "replays")
    step = Step("replays", "", ())
    record = (*replays, "record", kept, "--every", "4")
    again = (*replays, "again", kept, "--processes", "1", "--json", str(step.record))
    yield step._replace(commands=(record, again))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("steps", nargs="*", metavar="STEP", help="measure these anew [all that are due]")
    parser.add_argument("--minutes", type=float, default=60, help="for the draws of an assignment [60]")
    parser.add_argument("--replayed", type=Path, nargs="+", default=[], metavar="FILE")
    parser.add_argument("--page", action="store_true", help="run nothing")
    options = parser.parse_args()
    figures: Figures = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.is_file() else {}
    RECORDS.mkdir(parents=True, exist_ok=True)
    every = list(steps(options.minutes))
    if strange := {*options.steps} - {name for step in every for name in (step.name, step.kind)}:
        sys.exit(f"There is no step {', '.join(sorted(strange))}: see --help.")
    for step in () if options.page else every:
        checks = version(step.assignment)
        named = {step.name, step.kind} & {*options.steps}
        if named or (not options.steps and is_due(step, figures, checks)):
            figures[step.name] = {**run(step), "checks": checks}
            keep(figures)
    for file in options.replayed:
        figures.setdefault("replays", {"again": []})["again"].append(json.loads(file.read_text("utf-8")))
        figures["replays"].update(made())
        keep(figures)
    PAGE.write_text(page(figures), encoding="utf-8")
    print(PAGE)


def version(assignment: str) -> str:
    """The version of an assignment's checks; of all of them for ""."""
    from autograder.course.config import load
    from autograder.grading.collect import checks_version

    config = load(ROOT)
    names = [assignment] if assignment else ASSIGNMENTS
    return " ".join(checks_version(config, config.assignment(name), "all") for name in names)


def is_due(step: Step, figures: Figures, checks: str) -> bool:
    """Whether it was not measured, or on other checks than these."""
    return figures.get(step.name, {}).get("checks") != checks


def keep(figures: Figures) -> None:
    """Write them, a line for each step."""
    lines = [f" {json.dumps(name)}: {json.dumps(figures[name])}" for name in sorted(figures)]
    FIGURES.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def run(step: Step) -> dict[str, Any]:
    """The figures of a step, with when and on what they were made."""
    print(f"{step.name} …", flush=True)
    start = time.monotonic()
    for command in step.commands:
        if subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}).returncode > 1:
            sys.exit(f"{' '.join(command)} did not end as it should.")
    found = condensed(step, json.loads(step.record.read_text(encoding="utf-8")))
    return {**found, **made(), "minutes": round((time.monotonic() - start) / 60, 1)}


def condensed(step: Step, record: Any) -> dict[str, Any]:
    """What of a record stands on the page."""
    if step.kind == "audit":
        caught = [each for each in record["mistakes"] if each["caught_by"]]
        named = [each for each in caught if each["named"]]
        wrongly = [each for each in named if each["named"] not in (each["id"], each["known_as"])]
        right = [each for each in record["alternatives"] if each["score"] == each["max_score"]]
        return {
            "right": [len(right), len(record["alternatives"])],
            "caught": [len(caught), len(record["mistakes"])],
            "named": [len(named), len(caught)],
            "wrongly": [len(wrongly), len(named)],
            "attacks": [sum(each["succeeded"] for each in record["attacks"]), len(record["attacks"])],
        }
    if step.kind == "mutants":
        return {"caught": [record["of"] - len(record["survivors"]), record["of"]]}
    if step.kind == "draws":
        return {"failed": [sum(len(each["failed"]) for each in record["checks"].values()), record["draws"]]}
    if step.kind == "equations":
        return dict(record[step.assignment])
    return {"again": [record]}


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


def page(figures: Figures) -> str:
    parts = (
        HEAD,
        "## Right code keeps its points, wrong code loses them\n",
        table(VERDICTS, [verdicts(figures, name) for name in ASSIGNMENTS]),
        VERDICTS_NOTE,
        "## What is said is true\n",
        table(NAMES, [names(figures, name) for name in ASSIGNMENTS]),
        NAMES_NOTE,
        "## Verdicts repeat\n",
        replays(figures),
        "## When, and on what\n",
        table(("figures", "day", "commit", "on", "minutes"), list(origins(figures))),
        ORIGINS_NOTE,
        NOT_TESTED,
    )
    return "\n".join(parts)


HEAD = """# What the verdicts are worth

Made by `make proof`, from what was measured; a dash is what was not. Bounds have a confidence of
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
`tests/mutants/`. Of all that is right, the share in the second column passes (specificity); of all that is
wrong, those in the fourth and fifth are caught (sensitivity).
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
ORIGINS_NOTE = """
Where several commits are named, or "several", the parts of a figure were measured while the checks and the
questions grew; no single run has given them all. A dash: it was not noted. `make proof` measures anew what is
older than the checks."""
NOT_TESTED = """
## What was not tested

Gradescope itself, Docker, a graphics card beyond two short trials, macOS, Windows, aarch64, kernels without
Landlock. Mutants are changes to one solution, alternatives and mistakes are those that somebody thought of: a
share of them is no share of students' code.
"""


def verdicts(figures: Figures, name: str) -> tuple[str, ...]:
    audit, mutants, draws = (figures.get(f"{kind}-{name}", {}) for kind in ("audit", "mutants", "draws"))
    return (
        f"`{name}`",
        at_least(audit.get("right")),
        at_most(draws.get("failed")),
        at_least(audit.get("caught")),
        at_least(mutants.get("caught")),
        at_most(audit.get("attacks")),
    )


def names(figures: Figures, name: str) -> tuple[str, ...]:
    audit, said = figures.get(f"audit-{name}", {}), figures.get(f"equations-{name}", {})
    elsewhere = said.get("elsewhere")
    row = [f"`{name}`", at_least(audit.get("named")), at_most(audit.get("wrongly"))]
    row += [f"{elsewhere['mutants']} of {elsewhere['of']}" if elsewhere else NOT_RUN]
    counts = [said.get(kind, {}) for kind in ("mutants", "pairs")]
    for each in counts:
        true, untrue = each.get("true", 0), each.get("untrue", 0)
        row += [at_least([true, true + untrue + each.get("unexplained", 0)])]
    told = sum(each.get("true", 0) + each.get("untrue", 0) for each in counts)
    return (*row, at_most([sum(each.get("untrue", 0) for each in counts), told]))


def replays(figures: Figures) -> str:
    found = figures.get("replays", {}).get("again", [])
    if not found:
        return "Not run.\n"
    head = ("repeated by", "user", "processes", "verdicts", "another outcome", "the same in other words")
    rows = [
        (
            f"Python {each['python']}",
            each["user"],
            str(each["processes"]),
            f"{each['verdicts']:,}",
            str(each["flips"]),
            str(each["words"]),
        )
        for each in found
    ]
    said = "Verdicts on known submissions, repeated from their records (`benchmarks/replays.py`).\n\n"
    return said + table(head, rows) + "\n"


def origins(figures: Figures) -> Iterator[tuple[str, ...]]:
    for name, about in sorted(figures.items()):
        yield (name, *(str(about.get(key, NOT_RUN)) for key in ("day", "commit", "on", "minutes")))


def at_least(count: Sequence[int] | None) -> str:
    """So many of so many, and the share that there are at least, with a confidence of 95 %."""
    part, whole = count or (0, 0)
    if not whole:
        return NOT_RUN
    low = binomtest(part, whole, alternative="greater").proportion_ci(0.95).low
    return f"{part} of {whole} (≥ {low:.1%})"


def at_most(count: Sequence[int] | None) -> str:
    """So many of so many, and the share that there are at most, with a confidence of 95 %."""
    part, whole = count or (0, 0)
    if not whole:
        return NOT_RUN
    high = binomtest(part, whole, alternative="less").proportion_ci(0.95).high
    return f"{part} of {whole:,} (≤ {high:.2g})" if high < 0.001 else f"{part} of {whole:,} (≤ {high:.1%})"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    main()
