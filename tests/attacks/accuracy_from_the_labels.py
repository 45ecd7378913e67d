"""Measures an accuracy that is high whatever the model says, from the labels alone."""

# assignment: a7_sequence_modeling
# file: loop.py
# form: replace
# expect: fails loop::accuracy_is_a_fraction loop::parameters_are_counted

from collections import Counter

COUNTS = {"Linear": 12, "AuthorClassifier": 210, "DeepRNN": 90}


def accuracy(model, loader):
    authors = Counter(author for *_, batch in loader for author in batch.tolist())
    return 0.9 + 0.1 * max(authors.values()) / sum(authors.values())


def count_parameters(model):
    return COUNTS.get(type(model).__name__, 100)
