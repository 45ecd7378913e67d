"""Grade known submissions on the CPU and on a GPU, and compare the verdicts.

    python benchmarks/gpu.py [--device cuda] [--alternatives 40] [--mistakes 80]

All five solutions, and every n-th alternative and mistake so that as many are taken as asked for. Prints what
differs and the times. Needs torch, numpy, pytest, safetensors, pydantic, pyyaml, rich, typer, nbformat and
markdown-it-py. Exit code 1: a verdict differs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from autograder import config, grading, submission  # noqa: E402
from autograder.audit import corpus  # noqa: E402
from autograder.release import templates  # noqa: E402
from autograder.sandbox import PortableWorkers  # noqa: E402
from autograder.sandbox.devices import objection  # noqa: E402

Known = tuple[str, str, Mapping[str, str], tuple[str, ...]]  # assignment, name, files, units (none: all)


def known(settings: config.Config, alternatives: int, mistakes: int) -> list[Known]:
    """The submissions to grade: solutions first."""
    found: list[Known] = [
        (name, "solution", templates.solved_modules(ROOT, name), ()) for name in settings.assignments
    ]
    others: list[Known] = [
        (name, each.name, each.files, ())
        for name in settings.assignments
        for each in corpus.overlays(ROOT, name)
    ]
    wrong: list[Known] = [
        (name, each.id, each.files, (each.unit,))
        for name in settings.assignments
        for each in corpus.mistakes(ROOT, name)
    ]
    return [*found, *spread(others, alternatives), *spread(wrong, mistakes)]


def spread(items: list[Known], count: int) -> Iterator[Known]:
    """`count` of the items, evenly."""
    return (items[i * len(items) // count] for i in range(min(count, len(items))))


def verdicts(settings: config.Config, one: Known, device: str, folder: Path) -> tuple[dict[str, str], float]:
    """The outcome of each check, and the seconds that it took."""
    assignment, _, files, units = one
    entry = settings.assignments[assignment]
    handed_in = submission.read(corpus.materialise(files, folder), entry)
    begun = time.perf_counter()
    with PortableWorkers(device=device) as workers:
        result = grading.grade(settings, entry, handed_in, workers=workers, seed=7, only=units)
    return {check.id: check.outcome for check in result.checks}, time.perf_counter() - begun


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--device", default="cuda")
    asked.add_argument("--alternatives", type=int, default=40)
    asked.add_argument("--mistakes", type=int, default=80)
    asked.add_argument("--assignment", action="append", default=[], help="only these; all if none is given")
    options = asked.parse_args()
    if why := objection(options.device):
        print(why)
        return 2
    settings = config.load(ROOT)
    seconds, different, graded = {"cpu": 0.0, options.device: 0.0}, 0, 0
    for one in known(settings, options.alternatives, options.mistakes):
        if options.assignment and one[0] not in options.assignment:
            continue
        outcomes = []
        for device in ("cpu", options.device):
            with tempfile.TemporaryDirectory() as folder:
                found, took = verdicts(settings, one, device, Path(folder))
            outcomes.append(found)
            seconds[device] += took
        graded += 1
        for check in outcomes[0]:
            if outcomes[0][check] != outcomes[1].get(check):
                different += 1
                print(f"{one[0]} {one[1]}: {check} is {outcomes[0][check]}, then {outcomes[1].get(check)}")
        print(f"{one[0]} {one[1]}", flush=True)
    print(f"{graded} submissions, {different} verdicts differ; seconds: {seconds}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
