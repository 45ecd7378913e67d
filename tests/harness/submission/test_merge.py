"""Modules, a notebook, or both: of every public name, the definition that is no stub is graded."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterator, Mapping

import pytest

from autograder.sandbox.wire.errors import StudentRaised
from autograder.sandbox.wire.program import Program
from autograder.submission import Submission, read
from tests.harness.conftest import Course

Notebook = Callable[..., str]
NB = "assignment_notebook"
STUB = '''class {name}:
    """To be written."""

    def __init__(self):
        # TODO
        raise NotImplementedError("TODO")

    def size(self):
        """A number."""
        raise NotImplementedError
'''
REAL = """class {name}:
    def __init__(self):
        self.n = {n}

    def size(self):
        return self.n, __name__
"""
HALF = """class {name}:
    def __init__(self):
        self.n = {n}

    def size(self):
        raise NotImplementedError
"""


def source(**forms: tuple[str, int]) -> str:
    return "\n\n".join(form.format(name=name, n=n) for name, (form, n) in forms.items())


@pytest.fixture
def load() -> Iterator[Callable[[Program], Mapping[str, types.ModuleType]]]:
    """Import a program for real, from a finder of our own."""
    import importlib.abc
    import importlib.util

    added: list[object] = []
    before = set(sys.modules)

    def do(program: Program) -> Mapping[str, types.ModuleType]:
        code = {module.name: module.source for module in program.modules}

        class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
            def find_spec(self, name: str, path: object = None, target: object = None) -> object:
                return importlib.util.spec_from_loader(name, self) if name in code else None

            def exec_module(self, module: types.ModuleType) -> None:
                exec(compile(code[module.__name__], module.__name__, "exec"), module.__dict__)

        added.append(Finder())
        sys.meta_path.insert(0, added[-1])  # type: ignore[arg-type]
        return {name: importlib.import_module(name) for name in code}

    yield do
    for finder in added:
        sys.meta_path.remove(finder)  # type: ignore[arg-type]
    for name in set(sys.modules) - before:
        del sys.modules[name]


def homes(submission: Submission) -> dict[str, str]:
    return dict(submission.program.homes)


@pytest.mark.parametrize(
    ("module", "cell", "home", "notices"),
    [
        (REAL, None, "cells", 0),
        (None, REAL, NB, 0),
        (REAL, STUB, "cells", 0),
        (STUB, REAL, NB, 0),
        (STUB, STUB, "cells", 0),
        (REAL, REAL, "cells", 1),
        (HALF, STUB, "cells", 0),
        (STUB, HALF, NB, 0),
        (HALF, REAL, NB, 0),
        (STUB, None, "cells", 0),
    ],
)
def test_the_most_finished_definition_is_the_home(
    course: Course, notebook: Notebook, module: str | None, cell: str | None, home: str, notices: int
) -> None:
    files: dict[str, str | bytes] = {"loop.py": source(Loop=(REAL, 3))}
    if module:
        files["cells.py"] = source(Cell=(module, 1), Other=(REAL, 2))
    if cell:
        files["assignment.ipynb"] = notebook("import math", source(Cell=(cell, 11)), source(Other=(STUB, 0)))
    submission = read(course.hand_in(files), course.demo)
    assert homes(submission)["Cell"] == home
    assert len(submission.notices) == notices


def test_a_renamed_class_is_missed_in_its_file_and_not_begun_in_the_notebook(
    course: Course, notebook: Notebook
) -> None:
    stubs = notebook(source(Cell=(STUB, 0), Other=(STUB, 0), Loop=(STUB, 0)))
    modules = {"cells.py": source(MyCell=(REAL, 1), Other=(REAL, 2)), "loop.py": source(Loop=(STUB, 0))}
    files = modules | {"assignment.ipynb": stubs}
    submission = read(course.hand_in(files), course.demo)
    assert submission.program.missing == {"Cell": "cells.py does not define Cell (did you mean 'MyCell'?)."}
    untouched = files | {"cells.py": "SIZE = 3\n" + source(Other=(STUB, 0))}
    assert not read(course.hand_in(untouched, "untouched"), course.demo).program.missing


def test_a_file_that_is_gone_is_missing_and_not_begun_in_the_notebook(
    course: Course, notebook: Notebook
) -> None:
    stubs = source(Cell=(STUB, 0), Other=(STUB, 0), Loop=(STUB, 0))
    loop = "from cells import Cell\n" + source(Loop=(REAL, 3))
    gone = read(course.hand_in({"loop.py": loop, "assignment.ipynb": notebook(stubs)}), course.demo)
    said = "cells.py is missing: it should define {}."
    assert gone.program.missing == {name: said.format(name) for name in ("Cell", "Other")}
    error = StudentRaised("ModuleNotFoundError", "No module named 'cells'", (("loop.py", 1),))
    assert gone.hint_for(error) == "cells.py is missing: where did it go?"


@pytest.mark.parametrize("with_loop", [True, False])
def test_what_is_written_in_a_notebook_needs_no_file(
    course: Course, notebook: Notebook, with_loop: bool
) -> None:
    stubs = source(Other=(STUB, 0), Loop=(STUB, 0))
    files = {"assignment.ipynb": notebook(stubs, source(Cell=(REAL if with_loop else STUB, 1)))}
    files |= {"loop.py": source(Loop=(REAL, 3))} if with_loop else {}
    assert not read(course.hand_in(files), course.demo).program.missing


def test_the_same_definition_twice_is_no_notice(course: Course, notebook: Notebook) -> None:
    text = source(Cell=(REAL, 1), Other=(REAL, 2), Loop=(REAL, 3))
    submission = read(course.hand_in({"cells.py": text, "assignment.ipynb": notebook(text)}), course.demo)
    assert submission.notices == ()


def test_stubs_are_replaced_by_imports_and_every_line_stays(
    course: Course, notebook: Notebook, load: Callable[..., Mapping[str, types.ModuleType]]
) -> None:
    cells = source(Cell=(STUB, 0), Other=(REAL, 2)) + "\nLAST = 1\n"
    work = {
        "cells.py": cells,
        "loop.py": "from cells import Cell\n\n" + source(Loop=(REAL, 3)) + "\nUSED = Cell\n",
        "assignment.ipynb": notebook(source(Cell=(REAL, 11)), source(Other=(STUB, 0), Loop=(STUB, 0))),
    }
    submission = read(course.hand_in(work), course.demo)
    sources = {module.name: module.source for module in submission.program.modules}
    assert sources["cells"].split("\n").index("LAST = 1") == cells.split("\n").index("LAST = 1")
    modules = load(submission.program)
    assert modules["loop"].USED().size() == (11, NB)
    assert modules["cells"].Cell is modules[NB].Cell
    assert modules[NB].Other().size() == (2, "cells")


@pytest.mark.parametrize("first", ["cells", NB])
def test_module_and_notebook_that_complete_each_other_import_in_any_order(
    course: Course, notebook: Notebook, load: Callable[..., Mapping[str, types.ModuleType]], first: str
) -> None:
    work = {
        "cells.py": source(Cell=(STUB, 0), Other=(REAL, 2), Loop=(STUB, 0)),
        "assignment.ipynb": notebook(source(Cell=(REAL, 1)), source(Other=(STUB, 0)), source(Loop=(REAL, 3))),
    }
    submission = read(course.hand_in(work), course.demo)
    assert homes(submission) == {"Cell": NB, "Other": "cells", "Loop": NB}
    order = sorted(submission.program.modules, key=lambda module: module.name != first)
    modules = load(Program(tuple(order)))
    for name in ("cells", NB):
        made = [getattr(modules[name], each)() for each in ("Cell", "Other", "Loop")]
        assert [each.size()[0] for each in made] == [1, 2, 3]


@pytest.mark.parametrize("first", ["cells", "loop", NB])
def test_what_is_imported_from_a_module_that_was_not_handed_in_is_found_where_it_is(
    course: Course, notebook: Notebook, load: Callable[..., Mapping[str, types.ModuleType]], first: str
) -> None:
    work = {
        "loop.py": "from cells import *\nfrom cells import FIXED\n" + source(Loop=(REAL, 3)),
        "assignment.ipynb": notebook(
            "FIXED = 4",
            source(Cell=(REAL, 1), Other=(REAL, 2)),
            "from cells import Cell, FIXED  # as it stands above loop.py, in a notebook that holds all\n"
            "import cells\nAgain = cells.Other",
        ),
    }
    submission = read(course.hand_in(work), course.demo)
    assert homes(submission) == {"Cell": NB, "Other": NB, "Loop": "loop"}
    order = sorted(submission.program.modules, key=lambda module: module.name != first)
    modules = load(Program(tuple(order)))
    assert modules["loop"].Cell is modules["cells"].Cell is modules[NB].Cell
    assert modules["loop"].FIXED == 4


def test_stubs_stand_in_for_no_module_that_was_not_handed_in(course: Course, notebook: Notebook) -> None:
    text = notebook(source(Cell=(STUB, 0), Other=(STUB, 0), Loop=(REAL, 3)), "from cells import Cell")
    submission = read(course.hand_in({"assignment.ipynb": text}), course.demo)
    assert [module.name for module in submission.program.modules] == [NB]


def test_a_stub_below_the_real_definition_does_not_hide_it(
    course: Course, notebook: Notebook, load: Callable[..., Mapping[str, types.ModuleType]]
) -> None:
    text = notebook(source(Cell=(REAL, 1)), source(Cell=(STUB, 0), Other=(REAL, 2), Loop=(REAL, 3)))
    submission = read(course.hand_in({"assignment.ipynb": text}), course.demo)
    assert load(submission.program)[NB].Cell().size()[0] == 1


def test_of_two_definitions_in_a_notebook_the_last_counts(
    course: Course, notebook: Notebook, load: Callable[..., Mapping[str, types.ModuleType]]
) -> None:
    text = notebook(source(Cell=(REAL, 1), Other=(REAL, 2), Loop=(REAL, 3)), source(Cell=(REAL, 7)))
    submission = read(course.hand_in({"assignment.ipynb": text}), course.demo)
    assert load(submission.program)[NB].Cell().size()[0] == 7


def test_a_module_of_helpers_may_hold_the_definition(course: Course) -> None:
    work = {
        "cells.py": "from mine import Cell\n\n" + source(Other=(REAL, 2)),
        "mine.py": source(Cell=(REAL, 1)),
        "loop.py": "from mine import *\n",
    }
    assert homes(read(course.hand_in(work), course.demo)) == {
        "Cell": "mine",
        "Other": "cells",
        "Loop": "loop",
    }


def test_a_notebook_that_is_no_home_is_not_imported(course: Course, notebook: Notebook) -> None:
    text = source(Cell=(REAL, 1), Other=(REAL, 2), Loop=(REAL, 3))
    submission = read(
        course.hand_in({"cells.py": text, "assignment.ipynb": notebook("import nothing_there")}), course.demo
    )
    assert [module.name for module in submission.program.modules] == ["cells"]


@pytest.mark.parametrize(
    ("body", "stub"),
    [
        ("raise NotImplementedError", True),
        ("raise NotImplementedError('TODO')", True),
        ("'''Doc.'''\n    x = 1\n    raise NotImplementedError", True),
        ("pass", True),
        ("'''Doc.'''", True),
        ("...", True),
        ("return None", False),
        ("if x:\n        raise NotImplementedError\n    return 1", False),
        ("raise ValueError", False),
    ],
)
def test_stubs_are_told_by_what_they_do(course: Course, notebook: Notebook, body: str, stub: bool) -> None:
    work = {
        "cells.py": f"def Cell(x):\n    {body}\n",
        "assignment.ipynb": notebook("def Cell(x):\n    return 2"),
    }
    assert homes(read(course.hand_in(work), course.demo))["Cell"] == (NB if stub else "cells")
