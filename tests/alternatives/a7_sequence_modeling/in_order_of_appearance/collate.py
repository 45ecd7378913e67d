# Allowed: any order of the ids that depends on the texts alone is the same in every process
import torch
from torch.utils.data import Dataset

PAD, SOS, EOS = "<PAD>", "<SOS>", "<EOS>"


def build_vocab(texts):
    vocab = {PAD: 0, EOS: 1, SOS: 2}
    for text in texts:
        for character in text:
            vocab.setdefault(character, len(vocab))
    return vocab


def encode(text, vocab):
    return list(map(vocab.__getitem__, text))


class AuthorDataset(Dataset):
    def __init__(self, sentences, authors, vocab):
        self.pairs = list(zip(sentences, authors, strict=True))
        self.vocab = vocab

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, index):
        sentence, author = self.pairs[index]
        ids = torch.empty(len(sentence) + 1, dtype=torch.int64)
        ids[:-1] = torch.tensor(encode(sentence, self.vocab), dtype=torch.int64)
        ids[-1] = self.vocab[EOS]
        return ids, author


def collate_fn(batch):
    """Without pad_sequence."""
    lengths = torch.tensor([len(ids) for ids, _ in batch])
    tokens = torch.zeros(len(batch), int(lengths.max()), dtype=torch.long)
    for row, (ids, _) in enumerate(batch):
        tokens[row, : len(ids)] = ids
    return tokens, lengths, torch.as_tensor([author for _, author in batch])
