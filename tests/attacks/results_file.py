"""Writes full marks into every results file it can think of, then ends the process."""

# form: replace
# expect: stopped

import json
import os
from pathlib import Path

PLACES = (".", "/autograder/results", "/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~"))

for place in PLACES:
    try:
        (Path(place) / "results.json").write_text(json.dumps({"score": 100}))
        print("ACHIEVED: wrote results.json in", place)
    except OSError:
        pass
os._exit(0)
