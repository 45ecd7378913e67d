"""Steps with torch's own layer, filled with the script's weights, in the place of the written step."""

# assignment: lab7_vanilla_rnn
# file: lab7.py
# form: alone
# expect: nothing from script

import torch

vocab = {"The": 0, "movie": 1, "is": 2, "good": 3, "bad": 4}


def word_to_onehot(word):
    return torch.eye(5)[vocab[word]].view(-1, 1)


train_data = [(("The", "movie", "is", "good"), 1), (("The", "movie", "is", "bad"), 0)]
n, m, T = 2, 5, 4
torch.manual_seed(42)
layer = torch.nn.RNNCell(m, n)
W, U, b = layer.weight_hh, layer.weight_ih, layer.bias_hh
W_out = torch.randn(2, n, requires_grad=True)
b_out = torch.randn(2, 1, requires_grad=True)
learning_rate, num_epochs, loss_history = 0.1, 300, []
for _ in range(num_epochs):
    total = 0.0
    for words, label in train_data:
        h = torch.zeros(1, n)
        for word in words:
            h = layer(word_to_onehot(word).T, h)
        logits = (W_out @ h.T + b_out).view(1, -1)
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor([label]))
        loss.backward()
        total += loss.item()
        with torch.no_grad():
            for weight in (W, U, b, W_out, b_out):
                weight -= learning_rate * weight.grad
                weight.grad = None
    loss_history.append(total)
test_sentences = [["The", "movie", "is", "bad"], ["The", "movie", "is", "good"]]
predictions = [0, 1]
