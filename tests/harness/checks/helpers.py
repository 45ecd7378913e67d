"""The checks of A7 as plain functions, and the solution's sources."""

import functools
import importlib.util
import inspect
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from autograder.checks import Draw, Mismatch
from autograder.checks.learning import Thresholds
from autograder.checks.student import Student
from autograder.sandbox import StudentFailure

ROOT = Path(__file__).parents[3]
A7 = "a7_sequence_modeling"
HOMES = {
    "VanillaRNNCell": "cells",
    "LSTMCell": "cells",
    "GRUCell": "cells",
    "DeepRNN": "loop",
    "AuthorClassifier": "loop",
    "count_parameters": "loop",
    "train_classifier": "loop",
    "accuracy": "loop",
}


def solution(name: str) -> str:
    return (ROOT / "solutions" / A7 / f"{name}.py").read_text(encoding="utf-8")


def checks(unit: str, training: bool = False) -> dict[str, Callable[..., None]]:
    """Every check of a unit, "unit::name" → function, visible first; those that train on request."""
    found: dict[str, Callable[..., None]] = {}
    for folder in ("visible", "hidden"):
        module = _load(ROOT / "tests" / folder / A7 / f"test_{unit}.py")
        for name, function in vars(module).items():
            if name.startswith("test_") and (training or "training" not in function.__code__.co_names):
                found[f"{unit}::{name.removeprefix('test_')}"] = function
    return found


def run(check: Callable[..., None], student: Student, seed: int = 0) -> str:
    """ "" if the check passes, the sentence if it fails; any other exception is a fault of ours."""
    gifts = {"student": student, "draw": Draw(seed), "thresholds": Thresholds({"accuracy": 0.85})}
    try:
        check(**{name: gifts[name] for name in inspect.signature(check).parameters if name in gifts})
    except Mismatch as mismatch:
        return f"{mismatch.message} [{mismatch.hint}]"
    except StudentFailure as failure:
        return f"raised: {failure.sentence}"
    return ""


def run_all(student: Student, *units: str, seed: int = 0) -> dict[str, str]:
    """The failures of all checks of the units: id → sentence."""
    results = {name: run(check, student, seed) for unit in units for name, check in checks(unit).items()}
    return {name: sentence for name, sentence in results.items() if sentence}


@functools.cache
def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{path.parent.parent.name}_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
