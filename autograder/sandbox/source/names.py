"""Which names a top-level statement reads, sets and changes: what a slice of a program is made of.

    vocab = {}                    sets vocab
    for word in WORDS:            sets word, reads WORDS, vocab and len,
        vocab[word] = len(vocab)  changes vocab
    BiLSTMTagger.forward = run    reads run, changes BiLSTMTagger
    show(vocab)                   reads show and vocab, might change vocab

Parsed, never run. The reader keeps of a notebook what its definitions need (`submission.slice`); a worker
takes back the names of a statement that failed half-way (`guarded`).
"""

from __future__ import annotations

import ast
import bisect
import symtable
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter

Function = (ast.FunctionDef, ast.AsyncFunctionDef)
Scope = (*Function, ast.ClassDef)
_Comprehension = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_Names = frozenset[str]

MUTATORS = frozenset(
    """
    add add_module add_special_tokens add_token add_tokens add_word append appendleft apply build_vocab clear
    discard extend extendleft fill fit insert load_state_dict pop popitem popleft put register_buffer
    register_forward_hook register_module register_parameter remove resize reverse set_default_index
    setdefault sort subtract update
    """.split()  # noqa: SIM905, one name a line would fill a page
)
# Methods that keep what they are given, and leave it as it is.
_KEEP = frozenset({"add", "append", "appendleft", "extend", "insert", "put", "setdefault", "update"})
# Functions and methods that only look at what they are given.
_LOOK = frozenset(
    """
    assert_allclose assert_close assert_equal close count describe dir display dump enumerate exists figure
    format get getsource hasattr head help hist id imshow info is_available isinstance issubclass items join
    keys legend len log log_artifact map max min most_common next numel parameters plot print range repr save
    savefig scatter shape show size sorted split str sum summary tail tolist type values vars warn watch write
    zip
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Uses:
    """What one statement does to names.

    `changes`: an item, an attribute or a method of the name is written to; `reaches`: the same through
    another name for it; `might_change`: it is handed to a function that nobody knows.
    """

    reads: _Names = frozenset()
    sets: _Names = frozenset()
    changes: _Names = frozenset()
    reaches: _Names = frozenset()
    might_change: _Names = frozenset()
    anything: bool = False  # `from … import *`, exec, globals().update(…): sets names that nobody can list

    @property
    def spoils(self) -> _Names:
        """The names that cannot be relied upon when the statement fails half-way."""
        return self.sets | self.changes


@dataclass
class _Body:
    """What the body of a function does when it is called: to globals, and to its own parameters."""

    changes: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    parameters: bool = False  # one of them is written to


class Analysis:
    """The statements of one source. Raises what `symtable` raises for a source that does not compile."""

    def __init__(self, tree: ast.Module, source: str) -> None:
        table = symtable.symtable(source, "<source>", "exec")
        self._scopes = sorted(
            ((child.get_lineno(), child) for child in table.get_children()), key=itemgetter(0)
        )
        self._lines = [line for line, _ in self._scopes]
        self._modules: set[str] = set()  # names of imported modules
        self._imported: set[str] = set()  # names that come from modules
        self._defined: set[str] = set()  # functions and classes
        self._bodies: dict[str, _Body] = {}
        self._aliases: dict[str, set[str]] = {}
        for node in executed(tree):
            self._register(node)
        self._spread()

    def of(self, node: ast.stmt) -> Uses:
        """What a statement of the source does; of an `if` with all that is in it."""
        found = _Found()
        for each in executed(node):
            found.take(each, self)
        touched = found.changes | found.writes
        reaches = {alias for name in touched for alias in self._same_as(name)} - touched
        plain = found.changes - self._imported
        return Uses(
            reads=frozenset(found.reads | self._globals(node) | touched),
            sets=frozenset(found.sets),
            changes=frozenset(found.writes | (plain - self._defined)),
            reaches=frozenset(reaches | (found.changes & (self._defined | self._imported)) - self._modules),
            might_change=frozenset(found.given - self._modules - self._imported - self._defined),
            anything=found.anything,
        )

    # --- what the whole source says ------------------------------------------------------------------------

    def _register(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            self._modules |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            self._imported |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, Function):
            self._defined.add(node.name)
            self._bodies[node.name] = _body(node)
        elif isinstance(node, ast.ClassDef):
            self._defined.add(node.name)
            made = next((each for each in node.body if getattr(each, "name", "") == "__init__"), None)
            if isinstance(made, Function):
                self._bodies[node.name] = _body(made)
                self._bodies[node.name].parameters = False  # self, above all
        elif isinstance(node, ast.Assign):
            sources = _parts(node.value)
            for target in node.targets:
                if isinstance(target, ast.Name) and sources:
                    self._aliases.setdefault(target.id, set()).update(sources - {target.id})
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.withitem)):
            named, value = (
                (node.optional_vars, node.context_expr)
                if isinstance(node, ast.withitem)
                else (node.target, node.iter)
            )
            for name in stored(named) if named is not None else ():
                self._aliases.setdefault(name, set()).update(_roots_in(value) - {name})

    def _spread(self) -> None:
        """A function does what the functions do that it calls."""
        changed = True
        while changed:
            changed = False
            for body in self._bodies.values():
                for called in body.calls & self._bodies.keys():
                    if not self._bodies[called].changes <= body.changes:
                        body.changes |= self._bodies[called].changes
                        changed = True

    def _same_as(self, name: str) -> set[str]:
        """The names whose value another name may stand for, directly or through two others."""
        seen: set[str] = set()
        todo = {name}
        for _ in range(3):
            todo = {each for one in todo for each in self._aliases.get(one, ())} - seen
            seen |= todo
        return seen - self._modules - self._imported - self._defined - {name}

    def _globals(self, node: ast.stmt) -> set[str]:
        """The global names that functions, classes and lambdas in a statement use when they run."""
        low = bisect.bisect_left(self._lines, first_line(node))
        high = bisect.bisect_right(self._lines, node.end_lineno or node.lineno)
        found: set[str] = set()
        todo = [table for _, table in self._scopes[low:high]]
        while todo:
            table = todo.pop()
            todo += table.get_children()
            in_class = table.get_type() == "class"
            found.update(
                symbol.get_name()
                for symbol in table.get_symbols()
                if (symbol.is_referenced() and (symbol.is_global() or (in_class and symbol.is_assigned())))
                or (symbol.is_declared_global() and table.get_type() != "module")  # `n += 1` is no reference
            )
        return found

    def body(self, name: str) -> _Body | None:
        return self._bodies.get(name)

    def is_module(self, name: str) -> bool:
        return name in self._modules


@dataclass
class _Found:
    """Gathers what the nodes of one statement do."""

    reads: set[str] = field(default_factory=set)
    sets: set[str] = field(default_factory=set)
    writes: set[str] = field(default_factory=set)  # items and attributes, and those of modules, too
    changes: set[str] = field(default_factory=set)  # by a method or a function
    given: set[str] = field(default_factory=set)
    anything: bool = False

    def take(self, node: ast.AST, analysis: Analysis) -> None:
        if isinstance(node, ast.Name):
            (self.reads if isinstance(node.ctx, ast.Load) else self.sets).add(node.id)
        elif isinstance(node, Scope):
            self.sets.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.asname or alias.name.partition(".")[0] for alias in node.names]
            self.anything |= "*" in names
            self.sets |= {*names} - {"*"}
        elif isinstance(node, ast.ExceptHandler) and node.name:
            self.sets.add(node.name)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            self.reads.add(node.target.id)
        elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            self.sets.add(node.name)
        elif isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            self._write(node)
        elif isinstance(node, ast.Call):
            self._call(node, analysis)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            self._statement(node.value, analysis)

    def _write(self, node: ast.Attribute | ast.Subscript) -> None:
        root = _root(node)
        if root:
            self.writes.add(root)
            self.reads.add(root)
        elif isinstance(node, ast.Subscript) and _is_call_of(node.value, "globals"):
            self.sets.add(getattr(node.slice, "value", ""))

    def _call(self, call: ast.Call, analysis: Analysis) -> None:
        """A call anywhere: a method that writes, or a function of the source whose body is known."""
        name = _called(call)
        if isinstance(call.func, ast.Attribute) and (
            name in MUTATORS or (name.endswith("_") and not name.startswith("__"))
        ):
            root = _root(call.func)
            self.changes |= {root} - {""} if not analysis.is_module(root) else {*_given(call)}
            inner = call.func.value
            self.anything |= any(_is_call_of(inner, each) for each in ("globals", "locals", "vars"))
        elif isinstance(call.func, ast.Name) and name in ("setattr", "delattr"):
            self.writes |= _roots_in(call.args[0]) if call.args else set()
        elif isinstance(call.func, ast.Name) and (body := analysis.body(name)) is not None:
            self.changes |= body.changes
            if body.parameters:
                self.writes |= _given(call)
        elif isinstance(call.func, ast.Name) and name in ("exec", "run_path", "run_module"):
            self.anything = True

    def _statement(self, call: ast.Call, analysis: Analysis) -> None:
        """A call whose result nobody takes: it is there for what it does."""
        name = _called(call)
        if name in _LOOK:
            return
        root = _root(call.func) if isinstance(call.func, ast.Attribute) else ""
        if root and not analysis.is_module(root):
            self.changes.add(root)
        if name not in _KEEP and (root or analysis.body(name) is None):
            self.given |= _given(call)


def executed(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when a statement runs: not the bodies of functions and lambdas, nor what is a class's own."""
    todo: list[ast.AST] = [node]
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, Function):
            todo += [
                *node.decorator_list,
                *_of_arguments(node.args),
                *([node.returns] if node.returns else []),
            ]
        elif isinstance(node, ast.Lambda):
            todo += _of_arguments(node.args)
        elif isinstance(node, ast.ClassDef):
            todo += [*node.decorator_list, *node.bases, *node.keywords]
        elif isinstance(node, _Comprehension):
            inside = list(ast.walk(node))[1:]
            own = {each.id for each in inside if isinstance(each, ast.Name) and _is_store(each)}
            yield from (each for each in inside if not (isinstance(each, ast.Name) and each.id in own))
        else:
            todo += ast.iter_child_nodes(node)


def _body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> _Body:
    """What calling a function changes, as far as its own lines tell."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    own = {each.arg for each in every}
    declared: set[str] = set()
    stored: set[str] = set()
    written: set[str] = set()
    body = _Body()
    for statement in function.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Global):
                declared |= {*node.names}
            elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                stored.add(node.id)
            elif isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
                written.add(_root(node))
            elif isinstance(node, ast.Call):
                name = _called(node)
                if isinstance(node.func, ast.Name):
                    body.calls.add(name)
                    if name in ("setattr", "delattr") and node.args:
                        written |= _roots_in(node.args[0])
                elif name in MUTATORS:
                    written.add(_root(node.func))
    written.discard("")
    body.changes = (written - own - stored) | (declared & stored) | (declared & written)
    body.parameters = bool(written & own)
    return body


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _given(call: ast.Call) -> set[str]:
    """The names whose objects a call receives as they are."""
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    return {name for value in values for name in _parts(value)}


def _parts(value: ast.expr) -> set[str]:
    """The names whose objects are in a value: `[a, b.c]` holds a and a part of b, `f(a)` is new."""
    found: set[str] = set()
    todo: list[ast.expr | None] = [value]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Starred):
            todo.append(node.value)
        elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            todo += node.elts
        elif isinstance(node, ast.Dict):
            todo += node.values
        elif isinstance(node, ast.Call) and _called(node) in ("parameters", "values", "items", "SGD", "Adam"):
            todo += [node.func, *node.args]
        elif isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
            found.add(_root(node))
    return found - {""}


def _roots_in(value: ast.expr) -> set[str]:
    return {each.id for each in executed(value) if isinstance(each, ast.Name)}


def _root(node: ast.expr) -> str:
    """The name that a chain of attributes, items and calls begins with; "" for none."""
    while not isinstance(node, ast.Name):
        if isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred)):
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func
        elif isinstance(node, ast.Call) and _called(node) in ("vars", "super", "getattr") and node.args:
            node = node.args[0]
        else:
            return ""
    return node.id


def stored(node: ast.AST) -> Iterator[str]:
    """The names that are set anywhere in a node, functions inside of it included, as often as they are."""
    return (each.id for each in ast.walk(node) if isinstance(each, ast.Name) and _is_store(each))


def _of_arguments(arguments: ast.arguments) -> list[ast.AST]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [each for each in (arguments.vararg, arguments.kwarg) if each is not None]
    annotations = [each.annotation for each in every]
    values = [*arguments.defaults, *arguments.kw_defaults, *annotations]
    return [each for each in values if each is not None]


def _is_store(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store)


def _is_call_of(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Call) and _called(node) == name


def first_line(node: ast.stmt | ast.expr) -> int:
    """Where a statement begins: with its first decorator, if there is one."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])
