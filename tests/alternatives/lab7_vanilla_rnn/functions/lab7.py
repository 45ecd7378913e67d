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
torch.manual_seed(42)

W = torch.randn(n, n, requires_grad=True)
U = torch.randn(n, m, requires_grad=True)
b = torch.randn(n, 1, requires_grad=True)
W_out = torch.randn(2, n, requires_grad=True)
b_out = torch.randn(2, 1, requires_grad=True)

# 4. Training setup
learning_rate = 0.1
num_epochs = 300
loss_fn = torch.nn.CrossEntropyLoss()
loss_history = []


def forward(sentence):
    """Sentence -> logits (1, 2)."""
    s = torch.zeros(n, 1)
    for word in sentence:
        s = torch.tanh(W @ s + U @ word_to_onehot(word) + b)
    return (W_out @ s + b_out).view(1, -1)


@torch.no_grad()
def sgd_step(parameters, lr):
    for p in parameters:
        p -= lr * p.grad
        p.grad.zero_()


def train(epochs):
    for epoch in range(epochs):
        total_loss = 0.0
        for sentence, label in train_data:
            loss = loss_fn(forward(sentence), torch.tensor([label]))
            loss.backward()
            sgd_step([W, U, b, W_out, b_out], learning_rate)
            total_loss += loss.item()
        loss_history.append(total_loss)
        if (epoch + 1) % 50 == 0:
            print(f"Epoch [{epoch + 1}/{epochs}] - Loss: {total_loss:.4f}")


# 5. Training loop
train(num_epochs)

# 6. Loss curve
plt.plot(loss_history)
plt.show()

# 7. Test after training
test_sentences = [["The", "movie", "is", "bad"], ["The", "movie", "is", "good"]]
with torch.no_grad():
    predictions = [forward(sentence).argmax().item() for sentence in test_sentences]
for sentence, prediction in zip(test_sentences, predictions):
    print(f"Sentence: {sentence} → Prediction: {prediction}")
