"""What is packed: by list, under the handout's names, and read by the grader as the work itself is."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from autograder.course import config, templates
from autograder.course.config import Assignment
from autograder.handin.packing import Upload, pack, read_back
from autograder.submission import Unreadable, read
from tests.harness.conftest import Course
from tests.harness.files import lay

ROOT = Path(__file__).parents[3]
ASSIGNMENTS = config.load(ROOT).assignments
LAB7 = ASSIGNMENTS["lab7_vanilla_rnn"]
SCRIPT = "W = U = b = W_out = b_out = predictions = 1\n"


def members(upload: Upload) -> list[str]:
    [content] = upload.files.values()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.namelist()


@pytest.mark.parametrize("form", ["modules", "notebook", "both"])
@pytest.mark.parametrize("assignment", ASSIGNMENTS.values(), ids=ASSIGNMENTS)
def test_the_grader_reads_the_upload_as_it_reads_the_work(
    assignment: Assignment, form: str, tmp_path: Path
) -> None:
    files: dict[str, str | bytes] = dict(templates.solved_report(ROOT, assignment.name))
    if form != "notebook":
        files |= templates.solved_modules(ROOT, assignment.name)
    if form != "modules":
        files["assignment.ipynb"] = nbformat.writes(templates.solved_notebook(ROOT, assignment.name))
    work = lay(tmp_path / "work", {**files, "README.md": "# Given"})
    upload = pack(work, assignment, "abc123")
    mine, theirs = read(work, assignment), read_back(upload, assignment)
    assert mine.program == theirs.program or assignment.scripts
    assert (mine.digest, mine.report) == (theirs.digest, theirs.report)
    assert (mine.outputs is None) == (theirs.outputs is None) == (form == "modules")
    assert len(upload.packed) == len(files)


def test_data_caches_environments_old_versions_and_given_texts_stay_at_home(
    course: Course, tmp_path: Path
) -> None:
    work = lay(
        tmp_path / "work",
        {
            "cells.py": "from src.helpers import double\n",
            "loop.py": "Loop = 1\n",
            "src/helpers.py": "def double(x):\n    return 2 * x\n",
            "report.md": "# Mine\nIt works.",
            "README.md": "# Given",
            "old/cells.py": "Cell = 0\n",
            "weights.pt": b"0" * 100,
            "reviews/1.txt": "good",
            ".venv/lib/site.py": "",
            "env/pyvenv.cfg": "",
            "env/lib/site.py": "",
            "__pycache__/cells.pyc": b"0",
            ".ipynb_checkpoints/a.ipynb": "{}",
        },
    )
    upload = pack(work, course.demo, "")
    assert [*upload.files] == ["demo.zip"]
    assert sorted(members(upload)) == ["cells.py", "loop.py", "report.md", "src/helpers.py"]
    assert read_back(upload, course.demo).digest == read(work, course.demo).digest


def test_the_same_work_makes_the_same_file(course: Course, tmp_path: Path) -> None:
    work = lay(tmp_path / "work", {"cells.py": "Cell = 1\n", "loop.py": "Loop = 1\n"})
    first = pack(work, course.demo, "")
    os.utime(work / "cells.py", (1, 1))
    assert pack(work, course.demo, "").files == first.files


def test_a_script_its_answers_and_its_screenshots_get_the_name_that_the_handout_gives(tmp_path: Path) -> None:
    files = {"lab7.py": SCRIPT, "answers.md": "# 5", "shots.PDF": b"%PDF", "mine.py": "x = 1\n"}
    work = lay(tmp_path / "work", files)
    upload = pack(work, LAB7, "0712345")
    assert dict(upload.files) == {
        "0712345_Lab7_InClass.py": SCRIPT.encode(),
        "0712345_Lab7_InClass.md": b"# 5",
        "0712345_Lab7_InClass.PDF": b"%PDF",
        "mine.py": b"x = 1\n",
    }


@pytest.mark.parametrize("written", ["lab7.py", "assignment.ipynb"])
def test_of_script_and_notebook_the_one_that_is_not_written_stays_at_home(
    written: str, tmp_path: Path
) -> None:
    folder = ROOT / "templates" / LAB7.name
    files: dict[str, str | bytes] = {
        "lab7.py": (folder / "lab7.py").read_bytes(),
        "assignment.ipynb": (folder / "assignment.ipynb").read_bytes(),
    }
    done = {
        "lab7.py": templates.solved_modules(ROOT, LAB7.name)["lab7.py"],
        "assignment.ipynb": nbformat.writes(templates.solved_notebook(ROOT, LAB7.name)),
    }
    work = lay(tmp_path / "work", {**files, written: done[written]})
    upload = pack(work, LAB7, "0712345")
    assert [*upload.files] == [f"0712345_Lab7_InClass{Path(written).suffix}"]
    assert read_back(upload, LAB7).digest == read(work, LAB7).digest


def test_of_two_documents_that_would_get_one_name_the_student_chooses(tmp_path: Path) -> None:
    work = lay(tmp_path / "work", {"lab7.py": SCRIPT, "a.pdf": b"%PDF", "b.pdf": b"%PDF"})
    with pytest.raises(Unreadable, match=r"here are a\.pdf, b\.pdf: keep one"):
        pack(work, LAB7, "0712345")


def test_a_notebook_alone_is_packed_whatever_it_is_called(
    course: Course, notebook: Callable[..., str], tmp_path: Path
) -> None:
    work = lay(tmp_path / "work", {"mine.ipynb": notebook("Cell = 1", "Loop = 1")})
    assert members(pack(work / "mine.ipynb", course.demo, "")) == ["mine.ipynb"]


def test_a_folder_without_code_is_refused_in_a_sentence(course: Course, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"holds no code: hand in cells\.py, loop\.py"):
        pack(lay(tmp_path / "work", {"notes.md": "x"}), course.demo, "")
