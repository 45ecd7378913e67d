# Allowed: lists of rows are packed by pack_sequence of the same module
from torch.nn.utils import rnn as rnn_utils


def run_packed(rnn, embedded, lengths):
    rows = [embedded[i, : lengths[i]] for i in range(embedded.size(0))]
    packed = rnn_utils.pack_sequence(rows, enforce_sorted=False)
    out, hidden = rnn(packed)
    padded, _ = rnn_utils.pad_packed_sequence(
        out, batch_first=True, padding_value=float("nan"), total_length=embedded.size(1)
    )
    return padded, hidden
