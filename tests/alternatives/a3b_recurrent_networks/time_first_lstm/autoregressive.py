# Allowed: "set batch_first to True if your input tensor has shape (batch, time, emb)": or transpose
import torch
from torch import nn


class CharLSTM(nn.Module):
    def __init__(self, vocab_size, emb=32, hidden=16, num_layers=1):
        super().__init__()
        self.parts = nn.ModuleList(
            [nn.Embedding(vocab_size, emb), nn.LSTM(emb, hidden, num_layers), nn.Linear(hidden, vocab_size)]
        )

    def forward(self, tokens):
        embed, lstm, output = self.parts
        states, _ = lstm(embed(tokens.t()))
        return output(states).transpose(0, 1).contiguous()


def sample(lnprobs, temperature=1.0):
    if temperature < 1e-8:
        return torch.argmax(lnprobs).item()
    noise = -torch.log(-torch.log(torch.rand_like(lnprobs)))
    return (lnprobs / temperature + noise).argmax().item()
