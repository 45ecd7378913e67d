"""Record what the equations give for the canonical case: python tests/harness/assignments/record_lab7.py

The file it writes holds numbers only, and goes to students with the visible checks.
"""

from __future__ import annotations

import json

from tests.hidden.lab7_vanilla_rnn.support.reference import answers
from tests.visible.lab7_vanilla_rnn.support.equations import RECORDED, at_home, long_at_home


def record() -> dict[str, dict[str, dict[str, list[float]]]]:
    """The numbers, rounded far below the tolerance of the check."""
    recorded = {}
    for key, given in (("short", at_home()), ("long", long_at_home())):
        found = answers(given)
        recorded[key] = {
            kind: {name: [round(score, 6) for score in scores] for name, scores in known.items()}
            for kind, known in (("right", found.right), ("wrong", found.wrong))
            if key == "short" or kind == "right"
        }
    return recorded


if __name__ == "__main__":
    RECORDED.write_text(
        json.dumps(record(), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
    )
