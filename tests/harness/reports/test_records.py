"""A record is the old one or a whole new one, whatever happens while it is written."""

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import records

ROOT = Path(__file__).parents[3]
FULL = """
import resource, signal, sys
from pathlib import Path
from autograder import records
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    records.write(Path(sys.argv[1]), "x" * 5000)
except records.Unwritten as failure:
    sys.exit(f"{failure.is_fault} {failure}")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
def test_a_file_that_cannot_grow_keeps_the_old_record_and_says_so(tmp_path):
    record = tmp_path / "record.json"
    records.write(record, '{"score": 1}\n')
    run = subprocess.run([sys.executable, "-c", FULL, record], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 1 and run.stderr.startswith("True ")
    assert "cannot be written: File too large. What it held before is still there." in run.stderr
    assert json.loads(record.read_text()) == {"score": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["record.json"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_at_the_last_moment_leaves_no_draft(tmp_path, monkeypatch, code):
    def fail(descriptor):
        raise OSError(code, "No space")

    record = tmp_path / "record.json"
    records.write(record, "old")
    monkeypatch.setattr(records.os, "fsync", fail)
    with pytest.raises(records.Unwritten) as caught:
        records.write(record, "new")
    assert caught.value.is_fault and record.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["record.json"]


def test_a_folder_in_its_place_is_the_callers_mistake(tmp_path):
    with pytest.raises(records.Unwritten) as caught:
        records.write(tmp_path, "text")
    assert not caught.value.is_fault


def test_a_link_and_the_permissions_of_a_record_stay(tmp_path):
    record, link = tmp_path / "record.json", tmp_path / "link.json"
    record.write_text("old")
    record.chmod(0o640)
    link.symlink_to(record)
    records.write(link, "new \udc80")
    assert (
        link.is_symlink() and record.read_bytes() == rb"new \udc80" and record.stat().st_mode & 0o777 == 0o640
    )
