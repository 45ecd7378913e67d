# %% [markdown]
# # Sequence toolkit: packing, sequence to sequence, tagging
#
# Text, sound and time series come as sequences, and a model of them must know what came before what.
# Here you build three things that every model of sequences needs: a way around padding, an encoder and
# decoder with teacher forcing, and a tagger that reads in both directions, with an accuracy that counts
# real tokens only.
#
# Every place that waits for you says `TODO`. Names, arguments and shapes must stay as they are;
# everything inside is yours. The same definitions wait in `toolkit.py`: work here or there, as you like.
# All data is made up, so that everything runs in a minute on a laptop.
#
# Below each part stands a check: run it as often as you like, and it says what to do next. The first
# cell finds the checks.

# %%
# include checks

# %%
import json
import os

import matplotlib.pyplot as plt
import torch
from torch import nn

SEED = 2
torch.manual_seed(SEED)
torch.set_num_threads(1)  # networks this small run fastest on one core

# A quick run takes seconds and shows whether everything works. Its numbers mean nothing: hand in a full run.
QUICK = os.environ.get("QUICK", "") != ""
print(f"torch {torch.__version__}{', QUICK' if QUICK else ''}")

# %% [markdown]
# ## Tokens as vectors
#
# An embedding turns every token into a vector that training can move. It starts at random.

# %%
vocab_size, embedding_dim = 20, 16
embedding = nn.Embedding(vocab_size, embedding_dim)
tokens = torch.randint(0, vocab_size, (4, 6))  # (B, T)
embedded = embedding(tokens)  # (B, T, E)
print(embedded.shape)

# %% [markdown]
# ## RNN, GRU and LSTM
#
# All three read one step at a time and keep a hidden state. The gates of GRU and LSTM let gradients
# survive more steps. The norm of the hidden states says whether they are stable: here, before any
# training, for six steps.

# %%
hidden_size = 32
layers = {
    "RNN": nn.RNN(embedding_dim, hidden_size, batch_first=True),
    "GRU": nn.GRU(embedding_dim, hidden_size, batch_first=True),
    "LSTM": nn.LSTM(embedding_dim, hidden_size, batch_first=True),
}
norms = {}
for name, layer in layers.items():
    states, _ = layer(embedded)  # (B, T, H)
    norms[name] = states.norm(dim=-1).mean().item()
    print(f"{name:4} mean norm of the hidden states: {norms[name]:.4f}")

# %%
# include folded: data.py

# %%
# include: toolkit.py

# %% [markdown]
# ## Check your work
#
# Save this notebook as `assignment.ipynb` in `templates/sequence_toolkit`.
# In the top folder of the course, where the Makefile lies, run
#
#     make check A=sequence_toolkit
#
# or, without make, `python check.py sequence_toolkit`. It reads the definitions in this
# notebook, runs the checks that you have and says where to look next.

# %%
USE_MODULES = False  # True, if you wrote your definitions in toolkit.py
if USE_MODULES:
    from toolkit import BiLSTMTagger, Seq2Seq, run_packed, teacher_forcing_loss, token_accuracy

# %% [markdown]
# ## Experiment 1: packing
#
# Four rows of 2, 5, 1 and 4 real steps. Packed, the GRU reads 12 steps instead of 24, and row 2 ends
# with the state that it has after its only step, whatever the padding holds.

# %%
lengths = torch.tensor([2, 5, 1, 4])
gru = layers["GRU"]
outputs, hidden = run_packed(gru, embedded, lengths)
print("outputs", tuple(outputs.shape), "hidden", tuple(hidden.shape))
alone, _ = gru(embedded[2:3, :1])
print("row 2 ends as it does alone:", torch.allclose(hidden[0, 2], alone[0, 0], atol=1e-6))

# %% [markdown]
# ## Experiment 2: copy and reverse
#
# The source is a sentence of five words, the target is the same sentence in the same or in the other
# direction. In training the decoder reads the true words (teacher forcing). In use there are none: it
# reads what it has just written. Copying needs the encoder's state to hold the whole sentence.

# %% [markdown]
# First see which tokens your loss counts, in a batch of targets of different lengths:

# %%
picture("loss", teacher_forcing_loss, Seq2Seq(12, 18, 64))

# %%
PAIRS = 500 if QUICK else 4000
EPOCHS = 2 if QUICK else 8
WORDS, VOCAB = 5, 12


def train_seq2seq(model, src, tgt, epochs):
    """The mean loss of each epoch."""
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    history = []
    for _epoch in range(epochs):
        losses = []
        for batch in torch.randperm(len(src)).split(64):
            loss = teacher_forcing_loss(model, src[batch], tgt[batch])
            adam.zero_grad()
            loss.backward()
            adam.step()
            losses.append(loss.item())
        history.append(sum(losses) / len(losses))
    return history


@torch.no_grad()
def decode_greedily(model, src, steps):
    """src (B, S) -> words (B, steps), each the likeliest after those that the model has written before it"""
    model.eval()
    written = torch.full((len(src), 1), START)
    for _step in range(steps):
        following = model(src, written)[:, -1].argmax(dim=-1)
        written = torch.cat([written, following[:, None]], dim=1)
    return written[:, 1:]


seq2seq_results = {}
for task, backwards in {"copy": False, "reverse": True}.items():
    torch.manual_seed(SEED)
    model = Seq2Seq(VOCAB, 18, 64)
    losses = train_seq2seq(model, *sentence_pairs(PAIRS, WORDS, VOCAB, backwards, seed=1), EPOCHS)
    src, tgt = sentence_pairs(500, WORDS, VOCAB, backwards, seed=2)  # drawn anew
    words = decode_greedily(model, src, WORDS)
    right = (words == tgt[:, 1:-1]).float().mean().item()
    seq2seq_results[task] = {"losses": losses, "accuracy": right}
    print(f"{task:7} last loss {losses[-1]:.3f}, words right by greedy decoding {right:.3f}")
    print(f"        {src[0].tolist()} -> {words[0].tolist()}")

# %%
fig, ax = plt.subplots(figsize=(6, 3.5))
for task, result in seq2seq_results.items():
    ax.plot(range(1, EPOCHS + 1), result["losses"], marker="o", label=task)
ax.set_xlabel("epoch")
ax.set_ylabel("mean training loss")
ax.set_title("Teacher forcing")
ax.legend()
plt.show()

# %% [markdown]
# ## Experiment 3: tags that need both neighbours
#
# Each token's tag tells whether the tokens before, here and behind are odd: eight tags. Reading in one
# direction only, nobody knows the token behind, and guesses half of the tags.

# %%
SENTENCES = 400 if QUICK else 2000
TAGGER_EPOCHS = 1 if QUICK else 3


def mask_of(lengths, width):
    """(B, width), True at real tokens"""
    return torch.arange(width) < lengths[:, None]


def train_tagger(model, tokens, lengths, tags, epochs):
    """Train on the real tokens of each batch."""
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    for _epoch in range(epochs):
        model.train()
        for batch in torch.randperm(len(tokens)).split(32):
            logits = model(tokens[batch], lengths[batch])
            width = logits.shape[1]
            real = mask_of(lengths[batch], width)
            loss = nn.functional.cross_entropy(logits[real], tags[batch, :width][real])
            adam.zero_grad()
            loss.backward()
            adam.step()


torch.manual_seed(SEED)
tagger = BiLSTMTagger(50, 32, 64, NUM_TAGS)
train_tagger(tagger, *tagged_sentences(SENTENCES, seed=3), TAGGER_EPOCHS)

tokens, lengths, tags = tagged_sentences(300, seed=4)  # drawn anew
tagger.eval()
with torch.no_grad():
    logits = tagger(tokens, lengths)
width = logits.shape[1]
real = mask_of(lengths, width)
tagger_accuracy = float(token_accuracy(logits, tags[:, :width], real))
with_padding = float(token_accuracy(logits, tags[:, :width], torch.ones_like(real)))
print(f"real tokens right: {tagger_accuracy:.3f}; with padding counted it would read {with_padding:.3f}")

# %% [markdown]
# ## The results, for the grader
#
# This line repeats what the cells above showed. Run the notebook from top to bottom once more before
# you hand it in, with all outputs in it.

# %%
results = {
    "quick": QUICK,
    "copy": seq2seq_results["copy"]["accuracy"],
    "reverse": seq2seq_results["reverse"]["accuracy"],
    "tagger": tagger_accuracy,
}
print("TOOLKIT-RESULTS", json.dumps(results))
