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
loss_history = []
predictions = []


def step(s, word):
    return torch.tanh(W @ s + U @ word_to_onehot(word) + b)


def logits_of(sentence):
    s = torch.zeros(n, 1)
    for word in sentence:
        s = step(s, word)
    return W_out @ s + b_out


def main():
    global W, U, b, W_out, b_out
    torch.manual_seed(42)
    W = torch.randn(n, n, requires_grad=True)
    U = torch.randn(n, m, requires_grad=True)
    b = torch.randn(n, 1, requires_grad=True)
    W_out = torch.randn(2, n, requires_grad=True)
    b_out = torch.randn(2, 1, requires_grad=True)
    loss_fn = torch.nn.CrossEntropyLoss()
    for epoch in range(num_epochs):
        total_loss = 0.0
        for sentence, label in train_data:
            loss = loss_fn(logits_of(sentence).view(1, -1), torch.tensor([label]))
            loss.backward()
            with torch.no_grad():
                for weight in (W, U, b, W_out, b_out):
                    weight -= learning_rate * weight.grad
                    weight.grad.zero_()
            total_loss += loss.item()
        loss_history.append(total_loss)
    for sentence in test_sentences:
        predictions.append(logits_of(sentence).argmax().item())


if __name__ == "__main__":
    main()
    plt.plot(loss_history)
    plt.show()
