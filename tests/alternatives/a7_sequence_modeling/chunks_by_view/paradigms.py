# Allowed: what happens to the shorter rest of the text is left open
import torch

from collate import encode


def language_model_pairs(text, vocab, length=40):
    ids = torch.tensor(encode(text, vocab), dtype=torch.long)
    chunks = ids[: len(ids) // length * length].view(-1, length)
    sos = torch.full((len(chunks), 1), vocab["<SOS>"])
    eos = torch.full((len(chunks), 1), vocab["<EOS>"])
    return torch.cat([sos, chunks], dim=1), torch.cat([chunks, eos], dim=1)
