"""The data.py that students are given: the modules of this package it needs, in one file that runs alone.

`python -m autograder.course.texts.parts` writes it after a change; a test says when that was forgotten.
"""

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

HERE = Path(__file__).parent
GIVEN = {  # what the file offers, and its parts
    "a7_sequence_modeling": (
        "The texts: found or downloaded, stripped, split into sentences, to train on and to test on.",
        ["download", "gutenberg", "synthetic", "authors"],
    ),
    "a3b_recurrent_networks": (
        "The data: IMDb's reviews, found or downloaded, and three small languages made from a seed.",
        ["download", "grammars", "imdb"],
    ),
    "vanishing_gradients": (
        "WikiText-2: found or downloaded, its words as numbers, in pairs of input and target.",
        ["download", "wikitext", "vocabulary", "windows"],
    ),
}


def assemble(assignment: str) -> str:
    """The text of an assignment's data.py: one header, the imports of all parts, then the parts in order.

    Imports come first in each part; no two parts may use a name for different things.
    """
    title, parts = GIVEN[assignment]
    imports: dict[str, set[str]] = {}  # a module -> the names that are imported from it, "" for itself
    bodies = []
    for part in parts:
        source = (HERE / f"{part}.py").read_text(encoding="utf-8")
        tree = ast.parse(source)
        own = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        for node in own:
            if isinstance(node, ast.Import):
                imports |= {name.name: imports.get(name.name, set()) | {""} for name in node.names}
            elif node.module and not node.module.startswith("autograder"):
                names = {ast.unparse(name) for name in node.names}
                imports[node.module] = imports.get(node.module, set()) | names
        body = "\n".join(source.splitlines()[own[-1].end_lineno :]).strip()
        apart = "\n\n\n" if body.startswith(("def ", "class ")) else "\n\n"
        bodies.append(f"# {ast.get_docstring(tree)}{apart}{body}")
    torch = sorted(module for module in imports if module.partition(".")[0] == "torch")
    python = sorted(set(imports) - set(torch))
    needs = "PyTorch" if torch else "nothing but Python"
    head = f'"""{title}\n\nGiven, complete and not graded. It needs {needs}.\n"""\n\n'
    blocks = ["\n".join(_lines(imports, modules)) for modules in (python, torch) if modules]
    return head + "\n\n".join(blocks) + "\n\n" + "\n\n\n".join(bodies) + "\n"


def _lines(imports: Mapping[str, set[str]], modules: Iterable[str]) -> list[str]:
    """The import statements of these modules, as ruff orders them."""
    whole = [f"import {module}" for module in modules if "" in imports[module]]
    parts = [(module, ", ".join(sorted(imports[module] - {""}))) for module in modules]
    return whole + [f"from {module} import {names}" for module, names in parts if names]


if __name__ == "__main__":
    for assignment in GIVEN:
        target = HERE.parents[2] / "solutions" / assignment / "data.py"
        target.write_text(assemble(assignment), encoding="utf-8", newline="\n")
