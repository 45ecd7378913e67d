"""Write down the equations of every assignment: python tests/harness/equations/record.py [--alike]

They are worked out here and go to students as fingerprints and sentences, beside the visible checks.
`--alike` lists the ways that cannot be told apart, of which nothing is said.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
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
from tests.harness.equations.making import Idea  # noqa: E402

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


def checks(assignment: str) -> dict[str, Sequence[str]]:
    """The ideas that checks of an assignment are about, by the pattern of their ids."""
    modules = ASSIGNMENTS[assignment]
    return {pattern: about for module in modules for pattern, about in module.CHECKS.items()}


def ideas(assignment: str) -> dict[str, Idea]:
    """All ideas about an assignment, by name."""
    return {name: idea for module in ASSIGNMENTS[assignment] for name, idea in module.IDEAS.items()}


def line(name: str, idea: Idea) -> str:
    """An idea as its file holds it."""
    return f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(idea.record(), ensure_ascii=False)}"


def text(assignment: str) -> str:
    """The file of one assignment, one line per idea."""
    lines = ",\n".join(line(name, idea) for name, idea in ideas(assignment).items())
    return f'{{"checks": {json.dumps(checks(assignment))},\n"ideas": {{\n{lines}}}}}\n'


if __name__ == "__main__":
    for assignment, modules in ASSIGNMENTS.items():
        place(assignment).write_text(text(assignment), encoding="utf-8")
        for module in modules if "--alike" in sys.argv else ():
            for name, idea in module.IDEAS.items():
                for ways in idea.told_apart()[1]:
                    print(name, *map(dict, ways), sep="\n  ")
