"""Who fails alike: failures that no known mistake explains, and wrong numbers that hardly anybody else has.

Two failures of a check are alike when the code answered the same on canonical numbers (`fingerprint`), or, of
code that gave no numbers, when the same is said of them. Who only took too long has no mistake in common; and
what is said of code that has a known mistake in the same unit mostly comes of that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from autograder.classroom.marks import Grade
from autograder.diagnosis.table import Fingerprint
from autograder.results import CheckResult

MOST_COMPARED = 300  # different answers to one check; of more, those that are equal to the digit are alike
LATE = ("did not finish within", "used up its")  # what verdicts say of code that took too long
LARGE = ("too much memory", "more memory", " MB of memory")
RARE = 3  # submissions that give a wrong answer, at most, for it to be rare
SURE = 2  # rare answers that two submissions must share


@dataclass(frozen=True)
class Cluster:
    """Submissions that fail the same checks alike. `is_by_answer`: they answered the same."""

    grades: tuple[Grade, ...]
    checks: tuple[CheckResult, ...]  # of the first of them
    is_by_answer: bool


@dataclass(frozen=True)
class Pair:
    """Two submissions that share rare wrong answers, and in which checks."""

    first: Grade
    second: Grade
    checks: tuple[str, ...]


def clusters(grades: Iterable[Grade]) -> list[Cluster]:
    """The groups of two and more that fail alike without a known mistake, the largest first."""
    alike: dict[frozenset[str], tuple[tuple[Grade, ...], list[tuple[CheckResult, bool]]]] = {}
    for members, is_by_answer in _groups(grades):
        if len(members) > 1:
            group = tuple(grade for grade, _ in members)
            checks = alike.setdefault(frozenset(each.handed.id for each in group), (group, []))[1]
            checks.append((members[0][1], is_by_answer))
    made = [_cluster(group, checks) for group, checks in alike.values()]
    return sorted(made, key=lambda each: (-len(each.grades), -len(each.checks)))


def _cluster(group: tuple[Grade, ...], checks: Sequence[tuple[CheckResult, bool]]) -> Cluster:
    """A group with its checks in the order of the configuration: the first is what students see first."""
    order = {mark.check.id: number for number, mark in enumerate(group[0].marks)}
    ordered = sorted((check for check, _ in checks), key=lambda check: order[check.id])
    return Cluster(group, tuple(ordered), any(is_by_answer for _, is_by_answer in checks))


def pairs(grades: Sequence[Grade]) -> list[Pair]:
    """The pairs that share wrong answers which hardly anybody else gives, most of them first."""
    shared: dict[tuple[int, int], set[str]] = defaultdict(set)
    number = {grade.handed.id: index for index, grade in enumerate(grades)}
    for members, is_by_answer in _groups(grades):
        if is_by_answer and 2 <= len(members) <= RARE:
            for (one, check), (other, _) in combinations(members, 2):
                shared[number[one.handed.id], number[other.handed.id]].add(check.id)
    found = [
        Pair(grades[one], grades[other], tuple(sorted(checks)))
        for (one, other), checks in shared.items()
        if len(checks) >= SURE
    ]
    return sorted(found, key=lambda pair: -len(pair.checks))


Members = list[tuple[Grade, CheckResult]]


def _groups(grades: Iterable[Grade]) -> Iterator[tuple[Members, bool]]:
    """Failures that are alike, and whether that is by their answers."""
    by_answer: dict[str, dict[Fingerprint, Members]] = defaultdict(dict)  # by check
    by_words: dict[tuple[str, str], Members] = {}
    for grade in grades:
        named = {mark.check.unit for mark in grade.marks if mark.check.mistake}
        for mark in grade.marks:
            check = mark.check
            if check.outcome != "fail" or not check.started or mark.is_notice or check.mistake:
                continue
            if (seen := _numbers(check.fingerprint)) is not None:
                by_answer[check.id].setdefault(seen, []).append((grade, check))
            elif (
                check.message
                and check.unit not in named
                and not any(words in check.message for words in (*LATE, *LARGE))
            ):
                by_words.setdefault((check.id, check.message), []).append((grade, check))
    for answers in by_answer.values():
        for members in _near(answers):
            yield members, True
    for members in by_words.values():
        yield members, False


def _numbers(text: str) -> Fingerprint | None:
    """The fingerprint that a record has; None where the code raised something before it gave a number."""
    try:
        seen = Fingerprint.from_text(text)
    except ValueError:
        return None
    return seen if seen.has_numbers else None


def _near(answers: dict[Fingerprint, Members]) -> list[Members]:
    """The members of answers that are equal but for rounding, together."""
    if len(answers) > MOST_COMPARED:
        return list(answers.values())
    groups: list[tuple[Fingerprint, Members]] = []
    for seen, members in answers.items():
        like = next((group for first, group in groups if first.equals(seen)), None)
        if like is None:
            groups.append((seen, list(members)))
        else:
            like += members
    return [members for _, members in groups]
