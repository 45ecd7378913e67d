"""Submissions are copied whole or not at all, and only what is new."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest

from autograder.classroom.downloads import read
from autograder.classroom.downloads.ids import ids
from autograder.classroom.handed import MANIFEST, read_manifest
from autograder.course.config import ConfigError
from autograder.submission import read as read_submission
from tests.harness.classroom.downloads.course import CODE, LAB, content, staged
from tests.harness.files import archive, lay, zipped

CLASS = {f"s{n:03}/cells.py": f"class Cell:\n    n = {n}\n" for n in range(20)}


def inodes(out: Path) -> dict[str, tuple[int, int]]:
    """Which file lies at each path, and when it was written."""
    files = [path for path in out.rglob("*") if path.is_file()]
    return {str(path.relative_to(out)): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def test_the_same_download_again_changes_nothing(tmp_path: Path) -> None:
    source = lay(tmp_path / "in", {**CLASS, "zed.zip": zipped({"cells.py": CODE})})
    first, _ = staged(source, tmp_path / "out")
    before = inodes(tmp_path / "out")
    again, _ = staged(source, tmp_path / "out")
    assert again == first
    assert inodes(tmp_path / "out") == before


def test_a_zip_and_the_folder_that_it_unpacks_to_are_the_same(tmp_path: Path) -> None:
    one, _ = staged(lay(tmp_path / "in", CLASS), tmp_path / "one")
    other, _ = staged(archive(tmp_path / "in.zip", CLASS), tmp_path / "other")
    assert one == other


def test_what_has_changed_is_copied_anew_and_nothing_else(tmp_path: Path) -> None:
    source = lay(tmp_path / "in", {**CLASS, "zed/cells.py": CODE})
    _, first = staged(source, tmp_path / "out")
    before = inodes(tmp_path / "out")
    (source / "s003" / "cells.py").write_text("changed = 1\n")
    (source / "zed" / "cells.py").unlink()
    lay(source, {"zed/work.zip": zipped({"cells.py": CODE})})
    _, second = staged(source, tmp_path / "out")
    assert content(tmp_path / "out", second["s003"]) == {"cells.py": "changed = 1\n"}
    assert {id for id, each in second.items() if each != first[id]} == {"s003", "zed"}
    after = inodes(tmp_path / "out")
    assert "submissions/zed/cells.py" not in after and "submissions/zed.zip" in after
    changed = {name for name in before if before[name] != after.get(name)}
    assert changed == {"submissions/s003/cells.py", "submissions/zed/cells.py", MANIFEST}


@pytest.mark.parametrize("harm", ["removed", "cut"])
def test_what_was_lost_since_is_copied_again(tmp_path: Path, harm: str) -> None:
    source = lay(tmp_path / "in", CLASS)
    staged(source, tmp_path / "out")
    lost = tmp_path / "out" / "submissions" / "s005" / "cells.py"
    if harm == "removed":
        lost.unlink()
    else:
        lost.write_text("")
    _, rows = staged(source, tmp_path / "out")
    assert content(tmp_path / "out", rows["s005"]) == {"cells.py": CLASS["s005/cells.py"]}


def test_submissions_that_are_gone_are_told_and_their_files_stay(tmp_path: Path) -> None:
    source = lay(tmp_path / "in", CLASS)
    staged(source, tmp_path / "out")
    (source / "s001" / "cells.py").unlink()
    (source / "s001").rmdir()
    download, rows = staged(source, tmp_path / "out")
    assert "s001" not in rows
    assert download.said[-1] == (
        "1 submission of before is no longer in the download: s001; its files and result stay, without a row."
    )
    assert (tmp_path / "out" / "submissions" / "s001" / "cells.py").is_file()


def test_an_earlier_attempt_that_is_left_out_is_not_gone(tmp_path: Path) -> None:
    source = lay(tmp_path / "in", {"a1_1_1_lab.zip": zipped(CLASS), "a1_1_2_lab-1.zip": "x"})
    staged(source, tmp_path / "out", keep="best")
    download, _ = staged(source, tmp_path / "out")
    assert not any("no longer" in each for each in download.said)


def test_the_latest_by_time_is_kept_whatever_it_is_called(tmp_path: Path) -> None:
    person = "  :submitters:\n  - :name: Ann\n    :sid: '7'\n"
    metadata = "".join(
        f"submission_{n}:\n{person}  :created_at: 2023-09-{day} 10:00:00 Z\n" for n, day in ((5, 20), (9, 10))
    )
    files = {
        "submission_metadata.yml": metadata,
        "submission_5/cells.py": "late",
        "submission_9/cells.py": "early",
    }
    source = lay(tmp_path / "in", files)
    _, rows = staged(source, tmp_path / "out")
    assert [(each.id, each.attempt) for each in rows.values()] == [("submission_5", 2)]
    assert rows["submission_5"].at == datetime(2023, 9, 20, 10, tzinfo=timezone.utc)
    _, rows = staged(source, tmp_path / "out", keep="best")
    assert {each.id: each.attempt for each in rows.values()} == {"submission_5": 2, "submission_9": 1}


def test_what_is_staged_reads_as_what_was_handed_in(tmp_path: Path) -> None:
    files = {"cells.py": CODE, "loop.py": "class Loop:\n    pass\n", "report.md": "# Hello\n"}
    source = lay(
        tmp_path / "in", {f"{who}/{name}": text for who in ("ann", "bo") for name, text in files.items()}
    )
    _, rows = staged(source, tmp_path / "out")
    there, here = (
        read_submission(place, LAB) for place in (source / "ann", tmp_path / "out" / rows["ann"].path)
    )
    assert (there.digest, there.report, there.notices) == (here.digest, here.report, here.notices)


def _stage(source: Path, out: Path, events: int = -1) -> None:
    """Stage in a process that is killed when it asks the operating system for the `events`-th thing."""
    count = 0

    def hook(event: str, _: object) -> None:
        nonlocal count
        if event.startswith(("open", "os.", "tempfile.", "shutil.")):
            count += 1
            if count == events:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    read(source, out, LAB)


def test_a_kill_at_any_time_leaves_whole_submissions_only(tmp_path: Path) -> None:
    files = {f"s{n}/{name}": f"{name} = {n}\n" * 999 for n in range(4) for name in ("cells.py", "more.py")}
    source = lay(tmp_path / "in", files)
    fork = multiprocessing.get_context("fork")
    ended = []
    for events in range(1, 200):
        out = tmp_path / f"out{events}"
        child = fork.Process(target=_stage, args=(source, out, events))
        child.start()
        child.join()
        ended.append(child.exitcode)
        for place in (out / "submissions").glob("s*"):
            found = {f"{place.name}/{each.name}": each.read_text() for each in place.iterdir()}
            assert found == {name: text for name, text in files.items() if name.startswith(f"{place.name}/")}
        if child.exitcode == 0:
            break
        if events % 10 == 0:
            _, rows = staged(source, out)
            assert [*rows] == ["s0", "s1", "s2", "s3"]
    assert ended == [-signal.SIGKILL] * (len(ended) - 1) + [0]
    assert len(ended) > 30


def test_processes_that_stage_the_same_at_once_do_not_disturb_one_another(tmp_path: Path) -> None:
    source, out = lay(tmp_path / "in", CLASS), tmp_path / "out"
    fork = multiprocessing.get_context("fork")
    children = [fork.Process(target=_stage, args=(source, out)) for _ in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * 4
    for each in read_manifest(out):
        assert content(out, each) == {"cells.py": CLASS[f"{each.id}/cells.py"]}
    assert not [*(out / "submissions").glob(".*.draft")]


def test_names_for_files_are_readable_different_and_the_same_every_time() -> None:
    keys = ["0712345", "Ann Chen", "ann_chen", "Ünal", "王小明", "con", "x" * 300, "a.zip", "../..", "", "李"]
    made = ids(keys)
    assert (made["0712345"], made["Ünal"]) == ("0712345", "Unal")
    assert made["Ann Chen"].startswith("Ann_Chen-") and made["ann_chen"].startswith("ann_chen-")
    assert len({each.casefold() for each in made.values()}) == len(keys)
    assert ids(["Ann Chen"]) == {"Ann Chen": "Ann_Chen"}
    assert ids(["王小明"])["王小明"] == made["王小明"]
    assert all(len(each) <= 72 and not each.endswith((".zip", ".")) for each in made.values())


def test_a_folder_of_another_kind_is_told_from_that_of_a_class(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"holds no manifest\.jsonl: name a folder that `class --out` made"):
        read_manifest(tmp_path)
