"""Which verdicts of the last run still stand: those of units of whose sources nothing changed.

Save collate.py, and the verdicts on cells.py stand, for it does not import collate. Those on paradigms.py do
not stand: it does, and so its checks may see the change. A module is also taken to use another when it names
it in a string, as `importlib.import_module` and `exec` want it: rather too much is run again than too little.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Mapping

from autograder.grading.collect import Checks
from autograder.results import CheckResult, Result
from autograder.submission import Submission

_WORDS = re.compile(r"\w+")


def sources_of(checks: Checks, submission: Submission) -> dict[str, bytes]:
    """A hash, by unit, of all in the submission that the unit's verdicts can depend on."""
    whole = {check.unit for check in checks.planned if "submission" in check.arguments}
    return {
        unit: _of_everything(submission) if unit in whole else _of_unit(submission, checks, unit)
        for unit in checks.assignment.units
    }


def standing(
    before: Result, then: Mapping[str, bytes], now: Mapping[str, bytes], waits_for: Mapping[str, set[str]]
) -> dict[str, CheckResult]:
    """The verdicts that stand, by id. A unit's stand only if those of the units that it waits for do, too."""
    changed = {unit for unit in now if then.get(unit) != now[unit]}
    changed |= {check.unit for check in before.checks if check.outcome == "fault"}
    while more := {unit for unit, others in waits_for.items() if others & changed} - changed:
        changed |= more
    return {check.id: check for check in before.checks if check.unit not in changed}


def _of_everything(submission: Submission) -> bytes:
    parts = (submission.digest, submission.report, submission.report_name, submission.outputs)
    return _hash(repr((*parts, submission.notices, submission.unread)))


def _of_unit(submission: Submission, checks: Checks, unit: str) -> bytes:
    files = checks.assignment.units[unit].files
    names = [name for of_file in files.values() for name in of_file]
    program = submission.program
    homes = {name: program.homes.get(name) for name in names}
    text = {module.name: module.source for module in program.modules}
    reached = {home for home in homes.values() if home} | {name.rpartition(".")[0] for name in files}
    todo = list(reached)
    while todo:
        found = (text.keys() & _named_in(text.get(todo.pop(), ""))) - reached
        reached |= found
        todo += found
    missing = {name: program.missing.get(name) for name in names}
    places = {name: submission.place_of(name) for name in names}
    return _hash(repr((homes, missing, places, sorted((name, text.get(name)) for name in reached))))


def _named_in(source: str) -> set[str]:
    """The names of modules that a source may import; of one that is no Python, all its words."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(_WORDS.findall(source))
    told: list[str] = []
    for node in nodes:
        if isinstance(node, ast.Import):
            told += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            told += [node.module or "", *(alias.name for alias in node.names)]
        elif isinstance(node, ast.Constant) and isinstance(text := node.value, str):
            told += [text] if "import" in text or text.isidentifier() else []
    return {word for each in told for word in _WORDS.findall(each)}


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
