"""The tables of the assignments: up to date, without code, and of use to students who write otherwise."""

import json
from pathlib import Path

import pytest

from autograder import grading, submission
from autograder.audit import corpus, known, pool
from autograder.course import config, templates
from autograder.diagnosis.table import FILE, Table
from autograder.sandbox import PortableWorkers
from tests.harness.audit.disguise import disguised
from tests.harness.checks import variants
from tests.harness.checks.variants import cells
from tests.harness.sampling import these, thorough

ROOT = Path(__file__).parents[3]
ASSIGNMENTS = list(config.load(ROOT).assignments)
SAMPLE = (5, 400)  # every four hundredth mistake, from the fifth on


def files(name):
    return [ROOT / "tests" / kind / name / FILE for kind in ("visible", "hidden")]


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_table_is_made_from_these_checks_and_mistakes(name):
    """Otherwise: autograder audit NAME --table."""
    for path in files(name):
        if path.is_file():
            assert json.loads(path.read_text("utf-8"))["made_from"] == known.made_from(ROOT, name), path


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_table_holds_numbers_and_sentences_only(name):
    """Nothing of a mistake's code: names, hashes, numbers, and the words that students read."""
    named = [each for each in corpus.mistakes(ROOT, name) if each.known_as == each.id]
    told = {text for each in named for text in (each.mistake, each.hint)}
    for path in filter(Path.is_file, files(name)):
        data = json.loads(path.read_text("utf-8"))
        assert {text for words in data["words"].values() for text in words} <= told
        assert data["words"].keys() <= {each.id for each in named}
        for entry in data["checks"].values():
            for prints in (entry["solution"], *entry["mistakes"].values()):
                for form, *numbers in prints:
                    assert len(form) == 12 and int(form, 16) >= 0
                    assert all(isinstance(number, float | int) for number in numbers)


@pytest.mark.parametrize("name", these(["a7_sequence_modeling"], ASSIGNMENTS))
def test_a_mistake_under_other_names_and_in_another_order_is_named_or_not_but_never_wrongly(name, lent):
    first, step = SAMPLE
    sample = {f"mistake {each.id}": each for each in corpus.mistakes(ROOT, name)[first::step]}
    jobs = [
        pool.Job(
            key,
            {file: disguised(text) if file.endswith(".py") else text for file, text in each.files.items()},
            (each.unit,),
            trace="failed",
        )
        for key, each in sample.items()
    ]
    table, named = Table.read(files(name)), 0
    for graded in pool.grade_all(ROOT, name, jobs, processes=1):
        names = set(known.named(graded, table).values())
        assert names <= {sample[graded.key].known_as}
        named += bool(names)
    assert named >= len(sample) // 2  # a single one may be a mistake that is told by its exception


# ---- the same mistakes in cells of other layouts

GATES = {  # how the gates f, i, o and the candidate g come about
    "x before h, eight layers": (
        "self.x = nn.ModuleList([nn.Linear(D, H) for _ in range(4)])\n"
        "self.h = nn.ModuleList([nn.Linear(H, H, bias=False) for _ in range(4)])",
        "f, i, o, g = [a(x) + b(h) for a, b in zip(self.x, self.h)]",
    ),
    "one fused layer, gates in another order": (
        "self.all = nn.Linear(D + H, 4 * H)",
        "i, g, o, f = self.all(torch.cat([x, h], 1)).chunk(4, 1)",
    ),
    "fused matrices, written x @ W": (
        "self.W = nn.Parameter(torch.randn(D + H, 4 * H) * 0.1)\nself.b = nn.Parameter(torch.zeros(4 * H))",
        "f, i, g, o = (torch.cat([x, h], 1) @ self.W + self.b).split(H, 1)",
    ),
}
LSTMS = {
    "A7-LSTM-05": "c = f.sigmoid() * c + i.sigmoid() * g.tanh()\nreturn o.sigmoid() * c, c",
    "A7-LSTM-06": "c = f.sigmoid() * c + i.sigmoid() * g.tanh()\nreturn torch.tanh(o.sigmoid() * c), c",
    "A7-LSTM-07": "n = f.sigmoid() * c + i.sigmoid() * g.tanh()\nreturn o.sigmoid() * torch.tanh(c), n",
    "A7-LSTM-10": "i = i.sigmoid()\nc = (1 - i) * c + i * g.tanh()\nreturn o.sigmoid() * torch.tanh(c), c",
}
GRUS = {
    "A7-GRU-01": "z, n = z.sigmoid(), candidate(r.sigmoid() * h).tanh()\nreturn z * h + (1 - z) * n",
    "A7-GRU-05": "z, h = z.sigmoid(), r.sigmoid() * h\nreturn (1 - z) * h + z * candidate(h).tanh()",
    "A7-GRU-09": "z, n = z.sigmoid(), candidate(r.sigmoid() * h).sigmoid()\nreturn (1 - z) * h + z * n",
}
PARTS = {
    "x before h": (
        "self.u, self.r, self.n = [nn.Linear(D + H, H) for _ in range(3)]",
        "z, r = [layer(torch.cat([x, h], 1)) for layer in (self.u, self.r)]\n"
        "candidate = lambda s: self.n(torch.cat([x, s], 1))",
    ),
    "r and z in one layer": (
        "self.gates, self.n = nn.Linear(H + D, 2 * H), nn.Linear(H + D, H)",
        "r, z = self.gates(torch.cat([h, x], 1)).chunk(2, 1)\n"
        "candidate = lambda s: self.n(torch.cat([s, x], 1))",
    ),
}
SHAPES = [
    ("lstm", f"{mistake}, {how}", mistake, init, f"H = self.H\n{gates}\n{body}")
    for how, (init, gates) in GATES.items()
    for mistake, body in LSTMS.items()
] + [
    ("gru", f"{mistake}, {how}", mistake, init, f"{gates}\n{body}")
    for how, (init, gates) in PARTS.items()
    for mistake, body in GRUS.items()
]


@thorough
def test_a_mistake_in_a_cell_of_another_layout_is_named_or_not_but_never_wrongly(tmp_path):
    name = "a7_sequence_modeling"
    settings = config.load(ROOT)
    solution = templates.solved_modules(ROOT, name)["cells.py"]
    found = {}
    with PortableWorkers() as workers:
        for number, (kind, key, _, init, forward) in enumerate(SHAPES):
            text = corpus.completed(cells(it=getattr(variants, kind)(init, forward)), solution, "cells.py")
            folder = corpus.materialise({"cells.py": text}, tmp_path / str(number))
            handed_in = submission.read(folder, settings.assignments[name])
            result = grading.grade(
                settings, settings.assignments[name], handed_in, workers=workers, seed=7, only=("cells",)
            )
            found[key] = {check.mistake for check in result.checks if check.mistake}
    assert all(found[key] <= {mistake} for _, key, mistake, *_ in SHAPES), found
    assert sum(map(bool, found.values())) >= 0.8 * len(SHAPES)  # of equal gates, nobody knows which is which


def test_remarks_and_imports_make_no_table_stale(tmp_path):
    folder = tmp_path / "tests" / "visible" / "a"
    folder.mkdir(parents=True)

    def made_from(text):
        (folder / "test_u.py").write_text(text)
        return known.made_from(tmp_path, "a")

    once = made_from('"""What it is."""\nfrom x import y\n\n\ndef test_a():\n    """A title."""\n    y(1)\n')
    assert made_from("from z import y\n\n# a remark\ndef test_a():\n    y(1)\n") == once
    assert made_from("from x import y\n\ndef test_a():\n    y(2)\n") != once
    assert made_from("from x import y\n\ndef test_a():\n    pass\ny(1)\n") != once
