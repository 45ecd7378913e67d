"""Texts for the assignments: found, downloaded or made up, and always labelled with where they are from."""

from autograder.corpora.authors import AUTHORS, author_sentences, load_texts, sonnets_text, split_sentences
from autograder.corpora.synthetic import synthetic_text

__all__ = [
    "AUTHORS",
    "author_sentences",
    "load_texts",
    "sonnets_text",
    "split_sentences",
    "synthetic_text",
]
