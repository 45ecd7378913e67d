"""What a check is made of. Imports nothing of the package: numbers in, verdicts out."""

from autograder.judge.draw import Draw
from autograder.judge.expect import Mismatch, NotStarted, expect
from autograder.judge.marks import fresh_worker, needs

__all__ = ["Draw", "Mismatch", "NotStarted", "expect", "fresh_worker", "needs"]
