# %% [markdown]
# # Recurrent networks: classifying reviews, generating strings
#
# First you tell positive reviews of films from negative ones, with three kinds of networks. Then you train
# an LSTM to predict the next character of a string, and let it write.
#
# Every place that waits for you says `TODO`. Names, arguments and shapes must stay as they are;
# everything inside is yours. The same definitions wait in `batching.py`, `classifiers.py` and
# `autoregressive.py`: work here or there, as you like.
#
# The experiments below them are a start. They run once your definitions are complete, in about ten
# minutes on a laptop; tuning the models is your part.
#
# Below each part stands a check: run it as often as you like, and it says what to do next. The first
# cell finds the checks.

# %%
# include checks

# %%
import json
import os
import random

import matplotlib.pyplot as plt
import torch
from tqdm import tqdm

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
SEED = 42
random.seed(SEED)  # the order of the batches
torch.manual_seed(SEED)  # the first weights

# A quick run takes seconds and shows whether everything works. Its numbers mean nothing: hand in a full run.
QUICK = os.environ.get("QUICK", "") != ""
print(f"torch {torch.__version__} on {device}{', QUICK' if QUICK else ''}")

# %%
# include folded: data.py

# %%
# include: batching.py

# %%
# include: classifiers.py

# %%
# include: autoregressive.py

# %% [markdown]
# ## Check your work
#
# Save this notebook as `assignment.ipynb` in `templates/a3b_recurrent_networks` (in Colab: File, Download).
# In the top folder of the course, where the Makefile lies, run
#
#     make check A=a3b_recurrent_networks
#
# or, without make, `python check.py a3b_recurrent_networks`. It reads the definitions in this
# notebook, runs the checks that you have and says where to look next.

# %%
USE_MODULES = False  # True, if you wrote your definitions in the three modules
if USE_MODULES:
    from autoregressive import CharLSTM, generate, train_autoregressive_epoch
    from batching import add_start_end, token_batches
    from classifiers import (
        ElmanClassifier,
        LSTMClassifier,
        MLPClassifier,
        RNNClassifier,
        classifier_accuracy,
        train_classifier_epoch,
    )

# %% [markdown]
# ## The reviews
#
# All reviews are cut to their first words, and the vocabulary to the most frequent ones, so that a laptop
# will do. Whoever always names the more frequent class is right as often as the last line says.

# %%
WORDS = 20 if QUICK else 150  # of a review
REVIEWS = 300 if QUICK else 8_000  # to train on
VOCABULARY = 10_000
BUDGET = 5_000  # tokens in a batch

_, source = find_reviews()
(x_train, y_train), (x_val, y_val), (i2w, w2i), numcls = load_imdb(final=False, voc=VOCABULARY)
_, (x_test, y_test), _, _ = load_imdb(final=True, voc=VOCABULARY)


def review_batches(reviews, labels, count):
    """The first words of about `count` reviews, taken evenly from short to long, in batches; their labels."""
    step = max(1, len(reviews) // count)
    some = [review[:WORDS] for review in reviews[::step]]
    return token_batches(some, BUDGET, w2i[".pad"]), labels[::step]


train_batches, train_labels = review_batches(x_train, y_train, REVIEWS)
val_batches, val_labels = review_batches(x_val, y_val, REVIEWS)
majority = max(val_labels.count(label) for label in range(numcls)) / len(val_labels)
print(f"reviews: {source}; {len(i2w)} words; {len(train_labels)} to train on, {len(val_labels)} to validate")
print(" ".join(i2w[word] for word in x_train[141]))
print(f"always the more frequent class: {majority:.3f} right")

# %% [markdown]
# ## Questions 2 to 4: four classifiers
#
# Each model is trained with each of its settings, and the one with the best validation accuracy goes on.
# State your hypothesis about the order of the models before you look at the test set.

# %%
SETTINGS = {
    "MLP": (MLPClassifier, [{"emb": 300, "hidden": 300, "lr": 0.001, "epochs": 3}]),
    "Elman": (ElmanClassifier, [{"emb": 64, "hidden": 64, "lr": 0.001, "epochs": 3}]),
    "nn.RNN": (RNNClassifier, [{"emb": 64, "hidden": 64, "lr": 0.001, "epochs": 3}]),
    "LSTM": (LSTMClassifier, [{"emb": 64, "hidden": 64, "lr": 0.003, "epochs": 3}]),
}
# TODO (question 4): what else do you want to try for MLP, Elman and LSTM? More settings like those above.
# BEGIN SOLUTION
MORE = {
    "MLP": [
        {"emb": 300, "hidden": 300, "lr": 0.003, "epochs": 3},
        {"emb": 100, "hidden": 100, "lr": 0.003, "epochs": 3},
        {"emb": 300, "hidden": 300, "lr": 0.001, "epochs": 6},
    ],
    "Elman": [
        {"emb": 64, "hidden": 64, "lr": 0.003, "epochs": 3},
        {"emb": 128, "hidden": 128, "lr": 0.003, "epochs": 3},
        {"emb": 64, "hidden": 64, "lr": 0.001, "epochs": 6},
    ],
    "LSTM": [
        {"emb": 64, "hidden": 64, "lr": 0.01, "epochs": 3},
        {"emb": 128, "hidden": 128, "lr": 0.003, "epochs": 3},
        {"emb": 64, "hidden": 64, "lr": 0.003, "epochs": 6},
    ],
}
# TEMPLATE: MORE = {"MLP": [], "Elman": [], "LSTM": []}
# END SOLUTION

classifiers, chosen, validation = {}, {}, {}
for name, (kind, settings) in SETTINGS.items():
    for setting in settings + MORE.get(name, []):
        if QUICK:
            setting.update(emb=16, hidden=16, epochs=1)
        random.seed(SEED)
        torch.manual_seed(SEED)
        model = kind(len(i2w), setting["emb"], setting["hidden"], numcls).to(device)
        adam = torch.optim.Adam(model.parameters(), lr=setting["lr"])
        accuracies = []
        for _epoch in tqdm(range(setting["epochs"]), desc=name):
            loss = train_classifier_epoch(model, train_batches, train_labels, adam)
            accuracies.append(classifier_accuracy(model, val_batches, val_labels))
        print(
            f"{name:7s}",
            ", ".join(f"{key} {value}" for key, value in setting.items()),
            f"| loss {loss:.3f}, validation accuracy after each epoch:",
            *(f"{accuracy:.3f}" for accuracy in accuracies),
        )
        if name not in validation or accuracies[-1] > validation[name][-1]:
            classifiers[name], chosen[name], validation[name] = model, setting, accuracies

# %% [markdown]
# ### The test set
#
# Run this cell once, when you have finished tuning.

# %%
test_batches, test_labels = review_batches(x_test, y_test, REVIEWS)
test = {name: classifier_accuracy(model, test_batches, test_labels) for name, model in classifiers.items()}

print("| Model | Settings | Validation accuracy | Test accuracy |")
print("|---|---|---:|---:|")
for name, setting in chosen.items():
    settings = ", ".join(f"{key} {value}" for key, value in setting.items())
    print(f"| {name} | {settings} | {validation[name][-1]:.3f} | {test[name]:.3f} |")

# %% [markdown]
# ## Questions 6 and 7: the autoregressive model
#
# After every epoch ten samples are printed, drawn from a seed that has the start token in it. The two curves
# show every batch: its loss per token, and the norm of its gradients before they were clipped.


# %%
def fit(sequences, w2i, i2w, begin, hidden, epochs, lr, temperature):
    """Train a CharLSTM; give losses and norms of all batches, and ten samples of each epoch as strings."""
    start, end, pad = w2i[".start"], w2i[".end"], w2i[".pad"]
    batches = token_batches(add_start_end(sequences, start, end), 2_000, pad)
    random.seed(SEED)
    torch.manual_seed(SEED)
    model = CharLSTM(len(i2w), emb=32, hidden=hidden).to(device)
    adam = torch.optim.Adam(model.parameters(), lr=lr)
    losses, norms, samples = [], [], []
    for epoch in range(epochs):
        new_losses, new_norms = train_autoregressive_epoch(model, batches, adam, pad)
        losses += new_losses
        norms += new_norms
        seed = [start, *(w2i[symbol] for symbol in begin)]
        drawn = [generate(model, seed, end, 80, temperature) for _ in range(10)]
        samples.append(["".join(i2w[i] for i in ids[1:] if i != end) for ids in drawn])
        print(f"epoch {epoch + 1}: loss per token {sum(new_losses) / len(new_losses):.3f}")
        print("   ", "  ".join(samples[-1]))
    return losses, norms, samples


def show_curves(title, losses, norms):
    _, (left, right) = plt.subplots(1, 2, figsize=(10, 3.5))
    left.plot(losses)
    left.set_ylabel("loss per token")
    right.plot(norms)
    right.set_ylabel("norm of the gradients")
    for ax in (left, right):
        ax.set_xlabel("batch")
        ax.set_title(title)
    plt.show()


# %%
x_ndfa, (ndfa_i2w, ndfa_w2i) = load_ndfa(n=500 if QUICK else 20_000, char=True)
print("".join(ndfa_i2w[i] for i in x_ndfa[len(x_ndfa) // 2]))
ndfa_losses, ndfa_norms, ndfa_samples = fit(
    x_ndfa, ndfa_w2i, ndfa_i2w, begin="s", hidden=16, epochs=2 if QUICK else 5, lr=0.01, temperature=1.0
)
show_curves("ndfa", ndfa_losses, ndfa_norms)

# %%
x_brackets, (brackets_i2w, brackets_w2i) = load_brackets(n=500 if QUICK else 20_000, char=True)
x_brackets = [sequence for sequence in x_brackets if len(sequence) <= 100]
print("".join(brackets_i2w[i] for i in x_brackets[-1]))
brackets_losses, brackets_norms, brackets_samples = fit(
    x_brackets,
    brackets_w2i,
    brackets_i2w,
    begin="(()",
    hidden=32,
    epochs=2 if QUICK else 5,
    lr=0.01,
    temperature=0.7,
)
show_curves("brackets", brackets_losses, brackets_norms)

# %% [markdown]
# ## The results, for the grader
#
# This line repeats what the cells above showed. Run the notebook from top to bottom once more before
# you hand it in, with all outputs in it, and give the same numbers in your report.

# %%
results = {
    "reviews": source,
    "quick": QUICK,
    "majority": majority,
    "validation": {name: accuracies[-1] for name, accuracies in validation.items()},
    "test": test,
    "ndfa": ndfa_samples,
    "brackets": brackets_samples,
}
print("A3B-RESULTS", json.dumps(results))
