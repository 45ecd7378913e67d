"""`autograder class`: what is asked for, carried out in order and said in plain sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from autograder import records
from autograder.classroom import run, store
from autograder.classroom.changes import Change
from autograder.classroom.engine import Engine
from autograder.classroom.handed import Handed
from autograder.classroom.keys import Rules, rules_of
from autograder.classroom.progress import Display
from autograder.classroom.run import Plan
from autograder.classroom.shards import Shard, gather
from autograder.course.config import Assignment, Config
from autograder.course.words import counted, few


@dataclass(frozen=True)
class Wish:
    """What the command line says beside the submissions. `gathered` are DIRs whose records are taken."""

    folder: Path
    only: tuple[str, ...] = ()
    config_file: Path | None = None
    shard: Shard | None = None
    regrade: bool = False
    merge: bool = False
    gathered: tuple[Path, ...] = ()


@dataclass
class Class:
    """One class, and one command about it. `ask` is told a question and gives the answer.

    `open_engine` is called only when there is something to grade.
    """

    config: Config
    assignment: Assignment
    handed: Sequence[Handed]
    wish: Wish
    open_engine: Callable[[], Engine]
    ask: Callable[[str], bool]
    console: Console

    def carry_out(self) -> int:
        """Do what is asked for; how many submissions have no verdict, or not all, by a fault of the grader.

        Raises ConfigError, Stopped or Unwritten; whatever is done by then stays.
        """
        records.clear_drafts(self.wish.folder / store.RESULTS)
        rules = rules_of(self.config, self.assignment, self.wish.only)
        if self.wish.merge:
            others = self.wish.gathered
            taken = gather(self.wish.folder, others, self.handed, rules)
            if others:
                self._say(f"{counted(taken, 'record')} taken from {counted(len(others), 'folder')}.")
            return self._summary(self.handed)
        part = self.wish.shard.part(self.handed) if self.wish.shard else list(self.handed)
        if shared := store.share(self.wish.folder, part, rules.key):
            self._say(f"The files of {counted(shared, 'submission')} were graded before, under another id.")
        plan = run.plan(self.wish.folder, part, rules, regrade=self.wish.regrade)
        self._say_plan(plan, len(part))
        if plan.jobs:
            self._grade(plan, rules)
        if plan.stale and not run.take_over(
            self.wish.folder, plan.stale, rules, self.assignment, self._show_changes
        ):
            self._say(
                f"Nothing was changed. The new verdicts wait in {self.wish.folder / run.REGRADED}: "
                "the same command takes them over without another grading."
            )
        return self._summary(part)

    def _grade(self, plan: Plan, rules: Rules) -> None:
        names = {each.id: each.names for each in self.handed}
        work = run.work_of(
            self.config,
            self.assignment,
            self.wish.folder,
            rules,
            only=self.wish.only,
            config_file=self.wish.config_file,
        )
        before = len(plan.done) + len(plan.waiting)
        try:
            with (
                self.open_engine() as engine,
                Display(names, len(plan.jobs), before, self.console) as display,
            ):
                run.grade(engine, work, plan.jobs, display)
        except KeyboardInterrupt:
            self._say("Interrupted. What is graded is kept: the same command goes on from there.")
            raise

    def _say_plan(self, plan: Plan, count: int) -> None:
        said = [f"{counted(count, 'submission')}{' in this shard' if self.wish.shard else ''}"]
        if plan.done:
            said.append(f"{len(plan.done)} graded before")
        if plan.nothing:
            said.append(f"{len(plan.nothing)} with nothing to grade")
        said.append(f"{len(plan.jobs)} to grade")
        self._say(", ".join(said) + ".")
        if plan.why:
            self._say(
                f"{counted(len(plan.stale), 'record')} came about with another state of: "
                f"{'; '.join(plan.why)}. Graded again, they stay as they are until all are done; then you "
                "see whose points change."
            )

    def _show_changes(self, causes: str, changes: list[Change]) -> bool:
        because = f" because of: {causes}" if causes else ""
        if not changes:
            self._say(f"Nobody's points change{because}." if causes else "Nobody's points change.")
            return True
        self._say(f"The points of {counted(len(changes), 'submission')} change{because}.")
        for change in changes:
            self._say(f"  {change.line}")
        return not self.wish.regrade or self.ask("Take the new verdicts over?")

    def _summary(self, part: Sequence[Handed]) -> int:
        """Say what there is now, and count what has no verdict for a reason that is the grader's own."""
        found = [(each, store.load(self.wish.folder, each)) for each in part if each.is_gradable]
        missing = [each for each, record in found if record is None]
        pending = [each for each, record in found if record is not None and record.is_pending]
        unreadable = [each for each, record in found if record and record.problem and not record.is_fault]
        done = len(found) - len(missing) - len(pending) - len(unreadable)
        self._say(f"{done} of {counted(len(part), 'submission')} graded.")
        if unreadable:
            self._say(f"{counted(len(unreadable), 'submission')} cannot be read: {_first(unreadable)}.")
        if pending:
            self._say(
                f"In {counted(len(pending), 'submission')} the grader failed, also when it tried again; no "
                f"points are lost by that: {_first(pending)}. The same command tries once more."
            )
        if missing:
            self._say(f"{counted(len(missing), 'submission')} not graded yet: {_first(missing)}.")
        return len(missing) + len(pending)

    def _say(self, sentence: str) -> None:
        self.console.print(sentence, markup=False, soft_wrap=True)


def _first(handed: Sequence[Handed]) -> str:
    return few([each.names for each in handed])
