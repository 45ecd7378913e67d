"""Whatever a student's function or model returns, no check of the vanishing gradients is at fault."""

from pathlib import Path

import pytest

from autograder import grading, submission
from autograder.audit import corpus
from autograder.course import config, templates
from tests.harness.conftest import patient
from tests.harness.sampling import thorough

ROOT = Path(__file__).parents[3]
NAME = "vanishing_gradients"
SETTINGS = config.load(ROOT)
ASSIGNMENT = patient(SETTINGS.assignment(NAME))
SOLUTION = templates.solved_modules(ROOT, NAME)
KEYS = "'train_loss', 'train_pp', 'grad_norm_rhh', 'grad_norm_hh'"
JUNK = {
    "word": "'no'",
    "huge": "(10**400, 10**400)",
    "tensors": "(torch.full((4, 6, 17), float('nan')), torch.zeros(4, 5, dtype=torch.int64))",
    "odd logs": f"({{**{{k: [None, [], {{}}, (), 'x', 3] for k in ({KEYS})}}, 'val': [3, (4,)]}}, 5)",
    "endless logs": f"({{k: [1e400] * 6 for k in ({KEYS}, 'val')}}, model)",
}
FUNCTIONS = ("evaluate", "l2_grad_norm_recurrent", "train_rnn")


def check(files, workers, folder, unit):
    handed_in = submission.read(corpus.materialise(files, folder), ASSIGNMENT)
    options = {"workers": workers, "seed": 3, "only": [unit]}
    return grading.grade(SETTINGS, ASSIGNMENT, handed_in, **options).checks


@pytest.mark.parametrize(
    ("name", "junk"), [(name, list(JUNK)[at % len(JUNK)]) for at, name in enumerate(FUNCTIONS)]
)
@thorough
def test_a_function_may_return_anything(name, junk, portable, tmp_path):
    text = (
        SOLUTION["training.py"] + f"\n\ndef {name}(model=None, *args, **kwargs):\n    return {JUNK[junk]}\n"
    )
    checks = check(SOLUTION | {"training.py": text}, portable, tmp_path, "training")
    assert [each.message for each in checks if each.outcome == "fault"] == []
    assert any(each.outcome == "fail" and not each.is_notice for each in checks)


@pytest.mark.parametrize(
    ("name", "junk"), [("VanillaRNNLM", junk) for junk in JUNK] + [("LSTMLM", "tensors")]
)
def test_a_model_may_return_anything(name, junk, portable, tmp_path):
    text = SOLUTION["models.py"] + (
        f"\n\ndef _junk(model, *args, **kwargs):\n    return {JUNK[junk]}\n\n\n{name}.forward = _junk\n"
    )
    checks = check(SOLUTION | {"models.py": text}, portable, tmp_path, "models")
    assert [each.message for each in checks if each.outcome == "fault"] == []
    assert any(each.outcome == "fail" and not each.is_notice for each in checks)
