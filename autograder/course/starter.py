"""A new assignment that works at once: its solution has full marks, its template has none.

Its one exercise stands where every other one would: master, notebook, handout, check, mistake and entry.
"""

from __future__ import annotations

import json
import keyword
import re
from textwrap import dedent

from autograder import records
from autograder.course import insertions
from autograder.course.config import FILE_NAME, Config, ConfigError
from autograder.course.skeletons import Written, line_of, read, write

FOLDERS = ("solutions", "templates", "tests/visible", "tests/hidden", "tests/mistakes", "tests/alternatives")
ASSIGNMENT = {  # path and text of each file; the exercise is there to be replaced
    "solutions/NAME/README.md": """
        # TITLE

        Here stands what students are to build, and why. What is right of it they are told by this, in the top
        folder of the course, where the Makefile lies:

            make check A=NAME

        | what you write | unit of the checks |
        |---|---|
        | `running_sum(x)` in `sums.py` | `sums` |
        """,
    "solutions/NAME/assignment.nb.py": """
        # %% [markdown]
        # # TITLE

        # %%
        # include: sums.py
        """,
    "solutions/NAME/sums.py": '''
        """The simplest memory of all: a sum over time."""

        import torch


        def running_sum(x: torch.Tensor) -> torch.Tensor:
            """x (B, T) -> states (B, T): h_t = h_{t-1} + x_t, from h_0 = 0."""
            # TODO (unit sums): the state after every step.
            # BEGIN SOLUTION
            return torch.cumsum(x, dim=1)
            # END SOLUTION
        ''',
    "tests/visible/NAME/test_sums.py": '''
        """Sums over time."""

        import numpy as np

        from autograder.checks import Draw, Student, expect


        def test_sums_follow_the_equation(student: Student, draw: Draw) -> None:
            """running_sum: each state adds its input to the one before."""
            x = draw.normal(4, 6)
            got = student.call("running_sum", x)
            expect(got, "running_sum's states", axes="BT").to_match(
                np.cumsum(x, axis=1),
                unlike=lambda: {"sums over the rows of the batch": np.cumsum(x, axis=0)},
                hint="Which of the two axes is time?",
            )
        ''',
    "tests/mistakes/NAME/sums.yaml": """
        # Known mistakes in the unit sums, each as a change to the solution. `old` occurs exactly once in it.

        - id: SUMS-01
          unit: sums
          mistake: The sum runs over the rows of the batch, not over time.
          hint: Which of the two axes is time?
          file: sums.py
          replace:
            - old: dim=1
              new: dim=0
        """,
}
ENTRY = """
    NAME:
      title: TITLE
      units:
        sums:
          title: Sums over time
          files: {sums.py: [running_sum]}
          checks:
            sums_follow_the_equation: {points: 1, visibility: visible}
    """
ASSIGNMENT = {file: dedent(text).lstrip("\n") for file, text in ASSIGNMENT.items()}
ENTRY = dedent(ENTRY).strip("\n")


def assignment(config: Config, name: str, title: str = "") -> list[Written]:
    """Write an assignment of one function: master, notebook, handout, check, mistake and entry.

    Raises ConfigError for a name that is taken, or none.
    """
    _refuse_the_assignment(config, name)
    title = title or name.replace("_", " ").capitalize()
    texts = {_filled(file, name, title): _filled(text, name, title) for file, text in ASSIGNMENT.items()}
    settings = config.root / FILE_NAME
    entry = _filled(ENTRY, name, json.dumps(title, ensure_ascii=False))
    entries = insertions.with_assignment(read(settings), entry)
    for file, text in texts.items():
        records.write(config.root / file, text)
    write(settings, entries)
    written = [Written(config.root / file) for file in texts]
    return [*written, Written(settings, line_of(entries, entry.partition("\n")[0]))]


def _filled(text: str, name: str, title: str) -> str:
    return text.replace("NAME", name).replace("TITLE", title)


def _refuse_the_assignment(config: Config, name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise ConfigError(
            f"An assignment's name is that of a folder and a module, small letters, digits and underscores, "
            f"unlike {name!r}."
        )
    if name in config.assignments:
        raise ConfigError(f"{FILE_NAME} has an assignment {name} already.")
    for folder in FOLDERS:
        if (config.root / folder / name).exists():
            raise ConfigError(f"{folder}/{name} is there already.")
