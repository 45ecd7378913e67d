"""Record what the solution's cells answer under the symmetric fill, and which states a loop then has:
python tests/harness/checks/record_answers.py

The file it writes holds numbers only, and goes to students with the visible checks.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch

from autograder.checks import fill
from tests.hidden.a7_sequence_modeling.support import loop_parity
from tests.visible.a7_sequence_modeling.support import recorded
from tests.visible.a7_sequence_modeling.support.cells import GRU, LSTM, VANILLA, D, H

ROOT = Path(__file__).parents[3]
RECORDED = ROOT / "tests/visible/a7_sequence_modeling/recorded_answers.json"


MOST = 3  # biases that one gate may add up


def answers() -> dict[str, list[list[list[list[list[float]]]]]]:
    """Cell → per fill → per right answer → per part of the new state → (rows, H) numbers."""
    spec = importlib.util.spec_from_file_location("cells", ROOT / "solutions/a7_sequence_modeling/cells.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    recorded: dict[str, list[list[list[list[list[float]]]]]] = {}
    for cell in (VANILLA, LSTM, GRU):
        thing = getattr(module, cell.name)(D, H).double()
        shapes = {name: p.detach().numpy() for name, p in thing.named_parameters()}
        recorded[cell.name] = []
        for phi, bias in fill.FILLS:
            filled = next(fill.fills(shapes, D, phi, bias))
            biases = [name for name in filled if name.endswith("bias")]
            fewest = 0 if cell is GRU else 1  # the handout writes no bias in a GRU's equations
            counts = [range(fewest, MOST + 1) for _ in biases] if bias else [(1,)] * len(biases)
            rows = 1 if bias else fill.ROWS
            recorded[cell.name].append(
                [
                    _answer(
                        thing, filled | {n: k * filled[n] for n, k in zip(biases, some, strict=True)}, rows
                    )
                    for some in itertools.product(*counts)
                ]
            )
    return recorded


def _answer(thing: Any, weights: dict[str, Any], rows: int) -> list[list[list[float]]]:
    thing.load_state_dict({name: torch.from_numpy(numbers) for name, numbers in weights.items()})
    x, state = fill.inputs(D, 2 if type(thing).__name__ == LSTM.name else 1)
    x, *state = (torch.from_numpy(np.float64(part[:rows])) for part in (x, *state))
    with torch.no_grad():
        new = thing(x, tuple(state) if len(state) > 1 else state[0])
    return [np.round(part.numpy(), 6).tolist() for part in (new if isinstance(new, tuple) else (new,))]


def states() -> dict[str, list[list[list[list[float]]]]]:
    """Kind and number of layers → per φ → (rows, steps, H) numbers, of loops of one layer and of stacks."""
    x, steps = recorded.inputs(), list(recorded.STEPS)
    return {
        recorded.key(kind, layers): [
            np.round(loop_parity.symmetric_states(kind, layers, phi, x)[:, steps], 6).tolist()
            for phi in recorded.PHIS
        ]
        for kind, layers in (("rnn", 1), ("lstm", 1), ("gru", 1), ("rnn", 2), ("lstm", 2), ("gru", 3))
    }


if __name__ == "__main__":
    recorded.RECORDED.write_text(json.dumps(states(), separators=(",", ":")) + "\n", encoding="utf-8")
    RECORDED.write_text(json.dumps(answers(), separators=(",", ":")) + "\n", encoding="utf-8")
