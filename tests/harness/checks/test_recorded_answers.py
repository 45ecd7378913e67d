"""The recorded answers are those of the solution, and hold numbers only."""

import json

import numpy as np

from tests.harness.checks.record_answers import RECORDED, answers


def test_they_are_what_the_solution_answers():
    recorded, fresh = json.loads(RECORDED.read_text()), answers()
    assert recorded.keys() == fresh.keys()
    for name in fresh:
        for mine, theirs in zip(recorded[name], fresh[name], strict=True):
            np.testing.assert_allclose(mine, theirs, atol=1e-5)


def test_no_visible_check_reaches_the_references():
    """What ships to students must import without the equations in code."""
    import ast
    import importlib.util

    def imports(path, seen):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if (
                isinstance(node, ast.ImportFrom)
                and node.module
                and node.module.startswith(("autograder.checks", "tests."))
            ):
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            for name in names:
                try:
                    spec = importlib.util.find_spec(name)
                except ModuleNotFoundError:
                    continue
                if spec and spec.origin and name not in seen:
                    seen.add(name)
                    from pathlib import Path

                    imports(Path(spec.origin), seen)
        return seen

    reached = set()
    for check in RECORDED.parents[1].glob("*/*.py"):
        reached |= imports(check, set())
    assert "tests.visible.a7_sequence_modeling.support.loops" in reached
    assert not reached & {"autograder.checks.references", "autograder.checks.layouts"}
    assert not [name for name in reached if name.startswith("tests.hidden")]
