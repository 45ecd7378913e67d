"""What a course system's download holds, staged as DIR/submissions/ and DIR/manifest.jsonl.

Called with a folder or zip by the command that grades a class (`read`). Nothing that was handed in is run or
unpacked further than a reader of submissions would. In this order:

tree      the files of a folder or zip, without the folders that all of them lie in
readers   which kind of download it is: gradescope, moodle, nbgrader, canvas, or plain folders and files
parcel    what a reader finds: one submission, its people, its files
roster    the people of the class; matching: which of them handed in what, and who nothing
ids       names for submissions, the same for the same download
staging   the files copied: bounded, whole or not at all, never outside of DIR

What cannot be read is a line of the manifest with a reason, and never a stop.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from autograder import records
from autograder.classroom import handed as manifest
from autograder.classroom.downloads import roster as rosters
from autograder.classroom.downloads.ids import ids
from autograder.classroom.downloads.matching import matched, one_of_each
from autograder.classroom.downloads.parcel import Parcel
from autograder.classroom.downloads.readers import READERS, reader_of
from autograder.classroom.downloads.staging import SUBMISSIONS, stage
from autograder.classroom.downloads.tree import opened
from autograder.classroom.handed import NOTHING, Handed
from autograder.classroom.lateness import unknown_extensions
from autograder.course.config import Assignment, ConfigError
from autograder.course.words import counted, few
from autograder.submission.files import shown

__all__ = ["READERS", "Download", "Keep", "read"]

Keep = Literal["latest", "best", "all"]
ROSTER = "roster.csv"  # in DIR: the table that was named last, for whoever names none the next time


@dataclass(frozen=True)
class Download:
    """A download as it was staged. `said` is what an instructor should know, first what it was taken for."""

    said: list[str]
    handed: list[Handed]


def read(
    source: Path,
    out: Path,
    assignment: Assignment,
    *,
    reader: str | None = None,
    roster: Path | None = None,
    keep: Keep = "latest",
) -> Download:
    """Stage every submission of a download in `out`, and write the manifest.

    Of several submissions of the same people the latest is kept, or all of them: which is the best is known
    when they are graded. A roster is kept in `out`, and used again where none is given.
    Raises ConfigError for what is no download or no roster, Unwritten where `out` cannot be written to.
    """
    _insist_on_a_download(source, out)
    people, again = _roster(roster, out)
    before = _before(out)
    with opened(source, out) as tree:
        chosen = reader_of(tree, assignment, reader)
        found = chosen.read(tree, assignment)
        if not found.parcels:
            raise ConfigError(f"{shown(str(source))} holds no submissions when it is read as {chosen.kind}.")
        parcels = _in_order(found.parcels)
        names = ids(each.key for each in parcels)
        latest = {each.owner: each for each in parcels}
        kept = [*latest.values()] if keep == "latest" else parcels
        records.clear_drafts(out / SUBMISSIONS)
        said: list[str] = []
        rows = [_staged(each, names[each.key], out, before, said) for each in kept]
    said = [*found.said, *again, *said]
    if people is not None:
        rows, told = matched(rows, [each.group for each in kept], people, {*names.values()})
        rows, several = one_of_each(rows, keep == "latest")
        said += [told, *several]
    gone = [each for each in before.values() if each.path and each.id not in names.values()]
    handed = sorted(rows, key=lambda each: each.id)
    if not before or [*before.values()] != handed:
        manifest.write_manifest(out, handed)
    first = _counted(chosen.kind, kept, len(parcels) - len(kept))
    return Download(
        [first, *said, *_problems(handed), *_gone(gone), *_about_late(handed, assignment)], handed
    )


def _insist_on_a_download(source: Path, out: Path) -> None:
    """Raise ConfigError for a folder that `class` has made, or that it would write into."""
    if source.is_dir() and source.resolve() == out.resolve():
        raise ConfigError(f"--out is the folder of the submissions, {shown(str(out))}: give it another one.")
    if (source / manifest.MANIFEST).is_file():
        raise ConfigError(
            f"{shown(str(source))} is no download, but what `class --out` made: name the folder or zip that "
            "the course system gave you."
        )
    if source.resolve().is_relative_to((out / SUBMISSIONS).resolve()):
        raise ConfigError(f"{shown(str(source))} lies in --out, where copies go: name the download itself.")


def _roster(named: Path | None, out: Path) -> tuple[rosters.Roster | None, list[str]]:
    """The people of the class, and a sentence where they are those of an earlier call."""
    kept = out / ROSTER
    if named is not None:
        people = rosters.read(named)
        if not (kept.exists() and kept.samefile(named)):
            records.write_bytes(kept, named.read_bytes())
        return people, []
    if not kept.exists():
        return None, []
    return rosters.read(kept), [f"The roster is the one of before ({kept})."]


def _before(out: Path) -> dict[str, Handed]:
    """The rows of the manifest that an earlier call wrote, by id."""
    if not (out / manifest.MANIFEST).exists():
        return {}
    return {each.id: each for each in manifest.read_manifest(out)}


def _in_order(parcels: Iterable[Parcel]) -> list[Parcel]:
    """The submissions by owner, those of one owner from the first to the last, and counted so."""
    ordered = sorted(parcels, key=lambda each: (each.owner, _time(each.at), each.attempt, each.key))
    owner, attempt = "", 0
    for each in ordered:
        attempt = attempt + 1 if (each.owner) == owner else 1
        owner, attempt = each.owner, max(attempt, each.attempt)
        each.attempt = attempt
    return ordered


def _time(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0


def _staged(parcel: Parcel, id: str, out: Path, before: dict[str, Handed], said: list[str]) -> Handed:
    """The row of a submission, which is copied unless an earlier call has done it."""
    staged = stage(parcel, id, out, before.get(id))
    if staged.left_out:
        said.append(f"{id}: not copied: {few(staged.left_out, 3)}.")
    return Handed(
        id=id,
        people=parcel.people,
        path=staged.path,
        digest=staged.digest,
        at=parcel.at,
        late=parcel.late,
        attempt=parcel.attempt,
        keys=parcel.keys,
        problem=staged.problem,
    )


def _counted(kind: str, kept: Sequence[Parcel], earlier: int) -> str:
    known = {person for each in kept for person in each.people}
    unknown = {each.owner for each in kept if not each.people}
    people = counted(len(known) + len(unknown), "person")
    said = f"This is {kind}: {counted(len(kept) + earlier, 'submission')} of {people}"
    left = "1 earlier one is" if earlier == 1 else f"{earlier:,} earlier ones are"
    return f"{said}; {left} left out." if earlier else f"{said}."


def _problems(handed: Iterable[Handed]) -> list[str]:
    bad = [each for each in handed if each.problem and each.problem != NOTHING]
    if not bad:
        return []
    told = few([f"{each.names} ({each.problem.rstrip('.')})" for each in bad], 3)
    return [f"{counted(len(bad), 'submission')} cannot be graded as handed in: {told}."]


def _gone(gone: Sequence[Handed]) -> list[str]:
    if not gone:
        return []
    are = "1 submission of before is" if len(gone) == 1 else f"{len(gone):,} submissions of before are"
    kept = "its files and result stay" if len(gone) == 1 else "their files and results stay"
    return [f"{are} no longer in the download: {few([each.id for each in gone])}; {kept}, without a row."]


def _about_late(handed: Sequence[Handed], assignment: Assignment) -> list[str]:
    """What keeps the late rule from being applied to everybody."""
    if assignment.late is None:
        return []
    said = []
    if unknown := unknown_extensions(handed, assignment):
        said.append(f"The late rule extends the deadline for {few(unknown)}, and nobody here is called so.")
    untimed = sum(each.at is None and bool(each.path) for each in handed)
    if untimed:
        said.append(
            f"The late rule cannot be applied to {counted(untimed, 'submission')} of unknown time; a "
            "roster with times, such as Moodle's grading worksheet, tells it."
        )
    return said
