"""`python -m autograder`, and the script of that name."""

import multiprocessing
import os
import sys

if (_parent := multiprocessing.parent_process()) is not None and sys.platform == "linux":
    # A process that a command has spawned imports this first. It is seconds away from all that would make it
    # notice the command's end, so it asks for that here, as `lifeline` does, which takes longer to import.
    import ctypes
    import signal

    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != _parent.pid:
        os._exit(1)

from autograder.cli import main

if __name__ == "__main__":
    main()
