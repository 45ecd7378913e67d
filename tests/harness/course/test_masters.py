"""The marks: what is inside never reaches a student, and a mark that is wrong is a sentence, not a leak."""

import pytest

from autograder.course import masters

GOOD = '''
class Cell:
    def forward(self, x):
        """x -> 2x"""
        y = x
        # TODO (unit cells): double it,
        # twice if you like.
        # BEGIN SOLUTION
        # the secret
        return 2 * y
        # END SOLUTION
'''

SCRIPT = """
n = 2
# TODO (unit weights): the weights.
# BEGIN SOLUTION
W = make(n)
# TEMPLATE: W = None
# END SOLUTION
"""


def test_students_get_the_todo_and_an_exception():
    assert (
        masters.stub(GOOD, "cells.py")
        == '''
class Cell:
    def forward(self, x):
        """x -> 2x"""
        y = x
        # TODO (unit cells): double it,
        # twice if you like.
        raise NotImplementedError("Cell.forward is still to do")
'''
    )


def test_the_solved_form_has_neither_marks_nor_todo():
    assert (
        masters.solved(GOOD, "cells.py")
        == '''
class Cell:
    def forward(self, x):
        """x -> 2x"""
        y = x
        # the secret
        return 2 * y
'''
    )


def test_a_script_says_itself_what_students_get():
    assert (
        masters.stub(SCRIPT, "lab.py") == "\nn = 2\n# TODO (unit weights): the weights.\nW = None\n"
        and masters.solved(SCRIPT, "lab.py") == "\nn = 2\nW = make(n)\n"
    )


def test_the_exception_names_the_innermost_function():
    block = "# TODO\n{0}# BEGIN SOLUTION\n{0}pass\n{0}# END SOLUTION\n"
    nested = "def f():\n    def g():\n        " + block.format(" " * 8)
    assert 'NotImplementedError("f.g is' in masters.stub(nested, "a.py")
    between = "def f():\n    pass\n\n\ndef h():\n    " + block.format(" " * 4) + "x = 1\n"
    assert 'NotImplementedError("h is' in masters.stub(between, "a.py")


def without(line):
    return GOOD.replace(line, "", 1)


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (without("        # END SOLUTION\n"), 8, "without an END SOLUTION"),
        (without("        # BEGIN SOLUTION\n"), 10, "without a BEGIN SOLUTION"),
        (
            without("        # BEGIN SOLUTION\n").replace("        # END SOLUTION\n", ""),
            6,
            "no BEGIN SOLUTION follows",
        ),
        (GOOD.replace("# END SOLUTION", "# END SOLUTIONS"), 11, "a mark is"),
        (GOOD.replace("# BEGIN SOLUTION", "# begin solution"), 8, "a mark is"),
        (GOOD.replace("# BEGIN SOLUTION", "### BEGIN SOLUTION"), 8, "a mark is"),
        (GOOD.replace("# BEGIN SOLUTION", "#BEGIN SOLUTION"), 8, "a mark is"),
        (GOOD.replace("# BEGIN SOLUTION", "# BEGIN SOLUTION: double"), 8, "a mark is"),
        (GOOD.replace("# BEGIN SOLUTION", "# BEGIN_SOLUTION"), 8, "a mark is"),
        (GOOD.replace("        y = x\n", "        y = x  # BEGIN SOLUTION\n"), 5, "a mark is"),
        (GOOD.replace("x -> 2x", "# BEGIN SOLUTION"), 4, "a mark is"),
        (GOOD.replace("# the secret", "# BEGIN SOLUTION"), 9, "has no end yet"),
        (GOOD.replace("# TODO (unit cells): double it,", "# Hm:"), 8, "must be a TODO"),
        (GOOD.replace("        # END SOLUTION", "    # END SOLUTION"), 8, "indented"),
        (GOOD.replace("        # the secret\n        return 2 * y\n", ""), 8, "no solution between"),
        (SCRIPT.replace("# TEMPLATE: W = None\n", ""), 4, "# TEMPLATE"),
        (GOOD.replace("return 2 * y", "return 2 *"), 10, "no valid Python"),
    ],
)
def test_a_malformed_master_gives_one_sentence_with_its_place(text, line, sentence):
    with pytest.raises(masters.BadMaster) as caught:
        masters.stub(text, "cells.py")
    message = str(caught.value)
    assert message.startswith(f"cells.py:{line}: ") and sentence in message and "\n" not in message


def test_a_template_line_that_is_no_python_is_named():
    with pytest.raises(masters.BadMaster, match=r"^lab\.py: without its solutions .* 'W = \('\.$"):
        masters.stub(SCRIPT.replace("W = None", "W = ("), "lab.py")


TEXT = """# Title

<!-- TODO: What did you
find? -->
<!-- BEGIN SOLUTION -->
The LSTM is better.
<!-- END SOLUTION -->

End
"""


def test_a_text_keeps_its_todos_for_students_and_its_words_for_the_solution():
    assert masters.stub_of_text(TEXT, "a.md") == "# Title\n\n<!-- TODO: What did you\nfind? -->\n\nEnd\n"
    assert masters.solved_text(TEXT, "a.md") == "# Title\n\nThe LSTM is better.\n\nEnd\n"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("<!-- END SOLUTION -->\n", "", 5),
        ("<!-- BEGIN SOLUTION -->\n", "", 6),
        ("<!-- END", "<!--END", 5),
        ("is better.", "is <!-- BEGIN SOLUTION --> better.", 5),
    ],
)
def test_a_malformed_mark_in_a_text_is_named(old, new, line):
    for form in (masters.stub_of_text, masters.solved_text):
        with pytest.raises(masters.BadMaster, match=rf"^a\.md:{line}: marks are"):
            form(TEXT.replace(old, new), "a.md")


def test_solution_lines_are_those_between_the_marks():
    assert masters.solution_lines(GOOD, "cells.py") == ["# the secret", "return 2 * y"]
