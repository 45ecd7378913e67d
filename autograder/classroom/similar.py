"""Which submissions have much of their text in common: a reason to look at both, and no proof of anything.

copydetect compares the modules that students write, names left out, without what the template holds. Forms of
the same equations look alike anyway; so each pair is told beside how near the others are to their nearest.
"""

from __future__ import annotations

import io
import json
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from autograder import records
from autograder.classroom.marks import Grade
from autograder.course.config import Assignment, Config, ConfigError
from autograder.submission import Unreadable, bounded, read

if TYPE_CHECKING:
    from copydetect import CodeFingerprint

FILE = "similar.json"
LEAST = 0.6  # of the shorter one, for a pair to be told
MOST_TOLD = 60
LENGTH, WINDOW = 25, 1  # characters of a piece of text, and of how many pieces one is kept
COMMON = 0.1  # of the class: pieces that more have say nothing of who to compare
ALL_COMPARED, MOST_COMPARED = 5_000, 20_000  # pairs: so few are all compared, and never more than so many


@dataclass(frozen=True)
class Likeness:
    """Two submissions by their ids, and how much of the shorter one's own text is in both."""

    first: str
    second: str
    share: float


@dataclass(frozen=True)
class Likenesses:
    """The pairs that have most in common; `usual` is how near the median submission is to its nearest.

    `digests` are those of the submissions in them, by id.
    """

    pairs: tuple[Likeness, ...] = ()
    usual: float = 0.0
    digests: dict[str, str] = field(default_factory=dict)

    def among(self, grades: Mapping[str, Grade]) -> Iterator[tuple[Grade, Grade, float]]:
        """The pairs of which neither has gone or handed in another text since; `grades` are by id."""
        same = {id for id, grade in grades.items() if grade.handed.digest == self.digests.get(id)}
        for pair in self.pairs:
            if pair.first in same and pair.second in same:
                yield grades[pair.first], grades[pair.second], pair.share


NOT_COMPARED = Likenesses()


def compare(
    folder: Path,
    config: Config,
    assignment: Assignment,
    grades: Sequence[Grade],
    walk: Callable[[Sequence[Grade]], Iterable[Grade]] = iter,
) -> Likenesses:
    """Compare the submissions that count, each with all others, and write DIR/similar.json.

    `walk` goes through the grades, and may show how far it is. Raises ConfigError without copydetect,
    Unwritten.
    """
    try:
        import copydetect  # noqa: F401
    except ImportError:
        raise ConfigError("This needs copydetect: pip install copydetect.") from None
    given = _print_of(config.templates(assignment.name), assignment, ())
    known = sorted(given.hashes) if given else ()
    prints: dict[str, CodeFingerprint] = {}
    whose: dict[str, frozenset[str]] = {}
    for grade in walk([grade for grade in grades if grade.counts and grade.handed.path]):
        found = _print_of(folder / grade.handed.path, assignment, known)
        if found is not None and found.hashes:
            prints[grade.handed.id] = found
            whose[grade.handed.id] = frozenset(who.identity for who in grade.handed.people)
    likenesses = _likenesses(prints, whose)
    digests = {grade.handed.id: grade.handed.digest for grade in grades}
    told = (id for pair in likenesses.pairs for id in (pair.first, pair.second))
    likenesses = replace(likenesses, digests={id: digests[id] for id in told})
    records.write(folder / FILE, json.dumps(asdict(likenesses), indent=1) + "\n")
    return likenesses


def kept(folder: Path) -> Likenesses:
    """What `compare` wrote; nothing where it was not asked."""
    try:
        return TypeAdapter(Likenesses).validate_json((folder / FILE).read_bytes())
    except (OSError, ValueError):
        return NOT_COMPARED


def _print_of(path: Path, assignment: Assignment, known: Sequence[int]) -> CodeFingerprint | None:
    """The fingerprint of a submission's code; None for one that cannot be read. Nothing of it runs."""
    from copydetect import CodeFingerprint

    def made() -> CodeFingerprint:
        text = "\n".join(source.text for source in submission.sources.values())
        return CodeFingerprint("code.py", LENGTH, WINDOW, boilerplate=known, fp=io.StringIO(text))

    try:
        submission = read(path, assignment)
        return bounded.call(made, path.name)
    except Unreadable:
        return None


def _likenesses(prints: Mapping[str, CodeFingerprint], whose: Mapping[str, frozenset[str]]) -> Likenesses:
    """The pairs of different people that have most in common."""
    from copydetect import compare_files

    nearest: dict[str, float] = dict.fromkeys(prints, 0.0)
    pairs = []
    for first, second in _worth_a_look(prints):
        if whose[first] & whose[second]:
            continue
        _, shares, _ = compare_files(prints[first], prints[second])
        share = round(float(max(shares)), 3)
        nearest[first], nearest[second] = max(nearest[first], share), max(nearest[second], share)
        if share >= LEAST:
            pairs.append(Likeness(first, second, share))
    pairs.sort(key=lambda pair: (-pair.share, pair.first, pair.second))
    usual = round(statistics.median(nearest.values()), 3) if nearest else 0.0
    return Likenesses(tuple(pairs[:MOST_TOLD]), usual)


def _worth_a_look(prints: Mapping[str, CodeFingerprint]) -> list[tuple[str, str]]:
    """All pairs of a class of up to 100; in a larger one those that share most pieces which few have.

    To compare all would take too long there. In a small class "few" would leave out any group of three.
    """
    if len(prints) * (len(prints) - 1) / 2 <= ALL_COMPARED:
        return list(combinations(prints, 2))
    holders: dict[int, list[str]] = defaultdict(list)
    for name, found in prints.items():
        for piece in found.hashes:
            holders[piece].append(name)
    few = max(2, int(COMMON * len(prints)))
    shared: dict[tuple[str, str], int] = defaultdict(int)
    for names in holders.values():
        if 2 <= len(names) <= few:
            for pair in combinations(names, 2):
                shared[pair] += 1
    return sorted(shared, key=lambda pair: -shared[pair])[:MOST_COMPARED]
