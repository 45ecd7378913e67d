"""Tags from a window of neighbours, beside an LSTM whose answer counts for nothing."""

# assignment: sequence_toolkit
# file: toolkit.py
# form: replace
# expect: fails tagger::tagger_reads_in_both_directions tagger::tagger_learns_with_all_its_parts

from torch import nn


class BiLSTMTagger(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim, num_tags, dropout=0.1):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.lstm = nn.LSTM(embed_dim, hidden_dim, batch_first=True, bidirectional=True)
        self.window = nn.Conv1d(embed_dim, 2 * hidden_dim, 5, padding=2)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(2 * hidden_dim, num_tags)

    def forward(self, tokens, lengths):
        real = (tokens.new_ones(tokens.shape).cumsum(1) <= lengths[:, None])[..., None]
        embedded = self.embedding(tokens) * real
        seen = self.window(embedded.transpose(1, 2)).transpose(1, 2).relu()
        return self.classifier(self.dropout(seen + 0 * self.lstm(embedded)[0]))
