# Allowed: "outputs and hidden state come back in the order in which the rows came": how is left open
import torch


def run_packed(rnn, embedded, lengths):
    B, T, _ = embedded.shape
    outputs, states = None, None
    for n in lengths.unique().tolist():
        rows = (lengths == n).nonzero().squeeze(1)
        out, hidden = rnn(embedded[rows, :n])
        parts = hidden if isinstance(hidden, tuple) else (hidden,)
        if outputs is None:
            outputs = out.new_zeros(B, T, out.shape[-1])
            states = [p.new_zeros(p.shape[0], B, p.shape[2]) for p in parts]
        padded = torch.cat([out, out.new_zeros(len(rows), T - n, out.shape[-1])], dim=1)
        outputs = outputs.index_copy(0, rows, padded)
        states = [s.index_copy(1, rows, p) for s, p in zip(states, parts, strict=True)]
    return outputs, tuple(states) if len(states) > 1 else states[0]
