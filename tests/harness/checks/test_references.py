"""The references are pinned to PyTorch's own cells wherever the two agree."""

import numpy as np
import torch
from torch import nn

from autograder.checks import Draw, references
from autograder.checks.references import Weights

D, H, B = 7, 5, 4


def draws(states):
    draw = Draw(4)
    return draw.normal(B, D), [draw.normal(B, H) for _ in range(states)]


def weights(cell, gates):
    """The gates of a torch cell, in its own order of blocks, and the two biases of each."""
    x, h = (w.detach().double().numpy().reshape(len(gates), H, -1) for w in (cell.weight_ih, cell.weight_hh))
    b, c = (v.detach().double().numpy().reshape(len(gates), H) for v in (cell.bias_ih, cell.bias_hh))
    return {gate: Weights(x[k], h[k], b[k] + c[k]) for k, gate in enumerate(gates)}, dict(
        zip(gates, c, strict=True)
    )


def torch_step(cell, x, state):
    with torch.no_grad():
        return cell.double()(torch.from_numpy(x).double(), state)


def test_the_vanilla_cell_is_torchs():
    cell, (x, [h]) = nn.RNNCell(D, H), draws(1)
    want = torch_step(cell, x, torch.from_numpy(h).double()).numpy()
    np.testing.assert_allclose(references.step("rnn", weights(cell, "h")[0], x, h), want, atol=1e-12)


def test_the_lstm_is_torchs():
    cell, (x, [h, c]) = nn.LSTMCell(D, H), draws(2)
    want = torch_step(cell, x, (torch.from_numpy(h).double(), torch.from_numpy(c).double()))
    got = references.step("lstm", weights(cell, "ifco")[0], x, h, c)
    for mine, theirs in zip(got, want, strict=True):
        np.testing.assert_allclose(mine, theirs.numpy(), atol=1e-12)


def test_the_gru_is_torchs_with_the_update_gate_turned_round_from_a_state_of_zeros():
    cell, (x, _) = nn.GRUCell(D, H), draws(1)
    nn.init.zeros_(cell.bias_hh)
    h = np.zeros((B, H), np.float32)
    want = torch_step(cell, x, torch.from_numpy(h).double()).numpy()
    gates, _ = weights(cell, "rzc")
    z = gates["z"]
    gates["z"] = Weights(-z.x, -z.h, -z.b)  # 1 - σ(a) = σ(-a)
    np.testing.assert_allclose(references.step("gru", gates, x, h), want, atol=1e-12)


def test_the_gru_is_torchs_where_the_order_of_reset_and_matrix_does_not_matter():
    """With a diagonal W_h of the candidate, W(r ⊙ h) = r ⊙ (W h)."""
    cell, (x, [h]) = nn.GRUCell(D, H), draws(1)
    with torch.no_grad():
        cell.bias_hh[2 * H :] = 0
        cell.weight_hh[2 * H :] = torch.diag(cell.weight_hh[2 * H :].diagonal())
    want = torch_step(cell, x, torch.from_numpy(h).double()).numpy()
    gates, _ = weights(cell, "rzc")
    z = gates["z"]
    gates["z"] = Weights(-z.x, -z.h, -z.b)
    np.testing.assert_allclose(references.step("gru", gates, x, h), want, atol=1e-12)
