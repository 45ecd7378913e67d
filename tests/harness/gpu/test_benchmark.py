"""benchmarks/gpu.py on the CPU, in an environment that holds only the few packages which it may need."""

from __future__ import annotations

import subprocess
import venv
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from autograder.course import config
from tests.harness.sampling import thorough

ROOT = Path(__file__).parents[3]
NEEDED = ["torch", "numpy", "pytest", "safetensors", "pydantic"]
NEEDED += ["pyyaml", "rich", "typer", "nbformat", "markdown-it-py"]
ASKED = ["--device", "cpu", "--alternatives", "0", "--mistakes", "0", "--assignment", "lab7_vanilla_rnn"]

COLLECT = """
import sys
from pathlib import Path
sys.path.insert(0, "")
from autograder.course import config
from autograder.grading.collect import collect
settings = config.load(Path.cwd())
for name, assignment in settings.assignments.items():
    print(name, bool(collect(settings, assignment, "all").planned))
"""


def distributions(names: list[str]) -> Iterator[Distribution]:
    """The packages of these names, and those that they need."""
    known: dict[str, Distribution] = {}
    while names:
        name = names.pop()
        if name.lower() in known:
            continue
        try:
            known[name.lower()] = distribution(name)
        except PackageNotFoundError:  # of another system, or optional
            continue
        for each in map(Requirement, known[name.lower()].requires or []):
            if each.marker is None or each.marker.evaluate({"extra": ""}):
                names.append(each.name)
    yield from known.values()


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python whose packages are links to these alone, for the workers that it starts, too."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    packages = next(folder.glob("lib/python*/site-packages"))
    for each in distributions(list(NEEDED)):
        for top in {file.parts[0] for file in each.files or [] if file.parts[0] not in ("..", "__pycache__")}:
            if not (packages / top).exists():
                (packages / top).symlink_to(Path(str(each.locate_file(top))))
    return folder / "bin" / "python"


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True)


@thorough
def test_the_benchmark_grades_and_compares_verdicts_with_few_packages(python: Path):
    done = run(python, "benchmarks/gpu.py", *ASKED)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "lab7_vanilla_rnn solution\n1 submissions, 0 verdicts differ" in done.stdout


def test_the_checks_of_all_assignments_are_found_with_few_packages(python: Path):
    """Those of the other four are graded on a card only: here their files are imported."""
    done = run(python, "-c", COLLECT)
    assert done.stdout.splitlines() == [f"{name} True" for name in config.load(ROOT).assignments], done.stderr
    assert "No module named 'matplotlib'" in run(python, "-c", "import matplotlib").stderr
