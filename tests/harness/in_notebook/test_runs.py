"""Which of a kernel's runs are the notebook: each cell once, with its last form, where it stands."""

import pytest

from autograder.notebook.runs import cells_of


def numbers(*codes):
    """The numbers of the runs that count, in order; a code may be (code, id of its cell)."""
    runs = [(code, "") if isinstance(code, str) else code for code in codes]
    return [cell.count for cell in cells_of((n, code, name) for n, (code, name) in enumerate(runs, start=1))]


STUB = "class Cell:\n    def forward(self):\n        raise NotImplementedError"
MENDED = "class Cell:\n    def forward(self):\n        return 1"
BROKEN = "class Cell:\n    def forward(self)\n        return 1"
ABOVE, BELOW = "import torch", "class Deep(Cell):\n    pass"


def test_cells_that_were_run_once_stay_as_they_are():
    assert numbers(ABOVE, STUB, BELOW, "print(1)") == [1, 2, 3, 4]


def test_a_mended_cell_stands_where_it_stood():
    assert numbers(ABOVE, STUB, BELOW, MENDED) == [1, 4, 3]


def test_the_same_cell_run_again_counts_once():
    assert numbers(ABOVE, "print(1)", BELOW, "print(1)") == [1, 4, 3]


def test_a_stub_that_came_back_counts():
    assert numbers(STUB, MENDED, STUB) == [3]


def test_a_cell_that_is_no_python_replaces_what_it_was_before_and_is_replaced_when_mended():
    assert numbers(STUB, BROKEN) == numbers(f"import torch\n{STUB}", f"import torch\n{BROKEN}") == [2]
    assert numbers(STUB, BROKEN, MENDED) == [3]


def test_several_cells_that_became_one_stand_where_the_first_stood():
    assert numbers("a = 1", ABOVE, "b = 2", "a = 1\nb = 2") == [4, 2]


def test_a_run_that_continues_another_replaces_it_not():
    assert numbers("x = 1", "x = x + 1") == [1, 2]
    assert numbers("x = 1", "x += 1") == [1, 2]


def test_a_loop_that_trains_on_is_still_the_same_cell():
    weights = "W = 0.0\nU = 0.0"
    loop = (
        "history = []\nfor step in range(3):\n    loss = W\n    W = W - {rate} * loss\n    history += [loss]"
    )
    assert numbers(weights, loop.format(rate=0), loop.format(rate=1)) == [1, 3]


def test_a_mended_cell_that_needs_a_new_one_stands_below_it():
    assert numbers(STUB, BELOW, "def helper(f):\n    return f", f"@helper\n{MENDED}") == [1, 2, 3, 4]


def test_what_a_cell_may_bind_replaces_nothing():
    assert numbers(STUB, "USE_MODULES = False\nif USE_MODULES:\n    from cells import Cell") == [1, 2]
    assert numbers("try:\n    import numpy\nexcept ImportError:\n    pass", "import numpy") == [2]


def test_magics_of_jupyter_are_no_obstacle():
    assert numbers("%matplotlib inline\nimport torch", STUB, "%%time\n" + MENDED) == [1, 3]


def test_the_name_of_a_cell_decides_where_there_is_one():
    renamed = MENDED.replace("Cell", "Kell")
    assert numbers((STUB, "a"), (renamed, "a")) == [2]
    assert numbers((STUB, "a"), (MENDED, "b")) == [1, 2]
    assert numbers((STUB, ""), (MENDED, "b")) == [2]


@pytest.mark.parametrize("code", ["def f(:", "(" * 500, "%%bash\nls", "x = 1\0", ""])
def test_whatever_was_run_is_read(code):
    assert numbers(code, STUB) == [1, 2]
