"""Texts for the assignments: found, downloaded or made up, and always labelled with where they are from."""

from autograder.course.texts.authors import (
    AUTHORS,
    author_sentences,
    load_texts,
    sonnets_text,
    split_sentences,
)
from autograder.course.texts.synthetic import synthetic_text

__all__ = ["AUTHORS", "author_sentences", "load_texts", "sonnets_text", "split_sentences", "synthetic_text"]
