"""The equations of the sequence toolkit: slips in the order of rows and in what counts are told apart."""

from __future__ import annotations

import time

import pytest

from autograder.course import templates
from autograder.diagnosis.equations import Equations, Fitting
from tests.harness.equations.record import ROOT, place

TOOLKIT = "sequence_toolkit"
SENTENCE = "Your numbers are exactly those of code in which "
REAL = "correct = (logits.argmax(dim=-1) == targets) & mask"


def said(student_of, check, *changes):
    source = templates.solved_modules(ROOT, TOOLKIT)["toolkit.py"]
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    known = Equations.read([place(TOOLKIT)])
    found = Fitting(known, student_of(TOOLKIT, {"toolkit.py": source})).first(check, time.monotonic() + 60)
    return found.sentence.removeprefix(SENTENCE) if found else ""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("torch.argsort(order)", "order", "the order of sorting is applied to the results a second time"),
        ("torch.argsort(order)", "order.argsort(descending=True)", "the rows come back in the reverse order"),
        (
            "outputs[back], hidden[:, back]",
            "outputs, hidden[:, back]",
            "the outputs stay in the order of the",
        ),
    ],
)
def test_slips_in_the_order_of_the_rows_are_told_apart(student_of, old, new, sentence):
    assert said(student_of, "packing::outputs_know_their_own_row", (old, new)).startswith(sentence)


def test_a_slip_with_lstms_alone_is_told_by_the_check_about_them(student_of):
    slip = ("h, c = hidden", "c, h = hidden")
    assert said(student_of, "packing::packing_takes_an_lstm", slip) == "c and h of the LSTM are exchanged."
    assert not said(student_of, "packing::hidden_is_from_the_last_real_step", slip)


def test_two_slips_in_the_loss_are_told_together(student_of):
    slips = (
        (", ignore_index=pad)", ")"),
        ("model(src, tgt[:, :-1])", "model(src, tgt[:, :-1]).softmax(-1)"),
    )
    sentence = said(student_of, "seq2seq::loss_is_shifted_by_one_step", *slips)
    assert sentence.startswith("padding is scored, too, and the scores go through softmax before")


def test_padding_that_is_left_out_of_the_division_alone_is_told(student_of):
    sentence = said(student_of, "accuracy::padding_does_not_count", (REAL, REAL.removesuffix(" & mask")))
    assert sentence == "padding can be right, too, where right tokens are counted."


def test_a_tagger_without_its_dropout_is_told_in_training_alone(student_of):
    slip = ("self.dropout(outputs)", "outputs")
    sentence = said(student_of, "tagger::dropout_is_for_training", slip)
    assert sentence == "nothing is dropped in training, not even at the rate 1."


@pytest.mark.parametrize("layer", ["GRU", "LSTM", "RNN"])
def test_a_decoder_across_the_rows_is_told_with_any_layer(student_of, layer):
    slips = (
        (
            "self.decoder = nn.GRU(embed_dim, hidden_dim, batch_first=True)",
            "self.decoder = nn.GRU(embed_dim, hidden_dim)",
        ),
        ("nn.GRU(embed_dim", f"nn.{layer}(embed_dim"),
    )
    sentence = said(student_of, "seq2seq::seq2seq_judges_each_row_alone", *slips)
    assert sentence == "batch_first is missing in the decoder, which reads across the rows."
