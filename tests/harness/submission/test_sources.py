"""Sources as they are handed in: bad ones get a sentence and spoil nothing else, notebooks become modules."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.course.config import Assignment
from autograder.sandbox.wire.errors import StudentRaised, Unset
from autograder.submission import Submission, Unreadable, read
from autograder.submission.notebook import python_of_cell
from autograder.submission.slice import cut
from tests.harness.conftest import Course

CELLS = "class Cell:\n    size = 1\n\n\nclass Other:\n    size = 2\n"
LOOP = "class Loop:\n    size = 3\n"
Notebook = Callable[..., str]


def source_of(submission: Submission, module: str = "assignment_notebook") -> str:
    return next(each.source for each in submission.program.modules if each.name == module)


def run(submission: Submission, module: str = "assignment_notebook") -> dict[str, object]:
    space: dict[str, object] = {}
    exec(source_of(submission, module), space)
    return space


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"class Cell:\n    x = (1,\n", "line 2 is not valid Python: '(' was never closed"),
        (b"x = 1\nprint 'old'\n", "line 2 is not valid Python: Missing parentheses in call to 'print'"),
        (b"if True:\n\tx = 1\n        y = 2\n", "line 3 is not valid Python: "),
        (b"def f():\nreturn 1\n", "line 2 is not valid Python: expected an indented block"),
        (b"return 1\n", "line 1 is not valid Python: 'return' outside function"),
        (b"x = 1\ny = '\0'\n", "line 2 holds a null byte"),
        (b"x = 'caf\xe9'\n", "line 1 is not UTF-8 text"),
        ("x = 1".encode("utf-16"), "is saved as UTF-16: save it as UTF-8"),
        (b"# coding: nonsense\nx = 'caf\xe9'\n", "line 2 is not UTF-8 text: save the file as UTF-8"),
        (b"# coding: rot13\nx = 1\n", "is said to be rot13, which is no encoding of text: save it as UTF-8"),
        (b"# coding: hex_codec\nx = 1\n", "is said to be hex_codec, which is no encoding of text"),
        (b"# coding: undefined\nx = 1\n", "is said to be undefined, which is no encoding of text"),
        (b"# coding: punycode\nx = '-\xff'\n", ""),
        (b"x = " + b"-" * 100_000 + b"1\n", "is nested too deeply to be read"),
        (b"if 0: pass\n" + b"elif 1: pass\n" * 1_500, "is nested too deeply to be read"),
        (b"x = " + b"(" * 5_000 + b")" * 5_000, ""),
        (b"x = 1\n" * 100_000, "holds more than 300,000 characters of code"),
    ],
)
def test_a_file_that_python_refuses_is_named_and_the_others_are_graded(
    course: Course, content: bytes, said: str
) -> None:
    submission = read(course.hand_in({"cells.py": content, "loop.py": LOOP}), course.demo)
    assert set(submission.program.homes) == {"Loop"}
    assert submission.notices[0].startswith(f"cells.py {said}")
    assert submission.notices[0].endswith("; the other files were graded.")
    assert submission.program.missing["Cell"].startswith(f"Cell cannot be read: cells.py {said}")


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + CELLS.encode(),
        CELLS.replace("\n", "\r\n").encode(),
        b"# coding: latin-1\n# \xe9\n" + CELLS.encode(),
    ],
)
def test_byte_order_marks_windows_lines_and_declared_encodings_are_accepted(
    course: Course, content: bytes
) -> None:
    submission = read(course.hand_in({"cells.py": content, "loop.py": LOOP}), course.demo)
    assert submission.notices == ()
    assert set(submission.program.homes) == {"Cell", "Other", "Loop"}


def test_a_module_that_colab_made_of_a_notebook_is_read(course: Course) -> None:
    exported = f"!pip install -q torchinfo\n# %matplotlib inline\n%cd /content\n{CELLS}files = !ls\n"
    submission = read(course.hand_in({"cells.py": exported, "loop.py": LOOP}), course.demo)
    assert submission.notices == ()
    assert set(submission.program.homes) == {"Cell", "Other", "Loop"}
    broken = read(course.hand_in({"cells.py": exported + "x = = 1\n", "loop.py": LOOP}), course.demo)
    assert "is not valid Python" in broken.program.missing["Cell"]


def test_a_name_that_is_misspelt_is_pointed_out(course: Course) -> None:
    submission = read(
        course.hand_in({"cells.py": "class Cel: pass\nclass Other: pass\n", "loop.py": LOOP}), course.demo
    )
    assert submission.program.missing == {"Cell": "cells.py does not define Cell (did you mean 'Cel'?)."}
    assert submission.places["Cell"] == "cells.py:1"


def test_a_name_that_is_misspelt_in_a_notebook_is_pointed_out(course: Course, notebook: Notebook) -> None:
    cells = notebook("class Cel: pass", "class Other: pass", "x = 1")
    submission = read(course.hand_in({"assignment.ipynb": cells, "loop.py": LOOP}), course.demo)
    assert "did you mean 'Cel'?" in submission.program.missing["Cell"]


def test_a_name_that_a_module_lacks_is_missing_there_whoever_imports_it(course: Course) -> None:
    loop = f"from cells import Cell\n{LOOP}"
    submission = read(course.hand_in({"cells.py": "class Other: pass\n", "loop.py": loop}), course.demo)
    assert submission.program.missing == {"Cell": "cells.py does not define Cell."}
    gone = read(course.hand_in({"loop.py": loop}, "gone"), course.demo)
    assert gone.program.missing["Cell"] == "cells.py is missing: it should define Cell."
    other = read(course.hand_in({"loop.py": loop.replace("cells", "mine")}, "other"), course.demo)
    assert other.program.missing["Cell"].startswith("Cell is imported from mine (loop.py:1), which was not")


def test_what_python_refuses_is_not_made_up_for_by_a_stub(course: Course, notebook: Notebook) -> None:
    broken = CELLS.replace("class Cell:", "class Cell")
    stub = "class Cell:\n    def forward(self):\n        raise NotImplementedError\n"
    done = stub.replace("raise NotImplementedError", "return 1")
    for text, is_missing in ((stub, True), (done, False)):
        files = {"cells.py": broken, "loop.py": LOOP, "assignment.ipynb": notebook(text)}
        submission = read(course.hand_in(files, f"missing {is_missing}"), course.demo)
        assert ("Cell" in submission.program.missing) is is_missing
    [refused] = submission.broken
    line = broken.split("\n").index("class Cell") + 1
    assert (refused.place, refused.reason) == (f"cells.py:{line}", "expected ':'")
    assert refused.span == (10, 11)
    assert submission.broken_at(refused.place) is refused
    assert submission.broken_at("") is None


def test_a_script_that_python_refuses_is_not_replaced_by_the_notebooks_template(
    course: Course, notebook: Notebook
) -> None:
    unit = course.demo.units["cells"].model_copy(update={"files": {"cells.py": ["W"]}, "script": True})
    script = course.demo.model_copy(update={"units": {"cells": unit}})
    files = {"cells.py": "W = [1, 2\nx = 3\n", "assignment.ipynb": notebook("W = None\n")}
    submission = read(course.hand_in(files), script)
    assert [module.filename for module in submission.program.modules] == ["cells.py"]
    blank = read(course.hand_in({"cells.py": "x = 1\nif x:\n    W = None\n"}, "blank"), script)
    assert blank.place_of_blank("not started (W is still None)") == "cells.py:3"
    assert blank.place_of_blank("not started (b is still None)") == ""


def test_a_single_file_stands_for_the_one_asked_for_unless_it_only_helps_a_notebook(
    course: Course, notebook: Notebook
) -> None:
    one_file = Assignment.model_validate(
        {
            "name": "one",
            "title": "One file",
            "units": {"cells": {"title": "Cells", "files": {"cells.py": ["Cell"]}}},
        }
    )
    alone = read(course.hand_in({"mine.py": "class Cell: pass\n"}), one_file)
    assert alone.program.homes == {"Cell": "cells"}
    cells = notebook("from helpers import SIZE", "class Cell:\n    size = SIZE")
    helped = read(course.hand_in({"helpers.py": "SIZE = 3\n", "a.ipynb": cells}, "helped"), one_file)
    assert {module.name for module in helped.program.modules} == {"helpers", helped.program.homes["Cell"]}


def test_work_for_another_assignment_is_asked_about(course: Course) -> None:
    submission = read(course.hand_in({"lab.py": "x = 1\n"}), course.demo)
    assert submission.notices == (
        "None of the names of A demonstration is defined here: is this the right submission?",
    )


@pytest.mark.parametrize(
    "content", ["{not json", "[]", "{}", '{"cells": 3}', '{"cells": []}', "[" * 100_000, "\xff"]
)
def test_a_broken_notebook_is_refused_alone_and_a_notice_beside_modules(course: Course, content: str) -> None:
    data = content.encode("latin-1")
    with pytest.raises(Unreadable, match=r"^assignment\.ipynb (is no notebook|has no code cell).*\.$"):
        read(course.hand_in({"assignment.ipynb": data}, "alone"), course.demo)
    submission = read(
        course.hand_in({"assignment.ipynb": data, "cells.py": CELLS, "loop.py": LOOP}), course.demo
    )
    assert len(submission.notices) == 1
    assert submission.notices[0].endswith("; it was not read.")
    assert set(submission.program.homes) == {"Cell", "Other", "Loop"}


def test_lines_of_a_notebook_are_found_again_in_their_cells(course: Course, notebook: Notebook) -> None:
    text = notebook(("# Title",), "import math\n\n!pip install x", ("More",), CELLS, LOOP)
    submission = read(course.hand_in({"work.ipynb": text}), course.demo)
    lines = source_of(submission).split("\n")
    line = lines.index("class Other:") + 1
    assert submission.place("work.ipynb", line) == "work.ipynb, code cell 2, the line “class Other:”"
    assert submission.owner("work.ipynb", line + 1) == "Other"
    place = "work.ipynb, code cell 3, the line “class Loop:”"
    assert submission.place("work.ipynb", lines.index("class Loop:") + 1) == place
    assert submission.place("cells.py", 3) == "cells.py:3"


def test_a_place_is_the_line_of_the_name_and_not_of_what_decorates_it(course: Course) -> None:
    cells = "from functools import cache\n\n\n@cache\nclass Cell:\n    pass\n\n\nclass Others:\n    pass\n"
    submission = read(course.hand_in({"cells.py": cells, "loop.py": LOOP}), course.demo)
    assert submission.place_of("Cell") == "cells.py:5"
    assert submission.place_of("Other") == "cells.py:9"


def test_a_line_that_a_cell_has_twice_is_told_by_its_number(course: Course, notebook: Notebook) -> None:
    cell = "class {}:\n    def forward(self):\n        return 1\n"
    text = notebook(cell.format("Cell") + cell.format("Other"), LOOP)
    submission = read(course.hand_in({"work.ipynb": text}), course.demo)
    place = submission.place_of("Other", "forward")
    assert place == "work.ipynb, code cell 1, the line (5) “def forward(self):”"
    assert submission.excerpts([place])[place].at == 5
    assert submission.place_of("Other", "backward") == submission.place_of("Other")
    assert submission.place_of("Other").endswith("the line “class Other:”")


def test_a_cell_that_is_not_python_loses_only_its_own_names(course: Course, notebook: Notebook) -> None:
    text = notebook(LOOP, "class Other: pass", "class Cell:\n    x = (1,")
    submission = read(course.hand_in({"work.ipynb": text}), course.demo)
    assert set(submission.program.homes) == {"Other", "Loop"}
    said = "work.ipynb, code cell 3, the line “x = (1,” is not valid Python: '(' was never closed"
    assert submission.notices == (f"{said}; the other cells were graded.",)
    assert submission.program.missing["Cell"] == f"Cell cannot be read: {said}."


def test_a_line_is_quoted_however_far_it_is_indented(course: Course, notebook: Notebook) -> None:
    text = notebook(LOOP, "x = 1\n" + " " * 280_000 + "$")
    submission = read(course.hand_in({"work.ipynb": text}), course.demo)
    assert "the line “$” is not valid Python" in submission.notices[0]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("!pip install torch\nx = 1", "pass\nx = 1"),
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("if True:\n    !ls\nx = 1", "if True:\n    pass\nx = 1"),
        ("!wget \\\n  url\nx = 1", "pass\n\nx = 1"),
        ('%run "tools.py"\nx = 1', "from tools import *\nx = 1"),
        ("len?\n?len\nlen??\nx = 1", "pass\npass\npass\nx = 1"),
        ("!echo 'don't (\nx = 1", "pass\nx = 1"),
        ("%%time\nx = 1", "\nx = 1"),
        ("%%bash\nls -l\nx = 1", "\n\n"),
        ("\n%%writefile a.py\nx = 1", "\n\n"),
        ("  x = 1\n  y = 2", "x = 1\ny = 2"),
        ("x = (7\n  % 4)\n!ls", "x = (7\n  % 4)\npass"),
        ('x = """\n!not a command\n"""\n!ls', 'x = """\n!not a command\n"""\npass'),
    ],
)
def test_cells_lose_what_only_jupyter_understands_and_keep_their_lines(cell: str, kept: str) -> None:
    assert python_of_cell(cell) == (kept, None)


@pytest.mark.parametrize("line", ["files = !ls", "t = %timeit -o f()", "a, b = !cat x"])
def test_what_a_shell_command_sets_is_unset_and_says_why(line: str) -> None:
    [python, rest] = python_of_cell(f"{line}\nx = 1")[0].split("\n")
    with pytest.raises(RuntimeError, match="commands of the shell are not run"):
        exec(python)
    assert rest == "x = 1"


@pytest.mark.parametrize(
    ("statement", "kept"),
    [
        ("PAD = 0", True),
        ("for word in 'ab':\n    PAD = word", True),
        ("with open('a') as file:\n    PAD = file.read()", True),
        ("try:\n    PAD = 1\nexcept OSError:\n    PAD = 2", True),
        ("globals()['PAD'] = 1", True),
        ("VOCAB['a'] = 1", True),
        ("VOCAB.update(a=1)", True),
        ("VOCAB |= {'a': 1}", True),
        ("del VOCAB['a']", True),
        ("for key in VOCAB.values():\n    key.append(1)", True),
        ("inner = VOCAB['a']\ninner['b'] = 1", True),
        ("def fill(vocab):\n    vocab['a'] = 1\nfill(VOCAB)", True),
        ("def fill():\n    VOCAB['a'] = 1\nfill()", True),
        ("def fill():\n    global PAD\n    PAD = 1\nfill()", True),
        ("unknown(VOCAB)", True),
        ("Cell.f = lambda self: 2", True),
        ("setattr(Cell, 'f', len)", True),
        ("Cell = dataclass(Cell)", True),
        ("def patch(cls):\n    cls.f = len\npatch(Cell)", True),
        ("from tools import *", False),
        ("model = Cell()", False),
        ("print(VOCAB)", False),
        ("VOCAB.items()", False),
        ("plt.plot(VOCAB)", False),
        ("losses.append(VOCAB)", False),
        ("check(Cell)", False),
        ("text = open('a.txt').read()", False),
        ("for x in range(3):\n    print(x, PAD)", False),
        ("if train(model) > 0.5:\n    print(1)", False),
        ("model.lr = 3", False),
    ],
)
def test_a_notebook_keeps_what_its_public_names_are_made_from(statement: str, kept: bool) -> None:
    before = "PAD = 0\nVOCAB = {}\nclass Cell:\n    def f(self): return VOCAB, PAD\n"
    result = cut(before + statement + "\n", ["Cell"])
    assert result.source.count("\n") == (before + statement + "\n").count("\n")
    assert (result.source == before + statement + "\n") is kept


def test_what_a_kept_statement_reads_is_kept_and_the_rest_is_not() -> None:
    lines = ["a = load()", "b = 1", "c = f(a)", "d = c", "def f(x): return x", "class Cell:", "    n = c"]
    kept = cut("\n".join(lines), ["Cell"])
    assert kept.source == "\n".join(["a = load()", "pass", "c = f(a)", "pass", *lines[4:]])
    assert kept.left_out == {"b": 2, "d": 4}


def test_star_imports_are_kept_when_a_name_comes_from_nowhere_else() -> None:
    assert cut("from a import *\ndef Cell(): return size", ["Cell"]).source.startswith("from a import *")


@pytest.mark.parametrize("line", ["globals().update(SETTINGS)", "locals().setdefault('size', 3)"])
def test_names_that_are_set_at_run_time_are_kept_when_they_come_from_nowhere_else(line: str) -> None:
    source = f"SETTINGS = {{'size': 3}}\n{line}\ndef Cell(): return "
    assert line in cut(source + "size", ["Cell"]).source
    assert line not in cut(source + "3", ["Cell"]).source


def test_what_runs_as_the_main_program_runs_in_a_notebook() -> None:
    source = "if __name__ == '__main__':\n    PAD = 1\n    train()\ndef Cell(): return PAD"
    assert cut(source, ["Cell"]).source == "if True:\n    PAD = 1\n    pass\ndef Cell(): return PAD"


def test_several_statements_on_a_line_are_kept_apart() -> None:
    assert cut("a = 1; print(a); b = 2\n", ["a", "b"]).source == "a = 1; pass; b = 2\n"
    assert cut("a = 1; print(\n  a); b = 2\n", ["a", "b"]).source == "a = 1; \npass; b = 2\n"


def test_a_name_that_an_experiment_sets_and_no_definition_reads_is_placed(
    course: Course, notebook: Notebook
) -> None:
    text = notebook(CELLS, LOOP, "vocab = make()")
    submission = read(course.hand_in({"work.ipynb": text}), course.demo)
    assert "make" not in source_of(submission)
    hint = submission.hint_for(StudentRaised("NameError", "name 'vocab' is not defined"))
    assert hint.startswith("vocab is set in work.ipynb, code cell 3, the line “vocab = make()”, which")
    assert submission.hint_for(StudentRaised("NameError", "name 'other' is not defined")) == ""


def test_a_name_that_could_not_be_set_is_explained(course: Course, notebook: Notebook) -> None:
    text = notebook(CELLS, LOOP, "vocab = make()")
    submission = read(course.hand_in({"work.ipynb": text}), course.demo)
    line = submission.sources["work.ipynb"].text.count("\n")
    failed = Unset("PAD", "vocab", ("work.ipynb", line), "KeyError", "'<PAD>'")
    place = "work.ipynb, code cell 3, the line “vocab = make()”"
    said = f"PAD is computed from vocab, which is set in {place}; that failed where this is graded: "
    error = StudentRaised("NameError", "name 'PAD' is not defined", (), failed)
    assert submission.hint_for(error).startswith(said + "KeyError: '<PAD>'.")
    assert submission.hint_for(error, quote=False).startswith(said + "KeyError.")


def test_future_imports_of_later_cells_come_first(course: Course, notebook: Notebook) -> None:
    text = notebook(
        "import math", "from __future__ import annotations\n\nclass Cell:\n    x: Unknown = 1", LOOP
    )
    submission = read(course.hand_in({"work.ipynb": text}), course.demo)
    assert "Cell" in run(submission)
    line = source_of(submission).split("\n").index("class Cell:") + 1
    assert submission.place("work.ipynb", line) == "work.ipynb, code cell 2, the line “class Cell:”"


def test_notebooks_of_version_three_are_read(course: Course) -> None:
    old = (
        '{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["class Cell: x = 1"]}]}]}'
    )
    assert set(read(course.hand_in({"work.ipynb": old}), course.demo).program.homes) == {"Cell"}


def test_a_public_name_is_placed_where_it_is_defined(course: Course, notebook: Notebook) -> None:
    modules = read(course.hand_in({"cells.py": CELLS, "loop.py": LOOP}), course.demo)
    assert [modules.place_of(name) for name in ("Other", "Loop", "Nothing")] == [
        "cells.py:5",
        "loop.py:1",
        "",
    ]
    cells = read(course.hand_in({"a.ipynb": notebook("x = 1", CELLS)}, "other"), course.demo)
    assert cells.place_of("Other") == "a.ipynb, code cell 2, the line “class Other:”"


def test_a_thousand_broken_cells_give_a_page_of_notices(course: Course, notebook: Notebook) -> None:
    submission = read(course.hand_in({"work.ipynb": notebook(CELLS, LOOP, *["x = ("] * 1000)}), course.demo)
    assert len(submission.notices) == 21
    assert submission.notices[-1] == "980 more remarks of this kind are left out."


def test_the_lines_around_a_place_are_found_in_modules_and_end_with_a_notebooks_cell(
    course: Course, notebook: Notebook
) -> None:
    modules = read(course.hand_in({"cells.py": CELLS, "loop.py": LOOP}), course.demo)
    found = modules.excerpts(["cells.py:5", "loop.py:1", "loop.py:99", "elsewhere.py:1", ""])
    assert found.keys() == {"cells.py:5", "loop.py:1"}
    assert (found["cells.py:5"].first, found["cells.py:5"].at) == (2, 5)
    assert found["cells.py:5"].lines == ("    size = 1", "", "", "class Other:", "    size = 2", "")
    cells = read(course.hand_in({"a.ipynb": notebook("x = 1", CELLS, LOOP)}, "other"), course.demo)
    place = cells.place_of("Other")
    [excerpt] = cells.excerpts([place]).values()
    assert excerpt.lines[excerpt.at - excerpt.first] == "class Other:"
    assert (excerpt.first, excerpt.at) == (2, 5) and "class Loop:" not in excerpt.lines
