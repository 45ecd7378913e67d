# Allowed: what stands between the last valid state and the head in training is free
import torch
from torch import nn

from cells import GRUCell, LSTMCell, VanillaRNNCell

CELLS = {"rnn": VanillaRNNCell, "lstm": LSTMCell, "gru": GRUCell}


class AuthorClassifier(nn.Module):
    def __init__(self, vocab_size, hidden_size, cell="rnn", num_layers=1, num_classes=3):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, hidden_size, padding_idx=0)
        self.rnn = DeepRNN(cell, hidden_size, hidden_size, num_layers)
        self.dropout = nn.Dropout(0.2)
        self.head = nn.Linear(hidden_size, num_classes)

    def forward(self, tokens, lengths):
        _, last = self.rnn(self.embedding(tokens), lengths)
        return self.head(self.dropout(last))


class DeepRNN(nn.Module):
    def __init__(self, cell, input_size, hidden_size, num_layers=1):
        super().__init__()
        self.kind, self.hidden_size = cell, hidden_size
        sizes = [input_size] + [hidden_size] * (num_layers - 1)
        self.cells = nn.ModuleList([CELLS[cell](size, hidden_size) for size in sizes])

    def forward(self, x_seq, lengths):
        for cell in self.cells:
            zeros = x_seq.new_zeros(x_seq.size(0), self.hidden_size)
            state, outputs = ((zeros, zeros) if self.kind == "lstm" else zeros), []
            for x in x_seq.unbind(1):
                state = cell(x, state)
                outputs.append(state[0] if self.kind == "lstm" else state)
            x_seq = torch.stack(outputs, 1)
        return x_seq, x_seq[torch.arange(len(lengths), device=x_seq.device), lengths - 1]
