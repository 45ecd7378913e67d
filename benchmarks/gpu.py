"""Grade known submissions on the CPU and on a GPU, and compare the verdicts.

    python benchmarks/gpu.py [--device cuda] [--alternatives 40] [--mistakes 80] [--assignment NAME …]

All five solutions, and every n-th alternative and mistake so that as many are taken as asked for. Prints what
differs, the times, and whether workers are locked down. Needs torch, numpy, pytest, safetensors, pydantic,
pyyaml, rich, typer, nbformat and markdown-it-py. Exit code 1: a verdict differs.

`--device pretended` needs no card: tensors say that they are on one (tests/harness/gpu/card.py). Checks that
train at length are left out there, and those that look at the meta device, of which that card is made.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from autograder import grading, submission  # noqa: E402
from autograder.audit import corpus  # noqa: E402
from autograder.course import config, templates  # noqa: E402
from autograder.sandbox import PortableWorkers, SandboxFault, Workers, safest  # noqa: E402
from autograder.sandbox.host.devices import objection  # noqa: E402
from autograder.sandbox.host.inprocess import InProcessWorkers  # noqa: E402
from tests.harness.gpu.card import pretended  # noqa: E402

PRETENDED = "pretended"

Known = tuple[str, str, Mapping[str, str], tuple[str, ...]]  # assignment, name, files, units (none: all)


def known(names: Sequence[str], alternatives: int, mistakes: int) -> list[Known]:
    """The submissions to grade: solutions first."""
    found: list[Known] = [(name, "solution", templates.solved_modules(ROOT, name), ()) for name in names]
    others: list[Known] = [
        (name, each.name, each.files, ()) for name in names for each in corpus.overlays(ROOT, name)
    ]
    wrong: list[Known] = [
        (name, each.id, each.files, (each.unit,)) for name in names for each in corpus.mistakes(ROOT, name)
    ]
    return [*found, *spread(others, alternatives), *spread(wrong, mistakes)]


def spread(items: list[Known], count: int) -> Iterator[Known]:
    """`count` of the items, evenly."""
    return (items[i * len(items) // count] for i in range(min(count, len(items))))


@contextlib.contextmanager
def opened(device: str) -> Iterator[Workers]:
    """The workers that `autograder grade` would use on a device, and else plain ones."""
    try:
        workers = InProcessWorkers(device="cuda") if device == PRETENDED else safest(device)
    except SandboxFault as fault:
        print(f"{device}: {fault}")
        workers = PortableWorkers(device=device)
    with workers:
        print(f"{device}: workers are {'locked down' if workers.layers else 'not locked down'}")
        yield workers


def verdicts(
    settings: config.Config, one: Known, device: str, workers: Workers, only: Collection[str]
) -> tuple[dict[str, str], float]:
    """The outcome of each check, and the seconds that it took."""
    assignment, _, files, _ = one
    entry = settings.assignments[assignment]
    begun = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        pretended() if device == PRETENDED else contextlib.nullcontext(),
    ):
        handed_in = submission.read(corpus.materialise(files, Path(folder)), entry)
        result = grading.grade(settings, entry, handed_in, workers=workers, seed=7, only=only)
    return {check.id: check.outcome for check in result.checks}, time.perf_counter() - begun


def checks_of(settings: config.Config, one: Known, device: str) -> list[str]:
    """Those of the units that the submission is about; on a pretended card not all of them."""
    assignment, _, _, units = one
    return [
        name
        for name, check in settings.assignments[assignment].checks.items()
        if check.enabled
        and (not units or name.partition("::")[0] in units)
        and not (device == PRETENDED and (check.thresholds or name.endswith("runs_on_any_device")))
    ]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--device", default="cuda")
    asked.add_argument("--alternatives", type=int, default=40)
    asked.add_argument("--mistakes", type=int, default=80)
    asked.add_argument("--assignment", action="append", default=[], help="only these; all if none is given")
    options = asked.parse_args()
    if options.device != PRETENDED and (why := objection(options.device)):
        print(why)
        return 2
    settings = config.load(ROOT)
    names = options.assignment or list(settings.assignments)
    devices = ("cpu", options.device)
    seconds, different, graded = [0.0, 0.0], 0, 0
    with opened(devices[0]) as here, opened(devices[1]) as there:
        for one in known(names, options.alternatives, options.mistakes):
            only = checks_of(settings, one, options.device)
            outcomes = []
            for number, (device, workers) in enumerate(zip(devices, (here, there), strict=True)):
                found, took = verdicts(settings, one, device, workers, only)
                outcomes.append(found)
                seconds[number] += took
            graded += 1
            for check in outcomes[0]:
                if outcomes[0][check] != outcomes[1].get(check):
                    different += 1
                    print(
                        f"{one[0]} {one[1]}: {check} is {outcomes[0][check]}, then {outcomes[1].get(check)}"
                    )
            print(f"{one[0]} {one[1]}", flush=True)
    print(f"{graded} submissions, {different} verdicts differ; {seconds[0]:.0f} s on {devices[0]}, ", end="")
    print(f"{seconds[1]:.0f} s on {devices[1]}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
