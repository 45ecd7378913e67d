"""The pictures of docs/: what a student and a grader see, of real runs.

    .venv/bin/python benchmarks/screenshots.py

It needs chromium (and playwright) for what is seen in a browser; without, only terminals are drawn.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat import v4
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
A7 = "a7_sequence_modeling"
COLUMNS = 80
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ERASED = "\x1b[2K"  # behind the last one stands what stays when the bar has gone
# What rich's pictures would fetch from elsewhere, which an image on a page may not.
FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)

FIRST_CELL = """    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.from_state = nn.Linear(hidden_size, hidden_size, bias=False)
        self.from_input = nn.Linear(input_size, hidden_size)

    def forward(self, x: Tensor, h: Tensor) -> Tensor:
        print("h", h.shape)
        return self.from_state(h) + self.from_input(x)


"""


def main() -> None:
    """Draw all."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        course = handout(Path(folder))
        notebook = checked_notebook(course)  # while cells.py holds stubs: what is filled in there would count
        write(course, FIRST_CELL)
        draw("one-wrong-cell", course, "check", A7, "--only", "VanillaRNNCell")
        write(course, FIRST_CELL.replace("-> Tensor:", "-> Tensor"))
        draw("one-missing-colon", course, "check", A7)
        if CHROMIUM is None:
            print("There is no chromium here: what is seen in a browser was not drawn.")
            return
        from playwright.sync_api import sync_playwright

        with sync_playwright() as running:
            chromium = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            shoot(chromium, notebook, "check-in-a-notebook", "main", width=820, height=900)
            page = graded_page()
            shoot(chromium, page, "page", "main", width=900, height=1110)
            shoot(chromium, page, "states-and-gates", "figure.picture", width=680, height=1200)


def handout(folder: Path) -> Path:
    """What a student has, unpacked."""
    archive = folder / "handout.zip"
    run(ROOT, "handout", A7, "--out", str(archive))
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return next(folder.glob("*/check.py")).parent


def write(course: Path, body: str) -> None:
    """Put the body of a class in the place of the first stub in cells.py."""
    path = course / "templates" / A7 / "cells.py"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("    def __init__"), text.index("class LSTMCell")
    path.write_text(text[:start] + body + text[end:], encoding="utf-8")


def terminal(course: Path) -> dict[str, str]:
    """The environment of a terminal of 80 columns that shows colours."""
    shown = {
        "COLUMNS": str(COLUMNS),
        "FORCE_COLOR": "1",
        "TERM": "xterm-256color",
        "PYTHONIOENCODING": "utf-8",
    }
    return {**os.environ, **shown, "PYTHONPATH": str(course), "AUTOGRADER_DATA": "synthetic"}


def run(course: Path, *arguments: str) -> str:
    """What a command shows in a terminal."""
    command = [sys.executable, "-m", "autograder", *arguments]
    done = subprocess.run(
        command, cwd=course, env=terminal(course), capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr}")
    return done.stdout.rpartition(ERASED)[2]


def draw(name: str, course: Path, *arguments: str) -> None:
    """A command and what it shows, as docs/pictures/NAME.svg."""
    shown = Text.from_ansi(run(course, *arguments).rstrip())
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(shown)
    svg = console.export_svg(title=f"autograder {' '.join(arguments)}", unique_id=name)
    (PICTURES / f"{name}.svg").write_text(FONTS.sub("", svg), encoding="utf-8")


# --- in a browser -----------------------------------------------------------------------------------------


def checked_notebook(course: Path) -> Path:
    """The first cell in the notebook, run and checked there, as an HTML page."""
    folder = course / "templates" / A7
    code = "class VanillaRNNCell(nn.Module):\n" + FIRST_CELL.rstrip()
    hidden = [v4.new_code_cell("from autograder.notebook import check\nfrom torch import Tensor, nn")]
    shown = [v4.new_code_cell(code), v4.new_code_cell('check("VanillaRNNCell")')]
    made = v4.new_notebook(cells=[*hidden, *shown])
    client = NotebookClient(made, timeout=300, resources={"metadata": {"path": str(folder)}})
    client.execute(env=terminal(course))
    made.cells = shown
    path = course / "notebook.html"
    path.write_text(HTMLExporter().from_notebook_node(made)[0], encoding="utf-8")
    return path


def graded_page() -> Path:
    """The page about a submission with one mistake, with its pictures."""
    work, page = Path("build", "ada"), Path("build", "ada.html")
    shutil.rmtree(ROOT / work, ignore_errors=True)
    shutil.copytree(ROOT / "solutions" / A7, ROOT / work, ignore=shutil.ignore_patterns("*.nb.py"))
    path = ROOT / work / "loop.py"
    text = path.read_text(encoding="utf-8")
    right = "inputs[torch.arange(batch_size), lengths - 1]"
    assert right in text
    path.write_text(text.replace(right, "inputs[:, -1]"), encoding="utf-8")
    run(ROOT, "grade", A7, str(work), "--html", str(page), "--pictures")
    return ROOT / page


def shoot(chromium: Browser, page: Path, name: str, of: str, *, width: int, height: int) -> None:
    """An element of a page from its top, at most so high, as docs/pictures/NAME.png."""
    tab = chromium.new_page(viewport={"width": width, "height": height})
    tab.goto(page.as_uri())
    box = tab.locator(of).first.bounding_box()
    assert box is not None
    box["height"] = min(box["height"], height)
    tab.screenshot(path=PICTURES / f"{name}.png", full_page=True, clip=box)
    tab.close()


if __name__ == "__main__":
    main()
