"""Checks inside a notebook: `check("cells")` in a cell grades what is defined above it.

Called by students, in a kernel. There it imports nothing but the standard library, so that neither what a
student defines nor what the checks need can disturb the other. In this order:

kernel   what was run here so far, and in which folder
client   the helper: a process beside the kernel, started by the first check and ended with the kernel
helper   in that process: config, checks and workers, warm from then on; one answer for each question
which    which assignment the notebook is of
runs     which of the runs are the notebook: a cell that was run again counts once, with its last form
reading  these cells and the modules beside the notebook, as the same things would be handed in
checker  their verdicts
shown    the verdicts as Jupyter shows them, and as text where there is no HTML

`checks_cell` is no part of that: it is the first cell of every notebook, which finds all this.

    kernel ── JSON lines ──► helper ── as in `autograder check` ──► workers

`grader.check("cells")` is the same, for those who know Otter. `picture("states", model, …)` draws what lives
in the kernel, there (`autograder.pictures`): only this needs the libraries that models need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.notebook import kernel
from autograder.notebook.client import Notebook
from autograder.notebook.shown import Shown

if TYPE_CHECKING:
    from autograder.pictures import Picture
    from autograder.pictures.live import Missed

__all__ = ["Notebook", "Shown", "check", "grader", "picture"]

kernel.watch()
grader = Notebook()


def check(*names: str, assignment: str = "") -> Shown:
    """Check what was defined in this notebook so far: units, classes, functions or checks; else all units.

    `assignment` is needed only where neither the folder nor the definitions tell which one it is.
    """
    return grader.check(*names, assignment=assignment)


def picture(name: str, *args: object, assignment: str = "", **named: object) -> Picture | Missed:
    """A picture of models, losses or logs of this notebook; where these do not fit, it says what it takes.

    `assignment` is needed only where neither the folder nor the definitions tell which one it is.
    """
    from autograder.pictures import live  # only now: who draws has numpy, torch and matplotlib

    return live.picture(name, *args, assignment=assignment, **named)
