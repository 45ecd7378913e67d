"""Kernels that run cells in a folder, as a student does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode, v4

RUN = """
import sys, nbformat, nbclient
notebook = nbformat.read(sys.argv[1], as_version=4)
client = nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", allow_errors=True)
client.execute()
nbformat.write(notebook, sys.argv[1])
"""


@dataclass
class Output:
    """What one cell showed."""

    text: str
    html: str
    error: str


def outputs_of(cell: NotebookNode) -> Output:
    data = [each.get("data", {}) for each in cell.outputs]
    printed = [each.text for each in cell.outputs if each.output_type == "stream"]
    return Output(
        "\n".join([*printed, *(each.get("text/plain", "") for each in data)]).strip(),
        "\n".join(each.get("text/html", "") for each in data).strip(),
        " ".join(each.ename for each in cell.outputs if each.output_type == "error"),
    )


def run(notebook: NotebookNode, folder: Path, **environment: str) -> NotebookNode:
    """Run a notebook in a folder, errors and all. The notebook itself lies there, too."""
    path = folder / "assignment.ipynb"
    nbformat.write(notebook, path)
    environment = {**os.environ, "QUICK": "1", "AUTOGRADER_DATA": "synthetic", **environment}
    command = [sys.executable, "-c", RUN, str(path)]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return nbformat.read(path, as_version=4)


@pytest.fixture
def run_cells(tmp_path: Path) -> Callable[..., list[Output]]:
    """Run cells one after the other in one kernel; what each showed."""

    def ran(*codes: str, folder: Path = tmp_path) -> list[Output]:
        cells = [v4.new_code_cell(code) for code in codes]
        return [outputs_of(cell) for cell in run(v4.new_notebook(cells=cells), folder).cells]

    return ran
