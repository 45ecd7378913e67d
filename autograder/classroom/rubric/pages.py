"""The pages that people grade on: DIR/rubric/index.html, and one in DIR/rubric/sheets/ for each submission.

They need nothing but a browser: no network, no server. A page saves its sheet as a download; where
`autograder rubric --serve` sent it, to DIR/rubric/marks/.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2

from autograder import records
from autograder.classroom import store
from autograder.classroom.handed import Handed, read_manifest
from autograder.classroom.rubric.handed_in import handed_in
from autograder.classroom.rubric.merging import PeoplePart, marks_of
from autograder.classroom.rubric.sheets import (
    INDEX,
    MARKS,
    PAGES,
    SHEET,
    Line,
    code_of,
    columns,
    ids_of,
    lines_of,
    people,
    read_sheet,
    template,
    whose,
)
from autograder.course.config import Assignment, ConfigError
from autograder.course.rubric import NO_REPORT, Rubric
from autograder.reports import html

_TEMPLATES = html.environment(jinja2.PackageLoader("autograder.classroom.rubric", ""))


@dataclass(frozen=True)
class Sheets:
    """The sheets of a class in DIR, by name: the id of the submission, or where it is `blind` a code."""

    folder: Path
    assignment: Assignment
    rubric: Rubric
    blind: bool = False

    @cached_property
    def originals(self) -> dict[str, Handed]:
        """Who handed in what; those who handed in nothing are among them."""
        everybody = read_manifest(self.folder)
        if not self.blind:
            return {each.id: each for each in everybody}
        return dict(sorted((code_of(each), each) for each in everybody))

    @cached_property
    def handed(self) -> dict[str, Handed]:
        """The same as graders see them: called by the names of their sheets, of nobody where it is blind."""
        hidden = {"people": ()} if self.blind else {}
        return {name: each.model_copy(update={"id": name, **hidden}) for name, each in self.originals.items()}

    def marks(self, strange: list[str] | None = None) -> dict[str, PeoplePart]:
        """What the filled sheets say now (`marks_of`)."""
        parts = marks_of(self.folder, self.assignment, strange)
        return {name: parts[each.id] for name, each in self.originals.items()}

    def write(self) -> None:
        """Write all pages, and DIR/rubric.csv where nobody has filled anything in there. Raises Unwritten."""
        parts, lines = self.marks(), self.lines()
        for name, each in self.handed.items():
            if each.path:
                page = self.page(name, self.saved(name, parts, lines))
                records.write_changed(self.folder / PAGES / f"{name}.html", page)
        for path in (self.folder / PAGES).glob("*.html"):
            if path.stem not in self.handed:  # of another class, or with a name that nobody is to know
                path.unlink(missing_ok=True)
        now = datetime.now().strftime("%Y-%m-%d %H:%M")
        records.write(self.folder / INDEX, self.index(made=now))
        (self.folder / MARKS).mkdir(exist_ok=True)
        if _is_untouched(self.folder / SHEET, self.rubric):
            graded = [each for each in self.handed.values() if not each.is_absent]
            records.write(self.folder / SHEET, template(self.rubric, graded))

    def lines(self) -> dict[str, list[Line]]:
        """The filled lines of each submission, in the order in which pages saved them."""
        handed = {each.id: each for each in self.originals.values()}
        ids = ids_of(handed.values())
        names = {each.id: name for name, each in self.originals.items()}
        found: dict[str, list[Line]] = {}
        for line in sorted(lines_of(self.folder, self.rubric, []), key=lambda line: line.saved):
            found.setdefault(names.get(whose(line, handed, ids) or "", ""), []).append(line)
        return found

    def saved(
        self, name: str, parts: Mapping[str, PeoplePart], lines: Mapping[str, list[Line]]
    ) -> dict[str, Any]:
        """What a page is told of what was saved: the lines of its submission, and where to go on."""
        told = [
            {
                "grader": line.grader,
                "marks": [cell.given for cell in line.cells],
                "comments": [cell.comment for cell in line.cells],
                "comment": line.comment,
                "earlier": not line.is_about(self.handed[name]),
            }
            for line in lines.get(name, [])
        ]
        return {"lines": told, "next": self.next_after(name, parts)}

    def next_after(self, name: str, parts: Mapping[str, PeoplePart]) -> str:
        """The address of the next page after this one that lacks marks; the index when all have theirs."""
        at = self._names.index(name) + 1 if name else 0
        for each in (*self._names[at:], *self._names[:at]):
            if each != name and self.handed[each].path and parts[each].points is None:
                return f"{quote(each)}.html"
        return "../index.html"

    def page(self, name: str, saved: Mapping[str, Any]) -> str:
        """The page of one submission."""
        handed = self.handed[name]
        shown = handed_in(self.folder, self.originals[name], self.assignment)
        script = _source("sheet.js")
        data = {
            "id": name,
            "people": people(handed),
            "version": handed.version,
            "assignment": self.assignment.name,
            "columns": columns(self.rubric),
            "none": NO_REPORT,
            "most": self.rubric.total,
            **saved,
        }
        return _TEMPLATES.get_template("sheet.html").render(
            script=script,
            script_hash=_hash(script),
            called=self.called(name),
            assignment=self.assignment,
            rubric=self.rubric,
            blind=self.blind,
            shown=shown,
            documents=[_address(self.folder, handed, each) for each in shown.documents],
            remarks=_remarks(self.folder, self.originals[name]),
            data=data,
        )

    def index(self, made: str = "") -> str:
        """The page of who has all marks, who has not, and where to go on; `made` says as of when."""
        strange: list[str] = []
        parts = self.marks(strange)
        entries = [self._entry(name, parts[name]) for name in self.handed]
        first = self.next_after("", parts)
        return _TEMPLATES.get_template("index.html").render(
            script_hash="'none'",
            assignment=self.assignment,
            entries=entries,
            done=sum(entry["kind"] == "done" for entry in entries),
            of=sum(entry["kind"] != "none" for entry in entries),
            next="" if first.startswith("..") else f"sheets/{first}",
            strange=strange,
            made=made,
        )

    def called(self, name: str) -> str:
        """Whose sheet it is, for whoever grades: the attempt, too, where there are several."""
        handed = self.handed[name]
        several = self._often[handed.names] > 1
        return f"{handed.names}, attempt {handed.attempt}" if several else handed.names

    @cached_property
    def _names(self) -> list[str]:
        return list(self.handed)

    @cached_property
    def _often(self) -> Counter[str]:
        return Counter(each.names for each in self.handed.values())

    def _entry(self, name: str, part: PeoplePart) -> dict[str, Any]:
        """A submission as a line of the index."""
        handed = self.handed[name]
        kind, state = "waiting", "not yet" if handed.path else "cannot be read: mark it in the table"
        if part.is_begun:
            open_rows = sum(mark.points is None for mark in part.marks)
            kind, state = "begun", f"{open_rows} of {len(part.marks)} open"
        if part.is_begun and part.points is not None:
            kind, state = "done", f"{part.points:g} / {part.most:g}"
        if part.problems:
            kind = "bad"
        if handed.is_absent and not part.is_begun:
            kind, state = "none", "nothing handed in"
        return {
            "called": self.called(name),
            "address": f"sheets/{quote(name)}.html" if handed.path else "",
            "kind": kind,
            "sign": {"done": "✓", "bad": "!", "begun": "…", "waiting": "·", "none": "–"}[kind],
            "state": state,
            "graders": ", ".join(part.graders),
            "missing": ", ".join(part.missing) if part.is_begun else "",
            "problems": part.problems,
        }


def _is_untouched(path: Path, rubric: Rubric) -> bool:
    """Nobody filled in anything, so that a new sheet may take its place."""
    if not path.exists():
        return True
    strange: list[str] = []
    try:
        return not read_sheet(path.read_bytes(), path.name, rubric, strange) and not strange
    except ConfigError:
        return False


def _remarks(folder: Path, handed: Handed) -> list[tuple[str, str]]:
    """What the machine noticed and gives no points for, as titles and texts."""
    graded = store.load(folder, handed)
    if graded is None or graded.result is None:
        return []
    found = [("", notice) for notice in graded.result.notices]
    return found + [(check.title, check.text) for check in graded.result.checks if check.is_remark]


def _address(folder: Path, handed: Handed, name: str) -> str:
    """The address of a document of a submission, seen from a page; of the archive that holds it."""
    inside = Path(handed.path) / name
    found = inside if (folder / inside).is_file() else Path(handed.path)
    return quote(f"../../{found.as_posix()}")


@cache
def _source(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _hash(script: str) -> str:
    """The one script that a browser may run on the page, by its digest."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def summary(handed: Iterable[Handed], parts: Mapping[str, PeoplePart]) -> str:
    """How far people are, in a sentence."""
    absent = sum(each.is_absent and not parts[each.id].is_begun for each in handed)
    done = sum(part.points is not None for part in parts.values()) - absent
    begun = sum(part.points is None and part.is_begun for part in parts.values())
    said = [f"{done} of {len(parts) - absent} submissions have all marks"]
    said += [f"{begun} {'has' if begun == 1 else 'have'} some"] if begun else []
    said += [f"{absent} more handed in nothing"] if absent else []
    return f"{', '.join(said)}."
