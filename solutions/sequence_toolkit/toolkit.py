"""Tools for sequences of different lengths: packing, sequence to sequence, tagging, masked accuracy.

B is the batch size, S and T count time steps, E is the width of an embedding, H the hidden size, V the size
of the vocabulary. PAD, the id 0, fills rows up. Logits are raw scores: no softmax inside a model.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

PAD = 0


def run_packed(rnn: nn.Module, embedded: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
    """Run a recurrent layer over the real steps of each row only.

    rnn: nn.RNN, nn.GRU or nn.LSTM with batch_first=True; embedded (B, T, E); lengths (B,), in any order
    -> outputs (B, T, H), hidden as rnn returns it (a pair for nn.LSTM), both in the order of the given rows
    """
    # TODO (unit packing): pack the rows, run rnn, and give back a padded tensor and the final hidden state.
    # BEGIN SOLUTION
    lengths = lengths.cpu()  # packing wants them there
    order = torch.argsort(lengths, descending=True)
    back = torch.argsort(order)  # where each row of the batch went
    packed = pack_padded_sequence(embedded[order], lengths[order], batch_first=True)
    packed_outputs, hidden = rnn(packed)
    outputs, _ = pad_packed_sequence(packed_outputs, batch_first=True, total_length=embedded.shape[1])
    if isinstance(hidden, tuple):  # h and c of an LSTM, each (layers, B, H)
        h, c = hidden
        return outputs[back], (h[:, back], c[:, back])
    return outputs[back], hidden[:, back]
    # END SOLUTION


class Seq2Seq(nn.Module):
    """An encoder reads the source, a decoder goes on from its final state."""

    def __init__(self, vocab_size: int, embed_dim: int, hidden_dim: int) -> None:
        super().__init__()
        # TODO (unit seq2seq): create an embedding, an encoder, a decoder and a classifier.
        # BEGIN SOLUTION
        self.embedding = nn.Embedding(vocab_size, embed_dim)
        self.encoder = nn.GRU(embed_dim, hidden_dim, batch_first=True)
        self.decoder = nn.GRU(embed_dim, hidden_dim, batch_first=True)
        self.classifier = nn.Linear(hidden_dim, vocab_size)
        # END SOLUTION

    def forward(self, src: Tensor, tgt: Tensor) -> Tensor:
        """src (B, S), tgt (B, T) -> logits (B, T, V): at step t, the scores of what follows tgt[:, t]"""
        # TODO (unit seq2seq): encode src, then decode tgt from there.
        # BEGIN SOLUTION
        _, hidden = self.encoder(self.embedding(src))  # (1, B, H)
        outputs, _ = self.decoder(self.embedding(tgt), hidden)  # (B, T, H)
        return self.classifier(outputs)
        # END SOLUTION


def teacher_forcing_loss(model: Seq2Seq, src: Tensor, tgt: Tensor, pad: int = PAD) -> Tensor:
    """src (B, S), tgt (B, T) -> mean cross-entropy over all scored tokens that are not pad, a scalar

    The decoder reads the true tokens tgt[:, :-1]; scored is the token that follows each, tgt[:, 1:].
    """
    # TODO (unit seq2seq): run the model and compute the loss.
    # BEGIN SOLUTION
    logits = model(src, tgt[:, :-1])  # (B, T - 1, V)
    return F.cross_entropy(logits.flatten(0, 1), tgt[:, 1:].flatten(), ignore_index=pad)
    # END SOLUTION


class BiLSTMTagger(nn.Module):
    """One tag for every token, from what stands before and behind it."""

    def __init__(
        self, vocab_size: int, embed_dim: int, hidden_dim: int, num_tags: int, dropout: float = 0.1
    ) -> None:
        super().__init__()
        # TODO (unit tagger): create an embedding, an LSTM in both directions, dropout and a classifier.
        # BEGIN SOLUTION
        self.embedding = nn.Embedding(vocab_size, embed_dim, padding_idx=PAD)
        self.lstm = nn.LSTM(embed_dim, hidden_dim, batch_first=True, bidirectional=True)
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(2 * hidden_dim, num_tags)  # both directions side by side
        # END SOLUTION

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """tokens (B, T), lengths (B,), in any order -> logits (B, T, num_tags)

        What stands at padding, in tokens and in logits, does not matter; lengths alone say where a row ends.
        """
        # TODO (unit tagger): run the LSTM over the real tokens of each row and score the tags.
        # BEGIN SOLUTION
        embedded = self.embedding(tokens)  # (B, T, E)
        packed = pack_padded_sequence(embedded, lengths.cpu(), batch_first=True, enforce_sorted=False)
        packed_outputs, _ = self.lstm(packed)
        outputs, _ = pad_packed_sequence(packed_outputs, batch_first=True, total_length=tokens.shape[1])
        return self.classifier(self.dropout(outputs))  # from (B, T, 2H)
        # END SOLUTION


def token_accuracy(logits: Tensor, targets: Tensor, mask: Tensor) -> Tensor:
    """logits (B, T, C), targets (B, T), mask (B, T), True where a token counts -> fraction that is right

    The result is a float tensor. Every token counts the same; of a batch without any, it is 0.0 or nan.
    """
    # TODO (unit accuracy): compare the highest score with the target, wherever the mask says so.
    # BEGIN SOLUTION
    mask = mask.bool()
    correct = (logits.argmax(dim=-1) == targets) & mask
    return correct.sum() / mask.sum().clamp(min=1)
    # END SOLUTION
