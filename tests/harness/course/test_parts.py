"""Parts stand in the place of the line that names them, and what is made of a master has them all."""

import ast
from pathlib import Path

import pytest

from autograder.course import parts, templates
from autograder.course.masters import BadMaster

ROOT = Path(__file__).parents[3]
MASTERS = sorted(
    path for path in (ROOT / "solutions").glob("*/*.py") if parts.MARK.search(path.read_text("utf-8"))
)
HEAD = '"""Given.\n\nIt runs alone.\n"""\n'


ONE = '''"""The first."""

import os
from pathlib import Path


def one():
    return os
'''
TWO = '''"""The second."""

from autograder.course.texts.one import one

COUNT = 2


def two():
    return one()
'''


@pytest.fixture
def master(tmp_path, monkeypatch):
    """A function that writes a master with some text, whose parts are one and two."""
    monkeypatch.setattr(parts, "HERE", tmp_path / "texts")
    parts.HERE.mkdir()
    (parts.HERE / "one.py").write_text(ONE)
    (parts.HERE / "two.py").write_text(TWO)

    def write(text):
        path = tmp_path / "data.py"
        path.write_text(text)
        return path

    return write


def test_a_master_without_parts_is_what_it_is(master):
    text = f"{HEAD}\nimport torch\n\n# No PARTS: one\nx = 1\n"
    assert parts.read(master(text)) == text


def test_parts_come_in_order_under_one_set_of_imports(master):
    first = "# The first.\n\n\ndef one():\n    return os\n"
    second = "# The second.\n\nCOUNT = 2\n\n\ndef two():\n    return one()\n"
    imports = "import os\nfrom pathlib import Path\n"
    made = parts.read(master(f"{HEAD}\n# PARTS: one, two\n"))
    assert made == f"{HEAD}\n{imports}\n{first}\n\n{second}"


def test_what_is_the_masters_own_stands_below_its_parts(master):
    own = "# Its own.\nx = torch.zeros(1)\n"
    imports = "import os\nfrom pathlib import Path, PurePath\n\nimport torch\n"
    before = "import torch\nfrom pathlib import PurePath\n"
    made = parts.read(master(f"{HEAD}\n{before}\n# PARTS: one\n\n{own}"))
    assert made == f"{HEAD}\n{imports}\n# The first.\n\n\ndef one():\n    return os\n\n\n{own}"


def test_a_part_that_is_not_there_is_named(master):
    with pytest.raises(BadMaster, match=r"^data\.py: there is no part 'three' in texts/\.$"):
        parts.read(master(f"{HEAD}\n# PARTS: one, three\n"))


@pytest.mark.parametrize("path", MASTERS, ids=lambda path: path.parent.name)
def test_what_students_are_given_holds_all_parts_and_runs_alone(path):
    solved = templates.solved_modules(ROOT, path.parent.name)[path.name]
    assert (ROOT / "templates" / path.parent.name / path.name).read_text("utf-8") == solved
    assert "# PARTS" not in solved and "autograder" not in {
        (node.module or "").partition(".")[0]
        for node in ast.walk(ast.parse(solved))
        if isinstance(node, ast.ImportFrom)
    }
    for name in parts.MARK.search(path.read_text("utf-8"))[1].split(", "):
        source = (parts.HERE / f"{name}.py").read_text("utf-8")
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                assert ast.get_source_segment(source, node) in solved


def test_some_masters_have_parts():
    assert len(MASTERS) > 1
