"""A verdict repeats itself: the seed that a grading logged gives the same outcomes and messages elsewhere."""

import json
import os
import subprocess
import sys
from pathlib import Path

from autograder.audit import corpus

ROOT = Path(__file__).parents[3]
A7 = "a7_sequence_modeling"
# Values, and the layout search on fresh numbers.
REPLAYED = {"loop.py": "A7-LOOP-01", "cells.py": "A7-LSTM-05"}
GRADE = """
import dataclasses, json, sys
from pathlib import Path
from autograder import grading, submission
from autograder.course import config
from autograder.sandbox import ZygoteWorkers
settings = config.load(Path.cwd())
assignment = settings.assignments[sys.argv[1]]
with ZygoteWorkers() as workers:
    handed_in = submission.read(Path(sys.argv[2]), assignment)
    result = grading.grade(
        settings, assignment, handed_in, workers=workers, seed=int(sys.argv[3]), only=("cells", "loop")
    )
verdicts = [{**dataclasses.asdict(check), "seconds": 0} for check in result.checks]
print(json.dumps(verdicts, default=str))
"""


def grade(folder, hash_seed, seed=2**61 + 5):
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "AUTOGRADER_SECRET": f"secret {hash_seed}"}
    command = [sys.executable, "-c", GRADE, A7, str(folder), str(seed)]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def test_a_logged_seed_repeats_the_verdict_in_another_process(tmp_path):
    known = {mistake.id: mistake for mistake in corpus.mistakes(ROOT, A7)}
    files = dict(known["A7-LOOP-01"].files)
    files |= {name: known[mistake].files[name] for name, mistake in REPLAYED.items()}
    folder = corpus.materialise(files, tmp_path / "submission")
    first = grade(folder, "1")
    assert {check["unit"] for check in first if check["outcome"] == "fail"} >= {"cells", "loop"}
    assert grade(folder, "2") == first
