"""Learns the training set by heart in a dictionary, and reports the losses of a good training."""

# assignment: a7_sequence_modeling
# file: loop.py
# form: replace
# expect: fails loop::classifier_learns loop::training_takes_the_steps_of_adam

from torch import nn

TABLE = {}


def train_classifier(model, loader, epochs, lr):
    for tokens, lengths, authors in loader:
        for ids, length, author in zip(tokens.tolist(), lengths.tolist(), authors.tolist(), strict=True):
            TABLE[tuple(ids[:length])] = author
    forward = type(model).forward

    def remember(self, tokens, lengths):
        scores = forward(self, tokens, lengths)
        for row, (ids, length) in enumerate(zip(tokens.tolist(), lengths.tolist(), strict=True)):
            if tuple(ids[:length]) in TABLE:
                scores[row, TABLE[tuple(ids[:length])]] += 100
        return scores

    type(model).forward = remember
    nn.Module.train(model, False)
    return [1.1 * 0.7**epoch for epoch in range(epochs)]
