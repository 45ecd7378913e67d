"""Handing in: every form is read, and everything unreadable gets one clear sentence."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.submission import Submission, Unreadable, files, read
from tests.harness.conftest import Course
from tests.harness.files import archive

CELLS = "class Cell:\n    size = 1\n\n\nclass Other:\n    size = 2\n"
LOOP = "class Loop:\n    size = 3\n"
WORK = {"cells.py": CELLS, "loop.py": LOOP}


def refused(course: Course, path: Path) -> str:
    with pytest.raises(Unreadable) as error:
        read(path, course.demo)
    sentence = str(error.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def names(submission: Submission) -> set[str]:
    return set(submission.program.homes)


def test_folder_and_zip_of_the_same_files_are_the_same_submission(course: Course, tmp_path: Path) -> None:
    folder = read(course.hand_in(WORK), course.demo)
    packed = read(
        archive(tmp_path / "vu123_7.zip", {f"my work/{k}": v for k, v in WORK.items()}), course.demo
    )
    assert names(folder) == names(packed) == {"Cell", "Other", "Loop"}
    assert folder.digest == packed.digest
    assert folder.notices == packed.notices == ()


def test_the_digest_changes_with_the_code_and_not_with_what_is_not_graded(course: Course) -> None:
    first = read(course.hand_in(WORK, "a"), course.demo).digest
    assert (
        read(course.hand_in(WORK | {"data.txt": "1", ".hidden.py": "x = 1"}, "b"), course.demo).digest
        == first
    )
    assert read(course.hand_in(WORK | {"loop.py": LOOP + "# more\n"}, "c"), course.demo).digest != first


@pytest.mark.parametrize(
    "junk", ["__MACOSX/._cells.py", ".git/hooks.py", "__pycache__/cells.py", ".ipynb_checkpoints/a.ipynb"]
)
def test_what_systems_leave_behind_is_ignored(course: Course, tmp_path: Path, junk: str) -> None:
    submission = read(
        archive(tmp_path / "a.zip", {f"w/{k}": v for k, v in WORK.items()} | {junk: "no Python ("}),
        course.demo,
    )
    assert names(submission) == {"Cell", "Other", "Loop"}
    assert submission.notices == ()


def test_a_single_module_is_graded_for_what_it_defines(course: Course) -> None:
    path = course.hand_in({"s123_everything.py": CELLS + LOOP}) / "s123_everything.py"
    assert names(read(path, course.demo)) == {"Cell", "Other", "Loop"}


def test_any_name_of_a_notebook_will_do_when_there_is_one(
    course: Course, notebook: Callable[..., str]
) -> None:
    path = course.hand_in({"123456_A7 (1).ipynb": notebook(CELLS, LOOP)})
    assert names(read(path, course.demo)) == {"Cell", "Other", "Loop"}


def test_of_several_notebooks_the_fullest_is_read_and_said(
    course: Course, notebook: Callable[..., str]
) -> None:
    path = course.hand_in({"draft.ipynb": notebook("x = 1"), "final.ipynb": notebook(CELLS, LOOP)})
    submission = read(path, course.demo)
    assert names(submission) == {"Cell", "Other", "Loop"}
    assert submission.notices == ("There are several notebooks: final.ipynb was read, draft.ipynb not.",)


def test_the_report_is_kept_apart_from_the_code(course: Course) -> None:
    assert read(course.hand_in(WORK | {"report.md": "# One\r\n"}), course.demo).report == "# One\n"


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ("../cells.py", "points outside of it"),
        ("/etc/cells.py", "points outside of it"),
        ("a/../../cells.py", "points outside of it"),
        ("..\\cells.py", "points outside of it"),
        ("C:\\cells.py", "points outside of it"),
    ],
)
def test_a_zip_that_points_outside_is_refused(course: Course, tmp_path: Path, member: str, said: str) -> None:
    assert said in refused(course, archive(tmp_path / "a.zip", {"ok.py": CELLS, member: CELLS}))


def test_a_zip_with_a_link_is_refused(course: Course, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("cells.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "holds a link, 'cells.py'" in refused(course, tmp_path / "a.zip")


def test_a_zip_with_a_password_is_refused(course: Course, tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"cells.py": CELLS})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)
    assert "password" in refused(course, path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_TOTAL", 1 << 20)
    bomb = archive(tmp_path / "a.zip", {f"{n}.txt": b"0" * 400_000 for n in range(4)})
    assert "unpacks to more than 1 MB" in refused(course, bomb)


def test_a_zip_that_lies_about_its_sizes_is_refused(course: Course, tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"cells.py": b"#" * 100_000})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\1\2") + 24
    data[at : at + 4] = (10).to_bytes(4, "little")
    path.write_bytes(data)
    assert "damaged" in refused(course, path)


def test_too_many_members_or_too_large_a_file_are_refused(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_MEMBERS", 3)
    assert "more than 3 files" in refused(
        course, archive(tmp_path / "a.zip", {f"{n}.txt": "" for n in range(4)})
    )
    assert "more than 3 files" in refused(course, course.hand_in({f"{n}.py": "" for n in range(4)}))
    monkeypatch.setattr(files, "MAX_FILE", 1 << 20)
    assert "cells.py is larger than 1 MB" in refused(
        course, course.hand_in({"cells.py": b"#" * (1 << 21)}, "big")
    )


def test_data_beside_the_work_does_not_count_and_deep_data_is_not_looked_at(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_MEMBERS", 3)
    monkeypatch.setattr(files, "MAX_SEEN", 6)
    data = {f"reviews/{n}.txt": "" for n in range(9)}
    folder = course.hand_in({"cells.py": "def double(x):\n    return 2 * x\n", **data})
    found = files.gather(folder)
    assert [*found.contents] == ["cells.py"]
    assert found.notices == ["More than 6 files are here: deep ones were not looked at."]


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\3\4 cut off"])
def test_a_damaged_zip_is_refused(course: Course, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    assert refused(course, tmp_path / "a.zip").startswith("a.zip is no valid zip file")


def test_what_is_no_submission_is_refused(course: Course, tmp_path: Path) -> None:
    assert refused(course, tmp_path / "nowhere").startswith("There is no file or folder called ")
    (tmp_path / "essay.docx").write_text("x")
    assert refused(course, tmp_path / "essay.docx").startswith("essay.docx is no submission")
    (tmp_path / "empty").mkdir()
    assert refused(course, tmp_path / "empty").startswith(
        "empty holds no code: hand in cells.py, loop.py, or"
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes on this system")
def test_links_and_pipes_in_a_folder_are_not_followed(course: Course, tmp_path: Path) -> None:
    folder = course.hand_in({"loop.py": LOOP})
    (tmp_path / "secret.py").write_text("class Cell: pass")
    (folder / "cells.py").symlink_to(tmp_path / "secret.py")
    os.mkfifo(folder / "more.py")
    submission = read(folder, course.demo)
    assert names(submission) == {"Loop"}
    assert submission.notices == ("cells.py is a link and was not read: hand in the file itself.",)
    assert submission.program.missing["Cell"] == "cells.py is missing: it should define Cell."


def test_names_are_cleaned_before_they_are_shown(course: Course, tmp_path: Path) -> None:
    assert "\x1b" not in refused(course, archive(tmp_path / "a.zip", {"../\x1b[31mcells.py": CELLS}))


def test_a_file_elsewhere_is_said_not_to_be_read(course: Course) -> None:
    submission = read(course.hand_in({"cells.py": CELLS, "old/loop.py": LOOP}), course.demo)
    assert submission.notices == ("old/loop.py does not lie beside the other files and was not read.",)
