"""Grade known submissions on the CPU and on a GPU, and compare the verdicts.

    python benchmarks/gpu.py [--device cuda] [--alternatives 40] [--mistakes 80] [--attacks 0]
                             [--assignment NAME …]

All five solutions, and every n-th alternative, mistake and attack so that as many are taken as asked for.
Prints what differs, where an attack succeeds, the times, and whether workers are locked down. Needs torch,
numpy, pytest, safetensors, pydantic, pyyaml, rich, typer, nbformat and markdown-it-py. Exit code 1: a verdict
differs, or an attack succeeds on the GPU.

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
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from autograder import grading, submission  # noqa: E402
from autograder.audit import corpus  # noqa: E402
from autograder.audit.attacks import Attack, attacks  # noqa: E402
from autograder.course import config, templates  # noqa: E402
from autograder.results import CheckResult  # noqa: E402
from autograder.sandbox import PortableWorkers, SandboxFault, Workers, safest  # noqa: E402
from autograder.sandbox.host.devices import objection  # noqa: E402
from autograder.sandbox.host.inprocess import InProcessWorkers  # noqa: E402
from tests.harness.gpu.card import pretended  # noqa: E402

PRETENDED = "pretended"


@dataclass(frozen=True)
class Known:
    """A submission to grade: all of its units, or these alone."""

    assignment: str
    name: str
    files: Mapping[str, str]
    units: tuple[str, ...] = ()
    attack: Attack | None = None


def known(names: Sequence[str], options: argparse.Namespace) -> list[Known]:
    """The submissions to grade: solutions first."""
    found = [Known(name, "solution", templates.solved_modules(ROOT, name)) for name in names]
    others = [Known(name, each.name, each.files) for name in names for each in corpus.overlays(ROOT, name)]
    wrong = [
        Known(name, each.id, each.files, (each.unit,))
        for name in names
        for each in corpus.mistakes(ROOT, name)
    ]
    hostile = [
        Known(name, each.name, each.files, each.units, each) for name in names for each in attacks(ROOT, name)
    ]
    found += spread(others, options.alternatives)
    found += spread(wrong, options.mistakes)
    return [*found, *spread(hostile, options.attacks)]


def spread(items: list[Known], count: int) -> Iterator[Known]:
    """`count` of the items, evenly; all of them where they are fewer."""
    count = min(count, len(items))
    return (items[i * len(items) // count] for i in range(count))


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
) -> tuple[dict[str, CheckResult], float]:
    """The verdict of each check, and the seconds that they took."""
    entry = settings.assignments[one.assignment]
    begun = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        pretended() if device == PRETENDED else contextlib.nullcontext(),
    ):
        handed_in = submission.read(corpus.materialise(one.files, Path(folder)), entry)
        result = grading.grade(settings, entry, handed_in, workers=workers, seed=7, only=only)
    return {check.id: check for check in result.checks}, time.perf_counter() - begun


def checks_of(settings: config.Config, one: Known, device: str) -> list[str]:
    """Those of the units that the submission is about; on a pretended card not all of them."""
    return [
        name
        for name, check in settings.assignments[one.assignment].checks.items()
        if check.enabled
        and (not one.units or name.partition("::")[0] in one.units)
        and not (device == PRETENDED and (check.thresholds or name.endswith("runs_on_any_device")))
    ]


def different(one: Known, here: Mapping[str, CheckResult], there: Mapping[str, CheckResult]) -> Iterator[str]:
    """A line for each check whose outcome is another on the second device, with what is said of it."""
    for name, before in here.items():
        now = there.get(name)
        if now is None or before.outcome != now.outcome:
            outcomes = f"{before.outcome}, then {now.outcome if now else 'missing'}"
            said = (now.message if now else "") or before.message
            yield f"{one.assignment} {one.name}: {name} is {outcomes}: {said[:200]}"


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--device", default="cuda")
    asked.add_argument("--alternatives", type=int, default=40)
    asked.add_argument("--mistakes", type=int, default=80)
    asked.add_argument("--attacks", type=int, default=0)
    asked.add_argument("--assignment", action="append", default=[], help="only these; all if none is given")
    options = asked.parse_args()
    if options.device != PRETENDED and (why := objection(options.device)):
        print(why)
        return 2
    settings = config.load(ROOT)
    submissions = known(options.assignment or list(settings.assignments), options)
    seconds, differences, succeeded = [0.0, 0.0], 0, 0
    with opened("cpu") as here, opened(options.device) as there:
        for one in submissions:
            only = checks_of(settings, one, options.device)
            before, took = verdicts(settings, one, "cpu", here, only)
            now, took_there = verdicts(settings, one, options.device, there, only)
            seconds = [seconds[0] + took, seconds[1] + took_there]
            for line in different(one, before, now):
                differences += 1
                print(line)
            for line in one.attack.successes(list(now.values()), only) if one.attack else ():
                succeeded += 1
                print(f"{one.assignment} {one.name} succeeds: {line}")
            print(f"{one.assignment} {one.name}", flush=True)
    print(
        f"{len(submissions)} submissions, {differences} verdicts differ, {succeeded} successes of attacks; ",
        end="",
    )
    print(f"{seconds[0]:.0f} s on cpu, {seconds[1]:.0f} s on {options.device}")
    return 1 if differences or succeeded else 0


if __name__ == "__main__":
    sys.exit(main())
