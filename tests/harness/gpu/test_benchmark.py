"""benchmarks/gpu.py on the CPU, where only the few packages can be imported that it may need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
CODE = """
import runpy, sys

class Nothing:
    blocked = set("scipy matplotlib otter nbclient nbconvert jupytext IPython ipykernel".split())
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.blocked:
            raise ImportError(name)

sys.meta_path.insert(0, Nothing())
sys.argv = "gpu.py --device cpu --alternatives 0 --mistakes 0 --assignment lab7_vanilla_rnn".split()
runpy.run_path("benchmarks/gpu.py", run_name="__main__")
"""


def test_the_benchmark_needs_few_packages_and_compares_verdicts():
    done = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "lab7_vanilla_rnn solution\n1 submissions, 0 verdicts differ" in done.stdout
