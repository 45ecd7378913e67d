"""The data.py that students are given: the modules of this package it needs, in one file that runs alone.

`python -m autograder.corpora.given` writes it after a change; a test says when that was forgotten.
"""

import ast
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
}


def assemble(assignment: str) -> str:
    """The text of an assignment's data.py: one header, the imports of all parts, then the parts in order.

    Imports come first in each part; no two parts may use a name for different things.
    """
    title, parts = GIVEN[assignment]
    imports: set[str] = set()
    bodies = []
    for part in parts:
        source = (HERE / f"{part}.py").read_text(encoding="utf-8")
        tree = ast.parse(source)
        own = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        imports |= {ast.unparse(node) for node in own if "autograder" not in ast.unparse(node)}
        body = "\n".join(source.splitlines()[own[-1].end_lineno :]).strip()
        bodies.append(f"# {ast.get_docstring(tree)}\n\n{body}")
    head = f'"""{title}\n\nGiven, complete and not graded. It needs nothing but Python.\n"""\n\n'
    ordered = sorted(imports, key=lambda line: (line.startswith("from"), line))
    return head + "\n".join(ordered) + "\n\n" + "\n\n\n".join(bodies) + "\n"


if __name__ == "__main__":
    for assignment in GIVEN:
        target = HERE.parents[1] / "solutions" / assignment / "data.py"
        target.write_text(assemble(assignment), encoding="utf-8", newline="\n")
