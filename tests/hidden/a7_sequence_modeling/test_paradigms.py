"""The four paradigms on fresh numbers, and what their properties leave open."""

from autograder.corpora import author_sentences
from autograder.judge import needs, references
from tests.visible.a7_sequence_modeling import generation, language, paradigms, training

ONE, MANY, AUTHOR, TEXT = "OneToOne", "ManyToOne", "OneToMany", "ManyToMany"


# ---- one-to-one


@needs("one_to_one_scores_every_author")
def test_one_to_one_knows_its_character(student, draw):
    """OneToOne: every character has a vector of its own"""
    paradigms.depends_on_its_character(student, draw)


@needs("one_to_one_scores_every_author")
def test_one_to_one_returns_raw_scores(student, draw):
    """OneToOne: logits as they are, for any number of authors"""
    paradigms.scores_are_raw(student, draw.child("raw"), ONE)
    paradigms.other_sizes(student, draw.child("sizes"), ONE)


# ---- many-to-one


@needs("many_to_one_scores_every_author")
def test_many_to_one_reads_the_last_valid_state(student, draw):
    """ManyToOne: the scores come from the hidden state after the last valid character, nothing else"""
    paradigms.last_state_only(student, draw)


@needs("many_to_one_scores_every_author")
def test_many_to_one_returns_raw_scores(student, draw):
    """ManyToOne: logits as they are, for any number of authors; the inputs stay as they are"""
    paradigms.scores_are_raw(student, draw.child("raw"), MANY)
    paradigms.other_sizes(student, draw.child("sizes"), MANY)
    paradigms.same_again(student, draw.child("again"), MANY)


@needs("many_to_one_scores_every_author")
def test_many_to_one_learns_from_every_character(student, draw):
    """ManyToOne: every character learns, the first of a row too"""
    paradigms.every_character_learns(student, draw.child("characters"), MANY)
    paradigms.first_character_learns(student, draw.child("first"))


# ---- one-to-many


@needs("one_to_many_scores_every_character")
def test_author_is_the_first_hidden_state(student, draw):
    """OneToMany: the author's vector is h_0 and goes nowhere else"""
    paradigms.author_is_the_first_state(student, draw)


@needs("one_to_many_scores_every_character")
def test_author_vectors_learn(student, draw):
    """OneToMany: every author has a vector that learns"""
    paradigms.author_learns(student, draw.child("learns"))
    paradigms.other_sizes(student, draw.child("sizes"), AUTHOR)


@needs("one_to_many_scores_every_character")
def test_one_to_many_returns_raw_scores(student, draw):
    """OneToMany: logits as they are, of each row alone"""
    paradigms.scores_are_raw(student, draw.child("raw"), AUTHOR)
    paradigms.rows_stay_apart(student, draw.child("rows"), AUTHOR)


@needs("sentence_ends_at_eos")
def test_sentence_is_drawn_from_the_scores(student, draw):
    """generate_sentence: drawn characters follow the probabilities of softmax"""
    generation.sentence_is_drawn(student, draw)


@needs("sentence_ends_at_eos")
def test_sentences_of_every_author(student, draw):
    """generate_sentence: every author gets sentences of the model's own"""
    generation.sentence_ends(student, draw)


# ---- many-to-many


def test_pairs_of_other_lengths(student, draw):
    """language_model_pairs: chunks of another length, and no character lost between them"""
    language.pairs(student, draw, length=7)


@needs("many_to_many_scores_every_character")
def test_many_to_many_remembers(student, draw):
    """ManyToMany: later steps know the earlier ones, and every call starts anew"""
    paradigms.remembers(student, draw.child("remembers"), TEXT)
    paradigms.same_again(student, draw.child("again"), TEXT)


@needs("many_to_many_scores_every_character")
def test_many_to_many_returns_raw_scores(student, draw):
    """ManyToMany: logits as they are"""
    paradigms.scores_are_raw(student, draw, TEXT)


@needs("loss_leaves_out_padding")
def test_loss_is_the_mean_cross_entropy(student, draw):
    """token_loss: value and gradient of the mean cross-entropy over real tokens"""
    language.loss_value(student, draw, references.token_loss)


@needs("text_continues_the_prompt")
def test_text_continues_other_prompts(student, draw):
    """generate_text: another prompt, drawn characters, special tokens left out"""
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
