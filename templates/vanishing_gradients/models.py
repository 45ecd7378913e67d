"""Two language models: a vanilla RNN and an LSTM.

Both read a sequence of tokens and guess, after each, which one comes next. B is the batch size, T the
number of steps, E the width of an embedding, H the size of the hidden state, V the size of the vocabulary.
"""

import torch
from torch import Tensor, nn


class VanillaRNNLM(nn.Module):
    """Embedding, one vanilla RNN layer, linear layer on every hidden state.

    h_t = tanh(W_x e_t + W_h h_{t-1} + b), where e_t is the embedding of token t.
    """

    def __init__(self, vocab_size: int, emb_dim: int = 128, hidden_dim: int = 256, pad_idx: int = 0) -> None:
        """pad_idx is the id of <pad>: its embedding is zero and stays so."""
        super().__init__()
        # TODO (unit models): create the embedding, the recurrent cell (nn.RNNCell) and the linear layer.
        raise NotImplementedError("VanillaRNNLM.__init__ is still to do")

    def forward(self, x: Tensor, h0: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """x (B, T), h0 (B, H) or None for zeros -> logits (B, T, V), the last hidden state (B, H)"""
        # TODO (unit models): run the cell over the steps; compute the logits of each step from its state.
        raise NotImplementedError("VanillaRNNLM.forward is still to do")


class LSTMLM(nn.Module):
    """Embedding, one LSTM layer (nn.LSTM), linear layer on every hidden state."""

    def __init__(self, vocab_size: int, emb_dim: int = 128, hidden_dim: int = 256, pad_idx: int = 0) -> None:
        """pad_idx is the id of <pad>: its embedding is zero and stays so."""
        super().__init__()
        # TODO (unit models): create the embedding, the LSTM and the linear layer.
        raise NotImplementedError("LSTMLM.__init__ is still to do")

    def forward(
        self, x: Tensor, state: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """x (B, T), state (h, c) or None for zeros -> logits (B, T, V), the last (h, c)

        h and c have the shape (1, B, H), as nn.LSTM takes and returns them.
        """
        # TODO (unit models): compute the logits of each step and the last state.
        raise NotImplementedError("LSTMLM.forward is still to do")
