"""What the check files say without being run: which checks there are, variants and variants of variants."""

from __future__ import annotations

from pathlib import Path

from autograder.course import check_files

VISIBLE = '''
from autograder.checks import variant

def test_one(student, thresholds, kind="a"):
    """One."""
    thresholds.reached("accuracy", 1.0)

test_two = variant(test_one, "Two.", kind="b")
test_names = ["no", "check"]
'''
HIDDEN = """
from autograder.checks import variant
from tests.visible.demo import test_cells as visible
from tests.visible.demo.test_cells import test_two

test_one = variant(visible.test_one, kind="c")
test_three = variant(visible.test_two, "Three.", kind="d")
test_four = variant(test_two, "Four.", kind="e")
"""


def test_variants_are_checks_with_the_thresholds_of_what_they_vary(tmp_path: Path):
    for kind, text in (("visible", VISIBLE), ("hidden", HIDDEN)):
        folder = tmp_path / "tests" / kind / "demo"
        folder.mkdir(parents=True)
        (folder / "test_cells.py").write_text(text)
    found = check_files.find(tmp_path, "demo")
    assert {(each.kind, each.id) for each in found} == {
        ("visible", "cells::one"),
        ("visible", "cells::two"),
        ("hidden", "cells::one"),
        ("hidden", "cells::three"),
        ("hidden", "cells::four"),
    }
    assert {each.thresholds for each in found} == {frozenset({"accuracy"})}
