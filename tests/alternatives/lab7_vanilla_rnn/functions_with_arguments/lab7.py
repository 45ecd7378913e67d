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
test_sentences = [["The", "movie", "is", "bad"], ["The", "movie", "is", "good"]]
learning_rate = 0.1
num_epochs = 300


def make_weights(hidden, words, seed=42):
    torch.manual_seed(seed)
    shapes = [(hidden, hidden), (hidden, words), (hidden, 1), (2, hidden), (2, 1)]
    return [torch.randn(shape, requires_grad=True) for shape in shapes]


def rnn(sentence, W, U, b, W_out, b_out):
    state = torch.zeros_like(b)
    for word in sentence:
        state = torch.tanh(W @ state + U @ word_to_onehot(word) + b)
    return W_out @ state + b_out


def train(data, weights, lr, epochs):
    history = []
    criterion = torch.nn.CrossEntropyLoss()
    for _ in range(epochs):
        losses = []
        for sentence, label in data:
            loss = criterion(rnn(sentence, *weights).T, torch.tensor([label]))
            gradients = torch.autograd.grad(loss, weights)
            weights = [(w - lr * g).detach().requires_grad_() for w, g in zip(weights, gradients)]
            losses.append(loss.item())
        history.append(sum(losses))
    return weights, history


weights = make_weights(n, m)
W, U, b, W_out, b_out = weights
(W, U, b, W_out, b_out), loss_history = train(train_data, weights, learning_rate, num_epochs)

plt.plot(loss_history)
plt.title("Training Loss Curve")
plt.show()

predictions = [int(rnn(sentence, W, U, b, W_out, b_out).argmax()) for sentence in test_sentences]
print(predictions)
