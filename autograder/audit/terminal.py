"""An audit in the terminal: how far it is, and what it found."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from autograder.audit.calibrate import Measured
from autograder.audit.known import Audit
from autograder.audit.sweep import Swept
from autograder.checks.learning import ATTEMPTS


@contextlib.contextmanager
def progress(what: str, console: Console | None = None) -> Iterator[Callable[[int, int, str], None]]:
    """A bar, or a line per tenth where there is no terminal.

    What it gives is told how many of how many are done, and which was the last.
    """
    console = console or Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    last = TextColumn("{task.fields[last]}")
    with Progress(*columns, last, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None, last="")

        def hear(done: int, total: int, last: str) -> None:
            bar.update(task, completed=done, total=total, last=last)
            if not console.is_terminal and done * 10 // total > (done - 1) * 10 // total:
                console.print(f"{what}: {done} of {total}")

        yield hear


def show(audit: Audit, console: Console | None = None) -> None:
    """A few lines, and a sentence for each thing that makes the audit fail."""
    say = (console or Console(highlight=False)).print
    full = sum(each["score"] == each["max_score"] for each in audit.alternatives)
    succeeded = sum(each["succeeded"] for each in audit.attacks)
    named = "" if audit.quick else f", {audit.named} of these named"
    say(f"[bold]{audit.assignment}[/bold]")
    say(f"  {audit.caught} of {len(audit.mistakes)} mistakes caught{named}")
    say(f"  {full} of {len(audit.alternatives)} alternatives at full marks")
    if audit.attacks:
        say(f"  {succeeded} of {len(audit.attacks)} attacks succeeded")
    if audit.mutants:
        say(f"  {sum(map(bool, audit.mutants.values()))} of {len(audit.mutants)} mutants killed")
    for sentence in audit.wrong:
        say(f"  ✗ {sentence}", markup=False)


def show_calibration(found: Sequence[Measured], console: Console | None = None) -> None:
    """A few lines per threshold: the proposal, what is right at its worst, how often a verdict is wrong."""
    say = (console or Console(highlight=False)).print
    for entry in found:
        worst = (max if entry.upper else min)(entry.right)
        share, bound = entry.false_fail()
        passed, of = entry.false_pass()
        side = "at most" if entry.upper else "at least"
        say(f"[bold]{entry.check}[/bold]")
        say(f"  {entry.name} {side} {entry.bound:g} (proposed: {entry.proposal():g})")
        say(f"  {len(entry.right)} right runs, the worst {worst:.3f}; {share:.1%} miss the threshold")
        say(f"  with {ATTEMPTS} attempts, less than {bound:.1e} of right verdicts would fail (95 %)")
        say(f"  {passed} of {of} mistakes reach the threshold, too, and are left to other checks")


def show_sweep(swept: Swept, console: Console | None = None) -> None:
    """How many draws there were, the checks that failed some, and the bounds that hold with 95 %."""
    say = functools.partial((console or Console(highlight=False)).print, markup=False, soft_wrap=True)
    drawn = sorted((each for each in swept.checks.values() if each.draws), key=lambda each: each.bound)
    say(f"{swept.assignment}, seeds {swept.first} to {swept.next - 1}")
    say(f"  {swept.draws} draws of {len(drawn)} checks")
    for each in swept.failed:
        say(f"  ✗ {each.check} failed {len(each.failed)} of {each.draws} draws")
        for failure in each.failed[:3]:
            say(f"      {failure['submission']}, seed {failure['seed']}: {failure['message']}")
    if drawn:
        say("  Of right verdicts fewer would fail, with 95 % confidence, than:")
        say(f"    {drawn[len(drawn) // 2].bound:.1e} in the median check")
        say(f"    {drawn[-1].bound:.1e} in {drawn[-1].check}, after {drawn[-1].draws} draws")
