"""run_otter.py in a simulated /autograder tree: right rows, whatever breaks and whatever was submitted."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.course import config
from autograder.handin.packing import pack
from tests.harness.gradescope import dockersim
from tests.harness.gradescope.conftest import Grade
from tests.harness.gradescope.course import RIGHT, WRONG, Submission, needs_root, notebook, points
from tests.harness.sampling import one_in, thorough

pytestmark = needs_root
FULL = [(1, 1, "visible"), (2, 2, "after_published")]
HALF = [(1, 1, "visible"), (0, 2, "after_published")]


def log(tmp_path: Path) -> str:
    return (tmp_path / "log.txt").read_text()


def test_a_right_submission_gets_every_point_and_otter_agrees(on_gradescope: Grade, tmp_path: Path) -> None:
    results = on_gradescope({"doubles.py": RIGHT, "helpers.py": "", "assignment.ipynb": notebook("1 + 1")})
    assert points(results) == FULL, log(tmp_path)
    assert results["score"] == 3
    assert results["stdout_visibility"] == "hidden"
    versions = json.loads((tmp_path / "autograder/source/files/rnn_grader/versions.json").read_text())
    assert results["extra_data"]["checks_version"] == versions["checks"]
    assert {"user", "seccomp"} <= results["extra_data"]["layers"].keys()
    assert "Otter reports the same verdict" in log(tmp_path)
    load = "import dill, sys; found = dill.load(open(sys.argv[1], 'rb')); print(found.total, found.possible)"
    pickled = str(tmp_path / "autograder" / "results" / "results.pkl")
    ran = subprocess.run(
        [sys.executable, "-I", "-c", load, pickled], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["3.0", "3.0"]
    for folder in (".", "source", "submission", "results"):
        assert (tmp_path / "autograder" / folder).stat().st_mode & 0o777 == 0o700


def break_otter(tree: Path) -> None:
    """For all that is not about Otter, too: its part takes as long as the rest, and decides on no verdict."""
    (tree / "source" / "files" / "rnn_grader" / "otter_report.py").write_text("import no_such_otter\n")


def test_the_file_that_submit_makes_gets_every_point(
    on_gradescope: Grade, course: Path, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    (work / "src").mkdir(parents=True)
    (work / "src" / "mine.py").write_text(RIGHT)
    (work / "doubles.py").write_text("from src.mine import double\n")
    (work / "weights.pt").write_bytes(b"0" * 100)
    [content] = pack(work, config.load(course).assignment("doubling"), "").files.values()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:  # as Gradescope unpacks an upload
        files = {name: archive.read(name) for name in archive.namelist()}
    assert [*files] == ["doubles.py", "src/mine.py"]
    assert points(on_gradescope(files, change=break_otter)) == FULL, log(tmp_path)


def break_plugin(tree: Path) -> None:
    (tree / "source" / "files" / "rnn_grader" / "plugin.py").write_text("raise RuntimeError\n")


def test_a_wrong_submission_is_told_what_is_wrong_whatever_ails_otter(on_gradescope: Grade) -> None:
    results = on_gradescope({"assignment.ipynb": notebook(WRONG)}, change=break_plugin)
    assert points(results) == HALF
    assert "is not x" in results["tests"][1]["output"]


def contradict(tree: Path) -> None:
    """An Otter that overwrites the results with another score."""
    path = str(tree / "results" / "results.json")
    (tree / "source" / "files" / "rnn_grader" / "otter_report.py").write_text(
        f"open({path!r}, 'w').write('{{\"score\": 99}}')\n"
    )


def test_an_otter_that_says_something_else_changes_no_verdict(on_gradescope: Grade) -> None:
    assert points(on_gradescope({"doubles.py": WRONG}, change=contradict)) == HALF


@thorough
@pytest.mark.parametrize("metadata", ["", "{" * 5000])
def test_the_metadata_may_be_anything(on_gradescope: Grade, metadata: str, tmp_path: Path) -> None:
    assert points(on_gradescope({"doubles.py": RIGHT}, metadata=metadata)) == FULL
    assert "reports the same verdict" in log(tmp_path)


def kill_grader(tree: Path) -> None:
    break_otter(tree)
    (tree / "source" / "files" / "rnn_grader" / "grade_submission.py").write_text(
        "import os; os.kill(os.getpid(), 9)"
    )


def write_nonsense(tree: Path) -> None:
    break_otter(tree)
    (tree / "source" / "files" / "rnn_grader" / "grade_submission.py").write_text(
        "import sys; open(sys.argv[2], 'w').write('[1, 2')"
    )


@pytest.mark.parametrize("change", [kill_grader, write_nonsense])
def test_a_grader_that_dies_leaves_a_valid_zero(on_gradescope: Grade, change) -> None:  # type: ignore[no-untyped-def]
    results = on_gradescope({"doubles.py": RIGHT}, change=change)
    assert results["score"] == 0
    assert "did not finish" in results["output"]


def test_without_its_environment_there_is_a_valid_zero(on_gradescope: Grade) -> None:
    results = on_gradescope({"doubles.py": RIGHT}, python="/no/such/python")
    assert results["score"] == 0
    assert "did not finish" in results["output"]


def test_memory_is_that_of_any_machine_and_time_within_the_deadline(packed: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path)
    code = f"""
import sys; sys.path.insert(0, {str(tmp_path / "files" / "rnn_grader")!r})
import grade_submission as grader
(assignment,) = grader.load(grader.PROJECT).assignments.values()
generous = assignment.limits.model_copy(update={{"memory_mb": 512, "total_seconds": 9999.0}})
assignment = assignment.model_copy(update={{"limits": generous}})
limits = grader.fitted(assignment).limits
print(limits.memory_mb, limits.total_seconds < grader.supervise.GRADING_SECONDS)
for container in (float("inf"), 768, 750, 640):
    print(grader.too_small_for(assignment, container) or "fits")
"""
    ran = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    first, *said = ran.stdout.splitlines()
    assert first == "512 True"
    assert said[:3] == ["fits"] * 3
    assert "has 640 MB of memory, and 712 are needed" in said[3]


def test_no_time_goes_into_examples_that_nobody_is_shown(packed: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path)
    package = tmp_path / "files" / "rnn_grader"
    example = {"title": "", "given": [], "steps": [], "ask": {"call": "double", "args": [1]}}
    record = {"checks": {"*": ["twice"]}, "after": {}, "ideas": {"twice": [example]}}
    (package / "project/tests/visible/doubling/worked.json").write_text(json.dumps(record))
    code = f"""
import sys; sys.path.insert(0, {str(package)!r})
import grade_submission as grader
config = grader.load(grader.PROJECT)
(assignment,) = config.assignments.values()
collected, used = grader.collect(config, assignment, "all"), grader.checks_of(config, assignment)
print([*collected.examples.ideas], [*used.examples.ideas], len(used.planned) == len(collected.planned) > 0)
"""
    ran = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "['twice'] [] True\n"


def test_a_file_that_is_no_notebook_still_gives_results(on_gradescope: Grade) -> None:
    files: Submission = {"assignment.ipynb": "this is no JSON", "doubles.py": RIGHT}
    results = on_gradescope(files, change=break_otter)
    assert results["tests"] or results["output"]
    assert "Traceback" not in json.dumps(results)


SHOUT = "import pathlib; pathlib.Path({mark!r}).write_text('ran')\n"


def test_hostile_files_run_nowhere_and_change_nothing(on_gradescope: Grade, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    shout = SHOUT.format(mark=str(mark))
    pickled = b"cpathlib\nPath\n(S'" + str(mark).encode() + b"'\ntR(dp0\n."
    names = [
        "otter",
        "nbformat",
        "numpy",
        "json",
        "ipykernel_launcher",
        "supervise",
        "autograder",
        "sitecustomize",
    ]
    files: Submission = {f"{name}.py": shout for name in names}
    files |= {
        "conftest.py": shout,
        "setup.py": shout,
        ".OTTER_LOG": pickled,
        "otter_config.json": '{"plugins": []}',
    }
    files |= {
        "tests/test_doubles.py": shout,
        "tests/not_graded.py": shout,
        "files/rnn_grader/plugin.py": shout,
    }
    files |= {
        "rnn_grader/plugin.py": shout,
        "results.json": '{"score": 99}',
        "doubles.py": WRONG + LOOK_AROUND,
    }

    def link(tree: Path) -> None:
        (tree / "submission" / "secret.py").symlink_to(
            tree / "source/files/rnn_grader/project/.autograder/secret"
        )
        (tree / "submission" / "answers.md").symlink_to("/etc/shadow")
        (tree / "submission" / "all").symlink_to("/")

    results = on_gradescope(files, change=link)
    assert points(results) == HALF, log(tmp_path)
    assert not mark.exists()
    assert "a-secret-of-the-small-course" not in json.dumps(results) + log(tmp_path)


LOOK_AROUND = """
import os
for target in ("results/results.json", "source/run_otter.py"):
    for folder in ("..", "/autograder", os.getcwd()):
        try:
            with open(os.path.join(folder, target), "w") as file:
                file.write('{"score": 99}')
        except OSError:
            pass
"""


@pytest.mark.skipif(dockersim.missing() is not None, reason=f"container simulator {dockersim.missing()}")
def test_it_grades_inside_a_container_without_metadata(on_gradescope: Grade, tmp_path: Path) -> None:
    prefix = (sys.executable, dockersim.__file__ or "")
    results = on_gradescope({"doubles.py": RIGHT}, prefix=prefix, metadata=None)
    assert points(results) == FULL, log(tmp_path)
    assert "reports the same verdict" in log(tmp_path)


FIND = """
import os, struct, sys

def number():
    frame = sys._getframe()
    while frame is not None:
        for found in frame.f_locals.values():
            if isinstance(found, dict) and type(found.get("number")) is int:
                return found["number"]
        frame = frame.f_back

def send(text, blob=b""):
    data = struct.pack("<II", len(text), len(blob)) + text + blob
    while data:
        data = data[os.write(3, data[: 1 << 16]) :]
"""
NESTED = f"""{FIND}
send(b'{{"number":%d,"value":[' % number() + b"[[[]]]," * 2_300_000 + b"[]]}}")

def double(x):
    return x
"""
RAGGED = """
def double(x):
    return [[1.0, 2.0], [x], [[x, None]] * 50_000, 10**400, float("nan")]
"""
MANY_ENTRIES = """
import torch

def double(x):
    return torch.ones(31, 1_000_000, dtype=torch.bool), torch.empty(0, 10**13)
"""
GREEDY = """
import torch

def double(x):
    kept = [torch.ones(1 << 20) for _ in range(2000)]
    return x
"""


@pytest.mark.parametrize(
    "source",
    one_in(4, [NESTED, RAGGED, MANY_ENTRIES, GREEDY]),
    ids=["a bomb of JSON", "ragged lists", "long axes", "memory of its own"],
)
def test_what_an_answer_causes_is_the_students_failure_also_in_the_smallest_container(
    on_gradescope: Grade, smallest: tuple[str, ...], tmp_path: Path, source: str
) -> None:
    results = on_gradescope({"doubles.py": source}, prefix=smallest, change=break_otter)
    assert points(results) == [(0, 1, "visible"), (0, 2, "after_published")], log(tmp_path)
    assert [row["status"] for row in results["tests"]] == ["failed", "failed"]
    assert "pending" not in results["output"]


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv of util-linux")
def test_it_refuses_to_run_student_code_unprotected(on_gradescope: Grade, tmp_path: Path) -> None:
    """Without the right to change users, student code would run as the grader."""
    marked = RIGHT + "print('STUDENT-CODE-RAN')\n"
    prefix = ("setpriv", "--bounding-set=-setuid,-setgid")
    results = on_gradescope({"doubles.py": marked}, prefix=prefix, change=break_otter)
    assert "no user" in json.dumps(results), log(tmp_path)
    assert "STUDENT-CODE-RAN" not in log(tmp_path)
