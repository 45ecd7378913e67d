# Allowed: "outputs and hidden state come back in the order in which the rows came": how is left open
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def run_packed(rnn, embedded, lengths):
    packed = pack_padded_sequence(embedded, lengths.cpu(), batch_first=True, enforce_sorted=False)
    packed_out, hidden = rnn(packed)
    outputs, _ = pad_packed_sequence(packed_out, batch_first=True)
    return outputs, hidden
