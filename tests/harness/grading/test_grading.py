"""From a check to its verdict: outcomes, their order, what blocks what, what a dead process leaves behind."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder import grading
from autograder.course.config import ConfigError
from autograder.diagnosis.table import Fingerprint, Table, Trace
from autograder.grading.collect import GraderFault
from autograder.grading.run import briefly, grade
from autograder.results import CheckResult, Result
from autograder.sandbox import SandboxFault, Workers
from autograder.sandbox.host.inprocess import InProcessWorkers
from autograder.submission import read
from tests.harness.conftest import Course

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs os.fork")
WORK = {
    "cells.py": "class Cell:\n    n = 1\n\n\nclass Other:\n    n = 2\n",
    "loop.py": "class Loop:\n    n = 3\n",
}


class Forkable(InProcessWorkers):
    """Workers that may be shared by forked processes."""


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    monkeypatch.setattr(grading.run, "self_test", lambda workers: None)
    with InProcessWorkers() as source:
        yield source


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    monkeypatch.setattr(grading.run, "self_test", lambda workers: None)
    monkeypatch.setattr(grading.run, "ForkedWorkers", Forkable)
    with Forkable() as source:
        yield source


def visible(*names: str, points: float = 1) -> list[str]:
    return [f"{name}: {{points: {points}, visibility: visible}}" for name in names]


def run(course: Course, workers: Workers, work: Mapping[str, str] = WORK, **options: Any) -> Result:
    path = course.hand_in(work)
    return grade(
        course.config, course.demo, read(path, course.demo), workers=workers, **({"seed": 1} | options)
    )


def one(
    course: Course, workers: Workers, body: str, work: Mapping[str, str] = WORK, **options: Any
) -> CheckResult:
    """The verdict of a single check with this body."""
    course.write(
        {"visible/cells": f"def test_one(student, draw):\n    '''One.'''\n    {body}\n"},
        {"cells": visible("one")},
    )
    return run(course, workers, work, **options).checks[0]


def test_a_check_that_raises_nothing_passes(course: Course, workers: Workers) -> None:
    assert one(course, workers, "student.new('Cell')").outcome == "pass"


def test_a_mismatch_fails_with_its_message_hint_and_the_place_of_what_was_used(
    course: Course, workers: Workers
) -> None:
    verdict = one(course, workers, "student.new('Other'); raise Mismatch('Got 1, not 2.', 'Count again.')")
    assert (verdict.outcome, verdict.message, verdict.hint) == ("fail", "Got 1, not 2.", "Count again.")
    assert verdict.place == "cells.py:5"


@pytest.mark.parametrize(
    ("title", "message", "place"),
    [
        ("Cell: counts.", "Got 1, not 2.", "cells.py:1"),
        ("Cell and Other count.", "Other gives 1, not 2.", "cells.py:5"),
        ("Cell: counts.", "Other gives 1, not 2.", "cells.py:1"),
    ],
)
def test_the_place_is_that_of_the_name_in_the_title_whatever_else_was_used(
    course: Course, workers: Workers, title: str, message: str, place: str
) -> None:
    body = f"    student.new('Cell'); student.new('Other'); raise Mismatch({message!r})"
    course.write(
        {"visible/cells": f"def test_one(student):\n    {title!r}\n{body}\n"}, {"cells": visible("one")}
    )
    assert run(course, workers).checks[0].place == place


METHODS = {
    "cells.py": "class Cell:\n    def __init__(self):\n        self.n = 1\n\n    def size(self):\n"
    "        return 2\n\n    def twice(self):\n        return 4\n\n    def bare():\n        return 3\n"
}


@pytest.mark.parametrize(
    ("asked", "message", "place"),
    [
        (["size"], "Got 1, not 2.", "cells.py:5"),
        (["size", "size"], "Got 1, not 2.", "cells.py:5"),
        (["size", "twice"], "Got 1, not 2.", "cells.py:1"),
        (["size", "twice"], "twice() gives 1, not 2.", "cells.py:8"),
        (["__len__"], "it raises before", "cells.py:1"),
        (["bare"], "it raises before", "cells.py:11"),
    ],
)
def test_a_wrong_value_points_at_the_method_that_gave_it_where_that_is_certain(
    course: Course, workers: Workers, asked: list[str], message: str, place: str
) -> None:
    asks = "; ".join(f"c.method({name!r})" for name in asked)
    verdict = one(course, workers, f"c = student.new('Cell'); {asks}; raise Mismatch({message!r})", METHODS)
    assert (verdict.outcome, verdict.place) == ("fail", place)


def test_a_file_that_is_not_there_is_told_where_it_is_opened(course: Course, workers: Workers) -> None:
    opens = "words = open('my words.txt').read()\n\n\n"
    work = {"cells.py": opens + "class Cell:\n    def __init__(self):\n        self.n = words\n"}
    verdict = one(course, workers, "student.new('Cell')", work)
    assert verdict.message == "Cell needs words, which comes from a file that is not there: my words.txt."
    assert verdict.place == "cells.py:1"
    assert verdict.hint.startswith("Only your code is there when it is graded")
    work = {"cells.py": "class Cell:\n    def __init__(self):\n        open('my words.txt')\n"}
    verdict = one(course, workers, "student.new('Cell')", work)
    assert verdict.message == "Cell opens a file that is not there: my words.txt."
    assert verdict.place == "cells.py:3"


def test_an_exception_of_the_students_names_who_raised_it_and_where(course: Course, workers: Workers) -> None:
    raising = "def help_me():\n    raise ValueError('too small')\n"
    work = {"cells.py": "class Cell:\n    def __init__(self):\n        help_me()\n\n" + raising}
    verdict = one(course, workers, "student.new('Cell')", work)
    assert (verdict.outcome, verdict.started) == ("fail", True)
    assert verdict.message == "Cell raised ValueError: too small"
    assert verdict.place == "cells.py:6"


def test_an_exception_behind_a_decorator_is_that_of_the_decorated(course: Course, workers: Workers) -> None:
    timed = "def timed(f):\n    def inner(*args):\n        return f(*args)\n    return inner\n"
    work = {"cells.py": timed + "class Cell:\n    @timed\n    def __init__(self):\n        1 / 0\n"}
    verdict = one(course, workers, "student.new('Cell')", work)
    assert verdict.message == "Cell raised ZeroDivisionError: division by zero"
    assert verdict.place == "cells.py:8"


def test_an_exception_without_a_line_of_theirs_names_what_was_called(
    course: Course, workers: Workers
) -> None:
    verdict = one(course, workers, "student.new('Cell', 1, 2)")
    assert verdict.message.startswith("Cell raised TypeError: ")
    assert verdict.place == "cells.py:1"


def test_a_statement_that_fails_at_import_costs_only_who_needs_it(course: Course, workers: Workers) -> None:
    text = "x = {}['a']\nclass Cell:\n    def __init__(self): "
    fine, uses = {"cells.py": text + "pass\n"}, {"cells.py": text + "self.x = x\n"}
    assert one(course, workers, "student.new('Cell')", fine).outcome == "pass"
    verdict = one(course, workers, "student.new('Cell')", uses)
    assert verdict.message == "Cell raised NameError: name 'x' is not defined"
    assert verdict.place == "cells.py:3"
    assert verdict.hint.startswith(
        "x is set in cells.py:1, which failed where this is graded: KeyError: 'a'."
    )
    verdict = one(course, workers, "student.new('Cell')", {"cells.py": "@lost\nclass Cell: pass\n"})
    assert verdict.message == "Cell raised NameError: name 'lost' is not defined"


@pytest.mark.parametrize(
    ("body", "started"),
    [
        ("raise NotImplementedError", False),
        ("raise NotImplementedError('TODO 3')", False),
        ("torch.nn.Module()(1)", True),
    ],
)
def test_a_stub_is_not_started_and_other_unimplemented_things_are_errors(
    course: Course, workers: Workers, body: str, started: bool
) -> None:
    work = {"cells.py": f"import torch\nclass Cell:\n    def __init__(self):\n        {body}\n"}
    verdict = one(course, workers, "student.new('Cell')", work)
    assert (verdict.outcome, verdict.started) == ("fail", started)
    if not started:
        assert verdict.message == "not started (raises NotImplementedError)"


def test_a_missing_name_fails_with_the_sentence_of_the_submission(course: Course, workers: Workers) -> None:
    verdict = one(course, workers, "student.new('Cell')", {"loop.py": "x = 1\n"})
    assert (verdict.outcome, verdict.message) == ("fail", "cells.py is missing: it should define Cell.")


def test_an_error_of_the_check_is_a_fault_whose_points_are_pending(course: Course, workers: Workers) -> None:
    verdict = one(course, workers, "1 / 0")
    assert (verdict.outcome, verdict.points, verdict.pending) == ("fault", 0, 1)
    assert "ZeroDivisionError" in verdict.message


def test_an_error_beside_the_check_is_a_fault_as_well(
    course: Course, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> CheckResult:
        raise ZeroDivisionError("nobody thought of this")

    monkeypatch.setattr(grading.session, "verdict_of", fail)
    verdict = one(course, workers, "student.new('Cell')")
    assert (verdict.outcome, verdict.points) == ("fault", 0)
    assert verdict.message == "The grader failed here: ZeroDivisionError: nobody thought of this"


def test_the_plan_counts_what_gives_points(course: Course, workers: Workers) -> None:
    check = "def test_{0}(student):\n    '''{0}.'''\n"
    course.write(
        {"visible/cells": "".join(check.format(name) + "\n" for name in ("one", "two"))},
        {"cells": [*visible("one"), *visible("two", points=0)]},
    )
    planned: list[int] = []
    run(course, workers, on_plan=planned.append)
    assert planned == [1]


def test_nothing_is_graded_when_the_sandbox_does_not_work(
    course: Course, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(workers: Workers) -> None:
        raise SandboxFault("The canary did not sing.")

    monkeypatch.setattr(grading.run, "self_test", broken)
    verdict = one(course, workers, "raise Mismatch('never')")
    assert verdict.outcome == "fault"
    assert "The canary did not sing." in verdict.message


CHAIN = """
def test_first(student):
    '''The first.'''
    raise {error}

@needs("first")
def test_second(student):
    '''The second.'''

@needs("second")
def test_third(student):
    '''The third.'''
"""


def chain(course: Course, error: str) -> None:
    loop = "@needs('cells::third')\ndef test_loops():\n    '''Loops.'''\n"
    course.write(
        {"visible/cells": CHAIN.format(error=error), "visible/loop": loop},
        {"cells": visible("third", "second", "first"), "loop": visible("loops")},
    )


@pytest.mark.parametrize("source", ["workers", "forked"])
def test_blocked_checks_name_the_first_thing_to_mend_in_the_order_of_the_config(
    course: Course, request: pytest.FixtureRequest, source: str
) -> None:
    chain(course, "Mismatch('wrong')")
    result = run(course, request.getfixturevalue(source))
    assert [check.id for check in result.checks] == [
        "cells::third",
        "cells::second",
        "cells::first",
        "loop::loops",
    ]
    assert [check.outcome for check in result.checks] == ["blocked", "blocked", "fail", "blocked"]
    assert {check.message for check in result.checks} == {"wrong", "waits for cells · The first"}
    assert result.score == 0


@pytest.mark.parametrize("source", ["workers", "forked"])
def test_what_waits_for_a_fault_is_judged(
    course: Course, request: pytest.FixtureRequest, source: str
) -> None:
    chain(course, "RuntimeError('ours')")
    result = run(course, request.getfixturevalue(source))
    assert [check.outcome for check in result.checks] == ["pass", "pass", "fault", "pass"]
    assert (result.score, result.pending, result.max_score) == (3, 1, 4)


@pytest.mark.parametrize("source", ["workers", "forked"])
@pytest.mark.parametrize("trouble", ["1 / 0", "os.kill(os.getpid(), 9)"])
@pytest.mark.parametrize("then", ["pass", "fail"])
def test_a_fault_that_does_not_come_again_leaves_no_trace(
    course: Course, tmp_path: Path, request: pytest.FixtureRequest, source: str, trouble: str, then: str
) -> None:
    if source == "workers" and "kill" in trouble:
        pytest.skip("would end the tests themselves")
    once = tmp_path / "been-here"
    judge = "" if then == "pass" else "raise Mismatch('no')"
    body = (
        f"import os, pathlib\ndef test_a():\n    ''\n    path = pathlib.Path({str(once)!r})\n"
        f"    if not path.exists():\n        path.touch()\n        {trouble}\n    {judge}\n"
        "def test_b():\n    ''\n"
    )
    course.write({"visible/cells": body}, {"cells": visible("a", "b")})
    result = run(course, request.getfixturevalue(source))
    assert [check.outcome for check in result.checks] == [then, "pass"]
    assert result.pending == 0


def test_a_chosen_check_runs_without_those_it_needs(course: Course, workers: Workers) -> None:
    chain(course, "Mismatch('wrong')")
    result = run(course, workers, only=["second"])
    assert [(check.id, check.outcome) for check in result.checks] == [("cells::second", "pass")]
    assert len(run(course, workers, only=["cells", "loop::loops"]).checks) == 4
    there = r"There are\n  cells: Cell, Other\n  loop: Loop"
    with pytest.raises(
        ConfigError, match=rf"function is called 'thrid' \(did you mean 'third'\?\)\. {there}$"
    ):
        run(course, workers, only=["thrid"])


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("Cell", ["shapes", "equation"]),
        ("Other", ["shapes", "equation", "rest"]),  # no title names it: all of its unit
        ("cells.py", ["shapes", "equation", "rest"]),
        ("equation", ["equation"]),
        ("cells::rest", ["rest"]),
    ],
)
def test_only_takes_classes_functions_and_files_too(
    course: Course, workers: Workers, wanted: str, chosen: list[str]
) -> None:
    titles = {"shapes": "Cell: its shapes", "equation": "The equation of Cell", "rest": "The rest"}
    text = "".join(f"def test_{name}():\n    '{title}'\n" for name, title in titles.items())
    course.write({"visible/cells": text}, {"cells": visible(*titles)})
    result = run(course, workers, only=[wanted])
    assert [check.id.partition("::")[2] for check in result.checks] == chosen


@pytest.mark.parametrize(
    ("id", "title", "said"),
    [
        (
            "cells::lstm_cell_keeps_its_shapes",
            "LSTMCell: (B, D) and two states give two",
            "LSTMCell's shapes",
        ),
        ("c::vocab_ids_stay", "Vocab: ids are the same every time", "Vocab (ids stay)"),
        ("loop::padding_changes_nothing", "Padding changes nothing.", "loop · Padding changes nothing"),
    ],
)
def test_what_waits_says_for_what_in_a_few_words(id: str, title: str, said: str) -> None:
    verdict = CheckResult(id, title, id.partition("::")[0], "fail", 1, "visible")
    assert briefly(verdict) == said


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        (
            "def test_other():\n    ''",
            "grading_config.yaml:7: tests/visible/demo/test_cells.py defines test_other, which has no",
        ),
        (
            "def test_two():\n    ''",
            "grading_config.yaml:11: one has no check: no test_cells.py defines test_one",
        ),
        ("@needs('two')\ndef test_one():\n    ''", "cells::one needs cells::two, which is no check"),
        (
            "@needs('one')\ndef test_one():\n    ''",
            "Checks need each other in a circle: cells::one → cells::one.",
        ),
    ],
)
def test_checks_and_entries_that_disagree_are_named(
    course: Course, workers: Workers, checks: str, said: str
) -> None:
    course.write({"visible/cells": checks}, {"cells": visible("one")})
    with pytest.raises(ConfigError) as error:
        run(course, workers)
    assert said in str(error.value)


def test_a_check_file_that_does_not_import_is_a_fault_of_the_grader(course: Course, workers: Workers) -> None:
    course.write({"visible/cells": "import nothing_there\n"}, {"cells": visible("one")})
    with pytest.raises(GraderFault, match=r"test_cells\.py cannot be collected: .*nothing_there"):
        run(course, workers)


@pytest.mark.parametrize("place", ["my course", "Kurs [2026]", "a::b", ".hidden/build", "50% $HOME {x}"])
def test_a_course_may_lie_anywhere(
    tmp_path: Path, workers: Workers, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / place
    root.mkdir(parents=True)
    (tmp_path / "link").symlink_to(root)
    monkeypatch.chdir(tmp_path)
    body = f"assert __import__('os').getcwd() == {str(tmp_path)!r}"
    assert one(Course(root), workers, body).outcome == "pass"
    assert one(Course(tmp_path / "link"), workers, body).outcome == "pass"


def test_folders_beside_a_course_are_not_looked_through(
    course: Course, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There may be thousands of files, as in a home or a folder for what is temporary."""
    seen: list[Path] = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: seen.append(Path(path).resolve()) or scandir(path))
    assert one(course, workers, "pass").outcome == "pass"
    assert course.root in seen
    assert not set(seen) & set(course.root.parents)


def test_settings_for_pytest_reach_no_check(
    course: Course, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_PLUGINS", "nothing_of_this_name")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
    assert one(course, workers, "pass").outcome == "pass"


def test_checks_without_docstrings_are_refused(
    course: Course, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.grading.collect.sys", SimpleNamespace(flags=SimpleNamespace(optimize=2)))
    with pytest.raises(ConfigError, match="docstrings"):
        run(course, workers)


def test_hidden_checks_stay_unread_when_only_visible_ones_run(course: Course, workers: Workers) -> None:
    course.write(
        {
            "visible/cells": "def test_one():\n    ''",
            "hidden/cells": "raise SystemExit\ndef test_two():\n    ''",
        },
        {"cells": [*visible("one"), "two: {points: 1, visibility: hidden}"]},
    )
    assert [check.id for check in run(course, workers, which="visible").checks] == ["cells::one"]


def test_a_check_that_is_not_enabled_neither_runs_nor_counts(course: Course, workers: Workers) -> None:
    course.write(
        {"visible/cells": "def test_one():\n    ''\ndef test_two():\n    raise SystemExit"},
        {"cells": [*visible("one"), "two: {points: 1, visibility: visible, enabled: false}"]},
    )
    result = run(course, workers)
    assert [check.id for check in result.checks] == ["cells::one"]
    assert result.max_score == 1


def test_draws_follow_the_seed_at_the_graders_and_are_canonical_at_home(
    course: Course, workers: Workers
) -> None:
    tell = "def test_{name}(draw):\n    ''\n    raise Mismatch(str(draw.normal(3)))\n"
    course.write(
        {
            "visible/cells": tell.format(name="seen"),
            "hidden/cells": tell.format(name="a") + tell.format(name="b"),
        },
        {"cells": [*visible("seen"), *(f"{name}: {{points: 1, visibility: hidden}}" for name in "ab")]},
    )
    first, again, other = (
        [check.message for check in run(course, workers, seed=seed).checks] for seed in (5, 5, 6)
    )
    assert first == again
    assert len({*first, *other}) == 6
    [home], [elsewhere] = (
        [check.message for check in run(course, workers, seed=seed, which="visible").checks]
        for seed in (5, 6)
    )
    assert home == elsewhere and home not in (*first, *other)


def test_what_a_failed_check_printed_is_kept_at_home_and_nowhere_else(
    course: Course, portable: Workers
) -> None:
    course.write(
        {
            "visible/cells": """
                def test_one(student):
                    "One."
                    student.call("Cell", 1)
                def test_two(student):
                    "Two."
                    student.call("Cell", 20)
                    raise Mismatch("no")
            """
        },
        {"cells": visible("one", "two")},
    )
    work = {"cells.py": "def Cell(n):\n    for k in range(n): print('line', k)\nclass Other: pass\n"}
    home = [check.printed for check in run(course, portable, work, which="visible").checks]
    elsewhere = [check.printed for check in run(course, portable, work).checks]
    lines = "".join(f"line {k}\n" for k in range(10))
    assert home == ["", f"{lines}… and 10 more lines"]
    assert elsewhere == ["", ""]


def test_other_pytest_options_and_plugins_change_nothing(
    course: Course, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k nothing")
    (course.root / "conftest.py").write_text("raise SystemExit")
    (course.root / "pytest.ini").write_text("[pytest]\naddopts = --nonsense\n")
    assert one(course, workers, "pass").outcome == "pass"
    assert os.environ["PYTEST_ADDOPTS"] == "-k nothing"


def test_time_that_is_used_up_fails_what_is_left(
    course: Course, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.total_seconds = 0.2
    course.write(
        {"visible/cells": "import time\ndef test_one():\n    time.sleep(.3)\ndef test_two():\n    ''"},
        {"cells": visible("one", "two")},
    )
    first, second = run(course, workers).checks
    assert first.outcome == "pass"
    assert (second.outcome, second.message) == ("fail", "not run: the unit cells used up its 0.2 seconds.")


@posix
def test_a_unit_that_hangs_is_ended_and_the_others_are_graded(
    course: Course, forked: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.total_seconds = 1
    course.write(
        {
            "visible/cells": "import time\ndef test_one():\n    ''\ndef test_two():\n    time.sleep(60)\n",
            "visible/loop": "def test_three():\n    ''",
        },
        {"cells": visible("one", "two"), "loop": visible("three")},
    )
    path = course.root / "grading_config.yaml"
    path.write_text(path.read_text().replace("call_seconds: 5", "call_seconds: 0.5"))
    result = run(course, forked)
    assert [check.outcome for check in result.checks] == ["pass", "fail", "pass"]
    assert "used up" in result.checks[1].message


@posix
def test_a_process_of_ours_that_dies_leaves_one_fault_and_another_goes_on(
    course: Course, forked: Workers
) -> None:
    course.write(
        {
            "visible/cells": "import os, signal\ndef test_a():\n    ''\n    raise Mismatch('no')\n"
            "def test_b():\n    ''\n    os.kill(os.getpid(), signal.SIGKILL)\ndef test_c():\n    ''",
            "visible/loop": "def test_d():\n    ''",
        },
        {"cells": visible("a", "b", "c"), "loop": visible("d")},
    )
    seen: list[str] = []
    result = run(course, forked, on_result=lambda verdict: seen.append(verdict.id))
    assert [check.outcome for check in result.checks] == ["fail", "fault", "pass", "pass"]
    assert "ended early (signal 9)" in result.checks[1].message
    assert sorted(seen) == sorted(check.id for check in result.checks)


@posix
def test_units_run_apart_give_what_they_give_together(course: Course, forked: Workers) -> None:
    chain(course, "Mismatch('wrong')")
    results = [run(course, forked, processes=processes).to_json()["checks"] for processes in (1, 2)]
    alone, together = ([each | {"seconds": 0} for each in checks] for checks in results)
    assert alone == together


@posix
def test_the_largest_unit_begins_lest_it_runs_alone_at_last(course: Course, forked: Workers) -> None:
    course.write(
        {
            "visible/cells": "def test_a():\n    ''",
            "visible/loop": "def test_b():\n    ''\ndef test_c():\n    ''",
        },
        {"cells": visible("a"), "loop": visible("b", "c")},
    )
    seen: list[str] = []
    result = run(course, forked, on_result=lambda verdict: seen.append(verdict.id), processes=1)
    assert seen == ["loop::b", "loop::c", "cells::a"]
    assert [check.id for check in result.checks] == ["cells::a", "loop::b", "loop::c"]


def test_an_interrupt_passes_through(course: Course, workers: Workers) -> None:
    with pytest.raises(KeyboardInterrupt):
        one(course, workers, "raise KeyboardInterrupt")


def test_grading_again_in_one_process_sees_changed_checks_and_other_roots(
    course: Course, workers: Workers, tmp_path: Path
) -> None:
    assert one(course, workers, "raise Mismatch('first')").message == "first"
    version = run(course, workers).checks_version
    assert one(course, workers, "raise Mismatch('second')").message == "second"
    assert run(course, workers).checks_version != version
    (tmp_path / "elsewhere").mkdir()
    assert one(Course(tmp_path / "elsewhere"), workers, "raise Mismatch('third')").message == "third"


def test_a_fresh_worker_does_not_meet_what_was_left_behind(course: Course, workers: Workers) -> None:
    check = "def test_{}(student):\n    raise Mismatch(str(student.call('Cell')))\n"
    course.write(
        {"visible/cells": check.format("a") + check.format("b") + "@fresh_worker\n" + check.format("c")},
        {"cells": visible("a", "b", "c")},
    )
    work = {"cells.py": "n = 0\ndef Cell():\n    global n\n    n += 1\n    return n\n"}
    assert [check.message for check in run(course, workers, work).checks] == ["1", "2", "1"]


ONE = "one: {points: 1, visibility: visible}"


def test_a_variant_of_a_visible_check_takes_its_place(course, workers):
    check = "def test_one(student, draw, by='home'):\n    '''One.'''\n    raise Mismatch(f'judged by {by}')\n"
    hidden = (
        "from autograder.checks import variant\nfrom tests.visible.demo import test_cells as visible\n"
        "test_one = variant(visible.test_one, by='the reference')\n"
    )
    course.write({"visible/cells": check, "hidden/cells": hidden}, {"cells": [ONE]})
    (verdict,) = run(course, workers).checks
    assert (verdict.title, verdict.message) == ("One.", "judged by the reference")


def test_a_check_that_is_imported_is_not_collected_again(course, workers):
    one = "def test_one(student):\n    '''One.'''\n"
    two = (
        "from tests.visible.demo.test_cells import test_one\n"
        "@needs(test_one)\ndef test_two(student):\n    '''Two.'''\n"
    )
    entries = {"cells": [ONE], "loop": [ONE.replace("one", "two")]}
    course.write({"visible/cells": one, "visible/loop": two}, entries)
    assert [check.id for check in run(course, workers).checks] == ["cells::one", "loop::two"]


def test_a_check_that_pytest_does_not_find_is_a_fault(course, workers):
    course.write({"visible/cells": "def test_one(student):\n    '''One.'''\n"}, {"cells": [ONE]})
    path = course.root / "tests" / "visible" / "demo" / "test_cells.py"
    path.write_text(path.read_text() + "test_one.__test__ = False\n")
    with pytest.raises(GraderFault, match=r"defines cells::one, but pytest does not collect it"):
        run(course, workers)


def answered(number: float) -> Fingerprint:
    """What is seen of Other(3.0): its result, and its argument as it is afterwards."""
    trace = Trace()
    trace.add("call", (number, [3.0]))
    return trace.fingerprint()


@pytest.mark.parametrize(
    ("returned", "mistake", "fingerprint"),
    [(7.0, None, str(answered(7.0))), (5.0, "FIVE", ""), (6.0, None, "")],
    ids=["unknown", "known", "as the solution"],
)
def test_a_wrong_answer_that_no_mistake_explains_leaves_its_fingerprint(
    course: Course, workers: Workers, returned: float, mistake: str | None, fingerprint: str
) -> None:
    body = "def test_one(student):\n    ''\n    student.call('Other', 3.0); raise Mismatch('Wrong.')\n"
    course.write({"visible/cells": body}, {"cells": visible("one")})
    table = Table("x", {"cells::one": [answered(6.0)] * 3}, {"cells::one": {"FIVE": [answered(5.0)] * 3}})
    table.words["FIVE"] = ("It is five.", "Why?")
    folder = course.root / "tests" / "visible" / "demo"
    table.write(folder / "mistakes.json", {"cells::one": "cells::one"})
    work = {"cells.py": f"class Cell: pass\ndef Other(x):\n    return {returned}\n"}
    verdict = run(course, workers, work).checks[0]
    assert (verdict.outcome, verdict.mistake, verdict.fingerprint) == ("fail", mistake, fingerprint)


KILLED_FROM_OUTSIDE = """
import os
from pathlib import Path

from autograder.checks import StudentFailure

MARKER = Path("MARKER")


def kill_once_more(pid, times):
    kills = len(MARKER.read_text()) if MARKER.exists() else 0
    if kills < times:
        MARKER.write_text("x" * (kills + 1))
        os.kill(pid, 9)


def test_one(student):
    '''Its worker is killed three times, as by a kernel that is short of memory.'''
    kill_once_more(student.call("Other"), 3)
    student.call("Other", 0.8)  # longer than a call is given that was once too slow


def test_two(student):
    '''So is one whose end the check takes for a failure of something else.'''
    thing = student.new("Cell")
    kill_once_more(student.call("Other"), 4)
    try:
        student.call("Other")
    except StudentFailure:
        pass
    thing(1.0)


def test_three(student):
    '''Ends itself whenever it is asked.'''
    student.new("Cell", True)
"""
CODE_THAT_IS_KILLED = """
import os, time
from torch import nn


def Other(seconds=0.0):
    time.sleep(seconds)
    return os.getpid()


class Cell(nn.Module):
    def __init__(self, ends=False):
        super().__init__()
        if ends:
            os._exit(3)

    def forward(self, x):
        return x
"""


def test_a_workers_end_that_another_try_does_not_repeat_is_nobodys_failure(
    course: Course, locked: Workers
) -> None:
    names = ("one", "two", "three")
    course.write(
        {"visible/cells": KILLED_FROM_OUTSIDE.replace('"MARKER"', repr(str(course.root / "marker")))},
        {"cells": [f"{name}: {{points: 1, visibility: visible}}" for name in names]},
    )
    submission = read(course.hand_in({"cells.py": CODE_THAT_IS_KILLED}), course.demo)
    result = grade(course.config, course.demo, submission, workers=locked, seed=1)
    assert [check.outcome for check in result.checks] == ["pass", "pass", "fail"]
    assert "ended the process that ran it" in result.checks[2].message
