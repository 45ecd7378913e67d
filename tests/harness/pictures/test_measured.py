"""What is measured of a model is what its equations say, and the model is the same afterwards."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from autograder.pictures import measured

B, T, D, H, V = 4, 7, 3, 5, 11


class HandmadeLSTM(nn.Module):
    """An LSTM's step as a student writes it, with one matrix for all gates."""

    def __init__(self) -> None:
        super().__init__()
        self.gates = nn.Linear(D + H, 4 * H)

    def parts(self, x: Tensor, h: Tensor) -> list[Tensor]:
        f, i, o, candidate = self.gates(torch.cat([h, x], 1)).chunk(4, 1)
        return [torch.sigmoid(f), torch.sigmoid(i) * torch.tanh(candidate), torch.sigmoid(o)]

    def forward(self, x: Tensor, state: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        f, written, o = self.parts(x, state[0])
        c = f * state[1] + written
        return o * torch.tanh(c), c


class Reader(nn.Module):
    """An embedding, and a cell over its steps."""

    def __init__(self, cell: nn.Module, keeps: bool = True) -> None:
        super().__init__()
        self.embedding, self.cell, self.keeps = nn.Embedding(V, D), cell, keeps

    def forward(self, tokens: Tensor) -> Tensor:
        blank = torch.zeros(len(tokens), H)
        state = (blank, blank) if isinstance(self.cell, (HandmadeLSTM, nn.LSTMCell)) else blank
        for x in self.embedding(tokens).unbind(1):
            state = self.cell(x, state)
            if not self.keeps:
                state = state.detach()
        return state[0] if isinstance(state, tuple) else state


class LayerReader(nn.Module):
    """An embedding, and a layer of torch's."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.embedding, self.layer = nn.Embedding(V, D), layer

    def forward(self, tokens: Tensor) -> Tensor:
        return self.layer(self.embedding(tokens))[0]


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(1)


def tokens(rows: int = 1) -> Tensor:
    return torch.randint(1, V, (rows, T))


def test_the_gates_of_an_lstm_written_by_hand_show_in_its_answers() -> None:
    cell = HandmadeLSTM()
    for weight in cell.parameters():
        nn.init.normal_(weight)
    model, given = Reader(cell), tokens()
    seen = measured.picture_states(model, {"tokens": given}, T)
    assert isinstance(seen, dict)
    h = c = torch.zeros(1, H)
    for step, x in enumerate(model.embedding(given).unbind(1)):
        wanted = cell.parts(x, h)
        found = [seen[name][step] for name in ("forget", "written", "output")]
        assert all(torch.allclose(a, b, atol=1e-4) for a, b in zip(found, wanted, strict=True))
        h, c = cell(x, (h, c))
        assert torch.allclose(seen["h"][step], h[0])
        assert torch.allclose(seen["c"][step], c[0])


def test_a_layer_of_torchs_shows_the_states_and_gates_of_its_equations() -> None:
    model, given = LayerReader(nn.LSTM(D, H, batch_first=True)), tokens()
    seen = measured.picture_states(model, {"tokens": given}, T)
    assert isinstance(seen, dict)
    assert torch.allclose(seen["h"], model(given)[0], atol=1e-6)
    layer, before = model.layer, torch.cat([torch.zeros(1, H), seen["h"][:-1]])
    of_input = model.embedding(given)[0] @ layer.weight_ih_l0.T + layer.bias_ih_l0
    i, f, g, o = (of_input + before @ layer.weight_hh_l0.T + layer.bias_hh_l0).chunk(4, 1)
    assert torch.allclose(seen["forget"], torch.sigmoid(f), atol=1e-4)
    assert torch.allclose(seen["written"], torch.sigmoid(i) * torch.tanh(g), atol=1e-4)
    assert torch.allclose(seen["output"], torch.sigmoid(o), atol=1e-3)


def test_what_is_no_lstm_shows_states_and_no_gates() -> None:
    class WithoutTanh(HandmadeLSTM):
        def forward(self, x: Tensor, state: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
            h, c = super().forward(x, state)
            return h / torch.tanh(c) * c * 3, c

    seen = measured.picture_states(Reader(WithoutTanh()), {"tokens": tokens()}, T)
    assert isinstance(seen, dict)
    assert set(seen) == {"h", "c"}
    seen = measured.picture_states(Reader(nn.GRUCell(D, H)), {"tokens": tokens()}, T)
    assert isinstance(seen, dict)
    assert set(seen) == {"h"}


def test_a_model_is_the_same_afterwards() -> None:
    model = Reader(HandmadeLSTM())
    model.embedding.eval()
    before = copy.deepcopy(model.state_dict())
    random_numbers = torch.get_rng_state()
    measured.picture_states(model, {"tokens": tokens()}, T)
    torch.set_rng_state(random_numbers)
    measured.picture_distance(model, {"tokens": torch.ones(B, T, dtype=torch.int64)}, T)
    assert torch.equal(torch.get_rng_state(), random_numbers)
    assert all(torch.equal(before[name], each) for name, each in model.state_dict().items())
    assert all(weight.grad is None for weight in model.parameters())
    assert (model.training, model.embedding.training) == (True, False)
    assert not any(module._forward_hooks for module in model.modules())


def test_the_gradient_by_distance_is_that_of_a_recurrence_that_halves() -> None:
    class Halving(nn.Module):
        def forward(self, x: Tensor, h: Tensor) -> Tensor:
            return h / 2 + x @ torch.ones(D, H)

    seen = measured.picture_distance(Reader(Halving()), {"tokens": tokens(B)}, T)
    assert isinstance(seen, dict)
    assert torch.allclose(seen["norms"], 0.5 ** torch.arange(T), rtol=1e-4)


@pytest.mark.parametrize("batch_first", [False, True], ids=["time", "batch"])
def test_the_gradient_of_a_layer_is_by_time_whichever_axis_that_is(batch_first: bool) -> None:
    torch.manual_seed(1)
    layer = nn.LSTM(D, H, batch_first=True) if batch_first else nn.RNN(D, H)
    given = tokens(B) if batch_first else tokens(B).T
    seen = measured.picture_distance(LayerReader(layer), {"tokens": given}, T)
    assert isinstance(seen, dict)
    assert seen["norms"].shape == (T,)
    assert seen["norms"][0] == 1
    assert seen["norms"].argmin() == T - 1


def test_a_state_that_is_returned_needs_no_cell_to_be_seen() -> None:
    class ByHand(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(V, D)

        def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
            h = torch.zeros(len(tokens), D)
            for step in range(T):
                h = h / 2 + self.embedding(tokens)[:, step]  # embeds all anew
            return h @ self.embedding.weight.T, h

    seen = measured.picture_distance(ByHand(), {"tokens": tokens(B)}, T)
    assert isinstance(seen, dict)
    assert torch.allclose(seen["norms"], 0.5 ** torch.arange(T), rtol=1e-4)


def test_a_first_step_without_a_state_is_a_step() -> None:
    class OwnStart(nn.Module):
        def forward(self, x: Tensor, h: Tensor | None = None) -> Tensor:
            return x @ torch.ones(D, H) + (0 if h is None else h)

    class Starting(Reader):
        def forward(self, tokens: Tensor) -> Tensor:
            first, *others = self.embedding(tokens).unbind(1)
            h = self.cell(first)
            for x in others:
                h = self.cell(x, h)
            return h

    seen = measured.picture_states(Starting(OwnStart()), {"tokens": tokens()}, T)
    assert isinstance(seen, dict)
    assert seen["h"].shape == (T, H)


def test_a_state_that_is_detached_reaches_no_further_back() -> None:
    seen = measured.picture_distance(Reader(nn.RNNCell(D, H), keeps=False), {"tokens": tokens(B)}, T)
    assert isinstance(seen, dict)
    assert not seen["norms"][1:].any()


def test_who_calls_no_cell_is_told() -> None:
    class Bypassing(Reader):
        def forward(self, tokens: Tensor) -> Tensor:
            return self.cell.forward(self.embedding(tokens)[:, 0], torch.zeros(len(tokens), H))

    told = measured.picture_states(Bypassing(nn.RNNCell(D, H)), {"tokens": tokens()}, T)
    assert isinstance(told, str)
    assert "cell(x, state)" in told


TARGETS = torch.tensor([[3, 4, 5, 6], [7, 0, 0, 0], [8, 9, 0, 0]])


def test_padding_weighs_nothing_and_all_else_the_same() -> None:
    def loss(logits: Tensor, targets: Tensor) -> Tensor:
        return nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=0)

    seen = measured.picture_loss(loss, TARGETS, V)
    assert isinstance(seen, dict)
    assert torch.allclose(seen["shares"], (TARGETS != 0) / 7)


def test_a_mean_of_rows_shows_by_its_colours() -> None:
    def loss(logits: Tensor, targets: Tensor) -> Tensor:
        each = nn.functional.cross_entropy(logits.transpose(1, 2), targets, ignore_index=0, reduction="none")
        return (each.sum(1) / (targets != 0).sum(1)).mean()

    seen = measured.picture_loss(loss, TARGETS, V)
    assert isinstance(seen, dict)
    assert seen["shares"][1, 0] == pytest.approx(4 * float(seen["shares"][0, 0]))


def test_the_loss_of_a_model_is_seen_by_its_logits() -> None:
    class Scores(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.table = nn.Embedding(V, V)

        def forward(self, source: Tensor, target: Tensor) -> Tensor:
            return self.table(target)

    def loss(model: nn.Module, source: Tensor, target: Tensor) -> Tensor:
        logits = model(source, target[:, :-1])
        return nn.functional.cross_entropy(logits.flatten(0, 1), target[:, 1:].flatten(), ignore_index=0)

    seen = measured.picture_loss_of_model(loss, Scores(), TARGETS, TARGETS)
    assert isinstance(seen, dict)
    assert torch.allclose(seen["shares"], (TARGETS[:, 1:] != 0) / 4)


@pytest.mark.parametrize("loss", [lambda logits, targets: 1.5, lambda logits, targets: logits.detach().sum()])
def test_a_loss_without_a_gradient_is_told(loss: object) -> None:
    told = measured.picture_loss(loss, TARGETS, V)  # type: ignore[arg-type]
    assert isinstance(told, str)
    assert told.endswith(".")


def test_norms_are_those_before_clipping() -> None:
    def train(model: nn.Module, batches: list[Tensor]) -> list[float]:
        logged = []
        for batch in batches:
            model.zero_grad()
            (100 * model(batch)).sum().backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            logged.append(model.cell.weight_hh.grad.norm().item())
        return logged

    seen = measured.picture_norms(train, Reader(nn.RNNCell(D, H)), "weight_hh", [tokens(B), tokens(B)])
    assert seen["norms"].shape == (2,)
    assert (seen["norms"] > 1).all()
    assert max(seen["returned"]) <= 1
