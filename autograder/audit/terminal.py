"""An audit in the terminal: how far it is, and what it found."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from autograder.audit.matrix import Audit


@contextlib.contextmanager
def progress(what: str) -> Iterator[Callable[[int, int, str], None]]:
    """A bar; what it gives is told how many of how many are done, and which was the last."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn("{task.fields[last]}"), transient=True) as bar:
        task = bar.add_task(what, total=None, last="")
        yield lambda done, total, last: bar.update(task, completed=done, total=total, last=last)


def show(audit: Audit, console: Console | None = None) -> None:
    """A few lines, and a sentence for each thing that makes the audit fail."""
    say = (console or Console(highlight=False)).print
    full = sum(each["score"] == each["max_score"] for each in audit.alternatives)
    succeeded = sum(each["succeeded"] for each in audit.attacks)
    say(f"[bold]{audit.assignment}[/bold]")
    say(f"  {audit.caught} of {len(audit.mistakes)} mistakes caught, {audit.named} of these named")
    say(f"  {full} of {len(audit.alternatives)} alternatives at full marks")
    if audit.attacks:
        say(f"  {succeeded} of {len(audit.attacks)} attacks succeeded")
    if audit.mutants:
        say(f"  {sum(map(bool, audit.mutants.values()))} of {len(audit.mutants)} mutants killed")
    for sentence in audit.wrong:
        say(f"  ✗ {sentence}", markup=False)
