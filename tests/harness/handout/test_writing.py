"""The folder and the zip: the same bytes every time, and nobody's work is overwritten."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from autograder.cli import app
from autograder.course.config import ConfigError
from autograder.handout.writing import write

FILES = {"README.md": b"read me", "templates/lab/lab.py": b"todo = 1\n"}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "lab.zip"


def test_the_zip_holds_the_folder_that_is_written_beside_it(out: Path) -> None:
    folder = write(FILES, out)
    with zipfile.ZipFile(out) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert packed == {f"lab/{name}": content for name, content in FILES.items()}
    assert {name: (folder / name).read_bytes() for name in FILES} == FILES


def test_the_same_files_give_the_same_zip(out: Path) -> None:
    write(FILES, out)
    first = out.read_bytes()
    write(dict(reversed(FILES.items())), out)
    assert out.read_bytes() == first


def test_a_newer_handout_takes_the_place_of_an_older_one_and_leaves_the_rest(out: Path) -> None:
    folder = write(FILES, out)
    (folder / "notes.txt").write_text("mine")
    write({"README.md": b"read this"}, out)
    assert (folder / "README.md").read_bytes() == b"read this"
    assert not (folder / "templates/lab/lab.py").exists()
    assert (folder / "notes.txt").read_text() == "mine"


def test_work_that_was_done_in_the_folder_is_not_overwritten(out: Path) -> None:
    folder = write(FILES, out)
    (folder / "templates/lab/lab.py").write_text("todo = 2\n")
    before = out.read_bytes()
    with pytest.raises(ConfigError, match=r"lab\.py was changed by hand"):
        write({**FILES, "README.md": b"read this"}, out)
    assert (folder / "templates/lab/lab.py").read_text() == "todo = 2\n"
    assert (folder / "README.md").read_bytes() == b"read me" and out.read_bytes() == before


def test_a_folder_of_that_name_that_is_no_handout_is_not_touched(out: Path) -> None:
    (out.parent / "lab").mkdir()
    (out.parent / "lab" / "README.md").write_text("mine")
    with pytest.raises(ConfigError, match="was changed by hand"):
        write(FILES, out)
    assert not out.exists()


def test_a_name_without_zip_is_refused(out: Path) -> None:
    with pytest.raises(ConfigError, match=r"must end in \.zip"):
        write(FILES, out.with_suffix(""))


def test_an_assignment_that_is_none_is_named(out: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean 'lab7_vanilla_rnn'"):
        app(["handout", "lab7_vanila_rnn", "--out", str(out)], standalone_mode=False)
    assert not out.exists()
