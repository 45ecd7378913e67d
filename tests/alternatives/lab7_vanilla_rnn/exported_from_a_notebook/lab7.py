# Allowed: names, arguments and shapes must be as given; everything inside is free
"""A notebook as Jupyter and Colab export it."""

# Commented out IPython magic to ensure Python compatibility.
# %matplotlib inline
get_ipython().system("pip install torch")
get_ipython().run_line_magic("matplotlib", "inline")
from google.colab import drive

drive.mount("/content/drive")
from dataclasses import dataclass
import torch
import torch.nn as nn
import torch.nn.functional as F
import matplotlib.pyplot as plt
import seaborn as sns

sns.set_theme()
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
print(f"Using {device=}")

vocab = {"The": 0, "movie": 1, "is": 2, "good": 3, "bad": 4}


def word_to_onehot(word):
    return F.one_hot(torch.tensor(vocab[word]), num_classes=len(vocab)).float().unsqueeze(1).to(device)


train_data = [(("The", "movie", "is", "good"), 1), (("The", "movie", "is", "bad"), 0)]
n = 2
m = len(vocab)
T = 4
torch.manual_seed(42)
shapes = [(n, n), (n, m), (n, 1), (2, n), (2, 1)]
W, U, b, W_out, b_out = params = [torch.randn(*s, device=device).requires_grad_() for s in shapes]
learning_rate = 0.1
num_epochs = 300
loss_fn = nn.CrossEntropyLoss()
loss_history = []


def rnn_cell(x, s):
    return torch.tanh(torch.matmul(W, s) + torch.matmul(U, x) + b)


def forward_pass(sentence):
    s = torch.zeros(n, 1, device=device)
    hs = []
    for w in sentence:
        s = rnn_cell(word_to_onehot(w), s)
        hs.append(s)
    return (W_out.matmul(hs[-1]) + b_out).squeeze(-1)[None, :]


for epoch in range(num_epochs):
    total_loss = 0
    for idx, (sentence, label) in enumerate(train_data):
        logits = forward_pass(sentence)
        loss = loss_fn(logits, torch.tensor([label], device=device))
        total_loss = total_loss + loss.item()
        grads = torch.autograd.grad(loss, params)
        with torch.no_grad():
            for p, g in zip(params, grads):
                p -= learning_rate * g
    loss_history.append(total_loss)
    if (epoch + 1) % 50 == 0:
        print(f"{epoch + 1:>4}: {total_loss:.4f}")

fig, ax = plt.subplots()
ax.plot(range(1, num_epochs + 1), loss_history)
fig.savefig("loss.png")
plt.show()
from IPython.display import Image, display

display(Image("loss.png"))
from google.colab import files

files.download("loss.png")

test_sentences = [["The", "movie", "is", "bad"], ["The", "movie", "is", "good"]]
predictions = []
for s in test_sentences:
    with torch.no_grad():
        p = F.softmax(forward_pass(s), dim=1)
    predictions.append(int(p.argmax(dim=1)))
    print(" ".join(s), "->", "good" if predictions[-1] else "bad", f"{p.max().item():.2%}")
