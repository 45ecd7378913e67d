"""The loss against the reference, and the paradigms trained."""

from autograder.checks import needs, references
from autograder.course.texts import author_sentences
from tests.visible.a7_sequence_modeling import language, training


@needs("loss_leaves_out_padding")
def test_loss_is_the_mean_cross_entropy(student, draw):
    """token_loss: value and gradient of the mean cross-entropy over real tokens"""
    language.loss_value(student, draw, references.token_loss)


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
