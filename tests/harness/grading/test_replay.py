"""A verdict repeats itself: the seed that a grading logged gives the same outcomes and messages elsewhere."""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

from autograder import grading, submission
from autograder.audit import corpus
from autograder.course import config

ROOT = Path(__file__).parents[3]
A7 = "a7_sequence_modeling"
# Values, and the layout search on fresh numbers.
REPLAYED = {"loop.py": "A7-LOOP-01", "cells.py": "A7-LSTM-05"}
ASKED = (
    "lstm_cell_follows_its_equations",
    "last_valid_state_of_each_row",
    "padding_changes_nothing",
    "gradients_reach_the_first_step",
)
SEED = 2**61 + 5
GRADE = """
import sys
from pathlib import Path
from autograder.sandbox import ZygoteWorkers
from tests.harness.grading.test_replay import verdicts
with ZygoteWorkers() as workers:
    print(verdicts(Path(sys.argv[1]), workers))
"""


def verdicts(folder, workers):
    """What is said of a submission, as JSON, without what is measured."""
    settings = config.load(ROOT)
    assignment = settings.assignments[A7]
    handed_in = submission.read(folder, assignment)
    result = grading.grade(settings, assignment, handed_in, workers=workers, seed=SEED, only=ASKED)
    measured = {"seconds": 0, "memory_mb": 0}
    return json.dumps([{**dataclasses.asdict(check), **measured} for check in result.checks], default=str)


def elsewhere(folder, hash_seed):
    """The same from a process of its own, with another seed of Python's and another secret."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "AUTOGRADER_SECRET": f"secret {hash_seed}"}
    command = [sys.executable, "-c", GRADE, str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def test_a_logged_seed_repeats_the_verdict_in_another_process(tmp_path, locked):
    known = {mistake.id: mistake for mistake in corpus.mistakes(ROOT, A7)}
    files = dict(known["A7-LOOP-01"].files)
    files |= {name: known[mistake].files[name] for name, mistake in REPLAYED.items()}
    folder = corpus.materialise(files, tmp_path / "submission")
    first = json.loads(verdicts(folder, locked))
    assert {check["unit"] for check in first if check["outcome"] == "fail"} >= {"cells", "loop"}
    assert elsewhere(folder, "2") == first
