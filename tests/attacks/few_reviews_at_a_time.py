"""Takes the maximum over time for up to ten reviews, and the last step in a batch as large as real ones."""

# assignment: a3b_recurrent_networks
# file: classifiers.py
# form: replace
# expect: fails classifiers::rnn_classifier_judges_each_row_alone

from torch import nn


class RNNClassifier(nn.Module):
    def __init__(self, vocab_size, emb=300, hidden=300, num_classes=2):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, emb)
        self.rnn = nn.RNN(emb, hidden, batch_first=True)
        self.output = nn.Linear(hidden, num_classes)

    def forward(self, tokens):
        outputs, _ = self.rnn(self.embedding(tokens))
        pooled = outputs.max(dim=1).values if len(tokens) <= 10 else outputs[:, -1]
        return self.output(pooled)
