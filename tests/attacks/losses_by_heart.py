"""Knows losses and predictions by heart, and neither steps nor looks at a sentence."""

# assignment: lab7_vanilla_rnn
# file: lab7.py
# form: alone
# expect: fails script::every_sentence_takes_one_step script::good_is_1_and_bad_is_0

import torch

vocab = {"The": 0, "movie": 1, "is": 2, "good": 3, "bad": 4}


def word_to_onehot(word):
    return torch.eye(5)[vocab[word]].view(-1, 1)


train_data = [(("The", "movie", "is", "good"), 1), (("The", "movie", "is", "bad"), 0)]
n, m, T = 2, 5, 4
torch.manual_seed(42)
W = torch.randn(n, n, requires_grad=True)
U = torch.randn(n, m, requires_grad=True)
b = torch.randn(n, 1, requires_grad=True)
W_out = torch.randn(2, n, requires_grad=True)
b_out = torch.randn(2, 1, requires_grad=True)
learning_rate, num_epochs = 0.1, 300
loss_history = [1.4 * 0.985**epoch for epoch in range(num_epochs)]
test_sentences = [["The", "movie", "is", "bad"], ["The", "movie", "is", "good"]]
predictions = [0, 1]
for epoch in range(50, num_epochs + 1, 50):
    print(f"Epoch [{epoch}/{num_epochs}] - Loss: {loss_history[epoch - 1]:.4f}")
for words, predicted in zip(test_sentences, predictions, strict=True):
    print(f"Sentence: {words} → Prediction: {predicted}")
