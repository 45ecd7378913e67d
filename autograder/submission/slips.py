"""What a student's source shows about an exception: a forgotten `self.`, a misspelt name, an update amiss."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from autograder.sandbox.source.names import stored
from autograder.submission.code import tree_of
from autograder.submission.torch_table import NAMES, TENSOR

_USUAL = {
    "F": "import torch.nn.functional as F",
    "nn": "from torch import nn",
    "np": "import numpy as np",
    "optim": "from torch import optim",
    "plt": "import matplotlib.pyplot as plt",
    **{name: f"import {name}" for name in ("torch", "math", "random", "copy", "itertools", "numpy")},
    **{name: f"from typing import {name}" for name in ("Any", "Dict", "List", "Optional", "Tuple", "Union")},
}


@dataclass(frozen=True)
class Around:
    """What is known of an exception besides its kind and text.

    `source` is the text of the file that raised, `line` the number of the line in it. `unread` are the paths
    of files that were handed in and that the grader does not read, `others` the texts of those it does,
    `lost` the names of those that are asked for and missing.
    """

    source: str = ""
    line: int = 0
    unread: Collection[str] = ()
    others: Collection[str] = ()
    lost: Collection[str] = ()


def slip(kind: str, text: str, around: Around) -> str:
    """What is known about a name that is not there, an update, or a graph that is used twice; else ""."""
    if kind == "NameError" and (named := re.search(r"name '(\w+)' is not defined", text)):
        return _name_not_there(named[1], around)
    if "NoneType" in text and (weight := _replaced(around)):
        return (
            f"{weight} = {weight} - … makes a new tensor, which no gradient is computed for: "
            "how is the old one changed in its place (-=)?"
        )
    if kind == "AttributeError" and (named := re.search(r"^'(\w+)' object has no attribute '(\w+)'", text)):
        if named[1] in ("Tensor", "Parameter"):
            return _mistyped(named[2], NAMES[TENSOR])
        return _attribute_never_set(named[1], named[2], around)
    if kind == "AttributeError" and (
        named := re.search(r"^module '([\w.]+)' has no attribute '(\w+)'", text)
    ):
        return _mistyped(named[2], NAMES.get(named[1], ()))
    if "a leaf Variable that requires grad" in text and _is_update(around):
        return "Does this update stand inside `with torch.no_grad():`, which keeps it out of the graph?"
    if "backward through the graph a second time" in text and (name := _carried(around)):
        return (
            f"{name} is carried from one step of the training to the next, and the way back leads through "
            f"all earlier ones: where is it detached ({name} = {name}.detach(), for an LSTM both states)?"
        )
    return ""


def _name_not_there(name: str, around: Around) -> str:
    owner = _class_at(around)
    if owner is not None and name in _attributes(owner) | {each.name for each in _methods(owner)}:
        return f"{name} belongs to the object: is `self.` missing before it?"
    if name in _USUAL:
        return f"Is `{_USUAL[name]}` missing at the top?"
    known = {each.id for each in ast.walk(tree_of(around.source)) if isinstance(each, ast.Name)} - {name}
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.8) if len(name) > 2 else []
    return f"Is {near[0]} meant?" if near else ""


def _mistyped(name: str, known: Collection[str]) -> str:
    """For a name that a library does not have: the one that it has in other capitals or letters."""
    near = [each for each in known if each.lower() == name.lower()]
    near += difflib.get_close_matches(name, known, n=1, cutoff=0.8)
    return f"Is {near[0]} meant?" if near else ""


def _attribute_never_set(kind: str, name: str, around: Around) -> str:
    """For an attribute of a class of the student's: set without `self.`, under another name, or nowhere."""
    owner = next((each for each in _classes(around.source) if each.name == kind), None)
    if owner is None:
        return ""
    known = _attributes(owner) | {each.name for each in _methods(owner)}
    set_plainly = [method.name for method in _methods(owner) if name in stored(method)]
    if name in known:
        return f"Is self.{name} set before this line is reached, in __init__ for example?"
    if set_plainly:
        return f"{set_plainly[0]} sets {name}, a variable of its own: is `self.` missing before it?"
    near = difflib.get_close_matches(name, known, n=1)
    return (
        f"Is self.{near[0]} meant?" if near else f"Where is self.{name} set: in __init__, and with `self.`?"
    )


def _carried(around: Around) -> str:
    """The state that reaches from one step of a training to the next.

    In the function that raised, what a call takes and gives: `out, h = model(x, h)`. Otherwise what a method
    keeps on `self` after `__init__`, in this file or in that of the model.
    """
    tree, line = tree_of(around.source), around.line
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]
    for function in [each for each in functions if each.lineno <= line <= (each.end_lineno or 0)][-1:]:
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                arguments = [*node.value.args, *(each.value for each in node.value.keywords)]
                given = {name for argument in arguments for name in _names(argument)}
                for name in (name for target in node.targets for name in _names(target)):
                    if name in given:
                        return name
    trees = (tree, *(tree_of(other) for other in around.others))
    kept = [
        name
        for each in trees
        for function in ast.walk(each)
        if isinstance(function, ast.FunctionDef) and function.name != "__init__"
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and not isinstance(node.value, ast.Constant)
        for target in node.targets
        for name in _names(target)
        if name.startswith("self.")
    ]
    return kept[0] if kept else ""


def _replaced(around: Around) -> str:
    """The weight whose gradient the line that raised asks for, where `W = W - …` made another of it."""
    tree = tree_of(around.source)
    asked = {
        node.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if node.attr == "grad" and node.lineno == around.line
    }
    replaced = (
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp)
        for name in (each for target in node.targets for each in _names(target))
        if name in asked and f"{name}.grad" in ast.unparse(node.value)
    )
    return next(replaced, "")


def _is_update(around: Around) -> bool:
    """Whether the line that raised changes something by its gradient: `W -= rate * W.grad`."""
    return any(
        isinstance(node, ast.AugAssign) and node.lineno == around.line and ".grad" in ast.unparse(node.value)
        for node in ast.walk(tree_of(around.source))
    )


def _names(node: ast.expr) -> Iterator[str]:
    """The names and attributes in a target or an argument, those of nested tuples too."""
    if isinstance(node, ast.Tuple | ast.List):
        for each in node.elts:
            yield from _names(each)
    elif isinstance(node, ast.Name | ast.Attribute):
        yield ast.unparse(node)


def _classes(source: str) -> list[ast.ClassDef]:
    return [each for each in ast.walk(tree_of(source)) if isinstance(each, ast.ClassDef)]


def _class_at(around: Around) -> ast.ClassDef | None:
    spans = [each for each in _classes(around.source) if each.lineno <= around.line <= (each.end_lineno or 0)]
    return spans[-1] if spans else None


def _methods(owner: ast.ClassDef) -> list[ast.FunctionDef]:
    return [each for each in owner.body if isinstance(each, ast.FunctionDef)]


def _attributes(owner: ast.ClassDef) -> set[str]:
    """The names that the class sets on `self`."""
    return {
        each.attr
        for each in ast.walk(owner)
        if isinstance(each, ast.Attribute)
        and isinstance(each.ctx, ast.Store)
        and isinstance(each.value, ast.Name)
        and each.value.id == "self"
    }
