"""A handout as a folder and as a zip with that folder in it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from autograder import packing, records
from autograder.course.config import ConfigError


def write(files: Mapping[str, bytes], out: Path) -> Path:
    """Write the zip `out`, and beside it the folder that it holds; the folder's path.

    What else lies in the folder stays. Raises ConfigError where a file of an older handout was changed there
    since, and Unwritten.
    """
    folder = out.with_suffix("")
    if out.suffix != ".zip":
        raise ConfigError(f"--out {out}: the name must end in .zip.")
    older = _older(out, folder.name)
    for name in sorted({*files, *older}):
        path = folder / name
        if path.is_file() and path.read_bytes() not in (files.get(name), older.get(name)):
            raise ConfigError(f"{path} was changed by hand: move {folder} away, or name another --out.")
    for name in older.keys() - files.keys():
        (folder / name).unlink(missing_ok=True)
    for name, content in files.items():
        records.write_bytes(folder / name, content)
    records.write_bytes(out, packing.zipped({f"{folder.name}/{name}": text for name, text in files.items()}))
    return folder


def _older(out: Path, folder: str) -> Mapping[str, bytes]:
    """The files of the handout that lies at `out`; none where there is no such zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(out.read_bytes())) as archive:
            return {name.removeprefix(f"{folder}/"): archive.read(name) for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile):
        return {}
