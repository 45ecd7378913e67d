"""What students receive is made from the solutions, never shows one, and waits at every TODO."""

import ast
import inspect
import json
import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.course import config, masters, templates
from autograder.submission.code import blanks
from tests.harness.sampling import one_in

ROOT = Path(__file__).parents[3]
SCRIPTS = {name: entry.scripts for name, entry in config.load(ROOT).assignments.items()}
ASSIGNMENTS = sorted(path.name for path in (ROOT / "solutions").iterdir() if path.is_dir())
NOTEBOOKS = sorted((ROOT / "templates").glob("*/*.ipynb"))


def modules(assignment):
    folder = ROOT / "solutions" / assignment
    return sorted(path for path in folder.glob("*.py") if not path.name.endswith(".nb.py"))


MODULES = [
    pytest.param(path, id=f"{path.parent.name}-{path.stem}") for name in ASSIGNMENTS for path in modules(name)
]


def is_script(master):
    return master.name in SCRIPTS[master.parent.name]


def exercises(assignment):
    """The modules with something to do; the others are given."""
    return [
        path for path in modules(assignment) if masters.solution_lines(path.read_text("utf-8"), path.name)
    ]


def template(master):
    return ROOT / "templates" / master.parent.name / master.name


def code(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(ROOT / "solutions", tmp_path / "solutions", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "grading_config.yaml", tmp_path)
    templates.write(tmp_path)
    return tmp_path


def test_templates_are_what_the_solutions_make():
    assert templates.stale(ROOT) == []


def test_making_templates_twice_gives_the_same_bytes(copy):
    first = {path: path.read_bytes() for path in templates.write(copy)}
    assert first == {path: path.read_bytes() for path in templates.write(copy)}


def test_drift_is_told_file_by_file(copy):
    folder = copy / "templates" / "a7_sequence_modeling"
    (folder / "cells.py").write_text("edited")
    (folder / "assignment.ipynb").unlink()
    (folder / "stray.py").write_text("")
    missing, edited, stray = sorted(templates.stale(copy))
    assert "assignment.ipynb is missing" in missing
    assert "cells.py is not what its master makes" in edited
    assert "stray.py has no master" in stray


def test_a_bad_master_leaves_the_templates_alone(copy):
    before = (copy / "templates/a7_sequence_modeling/cells.py").read_text()
    master = copy / "solutions/a7_sequence_modeling/loop.py"
    master.write_text(master.read_text().replace("# END SOLUTION", "", 1))
    with pytest.raises(masters.BadMaster, match=r"loop\.py"):
        templates.write(copy)
    assert (copy / "templates/a7_sequence_modeling/cells.py").read_text() == before


STRAY = ["scratch.py", "answers.docx", "pictures/draft.svg", "notes/plan.md"]


@pytest.mark.parametrize("stray", one_in(2, STRAY))
def test_what_nothing_names_is_not_handed_out_but_told(copy, stray):
    before = set(templates.write(copy))
    path = copy / "solutions/a7_sequence_modeling" / stray
    path.parent.mkdir(exist_ok=True)
    path.write_text("cells = 'my results'\n")
    assert set(templates.write(copy)) == before
    [said] = templates.stale(copy)
    assert f"a7_sequence_modeling/{stray} makes no template" in said


def test_what_tools_leave_behind_is_neither_handed_out_nor_told(copy):
    before = set(templates.write(copy))
    for folder in ("solutions", "templates"):
        for litter in ("__pycache__/cells.cpython-311.pyc", ".cells.py.swp", "cells.py~", ".idea/a.xml"):
            path = copy / folder / "a7_sequence_modeling" / litter
            path.parent.mkdir(exist_ok=True)
            path.write_text("")
    assert set(templates.write(copy)) == before and templates.stale(copy) == []


def test_a_file_of_an_unknown_kind_is_not_handed_out(copy):
    (copy / "solutions/a7_sequence_modeling/answers.docx").write_text("my results")
    with (copy / "solutions/a7_sequence_modeling/README.md").open("a") as page:
        page.write("See answers.docx.\n")
    with pytest.raises(masters.BadMaster, match=r"answers\.docx"):
        templates.write(copy)


@pytest.mark.parametrize("master", MODULES)
def test_no_line_of_a_solution_is_in_a_template(master):
    text = master.read_text(encoding="utf-8")
    secret = set(masters.solution_lines(text, master.name))
    given = {line.strip() for line in masters.stub(text, master.name).split("\n")}
    notebooks = [code(nbformat.read(path, 4)) for path in NOTEBOOKS if path.parent.name == master.parent.name]
    for handed_out in [template(master).read_text(encoding="utf-8"), *notebooks]:
        lines = {line.strip() for line in handed_out.split("\n")}
        assert not lines & {line for line in secret - given if len(line) > len("continue")}
        assert not [line for line in secret if len(line) > 20 and line in handed_out]


@pytest.mark.parametrize("master", [each for each in MODULES if is_script(each.values[0])])
def test_every_todo_of_a_script_leaves_a_blank(master):
    """At the top level nothing can be raised: what is to be written is None there, or pass."""
    lines = template(master).read_text(encoding="utf-8").split("\n")
    todos = [number for number, line in enumerate(lines) if re.match(r" *# TODO\b", line)]
    after = [next(line for line in lines[number:] if not re.match(r" *#", line)) for number in todos]
    assert todos and all(re.fullmatch(r" *(\w+ = None|pass)", line) for line in after)
    assert blanks(ast.parse("\n".join(lines)))
    assert not blanks(ast.parse(templates.solved_modules(ROOT, master.parent.name)[master.name]))


@pytest.mark.parametrize("assignment", [name for name in ASSIGNMENTS if SCRIPTS[name]])
def test_a_notebook_holds_the_script_line_for_line(assignment):
    [name] = SCRIPTS[assignment]
    for notebook, script in (
        (
            nbformat.read(ROOT / "templates" / assignment / "assignment.ipynb", 4),
            (ROOT / "templates" / assignment / name).read_text(encoding="utf-8"),
        ),
        (templates.solved_notebook(ROOT, assignment), templates.solved_modules(ROOT, assignment)[name]),
    ):
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        own = [cell.source for cell in cells if not cell.id.startswith("check")]
        assert ast.dump(ast.parse("\n".join(own))) == ast.dump(
            ast.Module(ast.parse(script).body[1:], type_ignores=[])
        )
        assert all(source.startswith(f"# {number}. ") for number, source in enumerate(own[1:], start=1))


@pytest.mark.parametrize("master", [each for each in MODULES if not is_script(each.values[0])])
def test_every_todo_raises_not_implemented(master, monkeypatch):
    monkeypatch.syspath_prepend(str(template(master).parent))
    siblings = {path.stem for path in modules(master.parent.name)}
    for name in siblings:
        monkeypatch.delitem(sys.modules, name, raising=False)
    text = template(master).read_text(encoding="utf-8")
    namespace = {"__name__": master.stem}
    exec(compile(text, master.name, "exec"), namespace)
    for name in siblings:
        sys.modules.pop(name, None)

    waiting = re.findall(r'NotImplementedError\("(\S+) is still to do"\)', text)
    assert len(waiting) == len(re.findall(r"^ *# TODO\b", text, flags=re.MULTILINE))
    for qualified in waiting:
        owner, _, name = qualified.rpartition(".")
        function = getattr(namespace[owner], name) if owner else namespace[name]
        required = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty]
        arguments = [(None, None)] * len(required)
        if owner:
            arguments[0] = namespace[owner].__new__(namespace[owner])
        with pytest.raises(NotImplementedError):
            function(*arguments)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.parent.name)
def test_a_notebook_is_valid_and_clean(path):
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None
    assert "/tmp" not in json.dumps(notebook)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_notebook_waits_where_the_modules_wait(assignment):
    path = ROOT / "templates" / assignment / "assignment.ipynb"
    if not path.exists():
        pytest.skip("an assignment without a notebook")
    in_notebook = definitions(code(nbformat.read(path, 4)))
    for master in exercises(assignment):
        for name, definition in definitions(template(master).read_text(encoding="utf-8")).items():
            assert in_notebook[name] == definition, f"{name} differs between {master.name} and the notebook"


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_solved_notebook_defines_what_the_solved_modules_define(assignment):
    in_notebook = definitions(code(templates.solved_notebook(ROOT, assignment)))
    solved = templates.solved_modules(ROOT, assignment)
    for master in exercises(assignment):
        for name, definition in definitions(solved[master.name]).items():
            assert in_notebook[name] == definition


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_each_unit_is_checked_once_below_the_last_of_its_names(assignment):
    units = config.load(ROOT).assignment(assignment).units
    written = {
        name for master in exercises(assignment) for name in names(template(master).read_text("utf-8"))
    }
    cells = nbformat.read(ROOT / "templates" / assignment / "assignment.ipynb", 4).cells
    defined, checked = set(), []
    for cell in cells:
        if match := re.fullmatch(r'check\("(\w+)"\)', cell.source):
            checked.append(match[1])
            mine = {name for each in units[match[1]].files.values() for name in each}
            assert mine <= defined, f"{match[1]} is checked above some of its names"
        elif cell.cell_type == "code":
            defined |= names(cell.source)
    wanted = [
        key
        for key, unit in units.items()
        if {name for each in unit.files.values() for name in each} & written
    ]
    assert sorted(checked) == sorted(wanted)


def test_a_notebook_cell_is_one_definition(copy):
    notebook = nbformat.read(copy / "templates/a7_sequence_modeling/assignment.ipynb", 4)
    cell = next(cell for cell in notebook.cells if cell.id == "cells-LSTMCell")
    assert [node.name for node in ast.parse(cell.source).body] == ["LSTMCell"]
    assert "from cells import" not in code(notebook)


def names(source):
    """What a source defines or sets at its top level."""
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if not isinstance(node, ast.For)]
    return {*definitions(source)} | {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def definitions(source):
    return {
        node.name: ast.dump(node)
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
