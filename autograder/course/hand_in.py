"""How an assignment is handed in: what the file is called, and what must be there.

    hand_in:
      name: "[vunetid]_3B.zip"
      needed: [notebook::notebook_was_run_from_top_to_bottom]
      report: [report::report_is_begun]
      documents: {.pdf: "Screenshots of what the script prints."}

The part of a name in brackets is the student's to fill in. A name that ends in .zip is that of one file with
all in it. Any other stands for several files, each with its own ending: StudentID_Lab7_InClass.py, .pdf.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from autograder.course.entry import Entry

_OWN = re.compile(r"\[([^\[\]]+)\]")


def _is_a_name(name: str) -> str:
    if not re.fullmatch(r"[\w.-]*(\[\w+\])?[\w.-]*", name, re.ASCII):
        raise ValueError(
            f"a hand_in name has letters, digits, . _ - and at most one [part] to fill in (got {name!r:.80})"
        )
    return name


def _is_an_ending(ending: str) -> str:
    if not re.fullmatch(r"\.[a-z0-9]+", ending):
        raise ValueError(f"documents are told by their endings, as .pdf (got {ending!r:.80})")
    return ending


class HandIn(Entry):
    """What `submit` looks for and makes. Without a `name` it is a zip called after the assignment.

    `needed` and `report` are the ids of visible checks that have to pass; a document may stand for a report
    that is not begun. `documents` are files that people read, by ending: they are packed, too, and asked for
    where a text says what for.
    """

    name: Annotated[str, AfterValidator(_is_a_name)] = ""
    needed: list[str] = Field(default=[])
    report: list[str] = Field(default=[])
    documents: dict[Annotated[str, AfterValidator(_is_an_ending)], str] = Field(default={})

    @property
    def own_part(self) -> str:
        """What the student fills in, as the handout calls it; "" for a name that is whole."""
        found = _OWN.search(self.name)
        return found[1] if found else ""

    def named(self, own: str) -> str:
        """The name with the student's own part in it."""
        return _OWN.sub(lambda _: own, self.name)
