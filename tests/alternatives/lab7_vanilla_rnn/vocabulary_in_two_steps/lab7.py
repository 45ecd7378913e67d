# Allowed: names, arguments and shapes must be as given; everything inside is free
import torch
import matplotlib.pyplot as plt
from typing import List, Tuple

vocab = {"The": 0, "movie": 1, "good": 3, "bad": 4}
vocab["is"] = 2
idx2word = {v: k for k, v in vocab.items()}


def word_to_onehot(word: str) -> torch.Tensor:
    return torch.eye(len(vocab))[:, vocab[word]].view(-1, 1)


train_data: List[Tuple[tuple, int]] = []
train_data.append((("The", "movie", "is", "good"), 1))
train_data.append((("The", "movie", "is", "bad"), 0))
n, m, T = 2, len(vocab), 4
torch.manual_seed(42)
W = torch.nn.Parameter(torch.randn(n, n))
U = torch.nn.Parameter(torch.randn(n, m))
b = torch.nn.Parameter(torch.zeros(n, 1))
W_out = torch.nn.Parameter(torch.randn(2, n))
b_out = torch.nn.Parameter(torch.zeros(2, 1))
learning_rate, num_epochs = 1e-1, 300
loss_history = []


def main():
    global loss_history
    model_params = {"W": W, "U": U, "b": b, "W_out": W_out, "b_out": b_out}
    ce = torch.nn.CrossEntropyLoss()
    epoch = 0
    while (epoch := epoch + 1) <= num_epochs:
        epoch_loss = []
        for sentence, label in train_data:
            s_prev = torch.zeros((n, 1))
            xs = torch.stack([word_to_onehot(w) for w in sentence])
            for x_t in xs:
                s_prev = torch.tanh(torch.addmm(b, W, s_prev) + torch.mm(U, x_t))
            logits = torch.addmm(b_out, W_out, s_prev).reshape(1, 2)
            loss = ce(logits, torch.LongTensor([label]))
            epoch_loss.append(float(loss))
            for p in model_params.values():
                p.grad = None
            loss.backward()
            for p in model_params.values():
                p.data.add_(p.grad, alpha=-learning_rate)
        loss_history += [sum(epoch_loss)]
        if not epoch % 50:
            print("Epoch [%d/%d] - Loss: %.4f" % (epoch, num_epochs, loss_history[-1]))


if __name__ == "__main__":
    main()
    plt.figure(figsize=(6, 4))
    plt.plot(loss_history, "b-")
    plt.show()
test_sentences = ["The movie is bad".split(), "The movie is good".split()]


@torch.inference_mode()
def predict(words):
    s = torch.zeros(n, 1)
    for w in words:
        s = torch.tanh(W @ s + U @ word_to_onehot(w) + b)
    return (W_out @ s + b_out).flatten().topk(1).indices.item()


predictions = [predict(t) for t in test_sentences]
assert predictions == [train_data[1][1], train_data[0][1]] or num_epochs < 300, "not learnt"
for t, p in zip(test_sentences, predictions):
    print(f"Sentence: {t} → Prediction: {p}")
input("Press Enter to exit")
