# Allowed: batch_first is a matter of the calls inside; what comes in and goes out is (B, T, ...)
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def run_packed(rnn, embedded, lengths):
    T = embedded.shape[1]
    packed = pack_padded_sequence(embedded.transpose(0, 1), lengths.cpu(), enforce_sorted=False)
    result = rnn(packed)
    outputs, _ = pad_packed_sequence(result[0], total_length=T)
    return [outputs.transpose(0, 1), result[1]]
