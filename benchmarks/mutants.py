"""Are generated mutants of the solutions caught: small changes and faults of training?

    python benchmarks/mutants.py [ASSIGNMENT …] [--processes 2] [--json FILE]

Like `autograder audit --mutants` without the submissions that people wrote. The mutants that leave the code
right, each with its reason, are in tests/mutants/ and are not run. Exit code 1 if one survives.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from autograder.audit import known
from autograder.course.config import find_root, load

NO_OTHERS = (1_000_000, 1)  # known submissions from the millionth on


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("assignments", nargs="*", help="[all]")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", type=Path, help="write here how many there were, and the survivors")
    options = parser.parse_args()
    config = load(find_root())
    of, survivors = 0, []
    for name in options.assignments or config.assignments:
        found = known.audit(
            config,
            config.assignment(name),
            processes=options.processes,
            on_progress=show,
            part=NO_OTHERS,
            every_mutant=1,
        )
        show(0, 0, "")
        print(f"{name}: {len(found.mutants)} mutants", flush=True)
        print(*(f"  {sentence}" for sentence in found.wrong), sep="\n")
        of += len(found.mutants)
        survivors += [mutant for mutant, check in found.mutants.items() if not check]
    if options.json:
        options.json.write_text(json.dumps({"of": of, "survivors": survivors}), encoding="utf-8")
    sys.exit(1 if survivors else 0)


def show(done: int, total: int, what: str) -> None:
    """One line of progress, over the last."""
    print(f"\r{f'{done} of {total} {what}' if total else '':100.100}\r", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
