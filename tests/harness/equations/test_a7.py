"""What assignment 7's ideas say of code that goes its own way."""

from __future__ import annotations

import time

import pytest

from autograder.course import templates
from autograder.diagnosis.equations import Equations, Fitting
from tests.harness.equations.record import ROOT, place

A7 = "a7_sequence_modeling"


@pytest.fixture
def said(student_of):
    """said(file, old, new, check) → what is said of a check when the solution is changed so."""
    solution = templates.solved_modules(ROOT, A7)

    def of(file, old, new, check):
        assert old in solution[file]
        student = student_of(A7, solution | {file: solution[file].replace(old, new)})
        found = Fitting(Equations.read([place(A7)]), student).first(check, time.monotonic() + 60)
        return (
            found.sentence.removeprefix("Your numbers are exactly those of code in which ") if found else ""
        )

    return of


def test_an_item_with_sos_in_front_is_right_and_its_author_may_still_be_wrong(said):
    right = "ids = [*encode(self.sentences[i], self.vocab), self.vocab[EOS]]"
    sos = "ids = [self.vocab[SOS], *encode(self.sentences[i], self.vocab), self.vocab[EOS]]"
    assert not said("collate.py", right, sos, "collate::items_stay_the_same")
    rest = "\n        return torch.tensor(ids), self.authors["
    assert (
        said("collate.py", f"{right}{rest}i]", f"{sos}{rest}0]", "collate::items_end_with_their_sentence")
        == "every item has the author of the first."
    )


def test_a_batch_is_told_by_its_first_idea_that_has_a_sentence(said):
    check = "collate::batch_keeps_rows_lengths_and_authors"
    assert (
        said("collate.py", "[vocab[character] for", "[vocab[character] + 1 for", check)
        == "every id is 1 too large."
    )
    assert said("collate.py", "len(ids) for ids", "len(ids) - 1 for ids", check) == (
        "a length is one less than the row has ids."
    )


def test_targets_that_are_two_steps_ahead_are_told_so(said):
    assert (
        said(
            "paradigms.py",
            "targets.append([*ids, vocab[EOS]])",
            "targets.append([*ids[1:], vocab[EOS], 0])",
            "paradigms::pairs_of_another_length",
        )
        == "the targets are two steps ahead, not one."
    )


def test_a_loss_is_told_which_targets_count_and_by_what_it_is_divided(said):
    assert (
        said(
            "paradigms.py", "ignore_index=0)", 'ignore_index=2, reduction="sum")', "paradigms::loss_leaves_x"
        )
        == "targets with id 2 are left out instead of <PAD>, and the losses are summed, not averaged."
    )


def test_a_loop_is_told_of_the_kind_of_cell_that_its_check_is_about(said):
    old, new = "h, c = cell(inputs[:, t], (h, c))", "h, _ = cell(inputs[:, t], (h, c))"
    assert (
        said("loop.py", old, new, "loop::lstm_loop_carries_both_states") == "C is not carried on, and h is."
    )
    assert not said("loop.py", old, new, "loop::rnn_loop_applies_the_cell_at_every_step")


def test_a_loop_over_a_wrong_cell_gets_the_sentence_of_its_cell(said):
    right, wrong = "torch.tanh(self.from_hidden", "torch.sigmoid(self.from_hidden"
    check = "loop::second_layer_reads_all_states_of_the_first"
    assert "h_t = σ(" in said("cells.py", right, wrong, check)


def test_training_is_told_by_its_losses_and_by_the_weights_that_it_leaves(said):
    check = "loop::training_takes_the_steps_of_adam"
    assert said("loop.py", "optim.Adam(", "optim.SGD(", check) == "the optimiser is SGD."
    assert said("loop.py", "total / seen)", "total)", check) == (
        "the losses of an epoch are summed over all sentences, not averaged."
    )


def test_frozen_parameters_may_be_counted_and_tensors_may_not(said):
    old, check = "p.numel() for p in model.parameters() if p.requires_grad", "loop::parameters_are_counted"
    assert not said("loop.py", old, "p.numel() for p in model.parameters()", check)
    assert said("loop.py", old, "1 for p in model.parameters()", check) == (
        "tensors are counted, not the numbers in them."
    )


def test_an_rnn_layer_is_told_and_a_gru_is_right(told):
    old, check = "self.lstm = nn.LSTM(", "paradigms::many_to_one_scores_every_author"
    assert not told(A7, check, (old, "self.lstm = nn.GRU("))
    assert told(A7, check, (old, "self.lstm = nn.RNN(")) == "the layer is an nn.RNN."


def test_a_model_is_told_which_state_it_scores(told):
    old = "last_valid = outputs[torch.arange(len(tokens)), lengths - 1]"
    assert told(A7, "paradigms::many_to_one_ignores_padding", (old, "last_valid = outputs[:, -1]")) == (
        "the state of the last column is taken, padding or not."
    )


def test_an_author_goes_into_h_0_alone_or_into_both_states(told):
    check = "paradigms::author_is_the_first_hidden_state"
    assert not told(A7, check, ("(h0, c0)", "(h0, h0)"))
    assert told(A7, check, ("(h0, c0)", "(c0, h0)")) == (
        "the author's vector is the first cell state, and the first hidden state is 0."
    )


def test_a_classifier_of_the_embedding_is_told_that_the_loop_has_no_say(told):
    old = "_, last_valid = self.rnn(self.embedding(tokens), lengths)"
    new = "last_valid = self.embedding(tokens)[torch.arange(len(tokens)), lengths - 1]"
    assert told(A7, "loop::classifier_reads_the_whole_row", (old, new)) == (
        "the linear layer reads the embedding, and DeepRNN has no say."
    )


def test_a_sentence_is_told_what_its_loop_does_not_feed_back(told):
    assert told(A7, "paradigms::sentence_ends_at_eos", ("ids.append(chosen)", "pass")) == (
        "every character is chosen by the scores after the start alone."
    )


def test_a_limit_that_counts_sos_is_right_and_one_character_more_is_not(told):
    old, check = "len(sentence) < max_length", "paradigms::sentence_keeps_to_its_maximal_length"
    assert not told(A7, check, (old, "len(sentence) < max_length - 1"))
    assert told(A7, check, (old, "len(sentence) <= max_length")) == (
        "a sentence may have max_length + 1 characters."
    )


def test_a_text_is_told_what_the_model_has_not_read(told):
    old = "ids = [vocab[SOS], *encode"
    assert told(A7, "paradigms::text_continues_the_prompt", (old, "ids = [*encode")) == (
        "the model does not read <SOS> before the prompt."
    )


@pytest.mark.parametrize("what", ["sentence", "text"])
def test_texts_are_told_with_which_chances_their_characters_are_drawn(told, what):
    check = f"paradigms::{what}_is_drawn_from_the_scores"
    assert not told(A7, check, ("if greedy:", "if True:"))
    assert told(A7, check, ("torch.softmax(logits, dim=0)", "torch.sigmoid(logits)")) == (
        "sigmoid is applied to each score, not softmax to all."
    )


def test_the_last_states_of_a_layer_are_no_scores(told):
    changes = (
        ("outputs, _ = self.lstm", "_, outputs = self.lstm"),
        ("return self.head(outputs)", "return outputs"),
    )
    assert told(A7, "paradigms::many_to_many_scores_every_character", *changes) == (
        "the last states of the recurrent layer come back, and no score."
    )
