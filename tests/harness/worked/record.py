"""Write down the worked examples of every assignment: python tests/harness/worked/record.py

They are worked out here, by the equations, and go to students as numbers, beside the visible checks.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))  # so that it runs as a script, too

from autograder.diagnosis.worked import FILE  # noqa: E402
from tests.harness.worked import a7  # noqa: E402

ASSIGNMENTS: dict[str, ModuleType] = {"a7_sequence_modeling": a7}


def place(assignment: str) -> Path:
    return ROOT / "tests" / "visible" / assignment / FILE


def text(made: ModuleType) -> str:
    """The file of one assignment, one line per example."""
    blocks = []
    for idea, examples in made.ideas().items():
        lines = ",\n  ".join(json.dumps(each, ensure_ascii=False) for each in examples)
        blocks.append(f"{json.dumps(idea)}: [\n  {lines}]")
    checks, joined = json.dumps(made.CHECKS, indent=1), ",\n".join(blocks)
    return f'{{"checks": {checks},\n"after": {json.dumps(made.AFTER)},\n"ideas": {{\n{joined}}}}}\n'


if __name__ == "__main__":
    for name, made in ASSIGNMENTS.items():
        place(name).write_text(text(made), encoding="utf-8")
