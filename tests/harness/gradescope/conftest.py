"""The small course on disk, its autograder zip, and a simulated Gradescope to run it in."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from autograder.gradescope import package
from autograder.gradescope.environment import PREFIX
from autograder.gradescope.package import build
from tests.harness.files import lay
from tests.harness.gradescope.course import CONFIG, HIDDEN, RIGHT, VISIBLE, Submission


class Generated(NamedTuple):
    """A zip of ours, and the one of Otter's in it."""

    ours: Path
    otters: Path


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with two assignments, solutions, mistakes and attacks."""
    root = tmp_path_factory.mktemp("course")
    return lay(
        root,
        {
            "grading_config.yaml": CONFIG,
            "tests/visible/doubling/test_doubles.py": VISIBLE,
            "tests/hidden/doubling/test_doubles.py": HIDDEN,
            "tests/hidden/doubling/__pycache__/left.pyc": "left over",
            "tests/visible/elsewhere/test_sums.py": '"""ONLY-ELSEWHERE"""\n',
            "tests/mistakes/doubling/squares.patch": "A-KNOWN-MISTAKE",
            "tests/alternatives/doubling/other.py": "ANOTHER-SOLUTION",
            "tests/attacks/evil.py": "AN-ATTACK",
            "solutions/doubling/doubles.py": f"# BEGIN SOLUTION\n{RIGHT}# END SOLUTION\n",
            "templates/doubling/doubles.py": "def double(x):\n    raise NotImplementedError\n",
            ".autograder/secret": "a-secret-of-the-small-course\n",
        },
    )


@pytest.fixture(scope="session")
def generated(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Generated:
    """The zip of the small course's assignment, and the one of Otter's that it was made from."""
    folder, generate = tmp_path_factory.mktemp("dist"), package._generate

    def kept(stage: Path) -> Path:
        return Path(shutil.copy(generate(stage), folder / "otters.zip"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(package, "_generate", kept)
        return Generated(build(course, "doubling", folder / "doubling.zip"), folder / "otters.zip")


@pytest.fixture(scope="session")
def packed(generated: Generated) -> Path:
    """The zip of the small course's assignment."""
    return generated.ours


@pytest.fixture
def otter_has_run(generated: Generated, monkeypatch: pytest.MonkeyPatch) -> None:
    """A zip gets the files of Otter's that it made for the small course: it makes the same for another.

    To run it takes longer than all the rest.
    """

    def generate(stage: Path) -> Path:
        made = stage / "made.zip"
        with zipfile.ZipFile(generated.otters) as otters, zipfile.ZipFile(made, "w") as archive:
            for name in package.OTTERS:
                archive.writestr(name, otters.read(name))
            for path in sorted((stage / "files").rglob("*")):
                archive.write(path, path.relative_to(stage))
        return made

    monkeypatch.setattr(package, "_generate", generate)


PYTHON = f"{PREFIX}/envs/otter-env/bin/python"  # what run_autograder starts in a real container

Grade = Callable[..., dict[str, Any]]


@pytest.fixture
def on_gradescope(packed: Path, tmp_path: Path) -> Grade:
    """Grade files in a simulated /autograder tree by the zip's run_autograder and return results.json.

    `prefix` goes before the command (a container simulator), `change` may edit the tree before it runs.
    """

    def grade(
        files: Submission,
        *,
        prefix: tuple[str, ...] = (),
        change: Callable[[Path], object] = lambda tree: None,
        metadata: str | None = '{"users": []}',
        python: str = sys.executable,
    ) -> dict[str, Any]:
        tree = tmp_path / "autograder"
        for name in ("source", "submission", "results"):
            (tree / name).mkdir(parents=True)
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(tree / "source")
        lay(tree / "submission", files)
        if metadata is not None:
            (tree / "submission_metadata.json").write_text(metadata)
        change(tree)
        script = (tree / "source" / "run_autograder").read_text()
        script = script.replace("/autograder/", f"{tree}/").replace(PYTHON, python)
        command = [*prefix, "bash", "-c", script]
        ran = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=600, check=False)
        (tmp_path / "log.txt").write_text(ran.stdout + ran.stderr)
        found: dict[str, Any] = json.loads((tree / "results" / "results.json").read_text())
        return found

    return grade


SMALLEST_MB = 768  # what Gradescope's smallest container has


@pytest.fixture
def smallest() -> Iterator[tuple[str, ...]]:
    """What goes before a command to run it in the memory of the smallest container, by a control group."""
    try:
        group, limit = _control_group()
        group.mkdir()
    except OSError as error:
        pytest.skip(f"no control group can be made here ({error})")
    try:
        (group / limit).write_text(str(SMALLEST_MB << 20))
    except OSError as error:
        pytest.skip(f"no control group can be bounded here ({error})")
    else:
        yield ("bash", "-c", f'echo $$ > "{group}/cgroup.procs" && exec "$@"', "-")
    finally:
        with contextlib.suppress(OSError):
            for _ in range(100):  # what has just ended is still counted for a moment
                if not (group / "cgroup.procs").read_text():
                    break
                time.sleep(0.05)
            group.rmdir()


def _control_group() -> tuple[Path, str]:
    """A new group's path below that of this process, and the name of the file that bounds its memory."""
    top = Path("/sys/fs/cgroup")
    name = f"autograder-test-{os.getpid()}"
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        number, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            return top / "memory" / path.strip("/") / name, "memory.limit_in_bytes"
        if number == "0" and (top / "cgroup.controllers").exists():
            return top / path.strip("/") / name, "memory.max"
    raise FileNotFoundError("memory is not counted")
