"""One-to-one, many-to-one, one-to-many, many-to-many."""

from autograder.judge import needs
from tests.visible.a7_sequence_modeling import generation, language, paradigms

# ---- one-to-one


def test_first_characters_stay_a_column(student, draw):
    """first_characters: the first character of each sentence, (B, 1)"""
    paradigms.first_characters(student, draw)


def test_one_to_one_scores_every_author(student, draw):
    """OneToOne: (B, 1) gives one score per author, (B, C), through nn.LSTM or nn.GRU"""
    paradigms.shapes(student, draw, "OneToOne")


@needs("one_to_one_scores_every_author")
def test_one_to_one_judges_each_row_alone(student, draw):
    """OneToOne: the scores of a row do not depend on the other rows"""
    paradigms.rows_stay_apart(student, draw, "OneToOne")


# ---- many-to-one


def test_many_to_one_scores_every_author(student, draw):
    """ManyToOne: (B, T) gives one score per author, (B, C), through nn.LSTM or nn.GRU"""
    paradigms.shapes(student, draw, "ManyToOne")


@needs("many_to_one_scores_every_author")
def test_many_to_one_ignores_padding(student, draw):
    """ManyToOne: neither the amount nor the content of the padding matters"""
    paradigms.padding_changes_nothing(student, draw)


@needs("many_to_one_scores_every_author")
def test_many_to_one_judges_each_row_alone(student, draw):
    """ManyToOne: a row gives the same alone and in a batch"""
    paradigms.rows_stay_apart(student, draw, "ManyToOne")


@needs("many_to_one_scores_every_author")
def test_many_to_one_reads_first_and_last_character(student, draw):
    """ManyToOne: the first and the last character of a row both matter"""
    paradigms.reads_first_and_last(student, draw)


# ---- one-to-many


def test_one_to_many_scores_every_character(student, draw):
    """OneToMany: at each step one score per character, (B, T, V), through nn.LSTM or nn.GRU"""
    paradigms.shapes(student, draw, "OneToMany")


@needs("one_to_many_scores_every_character")
def test_author_matters_from_the_first_step(student, draw):
    """OneToMany: another author gives other scores, at once and in that row only"""
    paradigms.author_matters(student, draw)


@needs("one_to_many_scores_every_character")
def test_one_to_many_never_looks_ahead(student, draw):
    """OneToMany: each step reads the true character of that step, and none after it"""
    paradigms.never_looks_ahead(student, draw, "OneToMany")


@needs("one_to_many_scores_every_character")
def test_sentence_ends_at_eos(student, draw):
    """generate_sentence: writes what your model ranks first, stops at <EOS>, and does not print it"""
    generation.sentence_ends(student, draw)


@needs("one_to_many_scores_every_character")
def test_sentence_keeps_to_its_maximal_length(student, draw):
    """generate_sentence: stops at max_length when <EOS> does not come"""
    generation.sentence_is_cut(student, draw)


# ---- many-to-many


def test_pairs_are_shifted_by_one_step(student, draw):
    """language_model_pairs: 40 characters, <SOS> in front of the inputs, <EOS> behind the targets"""
    language.pairs(student, draw, default=True)


def test_many_to_many_scores_every_character(student, draw):
    """ManyToMany: at each step one score per character, (B, T, V), through nn.LSTM or nn.GRU"""
    paradigms.shapes(student, draw, "ManyToMany")


@needs("many_to_many_scores_every_character")
def test_many_to_many_never_looks_ahead(student, draw):
    """ManyToMany: the scores of a step do not know later characters, in training neither"""
    paradigms.never_looks_ahead(student, draw, "ManyToMany")


@needs("many_to_many_scores_every_character")
def test_many_to_many_judges_each_row_alone(student, draw):
    """ManyToMany: a row gives the same alone and in a batch"""
    paradigms.rows_stay_apart(student, draw, "ManyToMany")


def test_loss_leaves_out_padding(student, draw):
    """token_loss: the mean over all tokens that are not <PAD>, each with the same weight"""
    language.loss_properties(student, draw)


@needs("many_to_many_scores_every_character")
def test_text_continues_the_prompt(student, draw):
    """generate_text: reads the prompt and writes what your model ranks first"""
    generation.text_continues(student, draw)


@needs("many_to_many_scores_every_character")
def test_text_has_its_length(student, draw):
    """generate_text: 150 characters after "The summer"; <EOS> neither stops it nor is printed"""
    generation.text_has_its_length(student, draw)


@needs("many_to_many_scores_every_character")
def test_text_takes_unknown_characters(student, draw):
    """generate_text: a prompt with a character that the vocabulary does not know"""
    generation.text_takes_unknown(student, draw)
