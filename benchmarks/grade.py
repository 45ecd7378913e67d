"""One grading without its report, for the benchmarks: `grade.py [--bare] ASSIGNMENT SUBMISSION [UNIT …]`.

With --bare the same checks call the submission in this very process: what isolation is compared with.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from autograder.sandbox import Workers, ZygoteWorkers
from autograder.sandbox.host.inprocess import InProcessWorkers


def main(arguments: list[str]) -> None:
    bare = "--bare" in arguments
    name, path, *units = [word for word in arguments if word != "--bare"]
    workers: Workers = InProcessWorkers() if bare else ZygoteWorkers()
    with workers:
        from autograder.course.config import find_root, load
        from autograder.grading.run import grade
        from autograder.submission import read

        config = load(find_root(Path(__file__).parent))
        assignment = config.assignment(name)
        submission = read(Path(path), assignment)
        result = grade(config, assignment, submission, workers=workers, seed=1, only=units)
    failed = [check.id for check in result.checks if check.outcome != "pass" and not check.is_notice]
    if failed:
        sys.exit(f"not passed: {failed}")
    os._exit(0)  # torch takes its time to leave: not to be counted against the bare run


if __name__ == "__main__":
    main(sys.argv[1:])
