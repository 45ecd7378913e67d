"""What the kernel's end does before there is a helper: packages are told, and on Colab installed."""

import re
import sys
import types
from pathlib import Path

import pytest

from autograder.notebook import Notebook, client, kernel

ROOT = Path(__file__).parents[3]


class Shell:
    """As much of IPython's shell as is asked."""

    starting_dir = "/content"
    user_ns: dict[str, object] = {}  # noqa: RUF012
    history_manager = types.SimpleNamespace(input_hist_raw=["", "import torch", " ", "x = 1"])


@pytest.fixture
def pip(monkeypatch):
    """A kernel with IPython and without rich; the commands that would be run."""
    ran = []
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=Shell))
    monkeypatch.setattr(client, "_python", lambda: sys.executable)
    monkeypatch.setattr(client.importlib.util, "find_spec", lambda name: None if name == "rich" else name)
    monkeypatch.setattr(
        client.subprocess,
        "run",
        lambda command, **_: ran.append(command) or types.SimpleNamespace(returncode=1),
    )
    return ran


def test_a_history_is_asked_for_what_was_run(pip):
    assert kernel.runs() == [(1, "import torch", ""), (3, "x = 1", "")]
    assert kernel.folder() == Path("/content")


def test_a_front_end_that_names_its_cells_is_heard(pip, monkeypatch):
    listeners = []
    events = types.SimpleNamespace(register=lambda event, listener: listeners.append((event, listener)))
    monkeypatch.setattr(Shell, "events", events, raising=False)
    monkeypatch.setattr(kernel, "_ids", {})
    kernel.watch()
    [(event, listener)] = listeners
    named = types.SimpleNamespace(cell_id="a1b2")
    listener(types.SimpleNamespace(execution_count=None, info=named))  # a run that is not to be seen
    listener(types.SimpleNamespace(execution_count=1, info=types.SimpleNamespace()))
    listener(types.SimpleNamespace(execution_count=3, info=named))
    assert event == "post_run_cell"
    assert kernel.runs() == [(1, "import torch", ""), (3, "x = 1", "a1b2")]


def test_a_package_that_lacks_is_told(pip):
    assert repr(Notebook().check("cells")) == "Run `%pip install rich` in a cell, then this one again."
    assert pip == []


def test_on_colab_it_is_installed_and_said(pip, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    shown = Notebook().check("cells")
    assert capsys.readouterr().out == "Installing rich.\n"
    assert pip == [[sys.executable, "-m", "pip", "install", "--quiet", "rich"]]
    assert "%pip install rich" in repr(shown)  # it failed here


def test_what_may_be_installed_is_what_students_need_and_never_torch():
    needed = (
        (ROOT / "pyproject.toml").read_text("utf-8").partition("\ndependencies = [")[2].partition("\n]")[0]
    )
    assert {*client.PACKAGES} <= {*re.findall(r'^    "([\w-]+)', needed, re.MULTILINE)}
    assert "torch" not in client.PACKAGES
