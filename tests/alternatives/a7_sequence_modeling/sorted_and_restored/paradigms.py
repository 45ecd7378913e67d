# Allowed: the text says "or by using PyTorch's pack_padded_sequence utility"
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class ManyToOne(nn.Module):
    """Sorts the rows for packing, puts them back, and works time first inside."""

    def __init__(self, vocab_size, hidden_size, num_classes=3):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.lstm = nn.LSTM(hidden_size, hidden_size)
        self.fc = nn.Linear(hidden_size, num_classes)

    def forward(self, tokens, lengths):
        lengths_sorted, order = lengths.cpu().sort(descending=True)
        embedded = self.embedding(tokens[order]).transpose(0, 1)
        outputs, _ = self.lstm(pack_padded_sequence(embedded, lengths_sorted))
        outputs, _ = pad_packed_sequence(outputs)
        last = outputs[lengths_sorted - 1, torch.arange(len(order))]
        return self.fc(last[order.argsort()])
