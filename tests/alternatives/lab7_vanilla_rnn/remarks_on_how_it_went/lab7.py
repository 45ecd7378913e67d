# Allowed: the template sets gradients to zero with zero_(); any equivalent is right
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

# 5. Training loop
for epoch in range(num_epochs):
    total_loss = 0.0
    for sentence, label in train_data:
        inputs = [word_to_onehot(word) for word in sentence]
        s_prev = torch.zeros(n, 1)
        for x_t in inputs:
            s_t = torch.tanh(W @ s_prev + U @ x_t + b)
            s_prev = s_t

        logits = W_out @ s_t + b_out
        logits = logits.view(1, -1)

        target = torch.tensor([label])
        loss = loss_fn(logits, target)
        total_loss += loss.item()

        for weight in (W, U, b, W_out, b_out):
            if weight.grad is not None:
                weight.grad.zero_()
        loss.backward()
        with torch.no_grad():
            W -= learning_rate * W.grad
            U -= learning_rate * U.grad
            b -= learning_rate * b.grad
            W_out -= learning_rate * W_out.grad
            b_out -= learning_rate * b_out.grad

    loss_history.append(total_loss)
    if (epoch + 1) % 50 == 0:
        print(f"Epoch [{epoch + 1}/{num_epochs}] - Loss: {total_loss:.4f}")

# 6. Loss curve
print("Final loss:", loss_history[-1])
assert loss_history[-1] < 0.1, "did not learn"
plt.plot(loss_history)
plt.xlabel("Epoch")
plt.ylabel("Total Loss")
plt.title("Training Loss Curve")
plt.grid(True)
plt.show()

# 7. Test after training
print("\n==== Testing ====")
test_sentences = [["The", "movie", "is", "bad"], ["The", "movie", "is", "good"]]
predictions = []
for test_sentence in test_sentences:
    inputs = [word_to_onehot(word) for word in test_sentence]
    s_prev = torch.zeros(n, 1)
    for x_t in inputs:
        s_t = torch.tanh(W @ s_prev + U @ x_t + b)
        s_prev = s_t

    logits = W_out @ s_t + b_out
    prediction = torch.argmax(logits)
    predictions.append(prediction.item())
    print(f"Sentence: {test_sentence} → Prediction: {prediction.item()}")

assert predictions == [0, 1]
best = min(loss_history)
print("best", best)
