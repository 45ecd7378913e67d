"""One submission becomes a Result: collect the checks, order them, run them, give verdicts."""

from autograder.grading.run import Run, briefly, grade

__all__ = ["Run", "briefly", "grade"]
