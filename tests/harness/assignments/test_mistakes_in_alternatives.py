"""A mistake is lost inside right code of another shape, too; benchmarks/combined.py tries many more."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder import grading, submission
from autograder.audit import corpus
from autograder.course import config, templates
from autograder.sandbox import Workers
from benchmarks.combined import merged, together
from tests.harness.conftest import patient

ROOT = Path(__file__).parents[3]
SETTINGS = config.load(ROOT)
PAIRS = [  # a model that is random in train mode hides what a loop does
    (
        "vanishing_gradients",
        "dropout_in_training",
        "X-RNNTRAIN-06",
        "rnn_training_takes_clipped_steps_of_adam",
    ),
    (
        "vanishing_gradients",
        "dropout_in_training",
        "X-LSTMTRAIN-07",
        "lstm_training_takes_clipped_steps_of_adam",
    ),
]


@pytest.mark.parametrize(("assignment", "alternative", "mistake", "check"), PAIRS)
def test_right_code_of_another_shape_hides_no_mistake(
    assignment: str, alternative: str, mistake: str, check: str, portable: Workers, tmp_path: Path
):
    right = next(each for each in corpus.overlays(ROOT, assignment) if each.name == alternative)
    wrong = next(each for each in corpus.mistakes(ROOT, assignment) if each.id == mistake)
    files = together(templates.solved_modules(ROOT, assignment), right.files, wrong.files)
    assert files is not None
    entry = patient(SETTINGS.assignment(assignment))
    outcomes = {}
    for name, texts in (("right", right.files), ("wrong", files)):
        handed_in = submission.read(corpus.materialise(texts, tmp_path / name), entry)
        result = grading.grade(
            SETTINGS, entry, handed_in, workers=portable, seed=3, only=[f"{wrong.unit}::{check}"]
        )
        outcomes[name] = [each.outcome for each in result.checks if each.id.endswith(check)]
    assert outcomes == {"right": ["pass"], "wrong": ["fail"]}


def test_a_mistake_is_put_where_the_alternative_has_changed_nothing():
    solved = "def f(x):\n    return x\n\ndef g(x):\n    return -x\n"
    other = solved.replace("return x", "y = x\n    return y")
    wrong = "import math\n" + solved.replace("return -x", "return math.pi")
    both = merged(solved, other, wrong)
    assert both == "import math\n\ndef f(x):\n    y = x\n    return y\n\ndef g(x):\n    return math.pi"
    assert merged(solved, other, solved.replace("return x", "return 2 * x")) is None
