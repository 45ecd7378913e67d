# Allowed: the text names the last character "(typically the <EOS> token)" and leaves the first open
import torch
from torch.utils.data import Dataset


class AuthorDataset(Dataset):
    def __init__(self, sentences, authors, vocab):
        self.sentences, self.authors, self.vocab = sentences, authors, vocab

    def __len__(self):
        return len(self.sentences)

    def __getitem__(self, i):
        characters = [self.vocab[c] for c in self.sentences[i]]
        ids = torch.tensor([self.vocab["<SOS>"], *characters, self.vocab["<EOS>"]])
        return ids, torch.tensor(self.authors[i])
