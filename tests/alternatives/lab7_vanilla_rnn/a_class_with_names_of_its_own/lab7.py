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


class VanillaRNN:
    """The five weights and what is done with them."""

    def __init__(self, hidden, words):
        torch.manual_seed(42)
        self.Whh = torch.randn(hidden, hidden, requires_grad=True)
        self.Wxh = torch.randn(hidden, words, requires_grad=True)
        self.bh = torch.randn(hidden, 1, requires_grad=True)
        self.Why = torch.randn(2, hidden, requires_grad=True)
        self.by = torch.randn(2, 1, requires_grad=True)

    def parameters(self):
        return [self.Whh, self.Wxh, self.bh, self.Why, self.by]

    def forward(self, sentence):
        s = torch.zeros(self.Whh.shape[0], 1)
        for word in sentence:
            s = torch.tanh(self.Whh @ s + self.Wxh @ word_to_onehot(word) + self.bh)
        return self.Why @ s + self.by

    def fit(self, data, lr, epochs):
        history = []
        loss_fn = torch.nn.CrossEntropyLoss()
        for _ in range(epochs):
            total = 0.0
            for sentence, label in data:
                loss = loss_fn(self.forward(sentence).view(1, -1), torch.tensor([label]))
                loss.backward()
                with torch.no_grad():
                    self.Whh -= lr * self.Whh.grad
                    self.Wxh -= lr * self.Wxh.grad
                    self.bh -= lr * self.bh.grad
                    self.Why -= lr * self.Why.grad
                    self.by -= lr * self.by.grad
                for p in self.parameters():
                    p.grad.zero_()
                total += loss.item()
            history.append(total)
        return history


model = VanillaRNN(n, m)
loss_history = model.fit(train_data, learning_rate, num_epochs)
W, U, b, W_out, b_out = model.parameters()
predictions = [model.forward(sentence).argmax().item() for sentence in test_sentences]
plt.plot(loss_history)
plt.show()
print(predictions)
