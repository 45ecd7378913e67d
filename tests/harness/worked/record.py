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
from tests.harness.worked import a3b_batches, a3b_models, a7_cells, a7_data, a7_loop, lab7, language, toolkit  # noqa: E402

ASSIGNMENTS: dict[str, tuple[ModuleType, ...]] = {
    "a7_sequence_modeling": (a7_cells, a7_loop, a7_data),
    "lab7_vanilla_rnn": (lab7,),
    "a3b_recurrent_networks": (a3b_batches, a3b_models),
    "vanishing_gradients": (language,),
    "sequence_toolkit": (toolkit,),
}


def place(assignment: str) -> Path:
    return ROOT / "tests" / "visible" / assignment / FILE


def text(assignment: str) -> str:
    """The file of one assignment, one line per example."""
    modules = ASSIGNMENTS[assignment]
    ideas = {idea: examples for module in modules for idea, examples in module.ideas().items()}
    about = {pattern: several for module in modules for pattern, several in module.CHECKS.items()}
    after = {idea: several for module in modules for idea, several in module.AFTER.items()}
    blocks = []
    for idea, examples in ideas.items():
        lines = ",\n  ".join(json.dumps(each, ensure_ascii=False) for each in examples)
        blocks.append(f"{json.dumps(idea)}: [\n  {lines}]")
    checks, joined = json.dumps(about, indent=1), ",\n".join(blocks)
    return f'{{"checks": {checks},\n"after": {json.dumps(after)},\n"ideas": {{\n{joined}}}}}\n'


if __name__ == "__main__":
    for assignment in ASSIGNMENTS:
        place(assignment).write_text(text(assignment), encoding="utf-8")
