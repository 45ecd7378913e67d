"""Mistakes that nobody thought of: first-order mutants of the solutions, one small change each.

Only lines between the marks of a master are changed. What a change leaves correct is listed, with the reason,
in tests/mutants/<assignment>.yaml and dropped.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider

from autograder.audit import training_faults
from autograder.audit.corpus import BadCorpus, read_all
from autograder.course import masters, parts, templates
from autograder.course.entry import Entry

_OPERATORS: dict[type[cst.CSTNode], tuple[cst.CSTNode, ...]] = {
    cst.Add: (cst.Subtract(),),
    cst.Subtract: (cst.Add(),),
    cst.Multiply: (cst.Add(), cst.Divide()),
    cst.Divide: (cst.Multiply(),),
    cst.FloorDivide: (cst.Multiply(),),
    cst.LessThan: (cst.LessThanEqual(), cst.GreaterThan()),
    cst.LessThanEqual: (cst.LessThan(),),
    cst.GreaterThan: (cst.GreaterThanEqual(), cst.LessThan()),
    cst.GreaterThanEqual: (cst.GreaterThan(),),
    cst.Equal: (cst.NotEqual(),),
    cst.NotEqual: (cst.Equal(),),
    cst.And: (cst.Or(),),
    cst.Or: (cst.And(),),
    cst.In: (cst.NotIn(),),
    cst.NotIn: (cst.In(),),
    cst.Is: (cst.IsNot(),),
    cst.IsNot: (cst.Is(),),
    cst.AddAssign: (cst.SubtractAssign(),),
    cst.SubtractAssign: (cst.AddAssign(),),
}
_NAMES = {  # a function or a method, and what is easily written for it
    "tanh": ("sigmoid", "relu"),
    "sigmoid": ("tanh",),
    "relu": ("tanh",),
    "sum": ("mean",),
    "mean": ("sum",),
    "max": ("min",),
    "argmax": ("argmin",),
    "zeros": ("ones",),
    "zeros_like": ("ones_like",),
    "new_zeros": ("new_ones",),
    "train": ("eval",),
    "eval": ("train",),
    "cat": ("stack",),
    "stack": ("cat",),
    "append": ("extend",),
    "softmax": ("log_softmax", "sigmoid"),
    "cross_entropy": ("mse_loss",),
    "Adam": ("SGD",),
    "LSTM": ("RNN",),
    "GRU": ("RNN",),
    "True": ("False",),
    "False": ("True",),
}


@dataclass(frozen=True)
class Mutant:
    """One changed module: `old` and `new` are the statement before and after, on one line each."""

    file: str
    where: str  # qualified name of the function
    old: str
    new: str
    text: str
    lines: frozenset[int]  # those between marks

    @property
    def id(self) -> str:
        return f"{self.file} {self.where}: {self.old} → {self.new}"


class Equivalent(Entry):
    """A change that leaves the code correct, and why. No `new`: every change of that statement.

    "…" stands for any beginning, or alone for anything.
    """

    file: str
    where: str
    old: str
    new: str = ""
    why: str

    def covers(self, mutant: Mutant) -> bool:
        pairs = [(self.file, mutant.file), (self.where, mutant.where), (self.old, mutant.old)]
        return all(_fits(*pair) for pair in pairs) and (not self.new or _fits(self.new, mutant.new))


def _fits(pattern: str, text: str) -> bool:
    return text.endswith(pattern[1:]) if pattern.startswith("…") else pattern == text


def mutants(root: Path, assignment: str) -> list[Mutant]:
    """All first-order mutants of the solution's modules, the equivalent ones dropped. Raises BadCorpus."""
    solution = templates.solved_modules(root, assignment)
    found: dict[str, Mutant] = {}
    for name, text in solution.items():
        master = parts.read(root / "solutions" / assignment / name)
        for mutant in _of_module(name, text, masters.solved_lines(master, name)):
            found.setdefault(mutant.id, mutant)
    dropped = equivalents(root, assignment)
    for each in dropped:
        if not any(each.covers(mutant) for mutant in found.values()):
            raise BadCorpus(
                f"tests/mutants/{assignment}.yaml: no mutant is {each.old!r} → {each.new!r} any more."
            )
    return [mutant for mutant in found.values() if not any(each.covers(mutant) for each in dropped)]


def pairs(singles: Sequence[Mutant], count: int, random: Random) -> list[Mutant]:
    """Second-order mutants, at most so many: two changes in one function, or in the lines of a script."""
    found: dict[str, Mutant] = {}
    for _ in range(4 * count):  # some cannot be changed a second time
        if len(found) == count:
            break
        first = random.choice(singles)
        lines = _lines_of(first.text, first.where) if first.where else first.lines
        again = _of_module(first.file, first.text, lines)
        if second := [each for each in again if each.old != first.new]:
            both = random.choice(second)
            found.setdefault(both.text, replace(both, old=f"{first.old} → {first.new}; {both.old}"))
    return list(found.values())


def equivalents(root: Path, assignment: str) -> list[Equivalent]:
    """The changes that are no mistakes. Raises ConfigError."""
    return list(read_all(Equivalent, root / "tests" / "mutants" / f"{assignment}.yaml"))


def _lines_of(text: str, where: str) -> frozenset[int]:
    """The lines of a function or a class, by its qualified name."""
    body, lines = ast.parse(text).body, range(0)
    for name in where.split("."):
        named = (each for each in body if isinstance(each, ast.FunctionDef | ast.ClassDef))
        found = next(each for each in named if each.name == name)
        body, lines = found.body, range(found.lineno, (found.end_lineno or found.lineno) + 1)
    return frozenset(lines)


def _of_module(name: str, text: str, lines: frozenset[int]) -> Iterator[Mutant]:
    wrapper = MetadataWrapper(cst.parse_module(text))
    positions, parents = wrapper.resolve(PositionProvider), wrapper.resolve(ParentNodeProvider)
    for node, replacement in _changes(wrapper.module):
        if positions[node].start.line not in lines:
            continue
        statement, where = _around(node, parents)
        code = wrapper.module.code_for_node(wrapper.module.deep_replace(node, replacement))
        if code == text or not _compiles(code):
            continue
        new = statement.deep_replace(node, replacement) if statement is not node else replacement
        yield Mutant(name, where, _line(statement), _line(new), code, lines)
    for fault in training_faults.of_module(wrapper.module):
        if positions[fault.at].start.line in lines:
            code = wrapper.module.code_for_node(wrapper.module.deep_replace(fault.node, fault.replacement))
            if code != text and _compiles(code):
                yield Mutant(name, _around(fault.at, parents)[1], fault.old, fault.new, code, lines)


def _changes(module: cst.Module) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    for node in _walk(module):
        yield from ((node, other) for other in _OPERATORS.get(type(node), ()))
        match node:
            case cst.Integer():
                value = int(node.value, 0)
                yield from ((node, cst.Integer(str(other))) for other in (value + 1, value - 1) if other >= 0)
            case cst.Float():
                yield node, cst.Float(repr(float(node.value) * 2 + 1))
            case cst.Name() if node.value in _NAMES:
                yield from ((node, cst.Name(other)) for other in _NAMES[node.value])
            case cst.UnaryOperation(operator=cst.Minus()) | cst.UnaryOperation(operator=cst.Not()):
                yield node, node.expression
            case cst.Call(args=[one, two, *others]) if one.keyword is None and two.keyword is None:
                args = [two.with_changes(comma=one.comma), one.with_changes(comma=two.comma), *others]
                yield node, node.with_changes(args=args)
            case cst.Tuple(elements=[first, second, *rest]) if not isinstance(first, cst.StarredElement):
                elements = [second.with_changes(comma=first.comma), first.with_changes(comma=second.comma)]
                yield node, node.with_changes(elements=[*elements, *rest])
            case cst.Slice(lower=lower, upper=upper) if lower or upper:
                yield node, node.with_changes(lower=None, upper=None)
            case cst.Call(func=cst.Attribute(value=inner), args=[]):  # h.detach() → h
                yield node, inner
            case cst.Call(args=[cst.Arg(keyword=None, star="", value=inner)]):  # torch.tanh(z) → z
                yield node, inner
            case cst.If(test=test):
                yield node, node.with_changes(test=cst.parse_expression(f"not ({_code(test)})"))
            case cst.SimpleStatementLine(body=[statement, *_]):
                if isinstance(statement, cst.Expr | cst.AugAssign | cst.Assign | cst.Continue | cst.Break):
                    yield node, node.with_changes(body=[cst.Pass()])
        if isinstance(node, cst.Call):
            for at, argument in enumerate(node.args):
                if argument.keyword is not None:
                    yield node, node.with_changes(args=[*node.args[:at], *node.args[at + 1 :]])


def _walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _around(node: cst.CSTNode, parents: Mapping[cst.CSTNode, cst.CSTNode]) -> tuple[cst.CSTNode, str]:
    """The statement that a node is in, and the qualified name of the function around it."""
    statement: cst.CSTNode | None = node if isinstance(node, cst.SimpleStatementLine) else None
    names: list[str] = []
    above: cst.CSTNode | None = node
    while above is not None:
        if statement is None and isinstance(
            above, cst.BaseSmallStatement | cst.If | cst.For | cst.While | cst.With
        ):
            statement = above
        if isinstance(above, cst.FunctionDef | cst.ClassDef):
            names.insert(0, above.name.value)
        above = parents.get(above)
    return statement or node, ".".join(names)


def _line(statement: cst.CSTNode) -> str:
    """A statement on one line; of a block its head."""
    code = _code(statement)
    head = code.strip().split(":\n")[0] if isinstance(statement, cst.BaseCompoundStatement) else code
    return " ".join(head.split("#")[0].split()).strip()


def _code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)


def _compiles(code: str) -> bool:
    try:
        compile(code, "mutant", "exec")
    except SyntaxError:
        return False
    return True
