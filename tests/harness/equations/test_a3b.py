"""The equations of assignment 3B: slips in batches, losses and loops of training are told apart."""

from __future__ import annotations

import time

import pytest

from autograder.course import templates
from autograder.diagnosis.equations import Equations, Fitting
from tests.harness.equations.record import ROOT, place

A3B = "a3b_recurrent_networks"
SENTENCE = "Your numbers are exactly those of code in which "
CLEARED = "all batches are one and the same list, that of the last one."


def said(student_of, check, file, *changes):
    files = templates.solved_modules(ROOT, A3B)
    source = files[file]
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    student = student_of(A3B, files | {file: source})
    found = Fitting(Equations.read([place(A3B)]), student).first(check, time.monotonic() + 60)
    return found.sentence.removeprefix(SENTENCE) if found else ""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (" * len(sequences[i]) > max_tokens", " > max_tokens", "the budget counts sequences."),
        (
            " * len(sequences[i]) >",
            " * len(sequences[group[0]]) >",
            "the first sequence of a batch decides how many it takes, however long the others are.",
        ),
        (
            " * len(sequences[i]) >",
            " * len(sequences[0]) >",
            "the first sequence of the list decides how many every batch takes, however long the others are.",
        ),
        ("            group = []\n        group", "            group.clear()\n        group", CLEARED),
        ("torch.tensor(group))", "torch.arange(len(group)))", "the indices count the rows of a batch."),
    ],
)
def test_slips_with_batches_are_told_apart(student_of, old, new, sentence):
    assert said(student_of, "batching::indices_name_the_rows", "batching.py", (old, new)) == sentence


@pytest.mark.parametrize(
    ("targets", "sentence"),
    [
        (
            "torch.where((moved := torch.cat([batch[:, 1:], last], dim=1)) == pad, batch, moved)",
            "the last token before the padding is the target of its own step, too.",
        ),
        (
            "torch.cat([batch[:, 1:], batch.gather(1, (batch != pad).sum(1, keepdim=True) - 1)], dim=1)",
            "the last token before the padding stands in the new column.",
        ),
        (
            "torch.cat([batch[:, 1:], batch[:, -1:]], dim=1)",
            "the last column stands in the new column, too.",
        ),
    ],
)
def test_tokens_that_are_repeated_at_the_end_are_told_apart(student_of, targets, sentence):
    slip = ("torch.cat([batch[:, 1:], last], dim=1)", targets)
    assert said(student_of, "batching::targets_are_the_next_tokens", "batching.py", slip) == sentence


def test_the_scores_of_two_classes_are_told_from_the_sign_of_one(student_of):
    check, right = "classifiers::accuracy_is_a_fraction", "model(tokens.to(device)).argmax(dim=1)"
    two = (right, "model(tokens.to(device))[:, :2].argmax(dim=1)")
    sign = (right, "(model(tokens.to(device))[:, 1] > 0).long()")
    assert (
        said(student_of, check, "classifiers.py", two) == "only the scores of classes 0 and 1 are compared."
    )
    assert said(student_of, check, "classifiers.py", sign) == (
        "class 1 is named where its score is above 0, whatever the others are."
    )


def test_batches_from_long_to_short_are_right(student_of):
    turned = ("key=lambda i: len(sequences[i])", "key=lambda i: -len(sequences[i])")
    wide = (" * len(sequences[i]) > max_tokens", " * len(sequences[group[0]]) > max_tokens")
    assert not said(student_of, "batching::indices_name_the_rows", "batching.py", turned, wide)


def test_two_slips_in_training_are_told_together(student_of):
    slips = (("        optimizer.zero_grad()\n", ""), (" * len(tokens)", ""))
    check = "classifiers::training_returns_the_mean_loss"
    assert said(student_of, check, "classifiers.py", *slips) == (
        "the gradients of all batches so far add up, and the losses of the batches are added and divided by "
        "the number of sequences."
    )


def test_the_mean_over_batches_is_right(student_of):
    by_batches = ("total / sum(len(indices) for _, indices in batches)", "total / len(batches)")
    check = "classifiers::training_returns_the_mean_loss"
    assert not said(student_of, check, "classifiers.py", (" * len(tokens)", ""), by_batches)


def test_a_seed_that_is_never_read_again_is_told(student_of):
    check = "autoregressive::generate_continues_the_seed"
    slip = ("torch.tensor([sequence], device", "torch.tensor([sequence[-1:]], device")
    assert said(student_of, check, "autoregressive.py", slip) == "the model reads the last token only."


def test_gradients_that_are_clipped_too_late_are_told(student_of):
    clip = "        norm = nn.utils.clip_grad_norm_(model.parameters(), clip)\n"
    late = (clip + "        optimizer.step()\n", "        optimizer.step()\n" + clip)
    check = "autoregressive::training_clips_before_it_steps"
    assert said(student_of, check, "autoregressive.py", late) == (
        "the optimizer steps with gradients that are not clipped."
    )


def test_padding_left_out_of_neither_sum_nor_number_is_right(student_of):
    both = (
        (', ignore_index=pad, reduction="sum"', ', reduction="sum"'),
        ("(targets != pad).sum()", "targets.numel()"),
    )
    check = "autoregressive::loss_is_per_token"
    assert not said(student_of, check, "autoregressive.py", *both)
    assert said(student_of, check, "autoregressive.py", both[0]) == (
        "padding is in the sum, but not in the number it is divided by."
    )


@pytest.mark.parametrize(
    ("check", "slips", "sentence"),
    [
        (
            "classifiers::rnn_classifier_takes_the_maximum",
            [("pooled = outputs.max(dim=1).values", "pooled = outputs[:, -1]")],
            "the last step is taken, not the maximum over all.",
        ),
        (
            "classifiers::lstm_classifier_judges_each_row_alone",
            [("nn.LSTM(emb, hidden, batch_first=True)", "nn.LSTM(emb, hidden)")],
            "the rows of the batch are taken for steps in time.",
        ),
        (
            "elman::elman_steps_follow_each_other",
            [("torch.cat(outs, dim=1), hidden", "hidden, torch.cat(outs, dim=1)")],
            "state and outputs come back in the wrong order.",
        ),
        (
            "elman::elman_starts_where_it_is_told",
            [
                ("torch.tanh(self.lin1", "torch.relu(self.lin1"),
                ("hidden = torch.zeros(", "hidden = torch.ones("),
            ],
            "the first state is ones where none is passed.",
        ),
        (
            "elman::elman_classifier_takes_the_maximum",
            [("torch.relu(outputs).max(dim=1).values", "torch.relu(outputs).mean(dim=1)")],
            "the mean over time is taken.",
        ),
    ],
)
def test_slips_in_recurrent_classifiers_are_told(student_of, check, slips, sentence):
    assert said(student_of, check, "classifiers.py", *slips) == sentence


def test_layers_that_are_not_asked_for_are_told_where_the_number_matters(student_of):
    check = "autoregressive::char_lstm_is_an_lstm"
    slip = ("num_layers=num_layers, ", "")
    assert said(student_of, check, "autoregressive.py", slip) == (
        "there is one layer, however many are asked for."
    )


def test_classifiers_with_layers_of_their_own_are_right(student_of):
    adapted = ("nn.LSTM(emb, hidden, batch_first=True)", "nn.LSTM(emb, hidden, 2, batch_first=True)")
    check = "classifiers::lstm_classifier_takes_the_maximum"
    assert not said(student_of, check, "classifiers.py", adapted)
    last = ("pooled = outputs.max(dim=1).values", "pooled = outputs[:, -1]")
    assert "last step" in said(student_of, check, "classifiers.py", adapted, last)
