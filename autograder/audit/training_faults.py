"""Faults of training: code that runs, trains, and does it wrongly (after DeepCrime, Humbatova et al. 2021).

In a function that calls `backward`: the loss, its labels, the optimiser, its rate and the weights that it
has, the order of the steps, what is done once an epoch and not once a batch, the data. In a class: first
weights, and layers that do not train.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

import libcst as cst
from libcst import matchers as m

OPTIMISERS = ("RMSprop", "Adagrad", "AdamW")
RATES = ("{} * 10", "{} / 10", "0 * {}")
LOSSES = {"CrossEntropyLoss": ("MultiMarginLoss",), "cross_entropy": ("nll_loss", "multi_margin_loss")}
LABELS = ("{}.roll(1, 0)", "torch.zeros_like({})")
DATA = ("list({})[:1]", "list({})[1:]", "list({})[::2]", "list({})[::-1]")
WEIGHTS = ("list({})[1:]", "list({})[:-1]")
LAYERS = ("Linear", "Embedding", "RNN", "LSTM", "GRU", "Parameter")
STARTS = (
    "for weight in {}.parameters(): nn.init.zeros_(weight)",
    "for weight in {}.parameters(): nn.init.normal_(weight, std=20)",
    "{}.requires_grad_(False)",
)

_STEPS = ("zero_grad(", ".backward(", "clip_grad", ".step(")
_BACKWARD = m.Call(func=m.Attribute(attr=m.Name("backward")))


class Fault(NamedTuple):
    """`node` becomes `replacement`; `at` is the changed statement, `old` and `new` say what is changed."""

    node: cst.CSTNode
    replacement: Any  # a node, or a FlattenSentinel of several statements
    at: cst.CSTNode
    old: str
    new: str


def of_module(module: cst.Module) -> Iterator[Fault]:
    """All faults of training in a module."""
    for function in m.findall(module, m.FunctionDef()):
        assert isinstance(function, cst.FunctionDef)
        if m.findall(function, _BACKWARD):
            yield from _of_expressions(function)
            yield from _of_order(function)
    for name in m.findall(module, m.FunctionDef(name=m.Name("__init__"))):
        assert isinstance(name, cst.FunctionDef)
        yield from _of_layers(name)


def _of_expressions(function: cst.FunctionDef) -> Iterator[Fault]:
    for statement in m.findall(function, m.SimpleStatementLine()):
        for call in m.findall(statement, m.Call()):
            assert isinstance(call, cst.Call)
            for other in _other_calls(call):
                yield _replaced(statement, call, other)
    for loop in m.findall(function, m.For()):
        assert isinstance(loop, cst.For)
        if m.findall(loop.body, _BACKWARD) and not m.findall(loop.body, m.For()):
            for shape in DATA:
                data = _shaped(shape, loop.iter)
                head, changed = (f"for … in {_text(each)}" for each in (loop.iter, data))
                yield Fault(loop, loop.with_changes(iter=data), loop, head, changed)


def _other_calls(call: cst.Call) -> Iterator[cst.BaseExpression]:
    name = call.func.attr.value if isinstance(call.func, cst.Attribute) else _text(call.func)
    if name in ("Adam", "SGD"):
        for other in OPTIMISERS:
            yield call.with_changes(func=_named(call.func, other))
        for at, argument in enumerate(call.args):
            shapes = RATES if argument.keyword and argument.keyword.value == "lr" else ()
            for shape in WEIGHTS if "parameters()" in _text(argument.value) else shapes:
                yield _with_argument(call, at, _shaped(shape, argument.value))
    elif name in LOSSES:
        for other in LOSSES[name]:
            yield call.with_changes(func=_named(call.func, other))
        for extra in ("label_smoothing=0.1", 'reduction="sum"'):
            yield cst.ensure_type(
                cst.parse_expression(f"{_text(call)[:-1]}, {extra})".replace("(, ", "(")), cst.Call
            )
    is_loss = "loss" in name or name == "cross_entropy"
    for shape in LABELS if is_loss and len(call.args) > 1 and call.args[1].keyword is None else ():
        yield _with_argument(call, 1, _shaped(shape, call.args[1].value))
    if name == "sample" and len(call.args) == 2:  # random.sample(batches, len(batches)) → batches
        yield call.args[0].value


def _of_order(function: cst.FunctionDef) -> Iterator[Fault]:
    """Neighbours exchanged; what is done for each batch done before the loop, or after it."""
    for block in m.findall(function, m.IndentedBlock()):
        assert isinstance(block, cst.IndentedBlock)
        body = list(block.body)
        for at, (first, second) in enumerate(itertools.pairwise(body)):
            pair = f"{_text(first)}; {_text(second)}"
            simple = isinstance(first, cst.SimpleStatementLine) and isinstance(
                second, cst.SimpleStatementLine
            )
            if simple and any(step in pair for step in _STEPS):
                exchanged = [*body[:at], second, first, *body[at + 2 :]]
                new = f"{_text(second)}; {_text(first)}"
                yield Fault(block, block.with_changes(body=exchanged), first, pair, new)
        for at, loop in enumerate(body):
            if isinstance(loop, cst.For) and m.findall(loop.body, _BACKWARD):
                yield from _moved_out(block, at, loop)


def _moved_out(block: cst.IndentedBlock, at: int, loop: cst.For) -> Iterator[Fault]:
    inside = list(loop.body.body)
    for number, statement in enumerate(inside):
        if not isinstance(statement, cst.SimpleStatementLine) or not m.matches(
            statement.body[0], m.Expr(m.Call())
        ):
            continue
        rest = cst.ensure_type(loop.body, cst.IndentedBlock).with_changes(
            body=[*inside[:number], *inside[number + 1 :]]
        )
        smaller = loop.with_changes(body=rest)
        text = _text(statement)
        for where, both in (("before", [statement, smaller]), ("after", [smaller, statement])):
            body = [*block.body[:at], *both, *block.body[at + 1 :]]
            yield Fault(block, block.with_changes(body=body), statement, text, f"{text} {where} the loop")


def _of_layers(function: cst.FunctionDef) -> Iterator[Fault]:
    layer = m.Assign(value=m.Call(func=m.OneOf(*(m.Attribute(attr=m.Name(name)) for name in LAYERS))))
    for statement in m.findall(function.body, m.SimpleStatementLine(body=[layer])):
        assert isinstance(statement, cst.SimpleStatementLine)
        assign = cst.ensure_type(statement.body[0], cst.Assign)
        target = _text(assign.targets[0].target)
        for shape in STARTS:
            extra = cst.parse_statement(shape.format(target))
            both = cst.FlattenSentinel[cst.BaseStatement]([statement, extra])
            yield Fault(statement, both, statement, _text(statement), f"{_text(statement)}; {_text(extra)}")


def _replaced(statement: cst.CSTNode, node: cst.CSTNode, other: cst.CSTNode) -> Fault:
    changed = statement.deep_replace(node, other)
    assert isinstance(changed, cst.CSTNode)
    return Fault(node, other, statement, _text(statement), _text(changed))


def _with_argument(call: cst.Call, at: int, value: cst.BaseExpression) -> cst.Call:
    args = list(call.args)
    args[at] = args[at].with_changes(value=value)
    return call.with_changes(args=args)


def _named(function: cst.BaseExpression, name: str) -> cst.BaseExpression:
    if isinstance(function, cst.Attribute):
        return function.with_changes(attr=cst.Name(name))
    return cst.Name(name)


def _shaped(shape: str, expression: cst.BaseExpression) -> cst.BaseExpression:
    return cst.parse_expression(shape.format(_text(expression)))


def _text(node: cst.CSTNode) -> str:
    """A node's code on one line, without comments."""
    code = cst.Module([]).code_for_node(node)
    return " ".join(" ".join(line.split("#")[0] for line in code.splitlines()).split())
