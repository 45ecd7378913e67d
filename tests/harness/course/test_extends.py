"""A second configuration changes points, visibility, limits, late rules and titles, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from autograder.course.config import Config, ConfigError, load
from autograder.course.extends import as_one_file

ROOT = Path(__file__).parents[3]
FIRST = """\
course: Deep Learning
assignments:
  demo:
    title: A demonstration
    limits: {memory_mb: 512}
    late: {deadline: 2026-10-01, per_day: {points: 5}, extensions: {ann: 1}}
    units:
      cells:
        title: Cells
        files: {cells.py: [Cell]}
        checks:
          shapes: {points: 1.5, visibility: visible}
          values: {points: 0, visibility: hidden, thresholds: {loss: 2}}
  other:
    title: Another
    units: {}
"""
SECOND = """\
extends: grading_config.yaml
course: Deep Learning, section B
assignments:
  demo:
    limits: {call_seconds: 3}
    late:
      deadline: 2026-10-08
      per_day: {percent: 10}
      extensions: {bo: 2}
    units:
      cells:
        checks:
          shapes: {points: 4}
"""


def section(root: Path, text: str = SECOND, first: str = FIRST) -> Config:
    (root / "grading_config.yaml").write_text(first)
    (root / "section_b.yaml").write_text(text)
    return load(root, root / "section_b.yaml")


def test_what_the_second_says_is_changed_and_all_else_is_as_it_was(tmp_path: Path) -> None:
    changed = section(tmp_path)
    first, demo = load(tmp_path).assignment("demo"), changed.assignment("demo")
    assert changed.course == "Deep Learning, section B"
    assert (demo.limits.memory_mb, demo.limits.call_seconds) == (512, 3)
    assert demo.checks["cells::shapes"].points == 4
    assert demo.checks["cells::shapes"].visibility == "visible"
    assert demo.checks["cells::values"] == first.checks["cells::values"]
    assert demo.late is not None and demo.late.per_day is not None
    assert demo.late.deadline.day == 8
    assert (demo.late.per_day.points, demo.late.per_day.percent) == (None, 10)
    assert demo.late.extensions == {"ann": 1, "bo": 2}
    assert changed.assignment("other") == load(tmp_path).assignment("other")


def test_a_late_rule_can_be_given_up(tmp_path: Path) -> None:
    text = "extends: grading_config.yaml\nassignments: {demo: {late: null}}\n"
    assert section(tmp_path, text).assignment("demo").late is None


def test_a_late_rule_can_be_given_where_the_first_has_none(tmp_path: Path) -> None:
    text = "extends: grading_config.yaml\nassignments: {other: {late: {deadline: 2026-10-08}}}\n"
    assert section(tmp_path, text).assignment("other").late is not None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("points: 4", "points: four", "section_b.yaml:13: points must be a number ≥ 0 (got 'four')"),
        (
            "points: 4",
            "thresholds: {loss: 1}",
            "section_b.yaml:13: 'thresholds' cannot be changed here; only",
        ),
        ("points: 4", "point: 4", "section_b.yaml:13: 'point' cannot be changed here (did you mean 'points'"),
        (
            "shapes:",
            "shape:",
            "section_b.yaml:13: there is no check 'shape' to change (did you mean 'shapes'",
        ),
        ("cells:", "cell:", "section_b.yaml:11: there is no unit 'cell' to change (did you mean 'cells'?)"),
        ("demo:", "dmo:", "section_b.yaml:4: there is no assignment 'dmo' to change (did you mean 'demo'?)"),
        ("call_seconds", "call_second", "section_b.yaml:5: 'call_second' is no key here (did you mean"),
        ("deadline: 2026-10-08", "deadline: soon", "section_b.yaml:7: deadline must be a date and a time"),
        ("deadline: 2026-10-08", "dedline: 2026-10-08", "section_b.yaml:7: 'dedline' is no key here (did"),
        ("percent: 10", "percent: ten", "section_b.yaml:8: percent must be a number (got 'ten')"),
        ("bo: 2", "bo: two", "section_b.yaml:9: an extension must be a number of days"),
        ("    limits:", "    report: r.md\n    limits:", "section_b.yaml:5: 'report' cannot be changed here"),
        ("    limits:", "    limits: 3\n    x:", "section_b.yaml:5: limits must be a mapping"),
        ("extends: grading_config.yaml\n", "", "section_b.yaml:1: a second configuration must say `extends:"),
        ("grading_config.yaml", "grading.yaml", "section_b.yaml:1: extends must name "),
        ("course: Deep Learning, section B", "course: 7", "section_b.yaml:2: course must be text (got 7)"),
        ("          shapes: {points: 4}", "\tshapes: 3", "section_b.yaml:13: not valid YAML"),
        (
            "      cells:",
            "      cells: {}\n      cells:",
            "section_b.yaml:12: 'cells' is there twice (first in",
        ),
    ],
)
def test_an_error_names_the_line_of_the_second_file(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SECOND
    with pytest.raises(ConfigError) as error:
        section(tmp_path, SECOND.replace(old, new, 1))
    assert any(each.startswith(said) for each in str(error.value).split("\n")), error.value


def test_an_error_of_the_first_file_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"grading_config\.yaml:5: memory_mb must be a whole number"):
        section(tmp_path, first=FIRST.replace("512", "much"))


def test_a_second_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "grading_config.yaml").write_text(FIRST)
    with pytest.raises(ConfigError, match=r"section_c\.yaml cannot be read"):
        load(tmp_path, tmp_path / "section_c.yaml")


def test_a_visibility_that_the_folders_contradict_is_told_at_the_line_that_says_it(tmp_path: Path) -> None:
    for kind, name in (("visible", "shapes"), ("hidden", "values")):
        folder = tmp_path / "tests" / kind / "demo"
        folder.mkdir(parents=True)
        reads = "student, thresholds" if name == "values" else "student"
        body = "    thresholds['loss']\n" if name == "values" else "    pass\n"
        (folder / "test_cells.py").write_text(f"def test_{name}({reads}):\n    '''It.'''\n{body}")
    section(tmp_path)
    with pytest.raises(ConfigError, match=r"^section_b\.yaml:13: visibility is hidden, but students have"):
        section(tmp_path, SECOND.replace("{points: 4}", "{points: 4, visibility: hidden}"))
    with pytest.raises(ConfigError, match=r"^grading_config\.yaml:12: visibility is hidden, but students"):
        section(tmp_path, first=FIRST.replace("1.5, visibility: visible", "1.5, visibility: hidden"))


def test_both_as_one_file_say_the_same(tmp_path: Path) -> None:
    changed = section(tmp_path)
    text = as_one_file(tmp_path / "grading_config.yaml", tmp_path / "section_b.yaml")
    assert "extends" not in yaml.safe_load(text)
    one = tmp_path / "one"
    one.mkdir()
    (one / "grading_config.yaml").write_text(text)
    without = {"root", "file"}
    assert load(one).model_dump(exclude=without) == changed.model_dump(exclude=without)


def test_the_examples_of_the_page_are_valid(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "downloads.md").read_text(encoding="utf-8")
    late, second = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    changed = section(tmp_path, second, (ROOT / "grading_config.yaml").read_text(encoding="utf-8"))
    lab = changed.assignment("lab7_vanilla_rnn")
    assert (changed.course, lab.limits.total_seconds) == ("Deep Learning, section B", 200)
    assert lab.late is not None
    rule = section(tmp_path, f"extends: grading_config.yaml\nassignments: {{demo: {{{one_line(late)}}}}}\n")
    assert rule.assignment("demo").late.per_day.points == 5  # type: ignore[union-attr]


def one_line(text: str) -> str:
    """A mapping of two levels as YAML in one line."""
    inner = [line.partition("#")[0].strip() for line in text.strip().splitlines()[1:]]
    return f"late: {{{', '.join(inner)}}}"
