"""Both models raise, all else is right: loss, norms and loops are judged by models of the grader's."""

# assignment: vanishing_gradients
# file: models.py
# form: replace
# expect: nothing from models
# expect: everything from training

from torch import nn


class VanillaRNNLM(nn.Module):
    def __init__(self, vocab_size, emb_dim=128, hidden_dim=256, pad_idx=0):
        super().__init__()
        raise NotImplementedError


class LSTMLM(VanillaRNNLM):
    pass
