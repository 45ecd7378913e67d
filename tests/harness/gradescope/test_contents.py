"""What is in an autograder zip, and what never is."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
import yaml

from autograder import records
from autograder.course.config import ConfigError, find_root
from autograder.gradescope import environment, runtime
from autograder.gradescope.environment import CannotBuild
from autograder.gradescope.package import build
from tests.harness.files import lay
from tests.harness.gradescope.course import CONFIG

VERSIONS = "files/rnn_grader/versions.json"
PROJECT = "files/rnn_grader/project/"


@pytest.fixture(scope="session")
def entries(packed: Path) -> dict[str, str]:
    with zipfile.ZipFile(packed) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def test_it_holds_what_otter_and_the_grader_need(entries: dict[str, str]) -> None:
    needed = ["run_autograder", "setup.sh", "environment.yml", "otter_config.json", "run_otter.py"]
    needed += ["tests/not_graded.py", "files/rnn_grader/plugin.py", "files/rnn_grader/unfinished.json"]
    needed += [
        PROJECT + name for name in ("grading_config.yaml", "autograder/grading/run.py", ".autograder/secret")
    ]
    needed += [f"{PROJECT}tests/{kind}/doubling/test_doubles.py" for kind in ("visible", "hidden")]
    assert set(needed) <= set(entries)


@pytest.mark.parametrize(
    "text",
    ["BEGIN SOLUTION", "A-KNOWN-MISTAKE", "ANOTHER-SOLUTION", "AN-ATTACK", "ONLY-ELSEWHERE", "total_adds"],
)
def test_no_solution_mistake_attack_or_other_assignment_is_in_it(entries: dict[str, str], text: str) -> None:
    assert not [name for name, content in entries.items() if text in content]


def test_no_room_that_grading_does_not_use_is_in_it(entries: dict[str, str]) -> None:
    assert not [
        name for name in entries if re.search(r"autograder/(cli|release|classroom|corpora|demo)", name)
    ]
    assert not [name for name in entries if name.endswith(".pyc")]


LEFT_OVERS = {  # what editors, tools and people leave where a zip takes its files from
    "tests/visible/doubling/.test_doubles.py.swp": "a swap file",
    "tests/visible/doubling/test_doubles.py~": "a backup",
    "tests/visible/doubling/notes.txt": "by hand",
    "tests/visible/doubling/old.json": "{}",
    "tests/hidden/doubling/unused.py": "a helper that nothing imports",
    "tests/hidden/doubling/__pycache__/test_doubles.cpython-311.pyc": "bytecode",
    "tests/hidden/doubling/.ipynb_checkpoints/test_doubles.py": "a copy",
}


@pytest.mark.usefixtures("otter_has_run")
def test_nothing_that_merely_lies_there_is_packed(
    course: Path, entries: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    root = tmp_path / "course"
    shutil.copytree(course, root)
    lay(root, dict(LEFT_OVERS))
    with zipfile.ZipFile(build(root, "doubling", tmp_path / "littered.zip")) as littered:
        assert set(littered.namelist()) == set(entries)


@pytest.mark.usefixtures("otter_has_run")
def test_what_a_packed_module_imports_or_names_is_packed(course: Path, tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(course, root)
    check = root / "tests" / "visible" / "doubling" / "test_doubles.py"
    check.write_text(f"from tests.visible.doubling.support import halves\n{check.read_text()}")
    support = {"halves.py": "from . import quarters\n", "quarters.py": 'TABLE = "table.json"\n'}
    support |= {"table.json": "{}", "other.json": "{}"}
    lay(root, {f"tests/visible/doubling/support/{name}": text for name, text in support.items()})
    with zipfile.ZipFile(build(root, "doubling", tmp_path / "support.zip")) as made:
        packed = {Path(name).name for name in made.namelist() if "/support/" in name}
    assert packed == support.keys() - {"other.json"}


def test_the_configuration_keeps_one_assignment_with_its_comments() -> None:
    kept = runtime.only(CONFIG, "doubling")
    whole, one = yaml.safe_load(CONFIG), yaml.safe_load(kept)
    assert one == {**whole, "assignments": {"doubling": whole["assignments"]["doubling"]}}
    assert "# the one that is packed" in kept
    assert yaml.safe_load(runtime.only(CONFIG, "elsewhere"))["assignments"].keys() == {"elsewhere"}
    assert runtime.only(CONFIG.rstrip("\n"), "doubling") == kept.rstrip("\n")


def test_it_says_which_versions_it_was_made_of(entries: dict[str, str]) -> None:
    versions = json.loads(entries[VERSIONS])
    assert versions["assignment"] == "doubling"
    assert all(versions[key] for key in ("grader", "checks", "made"))


def test_results_without_a_verdict_list_every_check_with_no_points(entries: dict[str, str]) -> None:
    unfinished = json.loads(entries["files/rnn_grader/unfinished.json"])
    assert unfinished["score"] == 0
    assert unfinished["output"]


@pytest.mark.usefixtures("otter_has_run")
def test_a_second_configuration_is_packed_as_one_with_the_first(course: Path, tmp_path: Path) -> None:
    second = course / "section_b.yaml"
    changed = "units: {doubles: {checks: {double_adds_x_to_itself: {points: 7}}}}"
    second.write_text(f"extends: grading_config.yaml\nassignments: {{doubling: {{{changed}}}}}\n")
    try:
        made = build(course, "doubling", tmp_path / "b.zip", second)
    finally:
        second.unlink()
    with zipfile.ZipFile(made) as archive:
        packed = yaml.safe_load(archive.read(f"{PROJECT}grading_config.yaml"))["assignments"]
    checks = packed["doubling"]["units"]["doubles"]["checks"]
    assert checks["double_adds_x_to_itself"] == {"points": 7, "visibility": "hidden"}
    assert packed.keys() == {"doubling"}


def test_it_is_the_same_zip_wherever_the_course_lies_and_whatever_python_is_told(
    course: Path, packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shutil.copytree(course, tmp_path / ".hidden" / "my course [2026]")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.setenv("PYTHONHASHSEED", "1")
    assert _changed(packed, build(root, "doubling", tmp_path / "again.zip")) <= {VERSIONS}


def _changed(one: Path, other: Path) -> set[str]:
    """The names of the entries in which two zips differ."""
    with zipfile.ZipFile(one) as first, zipfile.ZipFile(other) as second:
        assert first.namelist() == second.namelist() == sorted(first.namelist())
        return {
            entry.filename
            for entry, beside in zip(first.infolist(), second.infolist(), strict=True)
            if (entry.CRC, entry.date_time, entry.external_attr)
            != (beside.CRC, beside.date_time, beside.external_attr)
        }


def test_the_environment_is_outside_root_and_pinned(entries: dict[str, str]) -> None:
    assert "/root" not in entries["setup.sh"] + entries["run_autograder"]
    for unneeded in ("playwright install", "nb_conda_kernels", "texlive", "shell init", "jupyter_server"):
        assert unneeded not in entries["setup.sh"] + entries["environment.yml"]
    wanted = yaml.safe_load(entries["environment.yml"])["dependencies"]
    pip = next(item["pip"] for item in wanted if isinstance(item, dict))
    assert f"otter-grader[grading]=={environment.OTTER}" in pip
    assert "--extra-index-url https://download.pytorch.org/whl/cpu" in pip
    assert any(re.fullmatch(r"torch==[\d.]+\+cpu", line) for line in pip)
    assert all("==" in line or line.startswith("--") for line in pip)


def test_a_stranger_among_otters_files_is_refused() -> None:
    with pytest.raises(environment.CannotBuild, match=r"setup\.sh is not as expected"):
        environment.mend("setup.sh", "apt-get install -y wget jq\n")


def test_a_missing_otter_is_said_in_a_sentence(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:
        raise environment.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(environment.metadata, "version", version)
    with pytest.raises(
        CannotBuild, match="otter-grader is not installed here: run `make setup` and try again"
    ):
        build(course, "doubling", tmp_path / "none.zip")


def test_a_failing_otter_is_said_in_a_sentence(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "otter").mkdir()
    (tmp_path / "otter" / "__main__.py").write_text("raise SystemExit('no disk left')")
    monkeypatch.setattr(environment, "requirements", lambda: [])
    monkeypatch.setenv("PYTHONPATH", "")
    monkeypatch.setattr("autograder.gradescope.package.sys.executable", str(_python(tmp_path)))
    with pytest.raises(CannotBuild, match="`otter generate` failed: no disk left"):
        build(course, "doubling", tmp_path / "none.zip")
    assert not (tmp_path / "none.zip").exists()


def _python(folder: Path) -> Path:
    """An interpreter that can do nothing but complain."""
    script = folder / "python"
    script.write_text("#!/bin/sh\necho 'no disk left' >&2\nexit 1\n")
    script.chmod(0o755)
    return script


@pytest.mark.usefixtures("otter_has_run")
def test_a_place_that_cannot_be_written_to_is_said_in_a_sentence(course: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(records.Unwritten, match=r"none\.zip cannot be written: "):
        build(course, "doubling", tmp_path / "file" / "none.zip")


def test_an_unknown_assignment_is_said_in_a_sentence(course: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"'nothing'.*elsewhere"):
        build(course, "nothing", tmp_path / "none.zip")


def test_checks_without_an_entry_are_found_while_packing(course: Path, tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(course, root)
    with (root / "tests" / "visible" / "doubling" / "test_doubles.py").open("a") as file:
        file.write("\n\ndef test_forgotten(student):\n    pass\n")
    with pytest.raises(ConfigError, match="has no entry here"):
        build(root, "doubling", tmp_path / "none.zip")


@pytest.mark.usefixtures("otter_has_run")
def test_no_line_of_a_real_solution_is_in_its_zip(tmp_path: Path) -> None:
    root = find_root(Path(__file__))
    assignment = "a7_sequence_modeling"
    with zipfile.ZipFile(build(root, assignment, tmp_path / "real.zip")) as archive:
        content = "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    lines = {line for file in (root / "solutions" / assignment).glob("*.py") for line in _solved(file)}
    assert len(lines) > 20
    assert not [line for line in lines if line in content]


def _solved(file: Path) -> list[str]:
    """The lines of a master between its marks that are long enough to be nobody else's."""
    parts = re.findall(r"BEGIN SOLUTION(.*?)# END SOLUTION", file.read_text(encoding="utf-8"), re.DOTALL)
    return [line.strip() for part in parts for line in part.splitlines()[1:] if len(line.strip()) > 30]
