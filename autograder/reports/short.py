"""What a student reads after a run: a line per unit, the totals, and last the one thing to do next."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from autograder.course.config import Assignment
from autograder.course.words import counted
from autograder.reports.focus import Focus, SourceLine
from autograder.reports.lines import STYLES, Lines, styled
from autograder.reports.units import units_of
from autograder.reports.worked import drawn
from autograder.results import CheckResult, Result, pending_sentence
from autograder.submission import Submission

SHORTEST, LONGEST = 6, 24  # cells of a bar
TAB = 4  # columns that a tab is shown as
SENTENCES = 3  # about the submission as a whole that are shown, at most


def show_units(lines: Lines, result: Result, assignment: Assignment, read: Submission) -> None:
    """A line for each unit, with a bar."""
    units = list(units_of(result, assignment))
    if not units:
        return
    said = [_words(unit.checks, read) for unit in units]
    counts = [f"{unit.passed} of {len(unit.checks)}" for unit in units]
    points = [f"{round(unit.points, 6):g} / {round(unit.max_points, 6):g}" for unit in units]
    names = [unit.name for unit in units]
    name, count, point, words = (max(map(len, column)) for column in (names, counts, points, said))
    beside = lines.width - 2 - name - 2 - count - 2 - point - 2  # what is left for the words
    bar = min(beside - words - 2 if words else beside, LONGEST)
    for unit, each, counts_of, points_of in zip(units, said, counts, points, strict=True):
        row = Text(unit.name.ljust(name + 2))
        if bar >= SHORTEST:
            row += lines.bar(unit.passed, len(unit.checks), bar) + Text("  ")
        row += Text(f"{counts_of.rjust(count)}  {points_of.rjust(point)}")
        if each:
            row += styled("  " + lines.say(_fitting(each, beside)), "dim")
        lines.mark(unit.kind, row)


def _words(checks: Sequence[CheckResult], read: Submission) -> str:
    """What is open in a unit, in a few words: what Python refuses there, or how many checks of each kind."""
    at_broken = [(found, check) for check in checks if (found := read.broken_at(check.place)) is not None]
    if at_broken:
        broken = at_broken[0][0]
        name = "a cell" if broken.is_cell else broken.filename
        waits = all(f"waits for {broken.filename}" in check.message for _, check in at_broken)
        return f"waits for {name}" if waits else f"{name} cannot be read"
    counts = {
        "wrong": sum(check.outcome == "fail" and check.started for check in checks),
        "to write": sum(not check.started for check in checks),
        "pending": sum(check.outcome == "fault" for check in checks),
        "waiting": sum(check.outcome == "blocked" for check in checks),
    }
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count)


def _fitting(words: str, room: int) -> str:
    """As many of the counts as there is room for, the first in any case."""
    first, *others = words.split(", ")
    for other in others:
        if len(first) + 2 + len(other) > room:
            break
        first += f", {other}"
    return first


def show_notices(lines: Lines, result: Result, read: Submission) -> None:
    """What is said of the submission as a whole, and how many remarks there are besides."""
    places = {check.place for check in result.counted}
    told = tuple(each.said for each in read.broken if each.place in places)  # as the one next thing
    said = [sentence for sentence in result.notices if not (told and sentence.startswith(told))]
    for sentence in said[:SENTENCES]:
        lines.marked("notice", sentence)
    remarks = len(said[SENTENCES:]) + sum(check.is_remark for check in result.checks)
    if remarks:
        those = "shows it" if remarks == 1 else "shows them"
        lines.paragraph(f"{counted(remarks, 'notice')} without points: --all {those}.", "dim", indent="")


def show_focus(lines: Lines, focus: Focus) -> None:
    """The one next thing: what is wrong, a hint, the place, and the line with a caret."""
    check = focus.check
    kind = "not started" if focus.kind == "unwritten" else check.outcome
    lines.marked(kind, f"{check.unit} · {focus.title}", style="bold")
    if focus.kind == "fault":
        lines.paragraph(f"{focus.message} Tell your teacher.")
        return
    if focus.printed:
        lines.paragraph("your code printed", "dim")
        for line in filter(str.strip, focus.printed.split("\n")):
            shown, room = lines.say(line.expandtabs(TAB)), lines.width - 4
            shown = shown[: room - len(lines.more)] + lines.more if len(shown) > room else shown
            lines.print(Text("    " + shown, style="dim"))
    lines.paragraph(focus.message)
    if focus.hint:
        lines.hanging("hint", focus.hint, style="cyan")
    if focus.place:
        lines.hanging("-->", focus.where, style="cyan")
    _show_excerpt(lines, focus.excerpt)
    if check.worked is not None:
        lines.print()
        lines.console.print(drawn(check.worked, lines.say), width=lines.width)


def _show_excerpt(lines: Lines, excerpt: Sequence[SourceLine]) -> None:
    digits = max((len(str(line.number)) for line in excerpt), default=0)
    edge = lines.say("│")
    room = lines.width - digits - 5
    for line in excerpt:
        before, meant, after = (part.replace("\t", " " * TAB).rstrip("\n") for part in line.parts)
        cut = max(cell_len(before + meant) - room + len(lines.more), 0) if line.caret else 0
        cut = min(cut, cell_len(before))
        shown = lines.say(before + meant + after)[cut:]
        shown = lines.more + shown[len(lines.more) :] if cut else shown
        shown = shown[: room - len(lines.more)] + lines.more if len(shown) > room else shown
        gutter = styled(f"  {line.number:{digits}} {edge} ", "dim")
        lines.print(gutter + styled(shown, "" if line.caret else "dim"))
        if line.caret:
            spaces = " " * (cell_len(lines.say(before)) - cut)
            under = "^" * max(min(cell_len(lines.say(meant)), room - len(spaces)), 1)
            below = styled(f"  {' ' * digits} {edge} ", "dim")
            lines.print(below + styled(spaces + under, STYLES["fail"]))


def show_totals(lines: Lines, result: Result, advice: str, of_all: str = "") -> None:
    """The points, the checks that passed, and what the grader's own failures mean, with some advice."""
    passed = sum(check.outcome == "pass" for check in result.counted)
    score = styled(f"{result.score:g} of {result.max_score:g} points{of_all}", "bold")
    if result.pending:
        score += styled(f", {result.pending:g} pending", STYLES["fault"])
    rest = f", {passed} of {counted(len(result.counted), 'check')} passed, in {result.seconds:.1f} seconds."
    lines.flow(score + rest)
    if result.faults:
        lines.paragraph(f"{pending_sentence(result)} {advice}", STYLES["fault"], indent="")
