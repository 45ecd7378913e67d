"""Verdicts that are repeated elsewhere: on another Python, hash seed, user, number of processes, machine.

    replays.py record FOLDER [ASSIGNMENT …] [--every N]    grade known submissions and keep the records
    replays.py class FOLDER DIR [--every N]                take the records of `autograder class --out DIR`
    replays.py again FOLDER [--processes N]                grade them again from these, and compare

`again` runs under whatever Python, user and environment calls it; FOLDER may be on another machine. What it
prints is a line of docs/figures.md: verdicts, those whose outcome is another, those whose words are.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from autograder.sandbox import ZygoteWorkers

ROOT = Path(__file__).resolve().parent.parent
SEED = 2**61 + 11


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("what", choices=("record", "class", "again"))
    options.add_argument("folder", type=Path)
    options.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="[all]; of a class, its DIR")
    options.add_argument("--every", type=int, default=1, help="every so manieth known submission")
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--json", type=Path, help="again: write what was counted here")
    given = options.parse_args()
    if given.what == "class":
        (out,) = map(Path, given.assignments)
        take(given.folder, out, given.every)
        return
    with ZygoteWorkers() as workers:
        if given.what == "record":
            record(given.folder, given.assignments, given.every, workers, given.processes)
        else:
            sys.exit(again(given.folder, given.assignments, workers, given.processes, given.json))


def known(assignment: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Names and files of every alternative and mistake."""
    from autograder.audit import corpus

    for alternative in corpus.alternatives(ROOT, assignment):
        yield f"alternative {alternative.name}", dict(alternative.files)
    for mistake in corpus.mistakes(ROOT, assignment):
        yield mistake.id, dict(mistake.files)


def record(folder: Path, names: list[str], every: int, workers: ZygoteWorkers, processes: int) -> None:
    """Grade every so manieth known submission; FOLDER/ASSIGNMENT/N has its files and record.json."""
    from autograder.audit import corpus
    from autograder.course.config import load
    from autograder.grading.collect import collect
    from autograder.grading.run import judge
    from autograder.submission import read

    config = load(ROOT)
    for name, assignment in config.assignments.items():
        if names and name not in names:
            continue
        checks = collect(config, assignment, "all")
        chosen = list(known(name))[::every]
        for number, (what, files) in enumerate(chosen):
            place = folder / name / f"{number:04}"
            work = corpus.materialise(files, place / "submission")
            result = judge(
                checks,
                read(work, assignment),
                workers=workers,
                seed=SEED + number,
                processes=processes,
            )
            (place / "record.json").write_text(json.dumps(result.to_json()), encoding="utf-8")
            show(f"{name} {number + 1}/{len(chosen)} {what}")
    show("")


def take(folder: Path, out: Path, every: int) -> None:
    """Copy submissions of a class that have verdicts, every so manieth, and their records."""
    from autograder.classroom import store
    from autograder.classroom.handed import read_manifest

    graded = ((each, store.load(out, each)) for each in read_manifest(out) if each.is_gradable)
    results = [
        (each, found.result) for each, found in graded if found is not None and found.result is not None
    ]
    for number, (each, result) in enumerate(results[::every]):
        place = folder / result.assignment / f"{number:04}"
        place.mkdir(parents=True)
        (place / "record.json").write_text(json.dumps(result.to_json()), encoding="utf-8")
        work = out / each.path
        if work.is_dir():
            shutil.copytree(work, place / "submission")
        else:
            shutil.copy(work, place / f"submission{work.suffix}")


def again(
    folder: Path, names: list[str], workers: ZygoteWorkers, processes: int, json_file: Path | None
) -> bool:
    """Grade all that was recorded once more; True where an outcome is another."""
    from autograder.course.config import load
    from autograder.grading.collect import collect
    from autograder.grading.comparison import differences
    from autograder.grading.run import judge
    from autograder.results import Result
    from autograder.submission import read

    config = load(ROOT)
    flips, all_verdicts, all_words = 0, 0, 0
    print(f"Python {platform.python_version()}, user {os.getuid()}, {processes} processes,", end=" ")
    print(f"hash seed {os.environ.get('PYTHONHASHSEED', 'random')}")
    for name, assignment in config.assignments.items():
        places = sorted((folder / name).glob("*/record.json"))
        if not places or (names and name not in names):
            continue
        checks = collect(config, assignment, "all")
        verdicts, words = 0, 0
        for number, path in enumerate(places):
            before = Result.from_json(json.loads(path.read_text(encoding="utf-8")))
            (handed,) = path.parent.glob("submission*")
            work = read(handed, assignment)
            now = judge(checks, work, workers=workers, seed=before.seed, processes=processes)
            verdicts += len(before.checks)
            for each in differences(before, now):
                flips += each.is_flip
                words += not each.is_flip
                show("")
                print(f"{path.parent}: {each.line}")
            show(f"{name} {number + 1}/{len(places)}")
        show("")
        print(f"{name}: {verdicts} verdicts, {words} in other words, {flips} flips so far", flush=True)
        all_verdicts, all_words = all_verdicts + verdicts, all_words + words
    if json_file:
        found = {
            "verdicts": all_verdicts,
            "words": all_words,
            "flips": flips,
            "python": platform.python_version(),
            "user": "root" if os.getuid() == 0 else "ordinary",
            "processes": processes,
        }
        json_file.write_text(json.dumps(found), encoding="utf-8")
    return bool(flips)


def show(text: str) -> None:
    """One line of progress, over the last."""
    print(f"\r{text[:78]:78}\r", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
