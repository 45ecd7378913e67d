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
torch.manual_seed(42)


class VanillaRNN(torch.nn.Module):
    def __init__(self, n, m):
        super().__init__()
        self.weights = torch.nn.ParameterDict(
            {
                "W": torch.nn.Parameter(torch.randn(n, n)),
                "U": torch.nn.Parameter(torch.randn(n, m)),
                "b": torch.nn.Parameter(torch.zeros(n, 1)),
                "W_out": torch.nn.Parameter(torch.randn(2, n)),
                "b_out": torch.nn.Parameter(torch.zeros(2, 1)),
            }
        )

    def forward(self, sentence):
        w = self.weights
        s = torch.zeros_like(w["b"])
        for word in sentence:
            s = torch.tanh(w["W"] @ s + w["U"] @ word_to_onehot(word) + w["b"])
        return (w["W_out"] @ s + w["b_out"]).T


model = VanillaRNN(n, m)
W, U, b, W_out, b_out = (model.weights[name] for name in ("W", "U", "b", "W_out", "b_out"))
criterion = torch.nn.CrossEntropyLoss()
loss_history = []
for epoch in range(num_epochs):
    total_loss = 0.0
    for sentence, label in train_data:
        model.zero_grad()
        loss = criterion(model(sentence), torch.tensor([label]))
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= learning_rate * parameter.grad
        total_loss += float(loss)
    loss_history.append(total_loss)

plt.plot(loss_history)
plt.show()

model.eval()
predictions = []
for test_sentence in test_sentences:
    with torch.no_grad():
        predictions.append(int(torch.argmax(model(test_sentence))))
print(predictions)
