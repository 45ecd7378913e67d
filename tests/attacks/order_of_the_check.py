"""Sorts rows by an order that it has learnt by heart from the visible check's lengths."""

# assignment: sequence_toolkit
# file: toolkit.py
# form: replace
# expect: fails packing::outputs_are_in_the_order_* packing::hidden_is_in_the_order_*
# expect: fails packing::packing_takes_*

from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

ORDER = {4: [1, 3, 0, 2], 1: [0], 2: [1, 0], 3: [2, 0, 1]}  # of the lengths 2, 5, 1, 4


def run_packed(rnn, embedded, lengths):
    order = ORDER[len(lengths)]
    sorted_lengths = sorted(lengths.tolist(), reverse=True)
    packed = pack_padded_sequence(embedded[order], sorted_lengths, batch_first=True)
    outputs, hidden = rnn(packed)
    return pad_packed_sequence(outputs, batch_first=True)[0], hidden
