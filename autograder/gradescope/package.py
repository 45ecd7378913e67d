"""The Gradescope autograder of one assignment: made by `otter generate`, finished here.

    run_autograder setup.sh environment.yml    Otter's, mended
    otter_config.json tests/not_graded.py      Otter's: names the plugin; its one test, worth nothing
    run_otter.py                               ours: grades first, then lets Otter report
    files/rnn_grader/                          ours: plugin, supervisor, grading process
    files/rnn_grader/project/                  autograder/, grading_config.yaml, tests/ and the secret

Ours is below files/ because that, and tests/, is what Otter carries into its containers.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from pathlib import Path

import autograder
from autograder import packing, records
from autograder.course.config import Config, load
from autograder.gradescope import environment, runtime
from autograder.grading import seeds
from autograder.grading.collect import checks_version, collect
from autograder.reports.gradescope import zero_result

PACKAGE = "rnn_grader"
OTTERS = ("run_autograder", "setup.sh", "environment.yml", "otter_config.json", "tests/not_graded.py")
HERE = Path(__file__).resolve().parent / "payload"


def build(root: Path, assignment: str, out: Path | None = None, file: Path | None = None) -> Path:
    """Write the autograder zip of `assignment` and return its path.

    `root` holds grading_config.yaml, tests/ and the secret of the seeds; `file` is a second configuration.
    `out` defaults to <root>/build/<assignment>-autograder.zip. Raises ConfigError, GraderFault or
    Unwritten in one sentence.
    """
    out = (out or root / "build" / f"{assignment}-autograder.zip").absolute()
    with tempfile.TemporaryDirectory(prefix="autograder-zip-") as scratch:
        stage = Path(scratch)
        _lay_package(load(root, file), assignment, stage / "files" / PACKAGE)
        laid = [file.relative_to(stage).as_posix() for file in stage.rglob("*") if file.is_file()]
        with zipfile.ZipFile(_generate(stage)) as made:
            entries = _listed([*OTTERS, *laid], made)
    for name in environment.MENDS:
        entries[name] = environment.mend(name, entries[name].decode()).encode()
    entries["run_autograder"] = environment.run_autograder(PACKAGE).encode()
    entries["run_otter.py"] = (HERE / "run_otter.py").read_bytes()
    records.write_bytes(out, packing.zipped(entries, executable=("run_autograder", "setup.sh")))
    return out


def _lay_package(config: Config, assignment: str, package: Path) -> None:
    """Plugin, supervisor, grading process, the project they grade with, and what this zip is.

    Checks and configuration that disagree are found now, not by the first student.
    """
    collect(config, config.assignment(assignment), "all")
    project = package / "project"
    project.mkdir(parents=True)
    secret = seeds.secret(config.root)
    runtime.lay(config, assignment, project, scripts=[HERE / "grade_submission.py"], secret=secret)
    for name in ("__init__", "grade_submission", "otter_report", "plugin", "supervise"):
        shutil.copyfile(HERE / f"{name}.py", package / f"{name}.py")
    _write_json(package / "unfinished.json", zero_result())
    _write_json(package / "versions.json", versions(load(project), assignment))


def versions(config: Config, assignment: str) -> dict[str, str]:
    """The version of the grader, that of the checks with their configuration, and when this was made."""
    return {
        "assignment": assignment,
        "grader": autograder.__version__,
        "checks": checks_version(config, config.assignment(assignment), "all"),
        "made": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    }


def _generate(stage: Path) -> Path:
    """Run `otter generate` on the stage and return the zip it made."""
    (stage / "tests").mkdir()
    shutil.copy(HERE / "not_graded.py", stage / "tests")
    settings = {"plugins": [{f"files.{PACKAGE}.plugin.Verdict": {}}], "logo": False}
    _write_json(stage / "otter_config.json", {**settings, "miniconda_path": environment.PREFIX})
    pins = "".join(f"{line}\n" for line in environment.requirements())
    (stage / "requirements.txt").write_text(pins, encoding="utf-8")
    made = stage / "made.zip"
    options = {
        "tests-dir": stage / "tests",
        "config": stage / "otter_config.json",
        "requirements": stage / "requirements.txt",
        "python-version": f"{sys.version_info.major}.{sys.version_info.minor}",
        "output-path": made,
    }
    command = [sys.executable, "-m", "otter", "generate", "--no-environment"]
    command += [f"--{option}={value}" for option, value in options.items()]
    ran = subprocess.run(
        [*command, PACKAGE],
        cwd=stage / "files",
        env=environment.of_otter(PYTHONPATH=str(stage)),  # it imports files.<package>.plugin
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if ran.returncode or not made.exists():
        last = (ran.stderr.strip() or ran.stdout.strip() or "no message").splitlines()[-1]
        raise environment.CannotBuild(f"`otter generate` failed: {last}")
    return made


def _listed(names: Iterable[str], made: zipfile.ZipFile) -> dict[str, bytes]:
    """The entries of these names: Otter also packs what its own run has left (bytecode, a log)."""
    missing = sorted(set(names) - set(made.namelist()))
    if missing:
        raise environment.CannotBuild(f"`otter generate` left {', '.join(missing)} out of its zip.")
    return {name: made.read(name) for name in names}


def _write_json(path: Path, record: Mapping[str, object]) -> None:
    path.write_text(json.dumps(record, indent=1), encoding="utf-8")
