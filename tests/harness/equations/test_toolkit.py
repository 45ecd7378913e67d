"""The equations of the sequence toolkit: slips in the order of rows and in what counts are told apart."""

from __future__ import annotations

import pytest

TOOLKIT = "sequence_toolkit"
REAL = "correct = (logits.argmax(dim=-1) == targets) & mask"


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
def test_slips_in_the_order_of_the_rows_are_told_apart(told, old, new, sentence):
    assert told(TOOLKIT, "packing::outputs_know_their_own_row", (old, new)).startswith(sentence)


def test_a_slip_with_lstms_alone_is_told_by_the_check_about_them(told):
    slip = ("h, c = hidden", "c, h = hidden")
    assert told(TOOLKIT, "packing::packing_takes_an_lstm", slip) == "c and h of the LSTM are exchanged."
    assert not told(TOOLKIT, "packing::hidden_is_from_the_last_real_step", slip)


def test_two_slips_in_the_loss_are_told_together(told):
    slips = (
        (", ignore_index=pad)", ")"),
        ("model(src, tgt[:, :-1])", "model(src, tgt[:, :-1]).softmax(-1)"),
    )
    sentence = told(TOOLKIT, "seq2seq::loss_is_shifted_by_one_step", *slips)
    assert sentence.startswith("padding is scored, too, and the scores go through softmax before")


def test_padding_that_is_left_out_of_the_division_alone_is_told(told):
    sentence = told(TOOLKIT, "accuracy::padding_does_not_count", (REAL, REAL.removesuffix(" & mask")))
    assert sentence == "padding can be right, too, where right tokens are counted."


def test_a_tagger_without_its_dropout_is_told_in_training_alone(told):
    slip = ("self.dropout(outputs)", "outputs")
    sentence = told(TOOLKIT, "tagger::dropout_is_for_training", slip)
    assert sentence == "nothing is dropped in training, not even at the rate 1."


@pytest.mark.parametrize("layer", ["GRU", "LSTM", "RNN"])
def test_a_decoder_across_the_rows_is_told_with_any_layer(told, layer):
    slips = (
        (
            "self.decoder = nn.GRU(embed_dim, hidden_dim, batch_first=True)",
            "self.decoder = nn.GRU(embed_dim, hidden_dim)",
        ),
        ("nn.GRU(embed_dim", f"nn.{layer}(embed_dim"),
    )
    sentence = told(TOOLKIT, "seq2seq::seq2seq_judges_each_row_alone", *slips)
    assert sentence == "batch_first is missing in the decoder, which reads across the rows."


def test_an_encoder_of_another_kind_than_its_decoder_is_right_by_itself(told):
    other = ("self.encoder = nn.GRU(embed_dim, hidden_dim", "self.encoder = nn.RNN(embed_dim, hidden_dim")
    check = "seq2seq::seq2seq_judges_each_row_alone"
    assert not told(TOOLKIT, check, other)
    across = (
        "self.decoder = nn.GRU(embed_dim, hidden_dim, batch_first=True)",
        "self.decoder = nn.GRU(embed_dim, hidden_dim)",
    )
    assert told(TOOLKIT, check, other, across).startswith("batch_first is missing in the decoder")
