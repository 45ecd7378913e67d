# Allowed: what happens to the shorter rest of the text is left open
import torch
from torch.nn.utils.rnn import pad_sequence

from collate import encode


def language_model_pairs(text, vocab, length=40):
    sos, eos = torch.tensor([vocab["<SOS>"]]), torch.tensor([vocab["<EOS>"]])
    chunks = torch.tensor(encode(text, vocab)).split(length)
    inputs = [torch.cat([sos, chunk]) for chunk in chunks]
    targets = [torch.cat([chunk, eos]) for chunk in chunks]
    return pad_sequence(inputs, batch_first=True), pad_sequence(targets, batch_first=True)
