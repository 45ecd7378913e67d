# Allowed: the handout asks for "manual SGD" with gradients, and not that autograd computes them
import torch
import matplotlib.pyplot as plt

vocab = {"The": 0, "movie": 1, "is": 2, "good": 3, "bad": 4}


def word_to_onehot(word):
    vec = torch.zeros(len(vocab), 1)
    vec[vocab[word]] = 1.0
    return vec


train_data = [(("The", "movie", "is", "good"), 1), (("The", "movie", "is", "bad"), 0)]
n = 2
m = len(vocab)
T = 4
torch.manual_seed(42)

W = torch.randn(n, n, requires_grad=True)
U = torch.randn(n, m, requires_grad=True)
b = torch.randn(n, 1, requires_grad=True)
W_out = torch.randn(2, n, requires_grad=True)
b_out = torch.randn(2, 1, requires_grad=True)
weights = {"W": W, "U": U, "b": b, "W_out": W_out, "b_out": b_out}
learning_rate = 0.1
num_epochs = 300
loss_fn = torch.nn.CrossEntropyLoss()
loss_history = []
for epoch in range(num_epochs):
    total_loss = 0.0
    for sentence, label in train_data:
        inputs = [word_to_onehot(word) for word in sentence]
        states = [torch.zeros(n, 1)]
        with torch.no_grad():
            for x_t in inputs:
                states.append(torch.tanh(W @ states[-1] + U @ x_t + b))
            logits = (W_out @ states[-1] + b_out).view(1, -1)
            loss = loss_fn(logits, torch.tensor([label]))
            total_loss += loss.item()
            d = torch.softmax(logits, 1).T.clone()
            d[label] -= 1
            g = {k: torch.zeros_like(v) for k, v in weights.items()}
            g["W_out"] += d @ states[-1].T
            g["b_out"] += d
            ds = W_out.T @ d
            for t in reversed(range(len(inputs))):
                dz = ds * (1 - states[t + 1] ** 2)
                g["W"] += dz @ states[t].T
                g["U"] += dz @ inputs[t].T
                g["b"] += dz
                ds = W.T @ dz
            for k, v in weights.items():
                v -= learning_rate * g[k]
    loss_history.append(total_loss)

plt.plot(loss_history)
plt.show()

test_sentences = [["The", "movie", "is", "bad"], ["The", "movie", "is", "good"]]
predictions = []
for test_sentence in test_sentences:
    s_prev = torch.zeros(n, 1)
    for word in test_sentence:
        s_t = torch.tanh(W @ s_prev + U @ word_to_onehot(word) + b)
        s_prev = s_t
    logits = W_out @ s_t + b_out
    prediction = torch.argmax(logits)
    predictions.append(prediction.item())
    print(f"Sentence: {test_sentence} → Prediction: {prediction.item()}")
