# Allowed: the text says "or by using PyTorch's pack_padded_sequence utility"
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence


class ManyToOne(nn.Module):
    def __init__(self, vocab_size, hidden_size, num_classes=3):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, hidden_size, padding_idx=0)
        self.lstm = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.fc = nn.Linear(hidden_size, num_classes)

    def forward(self, tokens, lengths):
        packed = pack_padded_sequence(
            self.embedding(tokens), lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        _, (h_n, _) = self.lstm(packed)
        return self.fc(h_n[-1])
