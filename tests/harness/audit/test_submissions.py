"""Mistakes and alternatives become submissions that run; an entry that does not apply says so."""

import ast
import copy
import re
import sys
import zlib
from pathlib import Path

import pytest
import torch
import yaml
from torch.nn.utils import parametrize

from autograder.audit import corpus
from autograder.checks import fill
from autograder.course import templates
from autograder.course.config import ConfigError
from tests.harness.files import lay

ROOT = Path(__file__).parents[3]
A7 = "a7_sequence_modeling"
GOOD = "- {id: A7-X-01, unit: cells, mistake: No., hint: Why, file: cells.py, replace: [{old: a, new: b}]"
MISTAKES = corpus.mistakes(ROOT, A7)
OVERLAYS = corpus.overlays(ROOT, A7)
SOLUTION = templates.solved_modules(ROOT, A7)
LENGTHS = torch.tensor([4, 7, 2, 5])


def load(files, folder):
    """The names that a submission of modules defines, run in this process."""
    corpus.materialise(files, folder)
    names = [name.removesuffix(".py") for name in files if name.endswith(".py")]
    saved = {name: sys.modules.pop(name, None) for name in names}
    sys.path.insert(0, str(folder))
    try:
        namespace = {}
        for name in names:
            namespace.update(vars(__import__(name)))
        return namespace
    finally:
        sys.path.remove(str(folder))
        for name in names:
            sys.modules.pop(name, None)
            if saved[name] is not None:
                sys.modules[name] = saved[name]


@pytest.fixture(scope="module")
def solution(tmp_path_factory):
    return load(SOLUTION, tmp_path_factory.mktemp("solution"))


IN_CODE = [mistake for mistake in MISTAKES if mistake.unit != "report"]


def test_every_known_submission_is_python_but_the_one_that_is_not():
    texts = {}  # most files of a mistake are the solution's
    for name in sorted(path.name for path in (ROOT / "solutions").iterdir()):
        for each in (*corpus.mistakes(ROOT, name), *corpus.overlays(ROOT, name)):
            key = each.id if isinstance(each, corpus.Mistake) else each.name
            texts |= {text: key for file, text in each.files.items() if file.endswith(".py")}
    broken = set()
    for text, key in texts.items():
        try:
            compile(text, key, "exec")
        except SyntaxError:
            broken.add(key)
    assert broken == {"X-RUN-04"}


def test_a_mistake_is_another_program_that_compiles():
    solution = {name: ast.dump(ast.parse(text)) for name, text in SOLUTION.items()}
    for mistake in IN_CODE:
        changed = [name for name in SOLUTION if mistake.files[name] != SOLUTION[name]]
        assert len(changed) == 1, mistake.id
        assert ast.dump(ast.parse(mistake.files[changed[0]])) != solution[changed[0]], mistake.id


def test_a_mistake_says_what_is_wrong_and_asks_a_question():
    for mistake in MISTAKES:
        assert mistake.mistake.endswith(".") and mistake.hint.endswith("?"), mistake.id
        assert re.fullmatch(r"(A7|X|Y)-[A-Z0-9]+-\d\d", mistake.id), mistake.id


def test_every_unit_has_many_mistakes():
    for unit in ("cells", "loop"):
        assert sum(mistake.unit == unit for mistake in MISTAKES) >= 45


def test_an_alternative_quotes_what_allows_it():
    found = corpus.alternatives(ROOT, A7)
    assert [alternative.name for alternative in found if len(alternative.allowed_by) <= 20] == []


def with_own(file):
    return [
        pytest.param(alternative, id=alternative.name)
        for alternative in OVERLAYS
        if alternative.files[file] != SOLUTION[file]
    ]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["VanillaRNNCell", "LSTMCell", "GRUCell"])
@pytest.mark.parametrize("alternative", with_own("cells.py"))
def test_a_cell_computes_what_the_solution_computes(alternative, name, solution, tmp_path):
    """Weights that depend on their row alone give the same numbers in every layout of the equations."""
    ours, theirs = (defined[name](7, 5) for defined in (solution, load(alternative.files, tmp_path)))
    x, states = fill.inputs(7, 2 if name == "LSTMCell" else 1)
    x, states = torch.tensor(x), tuple(map(torch.tensor, states))
    arguments = (x, states if len(states) == 2 else states[0])
    for phi in fill.PHIS:
        wanted = flat(run_filled(ours, next(fill.fills(effective(ours), 7, phi)), arguments))
        answers = [
            flat(run_filled(theirs, weights, arguments)) for weights in fill.fills(effective(theirs), 7, phi)
        ]
        assert any(torch.allclose(answer, wanted, atol=1e-6) for answer in answers)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("alternative", with_own("loop.py"))
def test_a_loop_computes_what_the_solution_computes(alternative, cell, solution, tmp_path):
    """With the solution's cells, weights are random by name; else they depend on their row alone."""
    ours, theirs = (
        solution["DeepRNN"](cell, 5, 3, 2),
        load(alternative.files, tmp_path)["DeepRNN"](cell, 5, 3, 2),
    )
    set_weights = by_name if set(keys(ours)) == set(keys(theirs)) else by_row
    set_weights(ours)
    set_weights(theirs)
    x = torch.randn(4, 9, 5, generator=torch.Generator().manual_seed(1))
    hiddens, last_valid = ours(x, LENGTHS)
    their_hiddens, their_last_valid = theirs(x.clone(), LENGTHS)
    torch.testing.assert_close(their_last_valid, last_valid)
    for row, length in enumerate(LENGTHS):
        torch.testing.assert_close(their_hiddens[row, :length], hiddens[row, :length])


@pytest.mark.parametrize("alternative", with_own("loop.py"))
def test_a_training_ends_where_the_solution_ends(alternative, solution, tmp_path):
    theirs = load(alternative.files, tmp_path)
    ours = solution["AuthorClassifier"](11, 6)
    copied = copy.deepcopy(ours)
    draw = torch.Generator().manual_seed(2)
    loader = [
        (torch.randint(1, 11, (4, 7), generator=draw), LENGTHS, torch.randint(0, 3, (4,), generator=draw))
        for _ in range(3)
    ]
    assert theirs["count_parameters"](copied) == solution["count_parameters"](ours)
    wanted = solution["train_classifier"](ours, loader, 3, 0.01)
    assert theirs["train_classifier"](copied, loader, 3, 0.01) == pytest.approx(wanted, rel=1e-4)
    assert theirs["accuracy"](copied, loader) == pytest.approx(solution["accuracy"](ours, loader))


def effective(module):
    """The weights that the equations see, by name; those of a parametrised layer are computed."""
    found = {
        name: weight.detach().numpy()
        for name, weight in module.named_parameters()
        if "parametriz" not in name
    }
    for path, part in module.named_modules():
        if parametrize.is_parametrized(part):
            found |= {
                f"{path}.{name}": getattr(part, name).detach().numpy() for name in part.parametrizations
            }
    return found


def run_filled(module, weights, arguments):
    with torch.no_grad():
        for name, numbers in weights.items():
            owner, _, attribute = name.rpartition(".")
            part = module.get_submodule(owner)
            if parametrize.is_parametrized(part, attribute):
                setattr(part, attribute, torch.tensor(numbers))
            else:
                module.get_parameter(name).copy_(torch.tensor(numbers))
        return module(*arguments)


def flat(answer):
    return torch.cat([part.flatten() for part in answer]) if isinstance(answer, tuple) else answer.flatten()


def keys(model):
    """What tells weights apart whatever their containers are called: layer inside the cell, and shape."""
    return [(".".join(name.split(".")[-2:]), weight.shape) for name, weight in model.named_parameters()]


def by_name(model):
    with torch.no_grad():
        for key, weight in zip(keys(model), model.parameters(), strict=True):
            seed = zlib.crc32(repr(key).encode())
            weight.copy_(torch.randn(weight.shape, generator=torch.Generator().manual_seed(seed)) / 2)


def by_row(model, phi=(0.5, -0.35, 0.2)):
    with torch.no_grad():
        for weight in model.parameters():
            column = torch.tensor(phi).repeat(len(weight) // 3)
            weight.copy_(column[:, None].expand_as(weight) if weight.dim() == 2 else torch.zeros_like(weight))


@pytest.fixture
def beside_solutions(tmp_path):
    """Write one file of a corpus where there are the solutions and nothing else; the root of that."""
    (tmp_path / "solutions").symlink_to(ROOT / "solutions")

    def write(name, text):
        return lay(tmp_path, {f"tests/{name}": text})

    return write


def test_a_patch_that_does_not_apply_is_named(beside_solutions):
    entry = {"id": "A7-X-01", "unit": "cells", "mistake": "No.", "hint": "Why?", "file": "cells.py"}
    for old, found in (("torch.sigmoid(", 5), ("no such text", 0)):
        text = yaml.safe_dump([{**entry, "replace": [{"old": old, "new": ""}]}])
        with pytest.raises(corpus.BadCorpus, match=rf"cells\.yaml: A7-X-01 .* occurs {found} times"):
            corpus.mistakes(beside_solutions(f"mistakes/{A7}/cells.yaml", text), A7)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- id: ]", r"^cells\.yaml:1: not valid YAML: "),
        ("a: b", r"cells\.yaml must be a list of entries"),
        ("- {unit: cells}", r"cells\.yaml: entry 1: id is missing"),
        ("- {id: A7-X-01, unti: cells}", r"cells\.yaml: A7-X-01: unit is missing"),
        (GOOD + ", same-as: A7-X-02}", r"cells\.yaml: A7-X-01: same-as is no key of an entry"),
        (GOOD + ", notice: 1}", r"cells\.yaml: A7-X-01: notice is of a wrong form"),
        (GOOD.replace("b}]", "b, all: c}]") + "}", r"A7-X-01: replace\.0\.all is no key"),
    ],
)
def test_a_mistake_that_cannot_be_read_is_named(beside_solutions, text, said):
    with pytest.raises(ConfigError, match=said):
        corpus.mistakes(beside_solutions(f"mistakes/{A7}/cells.yaml", text), A7)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("forms.yaml", "- {name: a}", r"forms\.yaml: a: allowed_by is missing"),
        (
            "forms.yaml",
            "- {name: a, allowed_by: b, modules: [loops.py]}",
            r"names loops\.py, which the solution does not",
        ),
        ("fused/cells.py", "# Allowed: all\nclass = 1\n", r"fused/cells\.py:2: this is no valid Python"),
        ("fused/cells.py", "import torch\n", r"fused/cells\.py: the first line"),
    ],
)
def test_an_alternative_that_cannot_be_made_is_named(beside_solutions, file, text, said):
    with pytest.raises(ConfigError, match=said):
        corpus.alternatives(beside_solutions(f"alternatives/{A7}/{file}", text), A7)
