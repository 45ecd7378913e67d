"""A verdict repeats itself: the seed that a grading logged gives the same outcomes and messages elsewhere."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.audit import corpus

ROOT = Path(__file__).parents[3]
A7 = "a7_sequence_modeling"
REPLAYED = ("A7-LOOP-01", "A7-LSTM-05")  # values, and the layout search on fresh numbers


def grade(folder, record, hash_seed, *options):
    command = [sys.executable, "-m", "autograder", "grade", A7, str(folder), "--json", str(record), *options]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "AUTOGRADER_SECRET": f"secret {hash_seed}"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return json.loads(record.read_text(encoding="utf-8"))


def verdicts(record):
    return [{key: value for key, value in check.items() if key != "seconds"} for check in record["checks"]]


@pytest.mark.parametrize("name", REPLAYED)
def test_a_logged_seed_repeats_the_verdict_in_another_process(name, tmp_path):
    (mistake,) = [each for each in corpus.mistakes(ROOT, A7) if each.id == name]
    folder = corpus.materialise(mistake.files, tmp_path / "submission")
    first = grade(folder, tmp_path / "first.json", "1")
    again = grade(folder, tmp_path / "again.json", "2", "--seed", str(first["seed"]))
    assert first["score"] < first["max_score"]
    assert again["seed"] == first["seed"]
    assert verdicts(again) == verdicts(first)
