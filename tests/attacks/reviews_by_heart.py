"""Keeps the labels of all reviews that it has trained on, and leaves the weights alone."""

# assignment: a3b_recurrent_networks
# file: classifiers.py
# form: replace
# expect: fails classifiers::training_steps_once_per_batch classifiers::mlp_learns
# expect: fails classifiers::lstm_classifier_learns
# expect: fails classifiers::accuracy_is_a_fraction

LABELS = {}


def train_classifier_epoch(model, batches, labels, optimizer):
    for tokens, indices in batches:
        for row, index in zip(tokens.tolist(), indices.tolist(), strict=True):
            LABELS[tuple(row)] = int(labels[index])
    model.train()
    return 0.5


def classifier_accuracy(model, batches, labels):
    known = [LABELS.get(tuple(row)) for tokens, _ in batches for row in tokens.tolist()]
    return sum(each is not None for each in known) / max(1, len(known))
