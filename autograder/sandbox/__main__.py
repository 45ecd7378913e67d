"""Start of a sandboxed interpreter: `python -I -B …/autograder/sandbox ROLE ARGUMENT…`.

Runs this folder's modules under their own names but without the rest of the package, so that the checks, the
references and whatever lies beside the package are neither imported nor on `sys.path` in a process that will
run a student's code.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType


def _stand_alone() -> None:
    here = Path(__file__).resolve().parent
    # `python FOLDER` puts the folder in front; a .pth file of an editable install may name the project
    # itself.
    sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() not in (here, here.parent.parent)]
    for name, folders in (("autograder", []), ("autograder.sandbox", [str(here)])):
        package = ModuleType(name)
        package.__path__ = folders
        sys.modules[name] = package


if __name__ == "__main__":
    _stand_alone()
    role, *arguments = sys.argv[1:]
    sys.argv[1:] = []
    if role == "zygote":
        from autograder.sandbox.inside.zygote import main
    else:
        from autograder.sandbox.inside.worker import main
    main(arguments)
