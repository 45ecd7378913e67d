"""Lets torch's own layers run over packed rows, under the name of a loop."""

# assignment: a7_sequence_modeling
# file: loop.py
# form: replace
# expect: fails loop::rnn_loop_applies_* loop::lstm_loop_carries_*
# expect: fails loop::gru_loop_applies_* loop::last_valid_state_*

from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class DeepRNN(nn.Module):
    def __init__(self, cell, input_size, hidden_size, num_layers=1):
        super().__init__()
        kind = getattr(nn, cell.upper())
        self.inner = kind(input_size, hidden_size, num_layers, batch_first=True)

    def forward(self, x_seq, lengths):
        packed = pack_padded_sequence(x_seq, lengths, batch_first=True, enforce_sorted=False)
        outputs, state = self.inner(packed)
        hiddens, _ = pad_packed_sequence(outputs, batch_first=True, total_length=x_seq.shape[1])
        return hiddens, (state[0] if isinstance(state, tuple) else state)[-1]
