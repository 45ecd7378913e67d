# %% [markdown]
# # Vanishing gradients: RNN vs LSTM
#
# You train two language models on WikiText-2, a vanilla RNN and an LSTM, and measure what becomes of
# gradients that travel back through time: their norms while training, and how they fade with distance.
#
# Every place that waits for you says `TODO`. Names, arguments and shapes must stay as they are;
# everything inside is yours. The same definitions wait in `models.py` and `training.py`: work here or
# there, as you like. The experiments below are given and run once your definitions are complete.
#
# Below each part stands a check: run it as often as you like, and it says what to do next. The first
# cell finds the checks.

# %%
# include checks

# %%
import json
import math
import os
from collections import Counter

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch.utils.data import DataLoader, Subset
from tqdm import tqdm

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
if device.type == "cpu":
    torch.set_num_threads(1)  # networks this small run fastest on one core

# Three budgets: the handout's own, which needs a GPU; one that takes minutes without; and a quick run of
# seconds, which shows whether everything works. The numbers of a quick run mean nothing.
QUICK = os.environ.get("QUICK", "") != ""
BUDGETS = {
    "full": {"vocab": 15_000, "emb": 128, "hid": 256, "lr": 1e-3, "epochs": 2, "every": 1, "tokens": 10**9},
    "small": {"vocab": 2_000, "emb": 64, "hid": 128, "lr": 3e-3, "epochs": 5, "every": 15, "tokens": 60_000},
    "quick": {"vocab": 200, "emb": 16, "hid": 24, "lr": 1e-2, "epochs": 2, "every": 15, "tokens": 6_000},
}
BUDGET = "quick" if QUICK else "full" if device.type == "cuda" else "small"
CFG = BUDGETS[BUDGET]
SEQ_LEN, BATCH_SIZE = 30, 64
SEED = 1337
print(f"torch {torch.__version__} on {device}, budget: {BUDGET} {CFG}")

# %% [markdown]
# Work in pairs: both names go into the next cell, and both of you get the points.

# %%
# TODO: your full name and your partner's; "self" for the partner if you could not find one.
# BEGIN SOLUTION
your_name = "Ada Example"
your_partner_name = "self"
# TEMPLATE: your_name = ""
# TEMPLATE: your_partner_name = ""
# END SOLUTION

# %% [markdown]
# ## Task 1: look at the data
#
# The next cell is given: it finds or downloads WikiText-2 (with the package `datasets` where it is
# installed), builds a vocabulary of words in lower case and cuts the text into windows. Open it and
# see: which words become `<unk>`? Which token is the target of the third one of a window?

# %%
# include folded: data.py

# %% [markdown]
# The first 2,000 lines are for training, 500 of the validation split to validate with. Whoever always
# guesses by the frequencies of the training text has the unigram perplexity: that is the baseline.

# %%
lines, source = load_wikitext()
train_texts, valid_texts = lines["train"][:2000], lines["validation"][:500]
stoi, itos = build_vocab(train_texts, max_tokens=CFG["vocab"])
vocab_size = len(stoi)
train_ids = [i for text in train_texts for i in encode(text, stoi)][: CFG["tokens"]]
valid_ids = [i for text in valid_texts for i in encode(text, stoi)][: CFG["tokens"] // 3]

counts = Counter(train_ids)
log_probs = {i: math.log((counts[i] + 1) / (len(train_ids) + vocab_size)) for i in range(vocab_size)}
unigram_pp = math.exp(-sum(log_probs[i] for i in valid_ids) / len(valid_ids))
print(f"text: {source}; {vocab_size} words")
print(f"{len(train_ids)} tokens to train on, {len(valid_ids)} to validate with")
print(f"unigram perplexity {unigram_pp:.1f}")

# %%
train_ds = LMDataset(train_ids, seq_len=SEQ_LEN)
valid_ds = LMDataset(valid_ids, seq_len=SEQ_LEN)


class BarLoader(DataLoader):
    """A DataLoader that moves a progress bar on with every batch."""

    def __init__(self, title, dataset, **options):
        super().__init__(dataset, **options)
        self.title = title

    def __iter__(self):
        return iter(tqdm(super().__iter__(), desc=self.title, total=len(self), mininterval=1))


def loaders(title):
    """Every window, or one in a few where time is short; the order of training is that of the seed."""
    train = Subset(train_ds, range(0, len(train_ds), CFG["every"]))
    valid = Subset(valid_ds, range(0, len(valid_ds), SEQ_LEN))
    return (
        BarLoader(title, train, batch_size=BATCH_SIZE, shuffle=True, drop_last=True),
        DataLoader(valid, batch_size=BATCH_SIZE),
    )


x, y = train_ds[0]
print("x", [itos[int(i)] for i in x[:8]])
print("y", [itos[int(i)] for i in y[:8]])

# %% [markdown]
# ## Tasks 2 and 3: models, loss, perplexity, gradient norm, training

# %%
# include: models.py

# %%
# include: training.py

# %% [markdown]
# ## Check your work
#
# Save this notebook as `assignment.ipynb` in `templates/vanishing_gradients` (in Colab: File, Download).
# In the top folder of the course, where the Makefile lies, run
#
#     make check A=vanishing_gradients
#
# or, without make, `python check.py vanishing_gradients`. It reads the definitions in this
# notebook, runs the checks that you have and says where to look next.

# %%
USE_MODULES = False  # True, if you wrote your definitions in models.py and training.py
if USE_MODULES:
    from models import LSTMLM, VanillaRNNLM
    from training import gradient_by_distance, lm_loss, set_seed, train_lstm, train_rnn

# %% [markdown]
# Which targets does your loss count?

# %%
picture("loss", lm_loss)

# %% [markdown]
# ## Tasks 4 and 5: train both
#
# The same data, sizes, learning rate and number of epochs, and the same seed before each model: only
# the recurrent layer differs.

# %%
set_seed(SEED)
rnn = VanillaRNNLM(vocab_size, emb_dim=CFG["emb"], hidden_dim=CFG["hid"]).to(device)
rnn_logs, rnn = train_rnn(rnn, *loaders("RNN"), epochs=CFG["epochs"], lr=CFG["lr"])

set_seed(SEED)
lstm = LSTMLM(vocab_size, emb_dim=CFG["emb"], hidden_dim=CFG["hid"]).to(device)
lstm_logs, lstm = train_lstm(lstm, *loaders("LSTM"), epochs=CFG["epochs"], lr=CFG["lr"])

# %%
summary = {}
print("| Model | Train loss | Train PP | Val loss | Val PP | Last recurrent gradient norm |")
print("|---|---:|---:|---:|---:|---:|")
for name, logs, norms in (("RNN", rnn_logs, "grad_norm_rhh"), ("LSTM", lstm_logs, "grad_norm_hh")):
    val_loss, val_pp = logs["val"][-1]
    row = [logs["train_loss"][-1], logs["train_pp"][-1], val_loss, val_pp, logs[norms][-1]]
    summary[name] = row
    print(f"| {name} | " + " | ".join(f"{number:.3f}" for number in row) + " |")
print(f"unigram perplexity {unigram_pp:.1f}")

# %% [markdown]
# ## Task 6: look at the results


# %%
def moving_average(numbers, width=20):
    """Means of `width` neighbours, so that a curve can be seen behind its noise."""
    if len(numbers) < width:
        return numbers
    return list(np.convolve(numbers, np.ones(width) / width, mode="valid"))


def show(title, label, curves, log=False, **style):
    """One plot with a curve for each model."""
    plt.figure(figsize=(6, 3.5))
    for name, curve in curves.items():
        plt.plot(curve, label=name, **style)
    plt.title(title)
    plt.ylabel(label)
    if log:
        plt.yscale("log")
    plt.legend()
    plt.tight_layout()
    plt.show()


# %%
show("Training loss, each step", "loss", {"RNN": rnn_logs["train_loss"], "LSTM": lstm_logs["train_loss"]})

# %%
smooth = {
    "RNN": moving_average(rnn_logs["train_pp"][:300]),
    "LSTM": moving_average(lstm_logs["train_pp"][:300]),
}
show("Training perplexity, first 300 steps, smoothed", "perplexity", smooth, log=True)

# %%
norm_curves = {"RNN": rnn_logs["grad_norm_rhh"][:300], "LSTM": lstm_logs["grad_norm_hh"][:300]}
show("Recurrent gradient norm, first 300 steps", "norm", norm_curves, log=True)

# %%
valid_curves = {"RNN": [pp for _, pp in rnn_logs["val"]], "LSTM": [pp for _, pp in lstm_logs["val"]]}
show("Validation perplexity, each epoch", "perplexity", valid_curves, marker="o")

# %% [markdown]
# ### Gradient by distance: the direct measure
#
# The norm above adds up what all steps contribute, so a vanishing gradient hides in it behind the steps
# nearby. Here is what vanishes: the gradient of the loss at the last step by the embedding read d steps
# before, relative to d = 0. Both models are new and untrained.

# %%
T = 40 if vocab_size > 60 else 25
set_seed(SEED)
fresh = {
    "RNN": VanillaRNNLM(vocab_size, emb_dim=CFG["emb"], hidden_dim=CFG["hid"]),
    "LSTM": LSTMLM(vocab_size, emb_dim=CFG["emb"], hidden_dim=CFG["hid"]),
}
tokens = torch.stack([torch.randperm(vocab_size - 2)[:T] + 2 for _ in range(8)])
distance = {name: gradient_by_distance(model, tokens) for name, model in fresh.items()}
distance = {name: (curve / curve[0]).tolist() for name, curve in distance.items()}
show("Gradient by distance, untrained", "relative to distance 0", distance, log=True)
ratio = distance["LSTM"][20] / distance["RNN"][20]
print(f"at distance 20: RNN {distance['RNN'][20]:.1e}, LSTM {distance['LSTM'][20]:.1e}, ratio {ratio:.0f}")

# %% [markdown]
# And after training? The same measure of the last state, in the two models that you trained:

# %%
picture("distance", RNN=rnn, LSTM=lstm)

# %% [markdown]
# ## Task 7: discuss
#
# Answer the four questions in `answers.md`, in two or three sentences each. Say what *your* plots show,
# also where it is not what you expected.
#
# ## The results, for the grader
#
# This line repeats what the cells above showed. Run the notebook from top to bottom once more before
# you hand it in, with all outputs in it.

# %%
results = {
    "text": source,
    "budget": BUDGET,
    "unigram": unigram_pp,
    "val": {"RNN": rnn_logs["val"], "LSTM": lstm_logs["val"]},
    "steps": {"RNN": len(rnn_logs["train_loss"]), "LSTM": len(lstm_logs["train_loss"])},
    "summary": summary,
    "ratio": ratio,
}
print("VG-RESULTS", json.dumps(results))
