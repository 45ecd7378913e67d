"""Scripts: found under any name, kept as they stand, told apart from their template."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder import grading
from autograder.course.config import ConfigError
from autograder.sandbox.host.inprocess import InProcessWorkers
from autograder.submission import Submission, read
from tests.harness.conftest import Course

SCRIPT = "size = 2\ntotal = 0\nfor number in range(size):\n    total += number\n"
TEMPLATE = "size = None\ntotal = None\nfor number in range(2):\n    total = None\n"
CONFIG = """
assignments:
  demo:
    title: A demonstration
    report: answers.md
    units:
      lab:
        title: The script
        files: {lab7.py: [size, total]}
        script: true
        checks:
          adds_up: {points: 5, visibility: visible}
"""
VISIBLE = """
from autograder.checks import NotStarted, expect


def test_adds_up(student, submission):
    '''The numbers are added up'''
    if "total" in submission.blanks("lab7"):
        raise NotStarted("not started (total is still None)")
    expect(student.run("lab7", {}, ["total"])["total"], "total").to_be_number(1)
"""
HIDDEN = """
from autograder.checks import expect


def test_adds_up(student, draw):
    '''The numbers are added up'''
    size = 4 + draw.seed % 5
    total = student.run("lab7", {"size": size}, ["total"])["total"]
    expect(total, "total").to_be_number(size * (size - 1) / 2)
"""


@pytest.fixture
def lab(course: Course) -> Course:
    (course.root / "grading_config.yaml").write_text(CONFIG)
    for kind, text in (("visible", VISIBLE), ("hidden", HIDDEN)):
        folder = course.root / "tests" / kind / "demo"
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.py"):
            old.unlink()
        (folder / "test_lab.py").write_text(text)
    return course


def script(submission: Submission) -> str:
    return next(each.source for each in submission.program.modules if each.name == "lab7")


@pytest.mark.parametrize("name", ["lab7.py", "012345_Lab7_InClass.py", "my work.py"])
def test_a_script_is_found_under_any_name(lab: Course, name: str) -> None:
    submission = read(lab.hand_in({name: SCRIPT, "answers.md": "# One\n\nYes.\n"}), lab.demo)
    assert script(submission) == SCRIPT and submission.notices == ()
    assert submission.report == "# One\n\nYes.\n"
    assert submission.program.homes == {"size": "lab7", "total": "lab7"}


def test_a_helper_beside_it_may_be_imported(lab: Course) -> None:
    files = {"1_Lab7_InClass.py": "from tools import size\n" + SCRIPT, "tools.py": "size = 2\n"}
    submission = read(lab.hand_in(files), lab.demo)
    assert script(submission) == files["1_Lab7_InClass.py"]
    assert {module.name for module in submission.program.modules} == {"lab7", "tools"}


def test_a_helper_beside_a_notebook_is_not_taken_for_the_script(
    lab: Course, notebook: Callable[..., str]
) -> None:
    cells = notebook("from helpers import twice", SCRIPT, "total = twice(total) // 2")
    files = {"assignment.ipynb": cells, "helpers.py": "def twice(x):\n    return 2 * x\n"}
    submission = read(lab.hand_in(files), lab.demo)
    assert submission.notices == ()
    assert {(each.name, each.filename) for each in submission.program.modules} == {
        ("lab7", "assignment.ipynb"),
        ("helpers", "helpers.py"),
    }


def test_of_several_scripts_the_one_beyond_the_template_is_run(lab: Course) -> None:
    submission = read(lab.hand_in({"lab7.py": TEMPLATE, "012345_Lab7_InClass.py": SCRIPT}), lab.demo)
    assert script(submission) == SCRIPT and submission.notices == ()
    submission = read(lab.hand_in({"lab7.py": SCRIPT, "old.py": SCRIPT + "#"}, "two"), lab.demo)
    assert script(submission) == SCRIPT
    assert submission.notices == ("There are several scripts: lab7.py was run, old.py not.",)


def test_a_notebook_is_kept_whole_but_for_its_magics(lab: Course, notebook: Callable[..., str]) -> None:
    cells = ("%matplotlib inline\nsize = 2\n", "total = 0\n!ls\n", SCRIPT.partition("total = 0\n")[2])
    submission = read(lab.hand_in({"any name.ipynb": notebook(*cells)}), lab.demo)
    lines = [line for line in script(submission).split("\n") if line not in ("", "pass")]
    assert "\n".join(lines) + "\n" == SCRIPT
    assert submission.place("any name.ipynb", 4) == "any name.ipynb, code cell 2, the line “total = 0”"


def test_of_script_and_notebook_the_finished_one_is_run(lab: Course, notebook: Callable[..., str]) -> None:
    for files, wanted, said in (
        ({"lab7.py": TEMPLATE, "a.ipynb": notebook(SCRIPT)}, "a.ipynb", ()),
        ({"lab7.py": SCRIPT, "a.ipynb": notebook(TEMPLATE)}, "lab7.py", ()),
        ({"lab7.py": SCRIPT, "a.ipynb": notebook(SCRIPT)}, "lab7.py", ("lab7.py was run, a.ipynb was not.",)),
    ):
        submission = read(lab.hand_in(files, wanted + str(len(said))), lab.demo)
        assert [module.filename for module in submission.program.modules] == [wanted]
        assert submission.notices == said and not submission.blanks("lab7")


def test_a_missing_script_is_named(lab: Course) -> None:
    submission = read(lab.hand_in({"lab7.py": "x = (\n"}), lab.demo)
    assert submission.notices[0].startswith("lab7.py line 1 is not valid Python")


def grade(lab: Course, text: str, which: grading.Which) -> list[tuple[str, float, bool]]:
    submission = read(lab.hand_in({"lab7.py": text}, which), lab.demo)
    with InProcessWorkers() as workers:
        result = grading.grade(lab.config, lab.demo, submission, workers=workers, seed=3, which=which)
    return [(check.outcome, check.points, check.started) for check in result.checks]


def test_a_hidden_check_takes_the_place_of_the_visible_one(lab: Course) -> None:
    assert grade(lab, SCRIPT, "visible") == grade(lab, SCRIPT, "all") == [("pass", 5, True)]
    known = "size = 2\ntotal = 1\n"
    assert grade(lab, known, "visible") == [("pass", 5, True)]
    assert grade(lab, known, "all") == [("fail", 0, True)]


def test_a_script_that_is_still_its_template_is_not_started(lab: Course) -> None:
    assert grade(lab, TEMPLATE, "visible") == [("fail", 0, False)]


def test_a_unit_of_a_script_has_one_file(lab: Course) -> None:
    text = CONFIG.replace("[size, total]}", "[size], b.py: [total]}")
    (lab.root / "grading_config.yaml").write_text(text)
    with pytest.raises(ConfigError, match="a unit with a script has exactly one file"):
        lab.config  # noqa: B018


def test_a_notebook_keeps_its_seed_and_its_plot_and_no_other_experiment(
    lab: Course, notebook: Callable[..., str]
) -> None:
    cells = [
        "import random\nimport matplotlib.pyplot as plt\nfrom google.colab import drive",
        "random.seed(42)\nsize = random.randrange(9)",
        "drive.mount('/content')\nother = [size for _ in range(10**9)]",
        "total = size\nplt.plot(total)\nplt.plot(other)\nprint(total)",
    ]
    submission = read(lab.hand_in({"assignment.ipynb": notebook(*cells)}), lab.demo)
    [module] = submission.program.modules
    kept = [line for line in module.source.split("\n") if line and line != "pass"]
    assert kept == [*cells[0].split("\n")[:2], *cells[1].split("\n"), "total = size", "plt.plot(total)"]
