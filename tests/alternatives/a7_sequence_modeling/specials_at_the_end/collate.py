# Allowed: the ids of the text are an example ("e.g.")
from collections import Counter

import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import Dataset


def build_vocab(texts):
    """<PAD> first, the most frequent characters next, the other special tokens last."""
    counts = Counter()
    for text in texts:
        counts.update(text)
    symbols = ["<PAD>"] + sorted(counts, key=lambda c: (-counts[c], c)) + ["<SOS>", "<EOS>", "<UNK>"]
    return {symbol: i for i, symbol in enumerate(symbols)}


def encode(text, vocab):
    return [vocab.get(c, vocab["<UNK>"]) for c in text]


class AuthorDataset(Dataset):
    """Encodes everything at once."""

    def __init__(self, sentences, authors, vocab):
        self.items = []
        for sentence, author in zip(sentences, authors, strict=True):
            self.items.append((torch.LongTensor(encode(sentence, vocab) + [vocab["<EOS>"]]), int(author)))

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]


def collate_fn(batch):
    ids, authors = zip(*batch, strict=True)
    lengths = torch.LongTensor([x.size(0) for x in ids])
    return pad_sequence(ids, batch_first=True), lengths, torch.LongTensor(authors)
