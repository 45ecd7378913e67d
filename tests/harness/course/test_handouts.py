"""What students' READMEs say of limits, points and names is what handouts and configuration say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.course import config

ROOT = Path(__file__).parents[3]
ASSIGNMENTS = config.load(ROOT).assignments
FACTS = {  # as the handouts give them
    "a7_sequence_modeling": [
        "exactly five sections",
        "7,500 characters",
        "no images",
        "20, 16, 12, 8 or 4 points",
        "at most 15 minutes",
        "torch.manual_seed(42)",
        "chunks of 40 characters",
        "two sentences as Shakespeare and two as Poe",
        '150 characters after "The summer"',
        "1041, 1112, 1342 and 2147",
        "h_t = tanh(W_h h_{t−1} + W_x x_t + b_h)",
        "h_t = (1 − z) ⊙ h_{t−1} + z ⊙ h̃_t",
    ],
    "lab7_vanilla_rnn": [
        "s_t = φ(W s_{t−1} + U x_t + b)",
        "logits = W_out s_T + b_out",
        "StudentID_Lab7_InClass.py",
        "StudentID_Lab7_InClass.ipynb",
        "StudentID_Lab7_InClass.pdf",
        "E3",
        "16:20",
        "300 epochs",
        "copied work is penalised",
        "What does the hidden state s_t represent at each time step?",
        "Why are RNNs hard to train?",
    ],
    "a3b_recurrent_networks": [
        "[vunetid]_3B.zip",
        "Canvas",
        "50,000 reviews",
        "20,000 to train on and 5,000 to validate",
        "25,000 and 25,000 to test",
        "0 is positive, 1 negative",
        "Embedding and hidden size are 300",
        "Elman(300, 300, 300)",
        "emb 32, hidden 16, one layer",
        "three epochs are enough",
        "about fifty",
        "above 60 %",
        "`nn.LSTM` of 1 to 3 layers",
        "batch_first=True",
        'reduction="sum"',
        "catastrophic forgetting",
        "TensorBoard",
        "pack_padded_sequence",
        "curriculum",
        "residual connection",
        "load_toy",
    ],
    "vanishing_gradients": [
        "45 to 60 minutes",
        "wikitext-2-raw-v1",
        "V ≤ 15,000",
        "E = 128, H = 256 and 2 epochs",
        "windows of 30 tokens",
        "clipped to 1.0",
        "grad_norm_rhh",
        "grad_norm_hh",
        '"self"',
        "four discussion questions",
    ],
    "sequence_toolkit": [
        "6, 4, 2, 1",
        "norms of the hidden states",
        "Bahdanau, Cho and Bengio (2015)",
        "seq2seq_translation_tutorial",
        "torchtext",
    ],
}


def readme(name: str) -> str:
    text = (ROOT / "templates" / name / "README.md").read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize(("name", "fact"), [(name, fact) for name in FACTS for fact in FACTS[name]])
def test_a_readme_has_the_facts_of_its_handout(name: str, fact: str) -> None:
    assert fact.lower() in readme(name).lower()


def test_every_assignment_has_facts_to_hold() -> None:
    assert set(FACTS) == set(ASSIGNMENTS)


@pytest.mark.parametrize("name", ["lab7_vanilla_rnn", "a3b_recurrent_networks"])
def test_the_name_of_the_upload_is_that_of_the_readme(name: str) -> None:
    called = ASSIGNMENTS[name].hand_in.name
    assert called in readme(name) or called.replace("[StudentID]", "StudentID") in readme(name)


def test_points_of_3b_are_those_of_its_handout() -> None:
    text = (ROOT / "templates" / "a3b_recurrent_networks" / "README.md").read_text(encoding="utf-8")
    rows = [line.split("|")[2:5] for line in text.split("\n") if re.match(r"\| \d \w", line)]
    points = [[float(re.match(r"[\d.]*\d|", cell.strip())[0] or 0) for cell in row] for row in rows]
    assert [of for of, _, _ in points] == [0.25, 1.25, 0.5, 3, 0.5, 1.5, 3]
    assert all(of == checks + people for of, checks, people in points)
