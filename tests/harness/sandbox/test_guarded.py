"""Modules are run statement by statement: what fails costs its own names, and says why."""

from __future__ import annotations

import signal
import sys
import textwrap
from collections.abc import Iterator

import pytest

from autograder.sandbox import Limits, StudentMissing, StudentRaised, Worker
from autograder.sandbox.host.inprocess import InProcessWorkers
from autograder.sandbox.inside import guarded
from autograder.sandbox.wire.errors import Unset
from autograder.sandbox.wire.program import Module, Program

NAMES = ("f", "g", "Cell")


@pytest.fixture
def start(request: pytest.FixtureRequest) -> Iterator[object]:
    workers = InProcessWorkers()

    def begin(source: str, **others: str) -> Worker:
        modules = [Module("m", "m.py", textwrap.dedent(source))]
        modules += [Module(name, f"{name}.py", textwrap.dedent(text)) for name, text in others.items()]
        return workers.start(Program(tuple(modules), dict.fromkeys(NAMES, "m")), limits=Limits())

    with workers:
        yield begin


def call(worker: Worker, name: str = "f") -> object:
    answer = worker.ask("call", target=name, args=[], kwargs={}, train=False, grad=False, seed=0)
    return answer[0]


def unset(worker: Worker, name: str = "f") -> Unset:
    with pytest.raises(StudentRaised) as caught:
        call(worker, name)
    assert caught.value.unset is not None
    return caught.value.unset


@pytest.mark.parametrize(
    "line",
    [
        "best = min([])",
        "raise SystemExit(2)",
        "import helper_left_at_home",
        "from helper_left_at_home import *",
        "key = open('/no/such/file').read()",
        "if unknown: pass",
        "class Other(unknown): pass",
        "assert False",
        "exit()",
    ],
)
def test_a_statement_that_nothing_needs_costs_nothing(start, line: str) -> None:
    assert call(start(f"SIZE = 3\n{line}\ndef f(): return SIZE\n")) == 3


@pytest.mark.parametrize(
    ("lines", "name", "root", "line", "kind"),
    [
        ("x = {}['a']", "x", "x", 1, "KeyError"),
        ("y = {}['a']\nx = y", "x", "y", 1, "KeyError"),
        ("x = 1\nx = open('/no/file')", "x", "x", 2, "FileNotFoundError"),
        ("x = []\nx.append(open('/no/file'))", "x", "x", 2, "FileNotFoundError"),
        ("from left_at_home import x", "x", "x", 1, "ModuleNotFoundError"),
        ("from other import x", "x", "x", 1, "ZeroDivisionError"),
        ("with open('/no/file') as file:\n    x = file", "x", "x", 1, "FileNotFoundError"),
        ("for x in open('/no/file'): pass", "x", "x", 1, "FileNotFoundError"),
        ("if open('/no/file'):\n    x = 1\nelse:\n    x = 2", "x", "x", 1, "FileNotFoundError"),
    ],
)
def test_a_name_that_could_not_be_set_is_explained(start, lines, name, root, line, kind) -> None:
    found = unset(start(f"{lines}\ndef f(): return x + 1\n", other="x = 1 / 0"))
    assert (found.name, found.root, found.frame[1], found.kind) == (name, root, line, kind)


def test_an_error_of_the_line_itself_leaves_what_it_would_have_changed(start) -> None:
    assert call(start("x = {'a': 1}\nx['b'] = x['c']\ndef f(): return x")) == {"a": 1}


def test_a_statement_that_takes_too_long_is_ended(start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "SHARE_SECONDS", 0.2)
    endless = "while True:\n    try: pass\n    except Exception: pass\n"
    found = unset(start(endless + "x = sum(0 for _ in iter(int, 1))\ndef f(): return x"))
    assert (found.frame[1], found.kind) == (4, "TimeoutError")


def test_statements_share_a_total(start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "TOTAL_SECONDS", 0.2)
    found = unset(start("while True: pass\nx = 1\ndef f(): return x"))
    assert found.frame[1] == 2 and "used up" in found.text


def test_what_needs_a_later_name_is_tried_again(start) -> None:
    source = "def f(n=SIZE): return n, g()\nSIZE = START\nclass Cell(Base): pass\n"
    source += "class Base: pass\nSTART = 4\n"
    assert call(start(source + "def g(): return Cell.__name__")) == (4, "Cell")


def test_a_default_that_no_call_needs_may_be_unset(start) -> None:
    source = "loader = open('/no/file')\ndef f(a: loader = 1, b=loader): return a\n"
    worker = start(source + "def g(b=loader): return b[0]")
    assert call(worker) == 1
    assert unset(worker, "g").name == "loader"


def test_the_last_definition_counts_and_modules_may_import_each_other(start) -> None:
    worker = start(
        "from other import g\ndef f(): return g()\ndef Cell(): return 5\ndef Cell(): return 6",
        other="from m import Cell\ndef g(): return Cell()",
    )
    assert call(worker) == 6


def test_a_definition_that_failed_raises_why(start) -> None:
    with pytest.raises(StudentRaised, match="name 'lost' is not defined") as caught:
        call(start("@lost\ndef f(): pass"))
    assert caught.value.frames[-1] == ("m.py", 1)
    with pytest.raises(StudentMissing):
        call(start("x = 1"))


def test_what_only_jupyter_has_is_there(start) -> None:
    source = "display(1)\nCOLAB = 'google.colab' in str(get_ipython())\n"
    assert call(start(source + "def f(): return COLAB")) is False


def test_a_module_beside_may_be_named_as_in_a_package(start) -> None:
    source = "from .other import size\nfrom . import other\ndef f(): return size + other.size"
    assert call(start(source, other="size = 2")) == 4


FILLED = """
vocab = {"<pad>": 0}
for word in open("/no/such/file"):
    vocab[word] = len(vocab)
"""


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        ("PAD = vocab['<pad>']\ndef f(pad=PAD): return pad", 0),
        ("PAD: int = vocab.get('<pad>', 7)\ndef f(): return PAD", 0),
        ("def f(): return vocab['<pad>'] if '<pad>' in vocab else 7", 0),
    ],
)
def test_what_was_in_a_dictionary_before_it_could_not_be_filled_is_there(start, lines, value) -> None:
    assert call(start(FILLED + lines)) == value


@pytest.mark.parametrize(
    "line", ["len(vocab)", "vocab['a']", "vocab.get('a', 7)", "'a' in vocab", "[*vocab]", "vocab.items()"]
)
def test_what_else_a_dictionary_would_hold_is_not_known(start, line: str) -> None:
    found = unset(start(f"{FILLED}def f(): return {line}"))
    assert (found.name, found.frame[1], found.kind) == ("vocab", 3, "FileNotFoundError")


def test_dictionaries_of_an_object_remain_as_well(start) -> None:
    source = """
        class Vocabulary:
            def __init__(self): self.ids, self.size = {"<pad>": 3}, 1
            def add(self, word): self.ids[word] = self.size; self.size += 1
        vocab = Vocabulary()
        for word in open("/no/such/file"): vocab.add(word)
        PAD = vocab.ids["<pad>"]
        def f(): return PAD
        def g(): return vocab.size
    """
    worker = start(source)
    assert call(worker) == 3 and unset(worker, "g").name == "vocab"


KEPT = """
history, seen, cache = [], set(), {}
for line in open("/no/such/file"):
    history.append(line); seen.add(line); cache[line] = 1
"""


@pytest.mark.parametrize(
    "line", ["history.append(1)", "history.extend([1])", "seen.add(1)", "cache[1] = 2", "cache.update(a=1)"]
)
def test_what_could_not_be_filled_can_be_added_to(start, line: str) -> None:
    assert call(start(f"{KEPT}def f():\n    {line}\n    return 5")) == 5


@pytest.mark.parametrize(
    "line",
    [
        "history[-1]",
        "sum(history)",
        "1 in seen",
        "history.pop()",
        "cache[1]",
        "history == [1]",
        "seen != {1}",
    ],
)
def test_what_was_added_to_a_list_before_is_not_known(start, line: str) -> None:
    source = f"{KEPT}def f():\n    history.append(1)\n    seen.add(1)\n    return {line}"
    assert unset(start(source)).kind == "FileNotFoundError"


@pytest.mark.parametrize("target", ["config.size", "config.sizes['words']", "Config.size", "sizes['words']"])
def test_of_settings_only_the_one_that_could_not_be_set_is_unset(start, target: str) -> None:
    source = f"""
        class Config:
            def __init__(self): self.sizes = {{"hidden": 5}}
            pad = 0
        config = Config()
        sizes = config.sizes
        {target} = len(open("/no/such/file").read())
        def f(): return Config.pad + config.pad + config.sizes["hidden"]
        def g(): return {target} + 1
    """
    worker = start(source)
    assert call(worker) == 5
    found = unset(worker, "g")
    assert (found.name, found.kind) == (target, "FileNotFoundError")


def test_a_name_that_is_deleted_in_vain_keeps_its_reason(start) -> None:
    source = "text = open('/no/such/file').read()\nsize = len(text)\ndel text\ndef f(): return size"
    found = unset(start(source))
    assert (found.name, found.root, found.frame[1]) == ("size", "text", 1)


def test_a_function_of_torchs_that_looks_at_types_hears_which_name_is_unset(start) -> None:
    source = """
        import torch
        PAD = open("/no/such/file").read()
        def f(pad=PAD):
            return torch.nn.functional.cross_entropy(torch.ones(2, 3), torch.ones(2).long(), ignore_index=pad)
    """
    assert unset(start(source)).name == "PAD"


@pytest.mark.skipif(sys.platform == "win32", reason="has no timers of this kind")
def test_time_that_is_over_at_the_last_moment_stops_its_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A timer that goes on would end some later statement, or the worker while it waits."""
    setitimer, calls = signal.setitimer, []

    def late(which: int, seconds: float, interval: float = 0.0) -> tuple[float, float]:
        calls.append(seconds)
        if calls == [guarded.SHARE_SECONDS, 0]:
            raise guarded.Overtime("it took more than its time")
        return setitimer(which, seconds, interval)

    monkeypatch.setattr(signal, "setitimer", late)
    with guarded.Clock().share():
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
