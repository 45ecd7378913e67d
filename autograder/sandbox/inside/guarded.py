"""Runs a module statement by statement: one that fails, or takes too long, costs only the names that it sets.

    best = min(losses)       # ValueError: from here on `best` is unset, and nobody minds
    PAD = word2idx["<PAD>"]  # KeyError: whoever uses PAD raises NameError, and `Failures` knows why

A name that a failed statement would have changed is taken away, too, where the failure is that of the
machine (no file, no GPU, no time): a value that is silently stale would make right code wrong. Of an
attribute or item that could not be set, only that is unset; what was in a dictionary that could not be filled
remains, and more can be put into it or a list (`Remains`). An error of the code itself has happened to its
author as well, and changed nothing there either. What failed for want of a name is tried once more when
everything has been imported.
"""

from __future__ import annotations
import __future__

import ast
import collections
import contextlib
import re
import signal
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, NoReturn

from ..source.names import Analysis, Uses
from ..wire.errors import PATH
from . import standins

SHARE_SECONDS = 5.0  # of one statement
TOTAL_SECONDS = 15.0  # of all statements of a program; the limit on imports is kept from outside
_OWN = (LookupError, ArithmeticError, TypeError, ValueError, AttributeError, NameError)
_RETRIES = 20  # names that one definition may lack
_FILLED = (dict, list, set, collections.deque)
_PUT_IN = ("add", "append", "appendleft", "extend", "update")
_UNSET = "unset"
_MARK = "__placeholder_of_the_grader__"


class Overtime(BaseException):
    """A statement took more than its share of time. No `except Exception` of a student's catches it."""


@dataclass(frozen=True)
class Failure:
    """A statement that did not come to its end."""

    filename: str
    line: int
    error: BaseException
    trace: TracebackType | None

    def again(self) -> BaseException:
        """The exception, to be raised for whoever asks for a name that it has left unset."""
        return self.error.with_traceback(self.trace)


@dataclass
class Failures:
    """Why names are not set, by module and name."""

    by_module: dict[str, dict[str, Failure]] = field(default_factory=dict)

    def of(self, module: str, name: str) -> Failure | None:
        return self.by_module.get(module, {}).get(name)

    def behind(self, error: BaseException) -> tuple[str, str, Failure] | None:
        """The unset name that an exception is about, the name at the root of it, and what failed there."""
        name = root = lacking(error)
        seen: list[Failure] = []
        while (failure := self._other(root if not seen else lacking(seen[-1].error), seen)) is not None:
            root = lacking(seen[-1].error) if seen else root
            seen.append(failure)
        return (name, root, seen[-1]) if seen else None

    def _other(self, name: str, seen: Sequence[Failure]) -> Failure | None:
        """Why a name is not set, in any module, beside the failures that are known already."""
        found = (each[name] for each in self.by_module.values() if name in each)
        return next((failure for failure in found if failure not in seen), None)


def lacking(error: BaseException) -> str:
    """The name for want of which something failed; "" for anything else."""
    if isinstance(error, NameError):
        return str(getattr(error, "name", None) or "")
    if isinstance(error, ImportError):
        found = re.match(r"cannot import name '(\w+)'", str(error.msg))
        return found[1] if found else ""
    if isinstance(error, AttributeError):
        found = re.search(r"module '[\w.]+' has no attribute '(\w+)'", str(error))
        return found[1] if found else ""
    if isinstance(error, TypeError):  # a function of PyTorch's that was handed a placeholder
        found = re.search(rf"\b{_UNSET} ({PATH.pattern})", str(error))
        return found[1] if found else ""
    return ""


class Clock:
    """Hands out time to the statements of one program. Without signals (Windows, threads) it has no say."""

    def __init__(self) -> None:
        self._left = TOTAL_SECONDS

    @contextlib.contextmanager
    def share(self) -> Iterator[None]:
        """Within it, Overtime is raised when the statement has used its share."""
        if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
            yield
            return
        if self._left <= 0:
            raise Overtime(f"the {TOTAL_SECONDS:g} seconds of all statements were used up")
        share = min(SHARE_SECONDS, self._left)
        start = time.monotonic()
        handler = signal.signal(signal.SIGALRM, _end(f"it took more than {SHARE_SECONDS:g} seconds"))
        outer, _ = signal.setitimer(signal.ITIMER_REAL, share, 0.5)
        try:
            yield
        finally:
            while True:  # the time may be over here, too: then nothing would ever stop the timer
                try:
                    signal.setitimer(signal.ITIMER_REAL, 0)
                    break
                except Overtime:
                    pass
            spent = time.monotonic() - start
            signal.signal(signal.SIGALRM, handler)
            if outer:  # a statement inside of one that imports this module
                signal.setitimer(signal.ITIMER_REAL, max(outer - spent, 0.01), 0.5)
            else:
                self._left -= spent


def _end(said: str) -> Any:
    def end(*_: object) -> NoReturn:
        raise Overtime(said)

    return end


class Placeholder:
    """Stands in a definition for a name that is not set; whoever uses it hears which.

    Each has a type of its own, for what only looks at types and calls them by name: "not unset PAD".
    """

    def __new__(cls, name: str) -> Placeholder:
        return object.__new__(type(f"{_UNSET} {name}", (cls,), {}))

    def __init__(self, name: str) -> None:
        self.__dict__["_name"] = name

    def _used(self, *args: object, **kwargs: object) -> NoReturn:
        name = self.__dict__["_name"]
        raise NameError(f"name '{name}' is not defined", name=name)

    def __getattr__(self, attribute: str) -> NoReturn:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        self._used()

    __call__ = __iter__ = __setattr__ = __len__ = _used
    __mro_entries__ = __enter__ = __add__ = __radd__ = __mul__ = __rmul__ = __sub__ = __lt__ = __gt__ = _used
    __int__ = __float__ = __index__ = __bool__ = _used

    def __getitem__(self, key: Any) -> Any:
        self._used()

    def __setitem__(self, key: Any, item: Any) -> None:
        self._used()

    def __contains__(self, key: Any) -> bool:
        self._used()


class Remains(Placeholder):
    """Stands for a dictionary, list or set, or for an object with some, that a statement could not fill.

    What was in a dictionary is there: `vocab = {"<pad>": 0}` says so whatever a loop over the words of a file
    adds. How much is in it, what is not, and all else, is not known. More can be put in: a function that adds
    each loss to `history` is right, whether or not the loop that called it came to its end.
    """

    def __new__(cls, name: str, value: object) -> Remains:
        return Placeholder.__new__(cls, name)  # type: ignore[return-value]

    def __init__(self, name: str, value: object) -> None:
        super().__init__(name)
        self.__dict__["_value"] = value

    __array__ = Placeholder._used
    __hash__ = Placeholder.__hash__

    def __eq__(self, other: object) -> NoReturn:
        self._used()

    def __getattr__(self, attribute: str) -> Any:
        whole = self.__dict__["_value"]
        if attribute in _PUT_IN and isinstance(whole, _FILLED):
            return getattr(whole, attribute)
        value = getattr(whole, "__dict__", {}).get(attribute)
        return (
            Remains(self.__dict__["_name"], value)
            if isinstance(value, _FILLED)
            else super().__getattr__(attribute)
        )

    def __setitem__(self, key: Any, item: Any) -> None:
        value = self.__dict__["_value"]
        if not isinstance(value, dict):
            self._used()
        value[key] = item

    def __getitem__(self, key: Any) -> Any:
        value = self.__dict__["_value"]
        return dict.__getitem__(value, key) if key in self else self._used()

    def get(self, key: Any, default: Any = None) -> Any:
        return self[key]

    def __contains__(self, key: Any) -> bool:
        value = self.__dict__["_value"]
        return (isinstance(value, dict) and dict.__contains__(value, key)) or self._used()


def has_remains(value: object) -> bool:
    """Whether a value that could not be filled to its end is, or has, something to be filled."""
    values = (value, *getattr(value, "__dict__", {}).values())
    return (
        not callable(value)
        and not isinstance(value, Placeholder)
        and any(isinstance(each, _FILLED) for each in values)
    )


class Run:
    """One module being run."""

    def __init__(
        self, source: str, filename: str, space: dict[str, Any], failures: dict[str, Failure], clock: Clock
    ) -> None:
        self._filename, self._space, self._failures, self._clock = filename, space, failures, clock
        self._tree = ast.parse(source, filename)
        self._analysis = Analysis(self._tree, source)
        self._flags = 0
        self._again: list[tuple[ast.stmt, Uses]] = []
        self._lends = False
        self._remains: dict[str, object] = {}

    def run(self) -> None:
        """Run the module from top to bottom. Raises nothing that the module's statements raise."""
        documentation = ast.get_docstring(self._tree, clean=False)
        if documentation is not None:
            self._space["__doc__"] = documentation
        self._space.setdefault("display", standins.Inert())  # Jupyter's own
        self._space.setdefault("get_ipython", standins.Inert)
        for node in self._tree.body:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                for alias in node.names:
                    self._flags |= getattr(__future__, alias.name).compiler_flag
            self._statement(node)

    def retry(self, *, lend: bool) -> bool:
        """Try once more what failed for want of a name; whether that helped.

        With `lend`, definitions get placeholders for names that are unset for good, and what could not be
        filled is there as far as it was.
        """
        waiting, self._again, self._lends = self._again, [], lend
        if lend:
            for name in self._remains.keys() & self._failures.keys():
                self._space[name] = Remains(name, self._remains[name])
        helped = False
        for node, uses in waiting:
            if all(name in self._failures for name in uses.sets):  # nothing later has set one of them
                helped |= self._attempt(node, uses)
        return helped

    def _statement(self, node: ast.stmt) -> None:
        todo = [node]
        while todo:
            node = todo.pop()
            if isinstance(node, ast.If):
                todo += self._branch(node)[::-1]
            else:
                self._attempt(node, self._analysis.of(node))

    def _branch(self, node: ast.If) -> list[ast.stmt]:
        """The branch that is taken; none where the test fails."""
        try:
            code = self._compiled(ast.Expression(node.test), "eval")
            with self._clock.share():
                return node.body if eval(code, self._space) else node.orelse
        except BaseException as error:
            self._note(node, self._analysis.of(node), error)
            return []

    def _attempt(self, node: ast.stmt, uses: Uses) -> bool:
        try:
            self._execute(node)
        except BaseException as error:
            self._note(node, uses, error)
            return False
        for name in uses.sets:
            self._failures.pop(name, None)
        return True

    def _execute(self, node: ast.stmt) -> None:
        code = self._compiled(_absolute(node, self._space), "exec")
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self._define(code)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            exec(code, self._space)  # a module of the program has statements, and shares, of its own
        else:
            with self._clock.share():
                exec(code, self._space)

    def _define(self, code: Any) -> None:
        """Run a definition; unset names in defaults and annotations get placeholders."""
        lent: list[str] = []
        try:
            while True:
                try:
                    exec(code, self._space)
                    return
                except NameError as error:
                    name = lacking(error)
                    known = self._lends and name in self._failures
                    if not known or name in lent or len(lent) > _RETRIES:
                        raise
                    lent.append(name)
                    self._space[name] = Placeholder(name)
        finally:
            for name in lent:
                self._space.pop(name, None)

    def _note(self, node: ast.stmt, uses: Uses, error: BaseException) -> None:
        if lacking(error) and not isinstance(node, ast.If):
            self._again.append((node, uses))
        traceback.clear_frames(error.__traceback__)  # what they hold would stay for as long as the program
        line = _line(error, self._filename) or node.lineno
        failure = Failure(self._filename, line, error, error.__traceback__)
        if not self._is_own(error) and self._mark(node, failure):
            return
        wanted = lacking(error)
        for name in uses.sets if self._is_own(error) else uses.spoils:
            if name not in uses.sets and isinstance(self._space.get(name), Remains):
                continue
            value = self._space.pop(name, None)
            if name not in uses.sets and has_remains(value):
                self._remains[name] = value
            if name != wanted or name not in self._failures:  # `del x` does not tell why there is no x
                self._failures[name] = failure

    def _mark(self, node: ast.stmt, failure: Failure) -> bool:
        """Put a placeholder where `config.size = len(vocab)` failed; False for all other statements."""
        target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
        path = ast.unparse(target) if isinstance(target, (ast.Attribute, ast.Subscript)) else ""
        if target is None or not PATH.fullmatch(path):
            return False
        marked = ast.copy_location(ast.Assign([target], ast.Name(_MARK, ast.Load())), node)
        try:
            code = self._compiled(ast.fix_missing_locations(marked), "exec")
            exec(code, self._space, {_MARK: Placeholder(path)})
        except Exception:
            return False
        self._failures[path] = failure
        return True

    def _is_own(self, error: BaseException) -> bool:
        """Whether an error is that of the student's own line, wherever it runs."""
        if not isinstance(error, _OWN) or lacking(error) in self._failures:
            return False
        frames = [frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__)]
        return frames[-1] == self._filename

    def _compiled(self, node: ast.stmt | ast.Expression, mode: str) -> Any:
        tree: Any = node if isinstance(node, ast.Expression) else ast.Module([node], [])
        return compile(tree, self._filename, mode, self._flags, dont_inherit=True)


def _absolute(node: ast.stmt, space: dict[str, Any]) -> ast.stmt:
    """`from .cells import LSTMCell` in a module that lies in no package means the module beside it."""
    if isinstance(node, ast.ImportFrom) and node.level and not space.get("__package__"):
        if node.module is None:
            beside: ast.stmt = ast.Import(node.names)
        else:
            beside = ast.ImportFrom(node.module, node.names, 0)
        return ast.copy_location(beside, node)
    return node


def _line(error: BaseException, filename: str) -> int:
    """The line of the module's top level at which an exception came out."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename:
            return trace.tb_lineno
        trace = trace.tb_next
    return 0
