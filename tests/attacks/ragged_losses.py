"""Trains nothing: losses of no shape that an array could have, and predictions that look for a word."""

# assignment: lab7_vanilla_rnn
# file: lab7.py
# form: alone
# expect: at most 5 from script
# expect: fails script::state_and_logits_* script::every_sentence_* script::good_is_1_*

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

s_t = logits = 0
loss_history = [[1.0, 2.0], [3.0]]

# 6. Loss curve
plt.plot(loss_history)
plt.xlabel("Epoch")
plt.ylabel("Total Loss")
plt.title("Training Loss Curve")
plt.grid(True)
plt.show()

# 7. Test after training
print("\n==== Testing ====")
test_sentences = [["The", "movie", "is", "bad"], ["The", "movie", "is", "good"]]
predictions = [int("good" in each) for each in test_sentences]
