"""Every check against every mistake, alternative and attack: what the record of an audit holds."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeGuard

import nbformat

from autograder.audit import corpus, mutants
from autograder.audit.attacks import Attack, attacks
from autograder.audit.notebooks import left_by_students
from autograder.audit.pool import Graded, Job, at_home_id, grade_all
from autograder.course import check_files, parts, templates
from autograder.course.config import Assignment, Config
from autograder.diagnosis.table import FILE, Fingerprint, Table, causes
from autograder.results import CheckResult

SOLUTION, NOTEBOOK, TEMPLATE = "the solution", "the solution as a notebook", "the template"
_IMPORTED = re.compile(r"^from (\w+) import", re.MULTILINE)

Progress = Callable[[int, int, str], None]  # how many are done, of how many, and which was the last


@dataclass
class Audit:
    """What was found about one assignment. `wrong` are the sentences that make the audit fail."""

    assignment: str
    quick: bool = False
    checks: list[str] = field(default_factory=list)
    mistakes: list[dict[str, Any]] = field(default_factory=list)
    alternatives: list[dict[str, Any]] = field(default_factory=list)
    attacks: list[dict[str, Any]] = field(default_factory=list)
    mutants: dict[str, str] = field(default_factory=dict)  # by id, the check that kills it; "" for a survivor
    hostile: int = 0  # answers that were put in the place of right ones
    wrong: list[str] = field(default_factory=list)
    messages: list[dict[str, str]] = field(default_factory=list)

    @property
    def caught(self) -> int:
        return sum(bool(mistake["caught_by"]) for mistake in self.mistakes)

    @property
    def named(self) -> int:
        return sum(mistake["named"] is not None for mistake in self.mistakes)


def audit(
    config: Config,
    assignment: Assignment,
    *,
    processes: int = 2,
    on_progress: Progress = lambda done, total, what: None,
    quick: bool = False,
    part: tuple[int, int] = (0, 1),
    every_mutant: int = 0,
    write_table: bool = False,
) -> Audit:
    """Run the audit of one assignment; `on_progress` hears how many submissions of how many are done.

    `quick`: a mistake is done with the first visible check that it loses and gets no name; an alternative is
    graded in the units that its changes reach, without the checks that train to a threshold. `part` (k, n)
    takes every n-th known submission from the k-th on, and `every_mutant` every n-th generated change to the
    solution; none for 0. `write_table` puts what the mistakes answered beside the checks, for the diagnosis.
    """
    known = _Known.of(config.root, assignment.name, part, quick, every_mutant)
    jobs = list(_jobs(config.root, assignment, known, quick))
    jobs = [*_forms(config.root, assignment.name, quick), *jobs] if part[0] == 0 else jobs
    graded: dict[str, Graded] = {}
    for result in grade_all(config.root, assignment.name, jobs, processes):
        graded[result.key] = result
        on_progress(len(graded), len(jobs), result.key)

    found = Audit(
        assignment.name, quick, [check for check, entry in assignment.checks.items() if entry.enabled]
    )
    for result in graded.values():
        _note_faults(found, result)
    for what in (SOLUTION, NOTEBOOK):
        if what in graded:
            _judge_right(found, graded[what], what)
    if TEMPLATE in graded:
        passed = [verdict.id for verdict in graded[TEMPLATE].verdicts if verdict.points > 0]
        found.wrong += [f"The template passes {check}." for check in passed]
    table = table_of(known.mistakes, graded)
    table.made_from = made_from(config.root, assignment.name)
    for mistake in known.mistakes:
        judge_mistake(found, mistake, graded[f"mistake {mistake.id}"], table)
    for alternative in known.alternatives:
        judge_alternative(found, alternative, graded[f"alternative {alternative.name}"])
    for attack in known.attacks:
        _judge_attack(found, attack, graded[f"attack {attack.name}"])
    _judge_mutants(found, known.mutants, graded)
    if write_table:
        write(config.root, assignment.name, assignment, table)
    return found


@dataclass(frozen=True)
class _Known:
    """The submissions of one assignment whose verdict is known."""

    mistakes: list[corpus.Mistake]
    alternatives: list[corpus.Alternative]
    attacks: list[Attack]
    mutants: list[mutants.Mutant]

    @classmethod
    def of(cls, root: Path, name: str, part: tuple[int, int], quick: bool, every_mutant: int) -> _Known:
        first, step = part
        hostile = [] if quick else attacks(root, name)
        mistakes = corpus.mistakes(root, name)
        alternatives = [*corpus.alternatives(root, name), *left_by_students(root, name)]
        changed = mutants.mutants(root, name)[::every_mutant] if every_mutant else []
        return cls(mistakes[first::step], alternatives[first::step], hostile[first::step], changed)


def _jobs(root: Path, assignment: Assignment, known: _Known, quick: bool) -> Iterator[Job]:
    solution = templates.solved_modules(root, assignment.name)
    trace = "none" if quick else "failed"
    for mistake in known.mistakes:
        until_lost = quick and not mistake.notice
        yield Job(f"mistake {mistake.id}", mistake.files, (mistake.unit,), trace, until_lost)
    for alternative in known.alternatives:
        units = _reached(assignment, solution, alternative) if quick else ()
        yield Job(f"alternative {alternative.name}", alternative.files, units)
    for attack in known.attacks:
        yield Job(f"attack {attack.name}", attack.files, attack.units)
    for mutant in known.mutants:
        files = {**solution, mutant.file: mutant.text}
        yield Job(f"mutant {mutant.id}", files, _units_of(assignment, mutant.file), until_lost=True)


def _judge_mutants(found: Audit, known: Sequence[mutants.Mutant], graded: Mapping[str, Graded]) -> None:
    """Note of every mutant of the solution the first check that counts and kills it."""
    for each in known:
        verdicts = graded[f"mutant {each.id}"].verdicts
        lost = [verdict.id for verdict in verdicts if verdict.outcome == "fail" and not verdict.is_notice]
        found.mutants[each.id] = lost[0] if lost else ""
        if not lost:
            found.wrong.append(f"The mutant survives: {each.id}")


def _units_of(assignment: Assignment, file: str) -> tuple[str, ...]:
    return tuple(key for key, unit in assignment.units.items() if file in unit.files)


def _forms(root: Path, name: str, quick: bool) -> Iterator[Job]:
    solution = templates.solved_modules(root, name) | templates.solved_report(root, name)
    yield Job(SOLUTION, solution, trace="none" if quick else "all")
    for files in _solved_notebook(root, name):
        yield Job(NOTEBOOK, files)
    yield Job(TEMPLATE, _template(root, name))


def _reached(
    assignment: Assignment, solution: Mapping[str, str], alternative: corpus.Alternative
) -> tuple[str, ...]:
    """The checks of the files that an alternative changes, and of those that import from them.

    For a notebook these are all files. Checks that train to a threshold are left out.
    """
    changed = {name for name, text in alternative.files.items() if text != solution.get(name)}
    for _ in solution:
        stems = {name.removesuffix(".py") for name in changed}
        changed |= {name for name, text in solution.items() if stems & set(_IMPORTED.findall(text))}
    if set(alternative.files) != set(solution):
        changed = set(solution)
    units = [key for key, unit in assignment.units.items() if changed & set(unit.files)]
    return tuple(
        name
        for name, check in assignment.checks.items()
        if name.partition("::")[0] in units and check.enabled and not check.thresholds
    )


def table_of(known: Sequence[corpus.Mistake], graded: Mapping[str, Graded]) -> Table:
    """What the solution and each mistake answer to the checks that the mistake loses.

    A mistake that a check stops before it has answered otherwise than the solution is left out there.
    """
    solution = graded.get(SOLUTION, Graded(SOLUTION))
    table = Table(solution=dict(solution.traces))
    for mistake in known:
        if mistake.known_as != mistake.id:
            continue
        for check, traces in graded[f"mistake {mistake.id}"].traces.items():
            if check in table.solution and not _as_far(traces, solution.paths[check]):
                table.mistakes.setdefault(check, {})[mistake.id] = traces
        table.words[mistake.id] = (mistake.mistake, mistake.hint)
    return table


def _as_far(traces: Sequence[Fingerprint], paths: Sequence[Sequence[Fingerprint]]) -> bool:
    """Whether on each draw one stands where the other once was."""
    return all(any(trace.equals(step) for step in path) for trace, path in zip(traces, paths, strict=True))


def write(root: Path, name: str, assignment: Assignment, table: Table) -> None:
    """The table in two files: beside the visible checks what is theirs, beside the hidden ones the rest."""
    found = check_files.find(root, name)
    for kind in check_files.KINDS:
        of_this_kind = {each.id for each in found if each.kind == kind}
        seen_as = {check: check for check in assignment.checks if check in of_this_kind}
        if kind == "visible":
            seen_as |= {check: at_home_id(check) for check in seen_as if at_home_id(check) in table.solution}
        table.write(root / "tests" / kind / name / FILE, seen_as)


_NO_CHECK = (".nb.py", "pictures.py")  # a notebook's cells, and what draws a student's models


def made_from(root: Path, name: str) -> str:
    """A hash of what a table is made from: solution, mistakes and checks. Another one: the table is stale.

    Of Python it is what is run, without docstrings, remarks and the places that things are imported from.
    """
    digest = hashlib.sha256()
    for folder in ("solutions", "tests/mistakes", "tests/visible", "tests/hidden"):
        for path in sorted((root / folder / name).rglob("*")):
            if path.suffix in (".py", ".yaml") and not path.name.endswith(_NO_CHECK):
                content = parts.read(path).encode() if folder == "solutions" else path.read_bytes()
                told = _what_is_run(content) if path.suffix == ".py" else content
                digest.update(path.name.encode() + b"\0" + told)
    return digest.hexdigest()[:12]


def _what_is_run(source: bytes) -> bytes:
    remarks = [node for node in ast.walk(ast.parse(source)) if _is_remark(node)]
    dropped = {line for node in remarks for line in range(node.lineno, (node.end_lineno or 0) + 1)}
    lines = [line.rstrip() for line in source.splitlines()]
    kept = [line for number, line in enumerate(lines, 1) if number not in dropped]
    return b"\n".join(line for line in kept if line and not line.lstrip().startswith(b"#"))


def _is_remark(node: ast.AST) -> TypeGuard[ast.stmt]:
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return text or isinstance(node, (ast.Import, ast.ImportFrom))


def judge_mistake(found: Audit, mistake: corpus.Mistake, graded: Graded, table: Table) -> None:
    """Note what became of a mistake whose unit was graded, and what of it should be otherwise."""
    failed = [verdict for verdict in graded.verdicts if verdict.outcome == "fail"]
    counted = [verdict.id for verdict in failed if mistake.notice or not verdict.is_notice]
    names = named(graded, table)
    wrong = {check: name for check, name in names.items() if name != mistake.known_as}
    found.mistakes.append(
        {
            "id": mistake.id,
            "unit": mistake.unit,
            "mistake": mistake.mistake,
            "caught_by": counted,
            "named": mistake.id if names and not wrong else next(iter(wrong.values()), None),
            "known_as": mistake.known_as or None,  # the id that a student's record then has
        }
    )
    if not counted:
        found.wrong.append(f"The mistake {mistake.id} passes: {mistake.mistake}")
    if mistake.notice and any(not verdict.is_notice for verdict in failed):
        found.wrong.append(f"The mistake {mistake.id} should cost no points.")
    at_home = any(verdict.visibility == "visible" for verdict in failed if not verdict.is_notice)
    if counted and not mistake.notice and at_home == mistake.hidden_only:
        found.wrong.append(
            f"The mistake {mistake.id} is marked hidden_only, but loses a visible check."
            if at_home
            else f"The mistake {mistake.id} loses hidden checks only: a student cannot see it at home."
        )
    for check, name in wrong.items():
        found.wrong.append(f"The mistake {mistake.id} is taken for {name} in {check}.")
    for verdict in failed:
        said = {"mistake": mistake.id, "what": mistake.mistake, "check": verdict.id}
        found.messages.append({**said, "message": verdict.text, "named": names.get(verdict.id, "")})


def named(graded: Graded, table: Table) -> dict[str, str]:
    """The names that the diagnosis would give, from what was traced."""

    def see(check: str, draw: int) -> Fingerprint | None:
        return graded.traces[check][draw] if check in graded.traces else None

    by_unit: dict[str, list[CheckResult]] = {}
    for verdict in graded.verdicts:
        by_unit.setdefault(verdict.unit, []).append(verdict)
    names: dict[str, str] = {}
    for verdicts in by_unit.values():
        failed = [verdict.id for verdict in verdicts if verdict.outcome == "fail"]
        names |= causes(table, failed, [v.id for v in verdicts if v.outcome == "pass"], see)
    return names


def _judge_right(found: Audit, graded: Graded, what: str) -> None:
    for verdict in graded.verdicts:
        if verdict.points < verdict.max_points:
            found.wrong.append(f"{what[:1].upper()}{what[1:]} loses {verdict.id}: {verdict.text}")


def judge_alternative(found: Audit, alternative: corpus.Alternative, graded: Graded) -> None:
    """Note the points of an alternative, and each check that it loses."""
    _judge_right(found, graded, f"the alternative {alternative.name}")
    score = round(sum(verdict.points for verdict in graded.verdicts), 6)
    most = round(sum(verdict.max_points for verdict in graded.verdicts), 6)
    found.alternatives.append({"id": alternative.name, "score": score, "max_score": most})


def _judge_attack(found: Audit, attack: Attack, graded: Graded) -> None:
    successes = attack.successes(graded.verdicts, found.checks)
    evidence = " ".join(successes) or "All is as expected."
    found.attacks.append(
        {"id": attack.name, "title": attack.title, "succeeded": bool(successes), "evidence": evidence}
    )
    if successes:
        found.wrong.append(f"The attack {attack.name} succeeds: {evidence}")


def _note_faults(found: Audit, graded: Graded) -> None:
    if graded.error:
        found.wrong.append(f"The grader failed on {graded.key}: {graded.error.strip().splitlines()[-1]}")
    found.wrong += [
        f"A fault in {verdict.id} on {graded.key}: {verdict.message}"
        for verdict in graded.verdicts
        if verdict.outcome == "fault"
    ]


def _solved_notebook(root: Path, name: str) -> list[dict[str, str]]:
    """The submission that is only the solved notebook; none for an assignment without one."""
    if not (root / "solutions" / name / f"assignment{templates.NOTEBOOK_MASTER}").is_file():
        return []
    return [{"assignment.ipynb": nbformat.writes(templates.solved_notebook(root, name))}]


def _template(root: Path, name: str) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in (root / "templates" / name).glob("*.py")}


def summary(audits: Iterable[Audit]) -> dict[str, Any]:
    """The record that `audit --json` writes."""
    found = list(audits)
    return {
        "mistakes": [{"assignment": a.assignment, **each} for a in found for each in a.mistakes],
        "alternatives": [{"assignment": a.assignment, **each} for a in found for each in a.alternatives],
        "attacks": [each for a in found for each in a.attacks],
        "mutants": [
            {"assignment": a.assignment, "id": id_, "killed_by": check or None}
            for a in found
            for id_, check in a.mutants.items()
        ],
        "hostile": {a.assignment: a.hostile for a in found},
        "wrong": [sentence for a in found for sentence in a.wrong],
    }


def document(audits: Iterable[Audit]) -> str:
    """Every message that a mistake got, as Markdown, to be read as a student would."""
    lines = []
    for found in audits:
        lines.append(f"# {found.assignment}\n")
        for said in found.messages:
            lines.append(f"- **{said['mistake']}** {said['what']}  \n  {said['check']}: {said['message']}")
    return "\n".join(lines) + "\n"
