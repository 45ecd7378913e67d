"""The four paradigms on fresh numbers, and trained."""

from autograder.corpora import author_sentences
from autograder.judge import needs, references
from tests.visible.a7_sequence_modeling import generation, language, paradigms, training


@needs("many_to_one_scores_every_author")
def test_many_to_one_reads_the_last_valid_state_of_other_rows(student, draw):
    """ManyToOne: the scores come from the hidden state after the last valid character, for other rows"""
    paradigms.last_state_only(student, draw)


@needs("sentence_ends_at_eos")
def test_sentences_of_every_author(student, draw):
    """generate_sentence: every author gets sentences of the model's own"""
    generation.sentence_ends(student, draw)


def test_pairs_of_any_length(student, draw):
    """language_model_pairs: chunks of any length, and no character lost between them"""
    language.pairs(student, draw, length=int(draw.integers(8, 60)))


@needs("loss_leaves_out_padding")
def test_loss_is_the_mean_cross_entropy(student, draw):
    """token_loss: value and gradient of the mean cross-entropy over real tokens"""
    language.loss_value(student, draw, references.token_loss)


@needs("text_continues_the_prompt")
def test_text_continues_other_prompts(student, draw):
    """generate_text: other prompts, drawn characters, special tokens left out"""
    generation.text_continues(student, draw.child("greedy"))
    generation.text_is_drawn(student, draw.child("drawn"))


# ---- training


@needs("many_to_one_scores_every_author", "loop::training_lowers_the_loss")
def test_many_to_one_learns(student, draw, thresholds):
    """ManyToOne, trained by your train_classifier, learns which character marks an author"""
    training.many_to_one_learns(student, draw, thresholds)


@needs("many_to_one_scores_every_author", "loop::training_lowers_the_loss")
def test_many_to_one_tells_the_authors_apart(student, draw, thresholds):
    """ManyToOne, trained by your train_classifier, tells Austen, Poe and Shakespeare apart"""
    train, test = author_sentences(seed=0, max_length=40)
    training.authors_are_told_apart(student, draw, thresholds, train, test)


@needs("many_to_many_scores_every_character", "pairs_are_shifted_by_one_step", "loss_leaves_out_padding")
def test_many_to_many_learns(student, draw, thresholds):
    """ManyToMany learns from your pairs with your loss to guess the next character"""
    training.language_model_learns(student, draw, thresholds)
