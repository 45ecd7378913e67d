# Allowed: names, arguments and shapes must be as given; everything inside is free
"""Lab 7: a vanilla RNN that tells a good movie from a bad one, trained by gradient descent by hand."""

import matplotlib.pyplot as plt
import torch

# 1. Vocabulary
vocab = {"The": 0, "movie": 1, "is": 2, "good": 3, "bad": 4}


def word_to_onehot(word):
    vec = torch.zeros(len(vocab), 1)
    vec[vocab[word]] = 1.0
    return vec


# 2. Training samples
train_data = [(("The", "movie", "is", "good"), 1), (("The", "movie", "is", "bad"), 0)]

# 3. Parameters of the RNN
n = 2  # hidden size
m = len(vocab)
T = 4  # number of words
learning_rate = 0.1
num_epochs = 300
test_sentences = [["The", "movie", "is", "bad"], ["The", "movie", "is", "good"]]


def run(epochs):
    torch.manual_seed(42)
    Whh = torch.randn(n, n, requires_grad=True)
    Wxh = torch.randn(n, m, requires_grad=True)
    bh = torch.randn(n, 1, requires_grad=True)
    Why = torch.randn(2, n, requires_grad=True)
    by = torch.randn(2, 1, requires_grad=True)
    loss_fn = torch.nn.CrossEntropyLoss()
    loss_history = []
    for epoch in range(epochs):
        total_loss = 0.0
        for sentence, label in train_data:
            s = torch.zeros(n, 1)
            for word in sentence:
                s = torch.tanh(Whh @ s + Wxh @ word_to_onehot(word) + bh)
            loss = loss_fn((Why @ s + by).view(1, -1), torch.tensor([label]))
            loss.backward()
            with torch.no_grad():
                for weight in (Whh, Wxh, bh, Why, by):
                    weight -= learning_rate * weight.grad
                    weight.grad.zero_()
            total_loss += loss.item()
        loss_history.append(total_loss)
    predictions = []
    for sentence in test_sentences:
        s = torch.zeros(n, 1)
        for word in sentence:
            s = torch.tanh(Whh @ s + Wxh @ word_to_onehot(word) + bh)
        predictions.append(torch.argmax(Why @ s + by).item())
    return Whh, Wxh, bh, Why, by, loss_history, predictions


W, U, b, W_out, b_out, loss_history, predictions = run(num_epochs)
plt.plot(loss_history)
plt.show()
print(predictions)
