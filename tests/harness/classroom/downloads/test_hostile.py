"""What students hand in may be hostile: bounded, a row with a reason, and nothing is written elsewhere."""

from __future__ import annotations

import io
import os
import stat
import string
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.classroom.downloads import read, staging, tree
from autograder.classroom.downloads.ids import ids
from autograder.classroom.downloads.staging import safe_path
from autograder.classroom.handed import read_manifest
from tests.harness.classroom.downloads.course import CODE, LAB, content, staged
from tests.harness.files import archive, lay, zipped


def written(place: Path) -> set[str]:
    return {path.relative_to(place).as_posix() for path in place.rglob("*") if not path.is_dir()}


def test_a_zip_that_points_outside_is_told_and_writes_nothing_there(tmp_path: Path) -> None:
    files = {
        "ann/cells.py": CODE,
        "bo/../../../evil.py": CODE,
        "bo/loop.py": CODE,
        "../evil.py": CODE,
        "/etc/evil.py": CODE,
        "cy/..\\..\\evil.py": CODE,
        "di/C:evil.py": CODE,
    }
    download, rows = staged(archive(tmp_path / "all.zip", files), tmp_path / "a" / "b" / "out")
    assert not [
        each for each in written(tmp_path) if "evil" in Path(each).name and "out/submissions" not in each
    ]
    assert content(tmp_path / "a" / "b" / "out", rows["bo"]) == {"loop.py": CODE}
    assert "points outside of the download" in rows["cy"].problem
    assert rows["ann"].problem == ""
    assert any("bo/../../../evil.py points outside" in each for each in download.said)


def test_links_and_devices_are_never_followed(tmp_path: Path) -> None:
    secret = lay(tmp_path / "secret", {"cells.py": "the secret"})
    source = lay(tmp_path / "in", {"ann/cells.py": CODE, "bo/x.txt": "", "cy/x.txt": ""})
    (source / "ann" / "loop.py").symlink_to(secret / "cells.py")
    (source / "bo" / "cells.py").symlink_to(secret / "cells.py")
    (source / "cy" / "src").symlink_to(secret)
    os.mkfifo(source / "ann" / "pipe.py")
    (source / "di").symlink_to(secret)
    (source / "ed.zip").symlink_to(secret / "cells.py")
    download, rows = staged(source, tmp_path / "out")
    assert content(tmp_path / "out", rows["ann"]) == {"cells.py": CODE}
    assert "ann: not copied: ann/loop.py is a link, ann/pipe.py is no regular file." in download.said
    assert rows["bo"].problem == "bo/cells.py is a link."
    assert rows["ed"].problem == "ed.zip is a link."
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_symlink()]
    assert "the secret" not in "".join(
        path.read_text() for path in (tmp_path / "out").rglob("*") if path.is_file()
    )


def test_a_link_in_a_zip_is_no_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as made:
        link = zipfile.ZipInfo("ann/cells.py")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
        made.writestr("bo/cells.py", CODE)
    _, rows = staged(tmp_path / "all.zip", tmp_path / "out")
    assert rows["ann"].problem == "ann/cells.py is a link."


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds that a test can reach."""
    monkeypatch.setattr(staging, "MAX_FILE", 1000)
    monkeypatch.setattr(staging, "MAX_TOTAL", 3000)
    monkeypatch.setattr(staging, "MAX_OTHERS", 1500)
    monkeypatch.setattr(staging, "MAX_MEMBERS", 20)


@pytest.mark.parametrize("is_zip", [True, False])
def test_what_is_too_large_is_a_row_with_a_reason(tmp_path: Path, small: None, is_zip: bool) -> None:
    files = {
        "huge/cells.py": "x" * 1001,
        "much/cells.py": "x" * 900,
        **{f"much/more{n}.py": "x" * 900 for n in range(3)},
        "many/cells.py": CODE,
        **{f"many/{n}.txt": "" for n in range(20)},
        "data/cells.py": CODE,
        "data/model.pt": "x" * 1001,
        **{f"data/{n}.png": "x" * 900 for n in range(3)},
        "zip.zip": b"x" * 3001,
        "good/cells.py": CODE,
    }
    source = (archive if is_zip else lay)(tmp_path / "in.zip", files)
    download, rows = staged(source, tmp_path / "out")
    assert rows["huge"].problem.startswith("cells.py is larger than")
    assert rows["much"].problem.startswith("It is larger than")
    assert rows["many"].problem == "It holds more than 20 files: hand in only your own."
    assert rows["zip"].problem.startswith("zip.zip is larger than")
    assert [*content(tmp_path / "out", rows["data"])] == ["0.png", "cells.py"]
    assert [each.path for each in rows.values() if each.problem] == [""] * 4
    assert not rows["data"].problem and not rows["good"].problem
    assert any(each.startswith("data: not copied: data/1.png is beyond") for each in download.said)
    assert written(tmp_path / "out") == {
        "manifest.jsonl",
        "submissions/data/0.png",
        "submissions/data/cells.py",
        "submissions/good/cells.py",
    }


def test_a_zip_that_lies_about_its_sizes_is_bounded_by_what_comes_out(tmp_path: Path, small: None) -> None:
    data = bytearray(zipped({"ann/cells.py": "x" * 100_000, "bo/cells.py": CODE}))
    size = (100_000).to_bytes(4, "little")
    for _ in range(2):  # in the member's own head, and in the list of all
        at = data.index(size)
        data[at : at + 4] = (10).to_bytes(4, "little")
    (tmp_path / "all.zip").write_bytes(data)
    _, rows = staged(tmp_path / "all.zip", tmp_path / "out")
    assert rows["ann"].problem and not rows["ann"].path
    assert not rows["bo"].problem


def test_a_bomb_in_a_zip_beside_a_report_is_told(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        for n in range(12):
            made.writestr(f"{n}.py", b"\0" * (20 << 20))
    files = {"chenann_1_2_work.zip": bomb.getvalue(), "chenann_1_3_report.pdf": "%PDF"}
    _, rows = staged(lay(tmp_path / "in", files), tmp_path / "out")
    assert "unpacks to more than 200 MB" in rows["chenann_1"].problem


def test_a_damaged_member_costs_its_own_submission_alone(tmp_path: Path) -> None:
    data = bytearray(zipped({"ann/cells.py": os.urandom(5000), "bo/cells.py": CODE}))
    data[2000:2010] = b"\0" * 10
    (tmp_path / "all.zip").write_bytes(data)
    _, rows = staged(tmp_path / "all.zip", tmp_path / "out")
    assert rows["ann"].problem == "cells.py is damaged in the download: download it again."
    assert content(tmp_path / "out", rows["bo"]) == {"cells.py": CODE}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_opened_costs_its_own_submission_alone(tmp_path: Path) -> None:
    source = lay(tmp_path / "in", {"ann/cells.py": CODE, "bo/cells.py": CODE, "cy/cells.py": CODE})
    (source / "ann").chmod(0)
    (source / "bo" / "cells.py").chmod(0)
    _, rows = staged(source, tmp_path / "out")
    (source / "ann").chmod(0o700)
    assert "Permission denied" in rows["ann"].problem and "Permission denied" in rows["bo"].problem
    assert not rows["cy"].problem


def test_names_that_some_disks_take_for_one_another_are_told(tmp_path: Path) -> None:
    files = {
        "ann/cells.py": "a",
        "ann/Cells.py": "b",
        "ann/a.py": "c",
        "ann/a.py/b.py": "d",
        "bo/cells.py": CODE,
    }
    download, rows = staged(archive(tmp_path / "all.zip", files), tmp_path / "out")
    kept = content(tmp_path / "out", rows["ann"])
    assert sorted(name.casefold() for name in kept) == ["a.py", "cells.py"]
    assert any("has the name of another file or folder" in each for each in download.said)


def test_utf8_names_that_a_mac_does_not_mark_are_read(tmp_path: Path) -> None:
    data = zipped({f"{name}_assignsubmission_file/cells.py": CODE for name in ("zz_1", "aa_2")})
    (tmp_path / "all.zip").write_bytes(data.replace(b"zz_1", "é".encode() + b"_1"))
    _, rows = staged(tmp_path / "all.zip", tmp_path / "out")
    assert {each.names for each in rows.values()} == {"é", "aa"}


@pytest.mark.parametrize("name", ["1_" * 30_000, "a" * 60_000, "_assignsubmission_" * 3000, "x" * 300])
def test_long_names_take_no_time_and_keep_their_end(tmp_path: Path, name: str) -> None:
    files = {f"chenann_4521_1_{name}.py": CODE, "libo_4522_2_cells.py": CODE}
    begin = time.process_time()
    _, rows = staged(archive(tmp_path / "all.zip", files), tmp_path / "out")
    assert time.process_time() - begin < 5
    assert [each.endswith(".py") for each in content(tmp_path / "out", rows["chenann_4521"])] == [True]


NAMES = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("/\\.:_-@ \n\r\t\0\x1b\u202e\u0301é王" + string.ascii_letters + string.digits),
    ),
    min_size=1,
    max_size=300,
)
HINTS = [
    "chenann_4521_1_",
    "x_1_assignsubmission_file/",
    "submission_1/",
    "submitted/ann/lab/",
    "0712345_",
    "",
]
ENDS = [".py", ".zip", ".ipynb", "/cells.py", ""]
PATHS = st.tuples(st.sampled_from(HINTS), NAMES, st.sampled_from(ENDS)).map("".join)
FILES = st.dictionaries(
    PATHS.filter(lambda path: path[0] != "\0"),  # where zipfile cuts the names that it writes
    st.binary(max_size=20),
    min_size=1,
    max_size=8,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    files=FILES,
    reader=st.sampled_from([None, "canvas", "moodle", "folders", "files", "nbgrader", "gradescope"]),
)
def test_no_names_stop_a_class_or_leave_its_folder(
    files: dict[str, bytes], reader: str | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = tmp_path_factory.mktemp("hostile")
    source = archive(place / "all.zip", files)
    out = place / "out"
    try:
        download = read(source, out, LAB, reader=reader)
    except tree.ConfigError as error:
        assert "\n" not in str(error) and not out.exists()
        return
    rows = read_manifest(out)
    assert rows == download.handed
    assert all("\n" not in each and "\x1b" not in each for each in download.said)
    assert len({each.id.casefold() for each in rows}) == len(rows)
    allowed = set(string.ascii_letters + string.digits + "-_.")
    assert all(set(each.id) <= allowed and each.id and not each.id.startswith(".") for each in rows)
    assert {each.path for each in rows if each.path} == {
        f"submissions/{each.name}" for each in (out / "submissions").glob("*")
    }
    assert {each.name for each in place.iterdir()} <= {"all.zip", "out"}
    assert {each.name for each in out.iterdir()} <= {"manifest.jsonl", "submissions"}
    assert all(each.path or each.problem for each in rows)
    assert not any(letter in each.problem + each.names for each in rows for letter in "\n\r\x1b\u202e")
    assert read(source, out, LAB, reader=reader).handed == rows


@settings(max_examples=300, deadline=None)
@given(NAMES)
def test_a_safe_path_stays_below_and_is_its_own_safe_path(name: str) -> None:
    safe = safe_path(name)
    parts = safe.split("/")
    assert not safe.startswith("/") and ".." not in parts and "." not in parts
    assert all(len(part.encode()) <= 80 and not set(part) & set('<>:"|?*\\\n\r\0') for part in parts)
    assert len(parts) <= 13
    assert safe_path(safe) == safe


@settings(max_examples=200, deadline=None)
@given(st.lists(NAMES, unique=True, max_size=20))
def test_ids_differ_even_without_capitals_and_do_not_depend_on_the_order(keys: list[str]) -> None:
    made = ids(keys)
    assert len({each.casefold() for each in made.values()}) == len(keys)
    assert ids(reversed(keys)) == made
