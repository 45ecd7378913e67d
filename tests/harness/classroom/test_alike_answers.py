"""Wrong equations that no list has, in real code of several forms: who shares one is a group on the page."""

from __future__ import annotations

import shlex
from pathlib import Path

from autograder import grading, submission
from autograder.audit import corpus
from autograder.classroom import marks
from autograder.classroom.pages import alike, overview
from autograder.classroom.store import Graded
from autograder.course import config, templates
from autograder.sandbox import Workers
from tests.harness.classroom.made import handed, write
from tests.harness.conftest import patient

ROOT = Path(__file__).parents[3]
A7 = "a7_sequence_modeling"
ASKED = ["cells::lstm_cell_follows_its_equations", "cells::gru_cell_follows_its_equations"]
GRU = "        return (1 - z) * h + z * h_new\n"
LSTM = "        c = f * c + i * c_new\n"
FORMS = {  # the reset gate on the candidate; the output gate on what is let in
    "ann": (GRU, "        return (1 - z) * h + z * (r * h_new)\n"),
    "bo": (LSTM, "        c = f * c + i * o * c_new\n"),
    "cy": (GRU, "        return torch.lerp(h, torch.mul(h_new, r), z)\n"),
    "di": (LSTM, "        let_in = o * i\n        c = torch.addcmul(c * f, let_in, c_new)\n"),
    "ed": (GRU, "        h = h + z * (h_new * r - h)\n        return h\n"),
}


def test_two_unlisted_equations_make_two_groups_with_a_command_for_each(
    forked: Workers, tmp_path: Path
) -> None:
    settings = config.load(ROOT)
    assignment = patient(settings.assignments[A7])
    solution = templates.solved_modules(ROOT, A7)
    entries = []
    for name, (old, new) in FORMS.items():
        assert old in solution["cells.py"]
        files = {**solution, "cells.py": solution["cells.py"].replace(old, new)}
        read = submission.read(corpus.materialise(files, tmp_path / name), assignment)
        result = grading.grade(settings, assignment, read, workers=forked, seed=7, only=ASKED)
        entries.append((handed(name), Graded("k", result)))
    write(tmp_path, *entries)
    grades = marks.read(tmp_path, assignment)
    first, second = alike.clusters(grades)
    assert [grade.handed.id for grade in first.grades] == ["ann", "cy", "ed"] and first.is_by_answer
    assert [grade.handed.id for grade in second.grades] == ["bo", "di"] and second.is_by_answer
    page = overview.page("", assignment, grades)
    assert page.count("Make it a known mistake") == 2
    words = shlex.split(overview.command_for(assignment, first))
    assert words[:8] == ["autograder", "new", "mistake", A7, "cells", "ID", "--file", "cells.py"]
