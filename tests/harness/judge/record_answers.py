"""Record what the solution's cells answer under the symmetric fill: python
tests/harness/judge/record_answers.py

The file it writes holds numbers only, and goes to students with the visible checks.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import torch

from autograder.judge import fill
from tests.visible.a7_sequence_modeling.cells import GRU, LSTM, VANILLA, D, H

ROOT = Path(__file__).parents[3]
RECORDED = ROOT / "tests/visible/a7_sequence_modeling/recorded_answers.json"


def answers() -> dict[str, list[list[list[list[float]]]]]:
    """Cell → per φ → per part of the new state → (3, H) numbers."""
    spec = importlib.util.spec_from_file_location("cells", ROOT / "solutions/a7_sequence_modeling/cells.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    recorded: dict[str, list[list[list[list[float]]]]] = {}
    for cell in (VANILLA, LSTM, GRU):
        thing = getattr(module, cell.name)(D, H).double()
        x, state = fill.inputs(D, len(cell.states))
        x, *state = (torch.from_numpy(np.float64(part)) for part in (x, *state))
        recorded[cell.name] = []
        for phi in fill.PHIS:
            shapes = {name: p.detach().numpy() for name, p in thing.named_parameters()}
            filled = next(fill.fills(shapes, D, phi))
            thing.load_state_dict({name: torch.from_numpy(numbers) for name, numbers in filled.items()})
            with torch.no_grad():
                new = thing(x, tuple(state) if len(state) > 1 else state[0])
            parts = new if isinstance(new, tuple) else (new,)
            recorded[cell.name].append([np.round(part.numpy(), 7).tolist() for part in parts])
    return recorded


if __name__ == "__main__":
    RECORDED.write_text(json.dumps(answers()) + "\n", encoding="utf-8")
