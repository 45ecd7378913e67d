"""Otter's plugin: fills Otter's results with the grader's verdict.

Otter would run the submission in a Jupyter kernel, next to a log server that unpickles what it receives. Here
nothing of the student's reaches Otter: its `grade_notebook` is replaced by one that fills in the verdict, so
there is no kernel and no server, and the submission is moved away before Otter would unpickle its .OTTER_LOG.
Written for Otter 7.0.0; with another version `before_grading` refuses in one sentence.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from otter.plugins import AbstractOtterPlugin
from otter.run.run_autograder.runners import python_runner
from otter.run.run_autograder.utils import OtterRuntimeError
from otter.test_files import GradingResults, TestCase
from otter.test_files.abstract_test import TestCaseResult
from otter.test_files.exception_test import ExceptionTestFile
from otter.version import __version__ as otter_version

from . import supervise

WRITTEN_FOR = "7.0.0"
OTTERS_OWN = (
    "tests",
    "__init__.py",
    Path(__file__).parent.name,
)  # what Otter itself puts beside a submission


class Verdict(AbstractOtterPlugin):  # type: ignore[misc]
    """Grades, or takes the verdict that run_otter.py left beside the stage, and hands it to Otter."""

    def before_grading(self, config: Any) -> None:
        """Have the verdict ready and let Otter execute nothing; `config` is Otter's AutograderConfig."""
        if otter_version != WRITTEN_FOR:
            raise OtterRuntimeError(f"this autograder needs otter-grader {WRITTEN_FOR}, not {otter_version}")
        config.pdf, config.token, config.grade_from_log = False, None, False
        submission = Path(self.submission_path)
        self.verdict = supervise.read(submission.parents[1] / "verdict.json") or _grade(submission)
        python_runner.grade_notebook = lambda *_args, **_kwargs: otter_results(self.verdict)
        GradingResults.to_gradescope_dict = lambda _self, _config: self.verdict

    def generate_report(self) -> str:
        """The verdict's own summary, for the log."""
        return str(self.verdict.get("output", ""))


def otter_results(verdict: supervise.Results) -> GradingResults:
    """Otter's results, one test file per row of the verdict (`otter grade` makes its table of them)."""
    files = []
    for number, row in enumerate(verdict.get("tests", []), start=1):
        score, points = row.get("score", 0), row.get("max_score", 0)
        name = f"{number} {row.get('name', '')}"
        case = TestCase(name, "", row.get("visibility") != "visible", points, None, None)
        file = ExceptionTestFile(name, "", [case], all_or_nothing=False)
        file.test_case_results = [TestCaseResult(case, row.get("output", ""), passed=score >= points)]
        file.update_score(score)
        files.append(file)
    return GradingResults(files)


def _grade(submission: Path) -> supervise.Results:
    """Grade what `otter run` was given; it is moved out of Otter's folder and an empty file left there."""
    if elsewhere := os.environ.get(supervise.SUBMISSION):
        return supervise.grade(Path(elsewhere))
    with supervise.scratch("submission-") as private:
        for item in submission.parent.iterdir():
            if item.name not in OTTERS_OWN:
                shutil.move(item, private)
        submission.write_text(supervise.DRIVER if submission.suffix == ".ipynb" else "", encoding="utf-8")
        return supervise.grade(private)
