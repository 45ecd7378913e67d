"""Lets torch's own recurrent layers do the step, by a dozen ways around a search of the source."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong
# refuse: true

import base64
import importlib
import threading

import torch
from torch import nn

SCRIPT = """
def step(x, h, a, b, c, d):
    return torch.rnn_tanh_cell(x, h, a, b, c, d)
"""


def ways(x, h):
    n, m = x.shape[1], h.shape[1]
    cell, layer = nn.RNNCell(n, m), nn.LSTM(n, m)
    weights = (cell.weight_ih, cell.weight_hh, cell.bias_ih, cell.bias_hh)
    state, rest = (h[None], h[None]), (True, 1, 0.0, False, False, False)
    quantizable = importlib.import_module("torch.ao.nn.quantizable")

    class Renamed(nn.GRU):
        pass

    def in_thread():
        found = []
        thread = threading.Thread(target=lambda: found.append(cell(x, h)))
        thread.start()
        thread.join()
        return found[0]  # raises IndexError when the thread was refused

    def without_modes():
        with torch._C.DisableTorchFunction():
            return cell(x, h)

    yield "nn.RNNCell", lambda: cell(x, h)
    yield "nn.LSTM", lambda: layer(x[None], state)
    yield "nn.LSTM in float64", lambda: nn.LSTM(n, m).double()(x[None].double())
    yield "renamed subclass", lambda: Renamed(n, m)(x[None])
    yield "getattr", lambda: getattr(nn, "RNN" + "Cell")(n, m)(x, h)
    yield (
        "exec",
        lambda: exec(base64.b64decode(b"bm4uUk5OQ2VsbCgyLDIpKHgpCg=="), {"nn": nn, "x": torch.ones(1, 2)}),
    )
    yield "torch.rnn_tanh_cell", lambda: torch.rnn_tanh_cell(x, h, *weights)
    yield "torch._VF", lambda: torch._VF.rnn_relu_cell(x, h, *weights)
    yield "torch.ops", lambda: torch.ops.aten.rnn_tanh_cell(x, h, *weights)
    yield "torch.ops lstm", lambda: torch.ops.aten.lstm.input(x[None], state, layer._flat_weights, *rest)
    yield "TorchScript", lambda: torch.jit.script(nn.LSTM(n, m))(x[None])
    yield "CompilationUnit", lambda: torch.jit.CompilationUnit(SCRIPT).step(x, h, *weights)
    yield "thread", in_thread
    yield "without modes", without_modes
    yield (
        "decomposition",
        lambda: torch._decomp.decompositions.lstm_impl(x[None], state, layer._flat_weights, *rest),
    )
    yield "quantizable", lambda: quantizable.LSTM(n, m)(x[None])
    yield "quantizable cell", lambda: quantizable.LSTMCell(n, m)(x, (h, h))


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
                    print("other:", name, error)
        return torch.zeros_like(h)
