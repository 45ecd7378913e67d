# Allowed: everything inside is free; what is built once may be used again
from torch import nn


class BiLSTMTagger(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim, num_tags, dropout=0.1):
        super().__init__()
        self.layers = nn.ModuleDict(
            {
                "embedding": nn.Embedding(vocab_size, embed_dim),
                "lstm": nn.LSTM(embed_dim, hidden_dim, batch_first=True, bidirectional=True),
                "norm": nn.LayerNorm(2 * hidden_dim),
                "dropout": nn.Dropout(dropout),
                "head": nn.Linear(2 * hidden_dim, num_tags),
            }
        )

    def forward(self, tokens, lengths):
        outputs, _ = run_packed(self.layers["lstm"], self.layers["embedding"](tokens), lengths)
        return self.layers["head"](self.layers["dropout"](self.layers["norm"](outputs)))
