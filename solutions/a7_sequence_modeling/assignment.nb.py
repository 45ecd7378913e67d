# %% [markdown]
# # Sequence modelling with recurrent networks
#
# You build recurrent cells from scratch, run them over sentences of different lengths and let them
# tell Jane Austen, Edgar Allan Poe and William Shakespeare apart. Then you use one of PyTorch's own
# recurrent layers in four ways, two of which write.
#
# Every place that waits for you says `TODO`. Names, arguments and shapes must stay as they are;
# everything inside is yours. The same definitions wait in `collate.py`, `cells.py`, `loop.py` and
# `paradigms.py`: work here or there, as you like.
#
# The experiments at the end are given. They run once your definitions are complete: on a GPU of
# Colab (Runtime, Change runtime type) or on a laptop, in at most 15 minutes either way.
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
from torch.utils.data import DataLoader, TensorDataset
from tqdm import tqdm

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.set_num_threads(1)  # without a GPU, networks this small run fastest on one core
SEED = 42
torch.manual_seed(SEED)

# A quick run takes seconds and shows whether everything works. Its numbers mean nothing: hand in a full run.
QUICK = os.environ.get("QUICK", "") != ""
HIDDEN = 16 if QUICK else 64  # hidden size of the classifiers, and width of their embeddings
EPOCHS = 2 if QUICK else 8
MAX_LENGTH = 20 if QUICK else 60  # characters of a sentence that a classifier reads
print(f"torch {torch.__version__} on {device}{', QUICK' if QUICK else ''}")

# %%
# include folded: data.py

# %%
# include: collate.py

# %%
# include: cells.py

# %%
# include: loop.py

# %%
# include: paradigms.py

# %% [markdown]
# ## Check your work
#
# Save this notebook as `assignment.ipynb` in `templates/a7_sequence_modeling` (in Colab: File, Download).
# In the top folder of the course, where the Makefile lies, run
#
#     make check A=a7_sequence_modeling
#
# or, without make, `python check.py a7_sequence_modeling`. It reads the definitions in this
# notebook, runs the checks that you have and says where to look next.

# %%
USE_MODULES = False  # True, if you wrote your definitions in collate.py, cells.py, loop.py and paradigms.py
if USE_MODULES:
    from collate import AuthorDataset, build_vocab, collate_fn
    from loop import AuthorClassifier, accuracy, count_parameters, train_classifier
    from paradigms import (
        ManyToMany,
        ManyToOne,
        OneToMany,
        OneToOne,
        first_characters,
        generate_sentence,
        generate_text,
        language_model_pairs,
        token_loss,
    )

# %% [markdown]
# ## The texts as batches
#
# One vocabulary serves all four texts. Four fifths of the sentences are for training, the rest for
# testing. Whoever always names the most frequent author is right as often as the last line says: that
# is the baseline of every accuracy below.

# %%
texts, source = load_texts()
vocab = build_vocab(texts.values())
train_pairs, test_pairs = author_sentences(seed=SEED, max_length=MAX_LENGTH)
if QUICK:
    train_pairs, test_pairs = train_pairs[:300], test_pairs[:150]


class BarLoader(DataLoader):
    """A DataLoader that moves a progress bar on with every batch."""

    bar = None

    def __iter__(self):
        for batch in super().__iter__():
            yield batch
            if self.bar is not None:
                self.bar.update()

    def show(self, title, epochs):
        """A bar for that many epochs, to be used in `with`."""
        self.bar = tqdm(total=epochs * len(self), desc=title, mininterval=1)
        return self.bar


def author_loader(pairs, **options):
    """Batches of (tokens (B, T), lengths (B,), authors (B,)) from pairs of sentence and author."""
    sentences, authors = zip(*pairs, strict=True)
    return BarLoader(AuthorDataset(sentences, authors, vocab), collate_fn=collate_fn, **options)


train_loader = author_loader(train_pairs, batch_size=128, shuffle=True)
test_loader = author_loader(test_pairs, batch_size=256)

test_authors = [author for _, author in test_pairs]
majority = max(test_authors.count(author) for author in range(3)) / len(test_authors)
print(f"texts: {source}; {len(vocab)} symbols")
print(f"{len(train_pairs)} sentences to train on, {len(test_pairs)} to test on")
print(f"always the most frequent author: {majority:.3f} right")

# %% [markdown]
# ## Experiment 1: four networks from scratch
#
# The same data, the same hidden size, the same number of epochs: only the cell and the number of
# layers differ.

# %%
LEARNING_RATE = 0.005
NAMES = {"rnn": "vanilla RNN", "lstm": "LSTM", "gru": "GRU", "deep_lstm": "2-layer LSTM"}
networks = {}
for key, (cell, num_layers) in {
    "rnn": ("rnn", 1),
    "lstm": ("lstm", 1),
    "gru": ("gru", 1),
    "deep_lstm": ("lstm", 2),
}.items():
    torch.manual_seed(SEED)
    model = AuthorClassifier(len(vocab), HIDDEN, cell, num_layers).to(device)
    with train_loader.show(NAMES[key], EPOCHS):
        losses = train_classifier(model, train_loader, EPOCHS, LEARNING_RATE)
    networks[key] = {
        "parameters": count_parameters(model),
        "losses": losses,
        "accuracy": accuracy(model, test_loader),
    }

# %%
fig, ax = plt.subplots(figsize=(7, 4))
for key, network in networks.items():
    ax.plot(range(1, EPOCHS + 1), network["losses"], marker="o", label=NAMES[key])
ax.set_xlabel("epoch")
ax.set_ylabel("mean training loss")
ax.set_title("Who wrote this sentence?")
ax.legend()
plt.show()

# %%
print("| Model | Parameters | Final training loss | Test accuracy |")
print("|---|---:|---:|---:|")
for key, network in networks.items():
    numbers = f"{network['parameters']:,} | {network['losses'][-1]:.3f} | {network['accuracy']:.3f}"
    print(f"| {NAMES[key]} | {numbers} |")

# %% [markdown]
# ### What a network remembers
#
# The states and gates of the last of these networks, the 2-layer LSTM, in its upper layer. Try texts of
# your own. Below the picture stands what a right one looks like.

# %%
picture("states", model, "The summer", vocab)

# %% [markdown]
# ### How far back the gradient reaches
#
# An LSTM's gates let a gradient travel further than a vanilla RNN does: here in two new networks.

# %%
picture(
    "distance",
    RNN=AuthorClassifier(len(vocab), HIDDEN, "rnn"),
    LSTM=AuthorClassifier(len(vocab), HIDDEN, "lstm"),
)

# %% [markdown]
# ## Experiment 2: four ways to use one layer
#
# ### One-to-one and many-to-one: the first character, and the whole sentence


# %%
class FirstOnly(nn.Module):
    """Shows a model only the first character of each sentence, so that your training loop can train it."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, tokens, lengths):
        return self.model(first_characters(tokens))


torch.manual_seed(SEED)
one_to_one = FirstOnly(OneToOne(len(vocab), HIDDEN)).to(device)
with train_loader.show("one-to-one", EPOCHS):
    train_classifier(one_to_one, train_loader, EPOCHS, LEARNING_RATE)
one_to_one_accuracy = accuracy(one_to_one, test_loader)

torch.manual_seed(SEED)
many_to_one = ManyToOne(len(vocab), HIDDEN).to(device)
with train_loader.show("many-to-one", EPOCHS):
    train_classifier(many_to_one, train_loader, EPOCHS, LEARNING_RATE)
many_to_one_accuracy = accuracy(many_to_one, test_loader)

print(f"one-to-one  (task 2.1) test accuracy {one_to_one_accuracy:.3f}")
print(f"many-to-one (task 2.2) test accuracy {many_to_one_accuracy:.3f}")

# %% [markdown]
# ### One-to-many: sentences in the style of an author
#
# The targets are the sentence, the inputs are the same one step later, with `<SOS>` in front. Which
# targets does your loss count?

# %%
picture("loss", token_loss, ["The summer", "is", "short"], vocab)

# %%
WRITER_HIDDEN = 16 if QUICK else 128
WRITER_EPOCHS = 1 if QUICK else 12


def train_writer(writer, loader, epochs, loss_of_batch):
    """Train with Adam; loss_of_batch(*batch) is the loss of one batch. The mean loss of the last epoch."""
    adam = torch.optim.Adam(writer.parameters(), lr=0.003)
    writer.train()
    for _epoch in range(epochs):
        losses = []
        for batch in loader:
            adam.zero_grad()
            batch_loss = loss_of_batch(*(part.to(device) for part in batch))
            batch_loss.backward()
            nn.utils.clip_grad_norm_(writer.parameters(), 1.0)
            adam.step()
            losses.append(batch_loss.item())
    return sum(losses) / len(losses)


whole_sentences, _ = author_sentences(seed=SEED, balanced=True)
short_sentences = [pair for pair in whole_sentences if len(pair[0]) <= 100]
if QUICK:
    short_sentences = short_sentences[:200]
sentence_loader = author_loader(short_sentences, batch_size=32, shuffle=True)

torch.manual_seed(SEED)
one_to_many = OneToMany(len(vocab), WRITER_HIDDEN).to(device)


def one_to_many_loss(tokens, lengths, authors):
    start = torch.full_like(tokens[:, :1], vocab["<SOS>"])
    inputs = torch.cat([start, tokens[:, :-1]], dim=1)
    return token_loss(one_to_many(authors, inputs), tokens)


with sentence_loader.show("one-to-many", WRITER_EPOCHS):
    loss = train_writer(one_to_many, sentence_loader, WRITER_EPOCHS, one_to_many_loss)
print(f"one-to-many  (task 2.3) training loss {loss:.3f} per character")

sentences = {}
for name, author in {"shakespeare": 2, "poe": 1}.items():
    sentences[name] = [generate_sentence(one_to_many, author, vocab) for _ in range(2)]
    for sentence in sentences[name]:
        print(f"as {name.title()}: {sentence}")

# %% [markdown]
# ### Many-to-many: a language model of the sonnets

# %%
inputs, targets = language_model_pairs(sonnets_text(), vocab)
if QUICK:
    inputs, targets = inputs[:200], targets[:200]
sonnet_loader = BarLoader(TensorDataset(inputs, targets), batch_size=32, shuffle=True)

torch.manual_seed(SEED)
many_to_many = ManyToMany(len(vocab), WRITER_HIDDEN).to(device)


def many_to_many_loss(inputs, targets):
    return token_loss(many_to_many(inputs), targets)


with sonnet_loader.show("many-to-many", WRITER_EPOCHS):
    loss = train_writer(many_to_many, sonnet_loader, WRITER_EPOCHS, many_to_many_loss)
print(f"many-to-many (task 2.4) training loss {loss:.3f} per character")

text = generate_text(many_to_many, vocab, "The summer", 150)
print(text)

# %% [markdown]
# ## The results, for the grader
#
# This line repeats what the cells above showed. Run the notebook from top to bottom once more before
# you hand it in, with all outputs in it, and give the same numbers in your report.

# %%
results = {
    "texts": source,
    "quick": QUICK,
    "vocab_size": len(vocab),
    "hidden_size": HIDDEN,
    "majority": majority,
    "networks": networks,
    "one_to_one": one_to_one_accuracy,
    "many_to_one": many_to_one_accuracy,
    "sentences": sentences,
    "text": text,
}
print("A7-RESULTS", json.dumps(results))
