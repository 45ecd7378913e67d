"""What a kernel knows of the notebook that it runs: the cells that were run, as they were then.

The history is asked, not the file: a file may not be saved yet, or lie where nobody knows (Colab), and it
does not say what was run. Jupyter, JupyterLab, VS Code, Colab and IPython's console all keep this history.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

_ids: dict[int, str] = {}  # of runs since this was imported, where the front end names its cells


def watch() -> None:
    """From now on remember which cell each run is of."""
    shell = _shell()
    if shell is not None:
        shell.events.register("post_run_cell", _note)


def _note(result: Any) -> None:
    """After a run: its number, where it has one, is of this cell."""
    cell = getattr(result.info, "cell_id", None)  # IPython 8 and later
    if cell and result.execution_count is not None:
        _ids[result.execution_count] = str(cell)


def runs() -> list[tuple[int, str, str]] | None:
    """The (number, code, id of its cell) of every run, in this order; None outside of IPython."""
    shell = _shell()
    if shell is None:
        return None
    history: list[str] = shell.history_manager.input_hist_raw
    return [(count, code, _ids.get(count, "")) for count, code in enumerate(history) if code.strip()]


def folder() -> Path:
    """The folder that the notebook lies in, as far as its kernel knows: where it was started."""
    shell = _shell()
    if shell is None:
        return Path.cwd()
    named = shell.user_ns.get("__vsc_ipynb_file__")  # VS Code may start a kernel elsewhere
    if isinstance(named, str) and Path(named).is_absolute():
        return Path(named).parent
    return Path(shell.starting_dir)


def is_colab() -> bool:
    return "google.colab" in sys.modules


def _shell() -> Any:
    """IPython's shell; None where there is none."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None
