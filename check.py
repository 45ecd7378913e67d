"""`python check.py a7_sequence_modeling` checks your work; the first time, it sets up all that is needed.

It takes what `autograder check` takes. In an assignment's folder, `python ../../check.py` is enough.
`python check.py submit a7_sequence_modeling` makes the file to upload, `check.py pictures` draws what
your models do.
"""

import sys

if sys.version_info < (3, 6):
    sys.exit("Python 3.10 or later is needed. Is there a python3? Then: python3 check.py")

import difflib
import re
import subprocess
from pathlib import Path

from autograder import bootstrap

TEMPLATES = bootstrap.ROOT / "templates"


def main() -> int:
    """Set up .venv where there is none, then check, submit or draw. The exit code is that of the command."""
    words = sys.argv[1:]
    command = words.pop(0) if words[:1] in (["submit"], ["pictures"]) else "check"
    if not words or words[0].startswith("-"):
        words = [assignment_here(), *words]
    refuse_unknown(words[0])
    bootstrap.main()
    return subprocess.call([str(bootstrap.INSIDE), "-m", "autograder", command, *words])


def refuse_unknown(name: str) -> None:
    """End with a sentence where no assignment has this name: before anything is set up for it."""
    names = sorted(folder.name for folder in TEMPLATES.iterdir() if folder.is_dir())
    config = (bootstrap.ROOT / "grading_config.yaml").read_text(encoding="utf-8")
    if name in names or re.search(rf"^  {re.escape(name)}:", config, re.MULTILINE):
        return
    typed = Path(name).name.lower()  # templates/NAME, too
    near = [each for each in names if each.startswith(typed)] if typed else []
    near = near if len(near) == 1 else difflib.get_close_matches(typed, names, n=1)
    meant = f" (did you mean {near[0]!r}?)" if near else ""
    bootstrap.stop(f"No assignment is called {name!r}{meant}. The assignments are: {', '.join(names)}.")


def assignment_here() -> str:
    """The assignment whose folder this is run in, or the only one that there is."""
    names = sorted(folder.name for folder in TEMPLATES.iterdir() if folder.is_dir())
    here = Path.cwd().resolve()
    for name in names:
        if TEMPLATES / name in (here, *here.parents):
            return name
    if len(names) != 1:
        bootstrap.stop(f"Which assignment? Name one: python check.py {' | '.join(names)}")
    return names[0]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        bootstrap.stop(f"Setting up .venv failed: {error}.")
