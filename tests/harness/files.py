"""What several folders of tests lay out, pack and run: files, zips, notebooks, the command line."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).parents[2]
RUN = """
import sys, nbformat, nbclient
notebook = nbformat.read(sys.argv[1], as_version=4)
on = len(sys.argv) > 2
nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", allow_errors=on).execute()
nbformat.write(notebook, sys.argv[1])
"""

Files = Mapping[str, str | bytes]


def lay(folder: Path, files: Files) -> Path:
    """A folder that holds these files, by their paths in it; a path that ends in "/" is an empty folder."""
    for name, content in files.items():
        path = folder / name
        (path if name.endswith("/") else path.parent).mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            path.write_bytes(_bytes(content))
    return folder


def zipped(files: Files) -> bytes:
    """A zip that holds these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, _bytes(content))
    return made.getvalue()


def archive(place: Path, files: Files) -> Path:
    """A file that is a zip of these files."""
    lay(place.parent, {place.name: zipped(files)})
    return place


def run_notebook(
    notebook: NotebookNode, folder: Path, *, past_errors: bool = False, **environment: str
) -> NotebookNode:
    """A notebook as Jupyter saves it in a folder once all of its cells were run, with the small budget."""
    path = folder / "assignment.ipynb"
    nbformat.write(notebook, path)
    told = {**os.environ, "QUICK": "1", "AUTOGRADER_DATA": "synthetic", **environment}
    command = [sys.executable, "-c", RUN, str(path), *(["past errors"] if past_errors else [])]
    subprocess.run(command, cwd=folder, env=told, check=True, capture_output=True, text=True)
    return nbformat.read(path, as_version=4)


def autograder(root: Path, *words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """`autograder WORDS` in a folder, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "autograder", *map(str, words)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=600,
    )


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
