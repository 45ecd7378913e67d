"""Models that read each token by itself: what they lack of a recurrent layer cannot go wrong in them."""

# assignment: sequence_toolkit
# file: toolkit.py
# form: replace
# expect: at most 0.6 from tagger
# expect: fails tagger::tagger_ignores_padding tagger::tagger_judges_each_row_alone

from torch import nn


class BiLSTMTagger(nn.Module):
    def __init__(self, vocab_size, embed_dim, hidden_dim, num_tags, dropout=0.1):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, num_tags)
        self.dropout = nn.Dropout(dropout)

    def forward(self, tokens, lengths):
        return self.dropout(self.embedding(tokens))
