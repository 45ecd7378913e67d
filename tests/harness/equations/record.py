"""Write down the equations of every assignment: python tests/harness/equations/record.py [--alike]

They are worked out here and go to students as fingerprints and sentences, beside the visible checks.
`--alike` lists the ways that cannot be told apart, of which nothing is said.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))  # so that it runs as a script, too

from autograder.diagnosis.equations import FILE  # noqa: E402
from tests.harness.equations import (  # noqa: E402
    a3b_batches,
    a3b_epochs,
    a3b_losses,
    a3b_models,
    a3b_recurrent,
    a3b_training,
    a3b_writing,
    a7_batches,
    a7_cells,
    a7_loop,
    a7_measures,
    a7_models,
    a7_pairs,
    a7_texts,
    a7_training,
    a7_writing,
    lab7_forward,
    lab7_step,
    language_evaluation,
    language_losses,
    language_models,
    language_norms,
    language_seeds,
    language_training,
    toolkit_accuracy,
    toolkit_loss,
    toolkit_models,
    toolkit_packing,
)

# Each module has IDEAS, by name, and CHECKS: by pattern of ids, the ideas that such a check is about.
ASSIGNMENTS: dict[str, tuple[ModuleType, ...]] = {
    "a3b_recurrent_networks": (
        a3b_batches,
        a3b_training,
        a3b_writing,
        a3b_losses,
        a3b_epochs,
        a3b_models,
        a3b_recurrent,
    ),
    "a7_sequence_modeling": (
        a7_cells,
        a7_texts,
        a7_batches,
        a7_loop,
        a7_training,
        a7_measures,
        a7_pairs,
        a7_models,
        a7_writing,
    ),
    "lab7_vanilla_rnn": (lab7_forward, lab7_step),
    "sequence_toolkit": (toolkit_packing, toolkit_loss, toolkit_models, toolkit_accuracy),
    "vanishing_gradients": (
        language_losses,
        language_evaluation,
        language_models,
        language_norms,
        language_seeds,
        language_training,
    ),
}


def place(assignment: str) -> Path:
    return ROOT / "tests" / "visible" / assignment / FILE


def text(assignment: str) -> str:
    """The file of one assignment, one line per idea."""
    modules = ASSIGNMENTS[assignment]
    checks = {pattern: ideas for module in modules for pattern, ideas in module.CHECKS.items()}
    ideas = {name: idea for module in modules for name, idea in module.IDEAS.items()}
    blocks = [f"{_line(name)}: {_line(idea.record())}" for name, idea in ideas.items()]
    joined = ",\n".join(blocks)
    return f'{{"checks": {json.dumps(checks)},\n"ideas": {{\n{joined}}}}}\n'


def _line(record: object) -> str:
    return json.dumps(record, ensure_ascii=False)


if __name__ == "__main__":
    for assignment, modules in ASSIGNMENTS.items():
        place(assignment).write_text(text(assignment), encoding="utf-8")
        for module in modules if "--alike" in sys.argv else ():
            for name, idea in module.IDEAS.items():
                for ways in idea.told_apart()[1]:
                    print(name, *map(dict, ways), sep="\n  ")
