"""One-to-one, many-to-one, one-to-many, many-to-many."""

from autograder.checks import needs
from tests.visible.a7_sequence_modeling import generation, language, paradigms

ONE, MANY, AUTHOR, TEXT = "OneToOne", "ManyToOne", "OneToMany", "ManyToMany"

# ---- one-to-one


def test_first_characters_stay_a_column(student, draw):
    """first_characters: the first character of each sentence, (B, 1)"""
    paradigms.first_characters(student, draw)


def test_one_to_one_scores_every_author(student, draw):
    """OneToOne: (B, 1) gives one score per author, (B, C), through nn.LSTM or nn.GRU"""
    paradigms.shapes(student, draw, ONE)


@needs("one_to_one_scores_every_author")
def test_one_to_one_judges_each_row_alone(student, draw):
    """OneToOne: the scores of a row do not depend on the other rows"""
    paradigms.rows_stay_apart(student, draw, ONE)


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


def test_many_to_one_scores_every_author(student, draw):
    """ManyToOne: (B, T) gives one score per author, (B, C), through nn.LSTM or nn.GRU"""
    paradigms.shapes(student, draw, MANY)


@needs("many_to_one_scores_every_author")
def test_many_to_one_ignores_padding(student, draw):
    """ManyToOne: neither the amount nor the content of the padding matters"""
    paradigms.padding_changes_nothing(student, draw)


@needs("many_to_one_scores_every_author")
def test_many_to_one_judges_each_row_alone(student, draw):
    """ManyToOne: a row gives the same alone and in a batch"""
    paradigms.rows_stay_apart(student, draw, MANY)


@needs("many_to_one_scores_every_author")
def test_many_to_one_reads_first_and_last_character(student, draw):
    """ManyToOne: the first and the last character of a row both matter"""
    paradigms.reads_first_and_last(student, draw)


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


def test_one_to_many_scores_every_character(student, draw):
    """OneToMany: at each step one score per character, (B, T, V), through nn.LSTM or nn.GRU"""
    paradigms.shapes(student, draw, AUTHOR)


@needs("one_to_many_scores_every_character")
def test_author_matters_from_the_first_step(student, draw):
    """OneToMany: another author gives other scores, at once and in that row only"""
    paradigms.author_matters(student, draw)


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
def test_one_to_many_never_looks_ahead(student, draw):
    """OneToMany: each step reads the true character of that step, and none after it"""
    paradigms.never_looks_ahead(student, draw, AUTHOR)


@needs("one_to_many_scores_every_character")
def test_one_to_many_returns_raw_scores(student, draw):
    """OneToMany: logits as they are, of each row alone"""
    paradigms.scores_are_raw(student, draw.child("raw"), AUTHOR)
    paradigms.rows_stay_apart(student, draw.child("rows"), AUTHOR)


@needs("one_to_many_scores_every_character")
def test_sentence_ends_at_eos(student, draw):
    """generate_sentence: writes what your model ranks first, stops at <EOS>, and does not print it"""
    generation.sentence_ends(student, draw)


@needs("one_to_many_scores_every_character")
def test_sentence_keeps_to_its_maximal_length(student, draw):
    """generate_sentence: stops at max_length when <EOS> does not come"""
    generation.sentence_is_cut(student, draw)


@needs("sentence_ends_at_eos", "one_to_many_returns_raw_scores")
def test_sentence_is_drawn_from_the_scores(student, draw):
    """generate_sentence: drawn characters follow the probabilities of softmax"""
    generation.sentence_is_drawn(student, draw)


# ---- many-to-many


def test_pairs_are_shifted_by_one_step(student, draw):
    """language_model_pairs: 40 characters, <SOS> in front of the inputs, <EOS> behind the targets"""
    language.pairs(student, draw, default=True)


def test_pairs_of_another_length(student, draw):
    """language_model_pairs: chunks of any length, and no character lost between them"""
    for least, most in ((3, 12), (12, 60)):
        language.pairs(student, draw, length=int(draw.integers(least, most)))


def test_many_to_many_scores_every_character(student, draw):
    """ManyToMany: at each step one score per character, (B, T, V), through nn.LSTM or nn.GRU"""
    paradigms.shapes(student, draw, TEXT)


@needs("many_to_many_scores_every_character")
def test_many_to_many_never_looks_ahead(student, draw):
    """ManyToMany: the scores of a step do not know later characters, in training neither"""
    paradigms.never_looks_ahead(student, draw, TEXT)


@needs("many_to_many_scores_every_character")
def test_many_to_many_judges_each_row_alone(student, draw):
    """ManyToMany: a row gives the same alone and in a batch"""
    paradigms.rows_stay_apart(student, draw, TEXT)


@needs("many_to_many_scores_every_character")
def test_many_to_many_remembers(student, draw):
    """ManyToMany: later steps know the earlier ones, and every call starts anew"""
    paradigms.remembers(student, draw.child("remembers"), TEXT)
    paradigms.same_again(student, draw.child("again"), TEXT)


@needs("many_to_many_scores_every_character")
def test_many_to_many_returns_raw_scores(student, draw):
    """ManyToMany: logits as they are"""
    paradigms.scores_are_raw(student, draw, TEXT)


def test_loss_leaves_out_padding(student, draw):
    """token_loss: the mean over all tokens that are not <PAD>, each with the same weight"""
    language.loss_properties(student, draw)


@needs("loss_leaves_out_padding")
def test_loss_passes_gradients_on(student, draw):
    """token_loss: backward() reaches the scores of every real token, and of no other"""
    language.loss_passes_gradients_on(student, draw)


@needs("many_to_many_scores_every_character")
def test_text_continues_the_prompt(student, draw):
    """generate_text: reads the prompt and writes what your model ranks first"""
    generation.text_continues(student, draw)


@needs("text_continues_the_prompt", "many_to_many_returns_raw_scores", "many_to_many_remembers")
def test_text_is_drawn_from_the_scores(student, draw):
    """generate_text: drawn characters follow the probabilities of softmax"""
    generation.text_is_drawn(student, draw)


@needs("many_to_many_scores_every_character")
def test_text_has_its_length(student, draw):
    """generate_text: 150 characters after "The summer"; <EOS> neither stops it nor is printed"""
    generation.text_has_its_length(student, draw)


@needs("one_to_one_scores_every_author", "many_to_one_scores_every_author")
def test_embeddings_have_the_width_of_the_state(student, draw):
    """The four models: their embeddings are as wide as the hidden state"""
    paradigms.embeddings_have_the_width_of_the_state(student, draw)


@needs("many_to_many_scores_every_character")
def test_text_takes_unknown_characters(student, draw):
    """generate_text: a prompt with a character that the vocabulary does not know"""
    generation.text_takes_unknown(student, draw)
