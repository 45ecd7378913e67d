"""What Gradescope runs, in place of Otter's own file of this name.

Zero first, then the verdict, then Otter: results.json is valid at every moment, and it never depends on
Otter, a kernel or a notebook. This process imports the standard library alone; grading and Otter each get a
process of their own and a deadline. The folders around it are Otter's: source (with this file), submission,
results.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

SOURCE = Path(__file__).resolve().parent
sys.path.insert(0, str(SOURCE / "files"))

from rnn_grader import supervise  # type: ignore[import-not-found]  # noqa: E402

PRIVATE = (".", "source", "submission", "results")  # what the student's code must not read


def main(autograder: Path = SOURCE.parent) -> None:
    """Grade <autograder>/submission into <autograder>/results/results.json."""
    began = time.monotonic()
    for name in PRIVATE:
        (autograder / name).mkdir(exist_ok=True)
    results = autograder / "results" / "results.json"
    supervise.write(supervise.unfinished(), results)
    closed = [name for name in PRIVATE if _close(autograder / name)]
    if "source" in closed:
        verdict = supervise.grade(autograder / "submission", require=("user", "seccomp"))
    else:
        verdict = supervise.unfinished("The grader could not lock its own files away: tell the course staff.")
    supervise.write(verdict, results)
    seconds_left = supervise.TOTAL_SECONDS - (time.monotonic() - began)
    print("Otter", supervise.report_through_otter(SOURCE, autograder, verdict, seconds_left))
    if supervise.read(results) != verdict:
        supervise.write(verdict, results)


def _close(folder: Path) -> bool:
    """Make a folder private to this user. True if it now is."""
    try:
        folder.chmod(0o700)
    except OSError as error:
        print(f"could not make {folder} private: {error}", file=sys.stderr)
    return not folder.stat().st_mode & 0o077


if __name__ == "__main__":
    os.umask(0o077)
    try:
        main()
    except OSError as error:
        sys.exit(f"The results could not be written ({error}): what was in results.json is still there.")
