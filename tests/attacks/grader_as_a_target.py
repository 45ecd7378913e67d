"""Aims at the grader's pages: names, texts and logs that would be markup, formulas or commands elsewhere."""

# assignment: vanishing_gradients
# form: replace
# expect: fails training::rnn_training_* training::lstm_training_* training::set_seed_seeds_all_generators

# %% training.py
BAD = '=HYPERLINK("http://x")\x1b]8;;x\x07</td><script>alert(1)</script>{{7*7}}[x](javascript:1)'


def bad(*args, **kwargs):
    raise type("<img src=x onerror=alert(1)>", (Exception,), {})(BAD)


def train_rnn(model, train_loader, valid_loader, epochs=2, lr=1e-3):
    return {BAD: [BAD], "train_loss": [BAD], "val": [(BAD, BAD)]}, BAD


train_lstm = set_seed = bad
