"""How many wrong answers the equations explain, and whether what they say is true.

    python benchmarks/equations.py [ASSIGNMENT] [--pairs N] [--seed N] [--list] [--json FILE]

Generated mutants of the solution, and pairs of them, are asked what the ideas about the changed definition
ask. Those count that answer everything and something wrongly. A sentence is true when its equation gives the
mutant's numbers on fresh inputs, of other sizes, too. Whatever fails before it gives a number is no matter of
equations.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from scipy.stats import binomtest  # noqa: E402

from autograder import sandbox  # noqa: E402
from autograder.audit import corpus, mutants  # noqa: E402
from autograder.checks import Mismatch, Student, StudentFailure  # noqa: E402
from autograder.course import config, templates  # noqa: E402
from autograder.diagnosis import asking, equations  # noqa: E402
from autograder.diagnosis.table import Fingerprint  # noqa: E402
from autograder.submission import read  # noqa: E402
from tests.harness.equations.making import Idea, Way  # noqa: E402
from tests.harness.equations.record import ASSIGNMENTS  # noqa: E402

# Of several ideas about a definition, the one counts that comes to the last of these.
OUTCOMES = ("none", "right", "unexplained", "true", "untrue")  # none: it gives no answer


FROZEN = "requires_grad_(False)"  # no number is another one; a check says that training leaves it as it is


class Asked(NamedTuple):
    mutant: str
    idea: str
    outcome: str
    sentence: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignment", nargs="?", choices=list(ASSIGNMENTS))
    parser.add_argument("--pairs", type=int, default=0, help="so many second-order mutants, too")
    parser.add_argument("--seed", type=int, default=0, help="of the choice of pairs")
    parser.add_argument("--list", action="store_true", help="each wrong answer that is not explained truly")
    parser.add_argument("--json", type=Path, help="write the counts of each kind here")
    options = parser.parse_args()
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for assignment in [options.assignment] if options.assignment else ASSIGNMENTS:
        ideas = [idea for module in ASSIGNMENTS[assignment] for idea in module.IDEAS.values()]
        names = {name for idea in ideas for name in about(idea)}
        everything = [each for each in mutants.mutants(ROOT, assignment) if FROZEN not in each.new]
        public = public_names(assignment)
        singles = [each for each in everything if names & shows_in(each, public)]
        pairs = mutants.pairs(singles, options.pairs, random.Random(options.seed))
        elsewhere = len(everything) - len(singles)
        print(f"{assignment}: no idea is about the definitions of {elsewhere} of {len(everything)} mutants")
        counts[assignment] = {"elsewhere": {"mutants": elsewhere, "of": len(everything)}}
        for kind, some in (("mutants", singles), ("pairs", pairs)):
            if some:
                asked = list(ask(assignment, some))
                counts[assignment][kind] = Counter(each.outcome for each in asked)
                print(f"{assignment}, {len(some)} {kind}: {summary(asked)}", flush=True)
                for each in asked if options.list else ():
                    if each.outcome in ("unexplained", "untrue"):
                        print(f"  {each.outcome:12} {each.idea:20} {each.mutant} {each.sentence}")
    if options.json:
        options.json.write_text(json.dumps(counts, indent=1), encoding="utf-8")


def about(idea: Idea) -> set[str]:
    """The definitions that an idea asks; "" stands for the lines of a script, outside of all functions."""
    question = idea.ask(idea.cases[0])
    if "run" in question:
        return {""}
    asked = {question["call"]} if "call" in question else set()
    return asked | ({question["new"][0]} if "new" in question else set())


def public_names(assignment: str) -> set[str]:
    files = config.load(ROOT).assignment(assignment).files
    return {name for names in files.values() for name in names}


def shows_in(mutant: mutants.Mutant, public: Collection[str]) -> set[str]:
    """The definition that is changed; of a helper, which no question can ask for, those that name it."""
    changed = mutant.where.split(".")[0]
    if not changed or changed in public:
        return {changed}
    body = (each for each in ast.parse(mutant.text).body if isinstance(each, ast.FunctionDef | ast.ClassDef))
    return {
        each.name
        for each in body
        if any(isinstance(node, ast.Name) and node.id == changed for node in ast.walk(each))
    }


def summary(asked: Iterable[Asked]) -> str:
    counts = Counter(each.outcome for each in asked)
    said = counts["true"] + counts["untrue"]
    wrong = said + counts["unexplained"]
    return (
        f"{wrong} wrong answers, {said} explained ({share(said, wrong)}), "
        f"{counts['untrue']} of these untrue (true: {share(counts['true'], said)})"
    )


def share(part: int, whole: int) -> str:
    """A share with its 95 % interval."""
    if not whole:
        return "of none"
    bounds = binomtest(part, whole).proportion_ci(0.95)
    return f"{part / whole:.0%}, 95 %: {bounds.low:.0%} to {bounds.high:.0%}"


def ask(assignment: str, some: Iterable[mutants.Mutant]) -> Iterable[Asked]:
    entry, public = config.load(ROOT).assignment(assignment), public_names(assignment)
    solution = templates.solved_modules(ROOT, assignment)
    ideas = {name: idea for module in ASSIGNMENTS[assignment] for name, idea in module.IDEAS.items()}
    recorded = {name: equations.Idea.from_json(idea.record()) for name, idea in ideas.items()}
    ways: dict[str, dict[str, list[Way]]] = {name: defaultdict(list) for name in ideas}
    for name, idea in ideas.items():
        for way in idea.told_apart()[0].values():
            ways[name][idea.sentence(way)].append(way)
    with sandbox.fastest() as workers, tempfile.TemporaryDirectory() as folder:
        for number, mutant in enumerate(some):
            files = solution | {mutant.file: mutant.text}
            program = read(corpus.materialise(files, Path(folder, str(number))), entry).program
            with Student(workers, program, limits=entry.limits.of_worker()) as student:
                known: asking.Known = {}
                asked = [
                    Asked(mutant.id, name, *judge(student, idea, recorded[name], ways[name], known))
                    for name, idea in ideas.items()
                    if about(idea) & shows_in(mutant, public)
                ]
                yield max(asked, key=lambda each: OUTCOMES.index(each.outcome))


def judge(
    student: Student,
    idea: Idea,
    recorded: equations.Idea,
    ways: Mapping[str, Sequence[Way]],
    known: asking.Known,
) -> tuple[str, str]:
    """What became of one idea, and the sentence that was said."""
    try:
        seen = [answers(student, question, known) for question in recorded.asks]
        if any(fits(seen, right) for right in recorded.right):
            return "right", ""
        found = recorded.fit(student, known)
        if found is None:
            return "unexplained", ""
        told = [idea.answers(way, idea.fresh) for way in ways[found.sentence]]
        fresh = [answers(student, idea.ask(case), known) for case in idea.fresh]
    except (StudentFailure, Mismatch):
        return "none", ""
    is_true = any(each and fits(fresh, map(Fingerprint.from_text, each)) for each in told)
    return "true" if is_true else "untrue", found.sentence


def answers(student: Student, question: dict[str, object], known: asking.Known) -> list[Fingerprint]:
    return [equations.fingerprint(each) for each in asking.answers(student, question, known)]


def fits(seen: Iterable[Iterable[Fingerprint]], told: Iterable[Fingerprint]) -> bool:
    return all(
        any(each.equals(wanted) for each in several) for several, wanted in zip(seen, told, strict=True)
    )


if __name__ == "__main__":
    main()
