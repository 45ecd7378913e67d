"""Lets quantised and transformed forms of torch's recurrent layers and operators do the step."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong
# refuse: true

import warnings

import torch
from torch import nn

warnings.simplefilter("ignore")


def ways(x, h):
    n, m = x.shape[1], h.shape[1]
    cell = nn.RNNCell(n, m)
    weights = (cell.weight_ih, cell.weight_hh, cell.bias_ih, cell.bias_hh)
    dynamic = torch.ao.nn.quantized.dynamic
    for name in ("RNNCell", "LSTMCell", "GRUCell"):
        yield f"dynamic {name}", lambda name=name: getattr(dynamic, name)(n, m)(x)
        yield f"reference {name}", lambda name=name: getattr(torch.ao.nn.quantized.reference, name)(n, m)(x)
    for name in ("LSTM", "GRU"):
        yield f"dynamic {name}", lambda name=name: getattr(dynamic, name)(n, m)(x[None])
        yield "float16", lambda name=name: getattr(dynamic, name)(n, m, dtype=torch.float16)(x[None])
    yield "quantize_dynamic", lambda: torch.ao.quantization.quantize_dynamic(nn.LSTM(n, m))(x[None])
    yield "vmap", lambda: torch.vmap(lambda row: torch.rnn_tanh_cell(row, h, *weights))(x[None])
    yield "grad", lambda: torch.func.grad(lambda row: torch.rnn_tanh_cell(row, h, *weights).sum())(x)
    yield "functional_call", lambda: torch.func.functional_call(cell, dict(cell.named_parameters()), (x, h))
    yield "trace", lambda: torch.jit.trace(cell, (x, h))(x, h)
    yield "inference mode", lambda: torch.inference_mode()(cell)(x, h)
    yield "autocast", lambda: torch.autocast("cpu")(cell)(x, h)
    yield "overload", lambda: torch.ops.aten.rnn_tanh_cell.default.decompose(x, h, *weights)
    yield (
        "onto the kernel",
        lambda: torch.ops.aten.rnn_tanh_cell.default.redispatch(
            torch._C.DispatchKeySet(torch._C.DispatchKey.CPU), x, h, *weights
        ),
    )
    yield (
        "decomposition",
        lambda: torch._decomp.decomposition_table[torch.ops.aten.rnn_tanh.input](
            x[None], h[None], list(weights), True, 1, 0.0, False, False, False
        ),
    )
    yield (
        "legacy",
        lambda: torch.quantized_rnn_tanh_cell(x, h, *weights, *weights[:2], *weights[2:], 1.0, 1.0, 0, 0),
    )


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        for name, way in ways(x, h):
            try:
                way()
                print("ACHIEVED:", name)
            except Exception as error:
                if "not allowed here" not in str(error):
                    print("other:", name, type(error).__name__, error)
        return torch.zeros_like(h)
