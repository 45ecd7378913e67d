"""Lab 7's checks: references against torch, recorded numbers, odd answers, and bad luck."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from autograder import grading, submission
from autograder.course import config, templates
from tests.harness.assignments.record_lab7 import record
from tests.harness.conftest import patient
from tests.harness.sampling import one_in, thorough
from tests.hidden.lab7_vanilla_rnn.support import fresh, reference
from tests.visible.lab7_vanilla_rnn.support import equations, steps
from tests.visible.lab7_vanilla_rnn.support.lab import NAMES, WORDS

ROOT = Path(__file__).parents[3]
LAB7 = "lab7_vanilla_rnn"
SOLUTION = templates.solved_modules(ROOT, LAB7)["lab7.py"]
F = torch.nn.functional
TORCHS = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "ReLU": torch.relu,
    "leaky ReLU": F.leaky_relu,
    "leaky ReLU, 0.1": lambda a: F.leaky_relu(a, 0.1),
    "leaky ReLU, 0.2": lambda a: F.leaky_relu(a, 0.2),
    "PReLU": lambda a: F.leaky_relu(a, 0.25),
    "ELU": F.elu,
    "SELU": F.selu,
    "GELU": F.gelu,
    "GELU by tanh": lambda a: F.gelu(a, approximate="tanh"),
    "SiLU": F.silu,
    "softplus": F.softplus,
    "softsign": F.softsign,
    "hard tanh": F.hardtanh,
    "ReLU6": F.relu6,
    "hard sigmoid": F.hardsigmoid,
    "Mish": F.mish,
    "arctan": torch.atan,
    "sine": torch.sin,
}


@pytest.fixture
def grade(portable, tmp_path):
    settings = config.load(ROOT)
    assignment = patient(settings.assignment(LAB7))

    def run(text, *only, seed=3, answers=None):
        (tmp_path / "lab7.py").write_text(text, encoding="utf-8")
        if answers is not None:
            (tmp_path / "answers.md").write_text(answers, encoding="utf-8")
        handed_in = submission.read(tmp_path, assignment)
        result = grading.grade(settings, assignment, handed_in, workers=portable, seed=seed, only=only)
        return {check.id.partition("::")[2]: check for check in result.checks}

    return run


@pytest.mark.parametrize("phi", reference.PHIS)
def test_scores_and_slopes_are_those_of_torch(phi):
    given = steps.at_home()
    weights = {name: torch.tensor(np.float64(w), requires_grad=True) for name, w in given.start.items()}
    [sentence, label], state = given.data[0], torch.zeros(2, 1, dtype=torch.float64)
    for word in sentence:
        one_hot = F.one_hot(torch.tensor(WORDS.index(word)), len(WORDS)).double()[:, None]
        state = TORCHS[phi](weights["W"] @ state + weights["U"] @ one_hot + weights["b"])
    logits = weights["W_out"] @ state + weights["b_out"]
    F.cross_entropy(logits.T, torch.tensor([label])).backward()
    case = equations.Case(WORDS, given.start, (sentence,))
    assert reference.scores(case, phi) == pytest.approx([float(logits[1] - logits[0])])
    slopes = reference.slopes(given.start, given.data[0], WORDS, phi)
    for name in NAMES:
        assert slopes[name] == pytest.approx(weights[name].grad.numpy(), abs=1e-6)


def test_recorded_answers_are_those_of_the_reference():
    assert json.loads(equations.RECORDED.read_text(encoding="utf-8")) == record()


def test_no_known_mistake_is_near_a_right_answer():
    known = equations.recorded(equations.at_home())
    for right, wrong in itertools.product(known.right.values(), known.wrong.values()):
        assert np.abs(np.subtract(right, wrong)).max() > 50 * equations.TOLERANCE


def test_canonical_lessons_are_telling():
    given = steps.at_home()
    assert fresh.is_telling(given) and fresh.is_measurable(given)
    far = steps.long_at_home()
    assert fresh.reaches_far(far) and fresh.is_measurable(far, ("U",), steps.FINE)


@thorough
@pytest.mark.parametrize("phi", ["torch.sigmoid", "torch.relu", "torch.nn.functional.hardtanh"])
def test_another_activation_is_as_good(grade, phi):
    names = ("state_and_logits_follow_the_equations", "every_sentence_takes_one_step")
    checks = grade(SOLUTION.replace("torch.tanh", phi), *names, seed=1000)
    for name in names:
        assert checks[name].outcome == "pass", checks[name].text


JUNK = [
    "None", "'text'", "object()", "[]", "[None, 'a']", "{}", "float('nan')", "10**5000", "torch.zeros(0)",
    "torch.zeros(3, 4, 5)", "[[1], [2]]", "[float('inf')] * 300", "True", "[10**400]",
    "torch.zeros(2, 2, dtype=torch.complex64)", "torch.ones(2, 2).to_sparse()", "lambda: 1",
]  # fmt: skip
MET_IN = {  # by what the odd value is bound to
    "W": ["script"],
    "n": ["weights_are_initialised"],
    "vocab": ["weights_are_initialised"],
    "loss_history": ["every_sentence_takes_one_step", "good_is_1_and_bad_is_0"],
    "predictions": ["state_and_logits_follow_the_equations", "good_is_1_and_bad_is_0"],
    "test_sentences": ["good_is_1_and_bad_is_0"],
}


CASES = [(name, junk) for at, name in enumerate(MET_IN) for junk in JUNK[at % 3 :: 3]]


@pytest.mark.parametrize(("name", "junk"), one_in(5, CASES))
def test_junk_is_never_the_graders_fault(grade, name, junk):
    checks = grade(f"{SOLUTION}\n{name} = {junk}\n", *MET_IN[name])
    assert not [check.text for check in checks.values() if check.outcome == "fault"]


ANSWERS = templates.solved_report(ROOT, LAB7)["answers.md"]


@pytest.mark.parametrize(
    ("text", "failed"),
    [
        (ANSWERS, []),
        (ANSWERS.replace("## 5 What", "### Question 5: What").replace("## 6 Why", "### Q6. Why"), []),
        ("It is a memory, and gradients vanish; no headers here.\n", []),
        ((ROOT / "templates" / LAB7 / "answers.md").read_text("utf-8"), ["answers_are_there"]),
        (ANSWERS[: ANSWERS.index("## 6")], ["question_6_is_answered"]),
        (ANSWERS[: ANSWERS.index("The gradient reaches")], ["question_6_is_answered"]),
        ("# One\n\n## 6 Why are RNNs hard to train?\n\n" + "They are. " * 9, ["question_5_is_answered"]),
    ],
)
def test_a_missing_answer_is_remarked(grade, text, failed):
    checks = grade(SOLUTION, "answers", answers=text)
    assert [name for name, check in checks.items() if check.outcome == "fail"] == failed
    assert all(check.is_notice for check in checks.values())


def test_the_losses_of_the_handout_are_remarked_on_and_cost_nothing(grade):
    names = ("losses_are_those_of_the_handout", "good_is_1_and_bad_is_0")
    same = grade(SOLUTION, *names)["losses_are_those_of_the_handout"]
    other = grade(SOLUTION.replace("manual_seed(42)", "manual_seed(1)"), *names)[
        "losses_are_those_of_the_handout"
    ]
    assert (same.outcome, other.outcome) == ("pass", "pass") and same.is_notice
    assert "exactly those" in same.message and "differ" in other.message


def test_an_endless_script_is_told_so_once_per_item(forked, tmp_path):
    settings = config.load(ROOT)
    assignment = settings.assignment(LAB7)
    limits = assignment.limits.model_copy(update={"call_seconds": 1.0})
    quick = assignment.model_copy(update={"limits": limits})
    (tmp_path / "lab7.py").write_text(SOLUTION.replace("total_loss = 0.0", "while True:\n        pass"))
    handed_in = submission.read(tmp_path, quick)
    result = grading.grade(settings, quick, handed_in, workers=forked, seed=1, only=["script"])
    said = [check.message for check in result.checks if check.outcome == "fail" and check.max_points]
    assert len(said) == 3 and all("1 second" in message for message in said)


@pytest.mark.parametrize("name", ["learning_rate", "train_data"])
def test_a_constant_of_another_name_is_missed_by_its_name(grade, name):
    check = "every_sentence_takes_one_step"
    verdict = grade(SOLUTION.replace(name, "mine"), check)[check]
    assert verdict.message.startswith(f"lab7.py sets no {name} at its top level: ")
    assert verdict.mistake is None and verdict.worked is None


def test_a_weight_of_another_shape_has_its_line_as_its_place(grade):
    line = "U = torch.randn(n, m, requires_grad=True)"
    text = SOLUTION.replace(line, line.replace("n, m", "m, n"))
    verdict = grade(text, "weights_are_initialised")["weights_are_initialised"]
    assert verdict.place == f"lab7.py:{text.split(chr(10)).index(line.replace('n, m', 'm, n')) + 1}"


def test_wrong_logits_of_an_even_number_of_units_are_not_said_to_ignore_a_weight(grade):
    text = SOLUTION.replace("W_out @ s_t", "W_out @ (s_t + x_t.sum())")
    check = "state_and_logits_follow_the_equations"
    assert grade(text, check)[check].message.startswith("The two equations give other logits than yours")
