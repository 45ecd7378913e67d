# Allowed: "Feed this sequence to the model": or one step at a time with the state kept
import torch
from torch import nn


class CharLSTM(nn.Module):
    def __init__(self, vocab_size, emb=32, hidden=16, num_layers=1):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, emb)
        self.rnn = nn.LSTM(input_size=emb, hidden_size=hidden, num_layers=num_layers, batch_first=True)
        self.toprobs = nn.Linear(hidden, vocab_size)

    def step(self, tokens, state=None):
        outputs, state = self.rnn(self.embed(tokens), state)
        return self.toprobs(outputs), state

    def forward(self, tokens):
        return self.step(tokens)[0]


@torch.no_grad()
def generate(model, seed, end, max_length, temperature=1.0):
    model.eval()
    result = list(seed)
    logits, state = model.step(torch.tensor([result]))
    while len(result) < max_length:
        result += [int(sample(logits[0, -1], temperature))]
        if result[-1] == end:
            break
        logits, state = model.step(torch.tensor([[result[-1]]]), state)
    return result
