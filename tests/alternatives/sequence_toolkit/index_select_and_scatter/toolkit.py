# Allowed: "outputs and hidden state come back in the order in which the rows came": how is left open
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def run_packed(rnn, embedded, lengths):
    sorted_lengths, sorted_idx = lengths.sort(descending=True)
    x = embedded.index_select(0, sorted_idx)
    out, h = rnn(pack_padded_sequence(x, sorted_lengths.tolist(), batch_first=True))
    out, _ = pad_packed_sequence(out, batch_first=True, padding_value=-1.0)
    inverse = torch.empty_like(sorted_idx)
    inverse[sorted_idx] = torch.arange(len(lengths))

    def restore(state):
        return state.index_select(1, inverse)

    h = tuple(map(restore, h)) if isinstance(h, tuple) else restore(h)
    return out.index_select(0, inverse), h
