"""Kernels that run cells in a folder, as a student does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from nbformat import NotebookNode, v4

from tests.harness.files import run_notebook


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


def run(codes: Iterable[str], folder: Path, **environment: str) -> list[Output]:
    """Run cells one after the other in one kernel, errors and all; what each showed."""
    notebook = v4.new_notebook(cells=[v4.new_code_cell(code) for code in codes])
    return [*map(outputs_of, run_notebook(notebook, folder, past_errors=True, **environment).cells)]


@pytest.fixture
def run_cells(tmp_path: Path) -> Callable[..., list[Output]]:
    """`run` cells in a folder of the test's own."""

    def ran(*codes: str, folder: Path = tmp_path) -> list[Output]:
        return run(codes, folder)

    return ran
