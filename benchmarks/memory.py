"""Peak memory of grading one submission: `python benchmarks/memory.py [ASSIGNMENT [SUBMISSION]]`.

Runs `autograder grade`, then the Gradescope zip's run_otter.py in a simulated tree, and prints for each the
largest sum of proportional set sizes (PSS) of all its processes, sampled, with the parts at that moment.
Needs Linux, and root to see the PSS of workers that run as another user.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import psutil

INTERVAL = 0.05  # seconds between two samples
ROOT = Path(__file__).resolve().parent.parent


def peak_pss(command: list[str], cwd: Path, interval: float = INTERVAL) -> tuple[float, list[str], float]:
    """Run a command: peak PSS in MB of its process tree, its parts at the peak, wall time in seconds."""
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL)
    peak, parts = watch(process, interval)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return peak, parts, time.monotonic() - began


def watch(process: subprocess.Popen[bytes], interval: float) -> tuple[float, list[str]]:
    """Wait for a process to end: peak PSS in MB of it and all below it, and its parts at the peak."""
    peak, parts = 0.0, []
    while process.poll() is None:
        sizes = _sizes(psutil.Process(process.pid))
        if sum(sizes.values()) > peak:
            peak = sum(sizes.values())
            parts = [f"{name} {size:.0f}" for name, size in sorted(sizes.items())]
        time.sleep(interval)
    return peak, parts


def _sizes(root: psutil.Process) -> dict[str, float]:
    """PSS in MB of a process and of all below it, by number and what it runs."""
    sizes = {}
    try:
        for process in [root, *root.children(recursive=True)]:
            try:
                argument = next(
                    (word for word in process.cmdline()[1:] if not word.startswith("-")), process.name()
                )
                sizes[f"{process.pid} {Path(argument).name}"] = process.memory_full_info().pss / 2**20
            except psutil.Error:
                continue
    except psutil.Error:
        pass
    return sizes


def main(assignment: str = "a7_sequence_modeling", submission: str = "") -> None:
    chosen = Path(submission or ROOT / "solutions" / assignment).absolute()
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch) / "autograder"
        (tree / "results").mkdir(parents=True)
        shutil.copytree(chosen, tree / "submission")
        packed = Path(scratch) / "autograder.zip"
        build = [sys.executable, "-m", "autograder", "zip", assignment, "--out", str(packed)]
        subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(tree / "source")
        for title, command, cwd in (
            ("autograder grade", ["-m", "autograder", "grade", assignment, str(chosen)], ROOT),
            ("the Gradescope zip", ["-I", "-B", str(tree / "source" / "run_otter.py")], tree),
        ):
            peak, parts, seconds = peak_pss([sys.executable, *command], cwd)
            print(f"{title}: {peak:.0f} MB at most, {seconds:.1f} s ({', '.join(parts)})")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("assignment", nargs="?", default="a7_sequence_modeling")
    options.add_argument("submission", nargs="?", default="", help="a folder; the solution if not given")
    main(**vars(options.parse_args()))
