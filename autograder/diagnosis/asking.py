"""Asking a student's code for its answer to a public question, wherever it keeps its weights.

A question (`ask`) is data: `new` is a class with its arguments, `weights` how they are filled. `call` is a
function; without one it is the object that is called, or its `method`. `args` and `kwargs` are values as in
`_value`. With `then_weights` the call may train, and the answer is what came back, and the object's weights
after that. With `then_draws` it is the next number of each of these random generators, all of which started
from `seed`. `optimizer` is a class with its options: one for the object's weights is made. `at` is a path to
the part of the answer that counts. `provide` is a module of the grader's: its name, its source, what it
defines. `run` runs a script.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.checks import Array, Mismatch, Student, Thing, Value, fill

Shape = tuple[int, ...]
NOTHING: Mapping[str, Thing] = {}
Known = dict[str, dict[str, Shape | None]]  # by class and sizes, the shape of each weight


def about(check: str, ideas: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The ideas that a check is about, in their order; `ideas` has them by pattern of ids."""
    found = (several for pattern, several in ideas.items() if fnmatch.fnmatchcase(check, pattern))
    return tuple(dict.fromkeys(idea for several in found for idea in several))


def answers(student: Student, ask: Mapping[str, Any], known: Known) -> Iterator[Value]:
    """What the code answers, once for each way in which its weights may be laid out.

    `known` keeps what one question has found out about a class for the next.
    """
    if "provide" in ask:
        student.provide(*ask["provide"])
    if "run" in ask:
        yield _run(student, ask["run"])
        return
    thing = _new(student, *ask["new"]) if "new" in ask else None
    if thing is None or "weights" not in ask:
        yield _answer(student, thing, ask)
        return
    name, weights = ask["new"][0], ask["weights"]
    key, found = json.dumps([name, weights["larger"]]), thing.trainable
    if key not in known or known[key].keys() != found.keys():
        _answer(student, thing, ask)  # layers that have no shapes yet get them now
        found, larger = thing.trainable, _new(student, name, *weights["larger"]).trainable
        known[key] = {each: larger[each].shape if each in larger else None for each in found}
    for filled in _fills(found, known[key], weights):
        thing.load(filled)
        yield _answer(student, thing, ask)


def _new(student: Student, name: str, *args: Any) -> Thing:
    """An object; a last argument {"kwargs": …} holds those with names."""
    named = args[-1].get("kwargs") if args and isinstance(args[-1], dict) else None
    plain = args if named is None else args[:-1]
    return student.new(name, *map(_value, plain), **(named or {}))


def _answer(student: Student, thing: Thing | None, ask: Mapping[str, Any]) -> Value:
    answer = _returned(student, thing, ask)
    if thing is not None and ask.get("then_weights"):
        answer = (answer, [weight for _, weight in sorted(thing.trainable.items())])
    if "then_draws" in ask:
        drawn = student.random_numbers()
        answer = [drawn[name] for name in ask["then_draws"]]
    return _part(answer, ask.get("at", ()))


def _part(answer: Value, path: Sequence[int | str]) -> Value:
    for key in path:
        is_there = isinstance(answer, Mapping) and key in answer
        if not is_there and not (isinstance(answer, (list, tuple)) and key in range(len(answer))):
            raise Mismatch("The answer has no such part.")
        answer = answer[key]
    return answer


def _returned(student: Student, thing: Thing | None, ask: Mapping[str, Any]) -> Value:
    made = {} if thing is None else {"the object": thing}
    if thing is not None and "optimizer" in ask:
        name, options = ask["optimizer"]
        made["the optimizer"] = student.new(name, thing, **options)
    args = [_value(arg, made) for arg in ask.get("args", ())]
    kwargs = {name: _value(arg, made) for name, arg in ask.get("kwargs", {}).items()}
    if thing is not None and "method" in ask:
        return thing.method(ask["method"], *args, **kwargs)
    if "call" in ask:
        trains, seed = bool(ask.get("then_weights")), ask.get("seed", 0)
        return student.call(ask["call"], *args, grad=trains, seed=seed, **kwargs)
    assert thing is not None
    return thing(*args, **kwargs)


def _run(student: Student, run: Mapping[str, Any]) -> Value:
    """The variables of a script at its end, in the order of `names`."""
    start = {name: np.array(numbers, np.float32) for name, numbers in run["start"].items()}
    constants = {name: _value(each) for name, each in run["constants"].items()}
    values, held = student.run_from(run["script"], start, constants, run["names"])
    if held != frozenset(start):
        raise Mismatch("The script does not start from these weights.")
    return [values[name] for name in run["names"]]


def _value(record: Any, made: Mapping[str, Thing] = NOTHING) -> Value:
    """A value from JSON; "the object" and "the optimizer" are what was made.

    {"float": …}, {"int": …} and {"bool": …} are arrays, {"tuple": […]} and {"dict": {…}} what they say.
    """
    if isinstance(record, str) and record in made:
        return made[record]
    if isinstance(record, list):
        return [_value(each, made) for each in record]
    if not isinstance(record, dict):
        return record
    ((kind, content),) = record.items()
    if kind == "tuple":
        return tuple(_value(each, made) for each in content)
    if kind == "dict":
        return {key: _value(each, made) for key, each in content.items()}
    return np.array(content, {"float": np.float32, "int": np.int64, "bool": np.bool_}[kind])


def _fills(
    found: Mapping[str, Array], larger: Mapping[str, Shape | None], weights: Mapping[str, Any]
) -> Iterator[dict[str, Array]]:
    """Each way to give an object these weights.

    `units` has one number for each hidden unit, in all matrices; `biases` is the number in all vectors;
    `along` has other numbers for each axis of that size. What is a matrix grows with two of the sizes that
    the object is made with: `larger` are its shapes with others.
    """
    filled, matrices = {}, {}
    for key, weight in found.items():
        along = [axis for axis, size in enumerate(weight.shape) if str(size) in weights.get("along", {})]
        if not _is_matrix(weight.shape, larger[key]):
            filled[key] = np.full(weight.shape, weights["biases"], np.float32)
        elif along:
            numbers = np.array(weights["along"][str(weight.shape[along[0]])], np.float32)
            filled[key] = np.broadcast_to(
                numbers.reshape([-1 if axis == along[0] else 1 for axis in range(weight.ndim)]), weight.shape
            )
        else:
            matrices[key] = weight
    for more in fill.fills(matrices, weights["features"], tuple(weights["units"])):
        yield {**filled, **more}


def _is_matrix(shape: Shape, larger: Shape | None) -> bool:
    if larger is None or len(shape) != len(larger):
        return len(shape) > 1
    return sum(small != large for small, large in zip(shape, larger, strict=True)) > 1
