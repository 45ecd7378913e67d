# ruff: noqa: E501 -- sources of students' classes, kept one to an entry
"""Cells of many shapes, right and wrong."""

from __future__ import annotations

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n\n"


def cells(**classes: str) -> str:
    return HEAD + "\n\n".join(classes.values())


def _class(name: str, init: str, forward: str) -> str:
    def lines(text: str) -> str:
        return "".join(
            f"        {line.strip() if not line.startswith(' ') else line}\n" for line in text.split("\n")
        )

    arguments = "x, state" if name == "LSTMCell" else "x, h"
    return (
        f"class {name}(nn.Module):\n"
        f"    def __init__(self, input_size, hidden_size):\n        super().__init__()\n"
        f"        D, H = input_size, hidden_size\n        self.H = H\n{lines(init)}"
        f"    def forward(self, {arguments}):\n"
        + ("        h, c = state\n" if name == "LSTMCell" else "")
        + lines(forward)
    )


def vanilla(init: str, forward: str) -> str:
    return _class("VanillaRNNCell", init, forward)


def lstm(init: str, forward: str) -> str:
    return _class("LSTMCell", init, forward)


def gru(init: str, forward: str) -> str:
    return _class("GRUCell", init, forward)


LINEAR = "self.a = nn.Linear(H, H, bias=False)\nself.b = nn.Linear(D, H)"
FOUR = "self.f, self.i, self.o, self.g = [nn.Linear(H + D, H) for _ in range(4)]"
GATES = "s = torch.cat([h, x], 1)\nf, i, o = [torch.sigmoid(l(s)) for l in (self.f, self.i, self.o)]\n"
THREE = "self.z, self.r, self.n = [nn.Linear(H + D, H) for _ in range(3)]"
ZR = "s = torch.cat([h, x], 1)\nz, r = torch.sigmoid(self.z(s)), torch.sigmoid(self.r(s))\n"
CANDIDATE = "n = torch.tanh(self.n(torch.cat([r * h, x], 1)))\n"
TORCH_GATES = (
    "self.x, self.h = nn.Linear(D, 3 * H), nn.Linear(H, 3 * H)",
    "a, b = self.x(x).chunk(3, 1), self.h(h).chunk(3, 1)\n"
    "r, z = torch.sigmoid(a[0] + b[0]), torch.sigmoid(a[1] + b[1])\n",
)

RIGHT = {
    "rnn two biases": vanilla(
        "self.a = nn.Linear(H, H)\nself.b = nn.Linear(D, H)", "return torch.tanh(self.a(h) + self.b(x))"
    ),
    "rnn one matrix, x first": vanilla(
        "self.a = nn.Linear(D + H, H)", "return self.a(torch.cat([x, h], -1)).tanh()"
    ),
    "rnn transposed": vanilla(
        "self.u, self.w, self.b = [nn.Parameter(torch.zeros(*s)) for s in ((D, H), (H, H), (1, H))]",
        "return torch.tanh(x @ self.u + h @ self.w + self.b)",
    ),
    "rnn mixed storage": vanilla(
        "self.u, self.w = nn.Parameter(torch.zeros(D, H)), nn.Linear(H, H)",
        "return torch.tanh(x @ self.u + self.w(h))",
    ),
    "rnn bias column first": vanilla(
        "self.w = nn.Parameter(torch.randn(H, 1 + D + H))",
        "return torch.tanh(torch.cat([torch.ones_like(x[:, :1]), x, h], 1) @ self.w.T)",
    ),
    "rnn extra things": vanilla(
        LINEAR + "\nself.unused = nn.Parameter(torch.zeros(3, H))\nself.register_buffer('k', torch.ones(H))\n"
        "self.scale = nn.Parameter(torch.ones(1), requires_grad=False)",
        "return torch.tanh(self.scale * (self.a(h) + self.b(x)) * self.k)",
    ),
    "rnn lazy": vanilla(
        "self.a, self.b = nn.LazyLinear(H), nn.LazyLinear(H)", "return torch.tanh(self.a(h) + self.b(x))"
    ),
    "rnn weight norm": vanilla(
        "self.a = nn.utils.parametrizations.weight_norm(nn.Linear(H + D, H))",
        "return torch.tanh(self.a(torch.cat([h, x], 1)))",
    ),
    "rnn zero start": vanilla(
        LINEAR + "\n[nn.init.zeros_(p) for p in self.parameters()]",
        "return torch.tanh(self.a(h) + self.b(x))",
    ),
    "lstm fused o c i f": lstm(
        "self.w = nn.Linear(D + H, 4 * H)",
        "o, g, i, f = self.w(torch.cat([x, h], 1)).chunk(4, 1)\nc = f.sigmoid() * c + i.sigmoid() * g.tanh()\nreturn o.sigmoid() * c.tanh(), c",
    ),
    "lstm eight layers": lstm(
        "self.p = nn.ModuleDict({k: nn.Linear(D, H) for k in 'fiog'})\nself.q = nn.ModuleDict({k: nn.Linear(H, H) for k in 'fiog'})",
        "a = {k: self.p[k](x) + self.q[k](h) for k in 'fiog'}\nc = a['f'].sigmoid() * c + a['i'].sigmoid() * a['g'].tanh()\nreturn a['o'].sigmoid() * c.tanh(), c",
    ),
    "lstm three biases": lstm(
        "self.p, self.q, self.b = nn.Linear(D, 4 * H), nn.Linear(H, 4 * H), nn.Parameter(torch.zeros(4 * H))",
        "f, i, o, g = (self.p(x) + self.q(h) + self.b).chunk(4, 1)\nc = f.sigmoid() * c + i.sigmoid() * g.tanh()\nreturn o.sigmoid() * c.tanh(), c",
    ),
    "lstm interleaved, transposed": lstm(
        "self.w, self.b = nn.Parameter(torch.randn(H + D, 4 * H)), nn.Parameter(torch.zeros(H, 4))",
        "a = (torch.cat([h, x], 1) @ self.w).view(-1, self.H, 4) + self.b\nf, i, o, g = a.unbind(-1)\n"
        "c = f.sigmoid() * c + i.sigmoid() * g.tanh()\nreturn o.sigmoid() * c.tanh(), c",
    ),
    "lstm stacks": lstm(
        "self.u, self.w, self.b = [nn.Parameter(torch.randn(*s)) for s in ((4, D, H), (4, H, H), (4, H))]",
        "a = torch.einsum('bd,kdh->kbh', x, self.u) + torch.einsum('bd,kdh->kbh', h, self.w) + self.b[:, None]\n"
        "f, i, o = torch.sigmoid(a[:3])\nc = f * c + i * torch.tanh(a[3])\nreturn o * torch.tanh(c), c",
    ),
    "lstm old weight norm, list": lstm(
        "self.w = nn.utils.weight_norm(nn.Linear(H + D, 4 * H))",
        "f, i, o, g = self.w(torch.cat([h, x], 1)).chunk(4, 1)\nc = f.sigmoid() * c + i.sigmoid() * g.tanh()\nreturn [o.sigmoid() * c.tanh(), c]",
    ),
    "lstm gates exchanged by name": lstm(
        FOUR, GATES + "c = i * c + f * torch.tanh(self.g(s))\nreturn o * torch.tanh(c), c"
    ),
    "gru no bias": gru(
        THREE.replace("H + D, H)", "H + D, H, bias=False)"), ZR + CANDIDATE + "return (1 - z) * h + z * n"
    ),
    "gru no candidate bias": gru(
        THREE.replace(
            "nn.Linear(H + D, H) for _ in range(3)", "nn.Linear(H + D, H, bias=k < 2) for k in range(3)"
        ),
        ZR + CANDIDATE + "return (1 - z) * h + z * n",
    ),
    "gru six layers": gru(
        "self.p = nn.ModuleList(nn.Linear(D, H) for _ in range(3))\nself.q = nn.ModuleList(nn.Linear(H, H) for _ in range(3))",
        "z, r = [torch.sigmoid(self.p[k](x) + self.q[k](h)) for k in (0, 1)]\nreturn h + z * (torch.tanh(self.p[2](x) + self.q[2](r * h)) - h)",
    ),
    "gru fused three biases": gru(
        "self.p, self.q, self.b = nn.Linear(D, 3 * H), nn.Linear(H, 3 * H), nn.Parameter(torch.zeros(3 * H))",
        "a, w, v = self.p(x) + self.b, self.q.weight.chunk(3), self.q.bias.chunk(3)\na = a.chunk(3, 1)\n"
        "r, z = [torch.sigmoid(a[k] + h @ w[k].T + v[k]) for k in (0, 1)]\n"
        "return (1 - z) * h + z * torch.tanh(a[2] + (r * h) @ w[2].T + v[2])",
    ),
    "gru gates fused": gru(
        "self.g, self.n = nn.Linear(D + H, 2 * H), nn.Linear(D + H, H)",
        "r, z = torch.sigmoid(self.g(torch.cat([x, h], 1))).chunk(2, 1)\nreturn torch.lerp(h, torch.tanh(self.n(torch.cat([x, r * h], 1))), z)",
    ),
}

WRONG = {  # (source, a word of the sentence that the hidden equation check should say; "" where another check speaks)
    "rnn no tanh": (vanilla(LINEAR, "return self.a(h) + self.b(x)"), "no tanh"),
    "rnn tanh of each": (
        vanilla(LINEAR, "return torch.tanh(self.a(h)) + torch.tanh(self.b(x))"),
        "each term",
    ),
    "rnn no state": (vanilla(LINEAR, "return torch.tanh(self.b(x)) + 0 * h"), "old hidden state"),
    "rnn no input": (vanilla(LINEAR, "return torch.tanh(self.a(h))"), ""),
    "rnn no bias": (
        vanilla(LINEAR.replace("D, H)", "D, H, bias=False)"), "return torch.tanh(self.a(h) + self.b(x))"),
        "no bias",
    ),
    "rnn sigmoid": (vanilla(LINEAR, "return torch.sigmoid(self.a(h) + self.b(x))"), "σ"),
    "rnn relu": (vanilla(LINEAR, "return torch.relu(self.a(h) + self.b(x))"), "ReLU"),
    "rnn layers in forward": (
        vanilla(
            "self.D = D", "return torch.tanh(nn.Linear(self.H, self.H)(h) + nn.Linear(self.D, self.H)(x))"
        ),
        "",
    ),
    "rnn detached": (vanilla(LINEAR, "return torch.tanh(self.a(h.detach()) + self.b(x))"), ""),
    "rnn through numpy": (
        vanilla(
            LINEAR,
            "import numpy as np\nreturn torch.from_numpy(np.tanh((self.a(h) + self.b(x)).detach().numpy()))",
        ),
        "",
    ),
    "rnn frozen constant": (
        vanilla(
            LINEAR + "\nself.register_buffer('one', torch.ones(H))",
            "return torch.tanh(self.a(h) + self.b(x) + self.one)",
        ),
        "",
    ),
    "rnn changes its input": (
        vanilla(LINEAR, "h *= 1.5\nreturn torch.tanh(self.a(h / 1.5) + self.b(x))"),
        "",
    ),
    "lstm tanh gates": (
        lstm(
            FOUR,
            GATES.replace("sigmoid", "tanh")
            + "c = f * c + i * torch.tanh(self.g(s))\nreturn o * torch.tanh(c), c",
        ),
        "tanh where σ",
    ),
    "lstm no gate activation": (
        lstm(
            FOUR,
            GATES.replace("torch.sigmoid(l(s))", "l(s)")
            + "c = f * c + i * torch.tanh(self.g(s))\nreturn o * torch.tanh(c), c",
        ),
        "no σ",
    ),
    "lstm h without tanh": (
        lstm(FOUR, GATES + "c = f * c + i * torch.tanh(self.g(s))\nreturn o * c, c"),
        "without the tanh",
    ),
    "lstm tanh outside": (
        lstm(FOUR, GATES + "c = f * c + i * torch.tanh(self.g(s))\nreturn torch.tanh(o * c), c"),
        "inside the tanh",
    ),
    "lstm old cell state": (
        lstm(FOUR, GATES + "h = o * torch.tanh(c)\nc = f * c + i * torch.tanh(self.g(s))\nreturn h, c"),
        "old cell state",
    ),
    "lstm nothing forgotten": (
        lstm(FOUR, GATES + "c = c + i * torch.tanh(self.g(s))\nreturn o * torch.tanh(c), c"),
        "kept whole",
    ),
    "lstm nothing gated in": (
        lstm(FOUR, GATES + "c = f * c + torch.tanh(self.g(s))\nreturn o * torch.tanh(c), c"),
        "added whole",
    ),
    "lstm coupled": (
        lstm(FOUR, GATES + "c = (1 - i) * c + i * torch.tanh(self.g(s))\nreturn o * torch.tanh(c), c"),
        "1 minus a gate",
    ),
    "lstm shared gate": (
        lstm(
            "self.f = self.i = self.o = self.g = nn.Linear(H + D, H)",
            GATES + "c = f * c + i * torch.tanh(self.g(s))\nreturn o * torch.tanh(c), c",
        ),
        "share",
    ),
    "lstm plus one": (
        lstm(
            FOUR,
            GATES
            + "f = torch.sigmoid(self.f(s) + 1)\nc = f * c + i * torch.tanh(self.g(s))\nreturn o * torch.tanh(c), c",
        ),
        "1 is added",
    ),
    "lstm gates blind to h": (
        lstm(
            FOUR,
            "s = torch.cat([0 * h, x], 1)\n"
            + GATES.split("\n")[1]
            + "\nc = f * c + i * torch.tanh(self.g(s))\nreturn o * torch.tanh(c), c",
        ),
        "old hidden state",
    ),
    "lstm chunk on rows": (
        lstm(
            "self.w = nn.Linear(H + D, 4 * H)",
            "a = self.w(torch.cat([h, x], 1)).reshape(4, -1, self.H)\nf, i, o = torch.sigmoid(a[:3])\n"
            "c = f * c + i * torch.tanh(a[3])\nreturn o * torch.tanh(c), c",
        ),
        "",
    ),
    "lstm in place": (
        lstm(FOUR, GATES + "c.mul_(f).add_(i * torch.tanh(self.g(s)))\nreturn o * torch.tanh(c), c"),
        "",
    ),
    "lstm returns c, h": (
        lstm(FOUR, GATES + "c = f * c + i * torch.tanh(self.g(s))\nreturn c, o * torch.tanh(c)"),
        "not",
    ),
    "lstm no bias": (
        lstm(
            FOUR.replace("H + D, H)", "H + D, H, bias=False)"),
            GATES + "c = f * c + i * torch.tanh(self.g(s))\nreturn o * torch.tanh(c), c",
        ),
        "no bias",
    ),
    "lstm peephole": (
        lstm(
            FOUR + "\nself.p = nn.Parameter(torch.randn(H))",
            GATES
            + "f = torch.sigmoid(self.f(s) + self.p * c)\nc = f * c + i * torch.tanh(self.g(s))\nreturn o * torch.tanh(c), c",
        ),
        "not a gate times",
    ),
    "lstm candidate sigmoid": (
        lstm(FOUR, GATES + "c = f * c + i * torch.sigmoid(self.g(s))\nreturn o * torch.tanh(c), c"),
        "σ where",
    ),
    "gru sides": (gru(THREE, ZR + CANDIDATE + "return (1 - z) * n + z * h"), "exchanged"),
    "gru after": (
        gru(
            "self.z, self.r, self.n, self.m = [nn.Linear(H + D, H) for _ in range(2)] + [nn.Linear(D, H), nn.Linear(H, H, bias=False)]",
            ZR + "n = torch.tanh(self.n(x) + r * self.m(h))\nreturn (1 - z) * h + z * n",
        ),
        "after the matmul",
    ),
    "gru after, with bias": (
        gru(TORCH_GATES[0], TORCH_GATES[1] + "n = torch.tanh(a[2] + r * b[2])\nreturn (1 - z) * h + z * n"),
        "after the matmul",
    ),
    "gru of the library": (
        gru(TORCH_GATES[0], TORCH_GATES[1] + "n = torch.tanh(a[2] + r * b[2])\nreturn (1 - z) * n + z * h"),
        "PyTorch's form",
    ),
    "gru resets the leak": (gru(THREE, ZR + CANDIDATE + "return (1 - z) * (r * h) + z * n"), "kept"),
    "gru no reset": (gru(THREE, ZR + "n = torch.tanh(self.n(s))\nreturn (1 - z) * h + z * n"), "no reset"),
    "gru candidate sigmoid": (
        gru(THREE, ZR + CANDIDATE.replace("tanh", "sigmoid") + "return (1 - z) * h + z * n"),
        "σ where",
    ),
    "gru candidate linear": (
        gru(THREE, ZR + "n = self.n(torch.cat([r * h, x], 1))\nreturn (1 - z) * h + z * n"),
        "no tanh",
    ),
    "gru z from reset state": (
        gru(
            THREE,
            ZR
            + "z = torch.sigmoid(self.z(torch.cat([r * h, x], 1)))\n"
            + CANDIDATE
            + "return (1 - z) * h + z * n",
        ),
        "after it was reset",
    ),
    "gru tanh gates": (
        gru(THREE, ZR.replace("sigmoid", "tanh") + CANDIDATE + "return (1 - z) * h + z * n"),
        "tanh where σ",
    ),
    "gru one gate": (
        gru(
            "self.z = self.r = nn.Linear(H + D, H)\nself.n = nn.Linear(H + D, H)",
            ZR + CANDIDATE + "return (1 - z) * h + z * n",
        ),
        "share",
    ),
    "gru resets x too": (
        gru(THREE, ZR + "n = torch.tanh(self.n(torch.cat([r * h, r * x], 1)))\nreturn (1 - z) * h + z * n"),
        "",
    ),
    "gru state detached": (gru(THREE, ZR + CANDIDATE + "return (1 - z) * h.detach() + z * n"), ""),
    "gru candidate detached": (
        gru(THREE, ZR + "r = r.detach()\n" + CANDIDATE + "return (1 - z) * h + z * n"),
        "",
    ),
    "gru of torch": (gru("self.n = nn.GRUCell(D, H)", "return self.n(x, h)"), ""),
}
