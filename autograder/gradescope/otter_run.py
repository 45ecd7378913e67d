"""Grade one submission through a finished zip and the real `otter run`, on this machine.

    python -m autograder.gradescope.otter_run ZIP SUBMISSION --out DIR

Otter alone takes one notebook or one script and looks for plugins on PYTHONPATH. Here it is given a driver
notebook, an unpacked zip on PYTHONPATH, and the submission's path, so that any form of submission works.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from autograder import records
from autograder.gradescope import environment
from autograder.gradescope.payload.supervise import DRIVER, SUBMISSION, mortal, read, scratch


class OtterFailed(Exception):
    """`otter run` gave no results; the message is one sentence."""


def run_zip(zip_path: Path, submission: Path, out_dir: Path) -> dict[str, Any]:
    """Grade `submission` with the zip through `otter run`; write out_dir/results.json and return its content.

    Raises OtterFailed, or Unwritten, in one sentence. Protections that this machine lacks are done without.
    """
    if not submission.exists():
        raise OtterFailed(f"There is no {submission}.")
    with scratch("otter-run-") as stage:
        with zipfile.ZipFile(zip_path) as archive:
            archive.extractall(stage / "source")
        (stage / "out").mkdir()
        driver = stage / "driver.ipynb"
        driver.write_text(DRIVER, encoding="utf-8")
        settings = {
            "PYTHONPATH": str(stage / "source"),
            "TMPDIR": str(stage),
            SUBMISSION: str(submission.absolute()),
        }
        command = [sys.executable, "-m", "otter", "run", "--no-logo", str(driver)]
        command += ["--autograder", str(zip_path.absolute()), "--output-dir", str(stage / "out")]
        ran = subprocess.run(
            command,
            cwd=stage,
            env=environment.of_otter(**settings),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            preexec_fn=mortal(),
        )
        found = read(stage / "out" / "results.json")
    if ran.returncode or found is None:
        last = (ran.stderr.strip() or ran.stdout.strip() or "no message").splitlines()[-1]
        raise OtterFailed(f"`otter run` failed: {last}")
    records.write(out_dir / "results.json", json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    return found


def main(argv: list[str] | None = None) -> int:
    """Command line; exit code 2 with one sentence when Otter gives no results, 3 when a disk is full."""
    parser = argparse.ArgumentParser(prog="otter_run", description=__doc__.splitlines()[0])
    parser.add_argument("zip", type=Path, help="an autograder zip")
    parser.add_argument("submission", type=Path, help="a folder, notebook, script or zip")
    parser.add_argument("--out", type=Path, default=Path(), help="folder for results.json (default: here)")
    wanted = parser.parse_args(argv)
    try:
        results = run_zip(wanted.zip, wanted.submission, wanted.out)
    except OtterFailed as failure:
        print(failure, file=sys.stderr)
        return 2
    except records.Unwritten as failure:
        print(failure, file=sys.stderr)
        return 3 if failure.is_fault else 2
    possible = sum(row.get("max_score", 0) for row in results["tests"])
    print(f"{results['score']:g} of {possible:g} points; {wanted.out / 'results.json'} has every check.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
