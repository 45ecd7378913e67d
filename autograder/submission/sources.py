"""Which of the files are graded: the modules that lie together, one notebook, one report."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from autograder.config import Assignment
from autograder.submission.code import TOO_DEEP, BadCode, Definition, blanks, decode, definitions, parse
from autograder.submission.files import Files, Unreadable, shown
from autograder.submission.keep import Kept, keep
from autograder.submission.notebook import NotANotebook, Notebook, read_notebook

MAX_SOURCES = 30
ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".xz")
NOTEBOOK_MODULE = "assignment_notebook"
_IDENTIFIER = re.compile(r"\W+", re.ASCII)


@dataclass
class Source:
    """One importable source. `problem` says why its `text` cannot be imported, completing "NAME …"."""

    module: str
    filename: str
    text: str
    expected: bool = True  # a file that the assignment asks for
    problem: str = ""
    notebook: Notebook | None = None
    kept: Kept | None = None
    defined: dict[str, list[Definition]] = field(default_factory=dict)
    blanks: int = 0  # names that are only ever set to None, as the template of a script sets them

    def place(self, line: int) -> str:
        if self.notebook is None:
            return f"{self.filename}:{line}"
        cell, inside = self.notebook.place(line)
        return f"{self.filename}, cell {cell}, line {inside}"

    def owner(self, line: int) -> str:
        spans = (each for found in self.defined.values() for each in found if each.start <= line <= each.end)
        return next((each.name for each in spans if hasattr(each.node, "body")), "")

    def index(self) -> None:
        """Find what the text defines. Raises BadCode."""
        self.defined = {}
        try:
            tree = parse(self.text)
            for definition in definitions(tree.body):
                self.defined.setdefault(definition.name, []).append(definition)
            self.blanks = len(blanks(tree))
        except RecursionError:
            self.defined = {}
            raise BadCode(TOO_DEEP) from None


@dataclass(frozen=True)
class Chosen:
    """The sources in the order in which they are imported, the report's text, and what was left out.

    `unread` are the paths of code in other folders, and of files of kinds that nothing reads.
    """

    sources: list[Source]
    report: str | None
    report_name: str
    notices: list[str]
    unread: list[str]


def choose(files: Files, assignment: Assignment, called: str) -> Chosen:
    """The sources among the files of a submission. Raises Unreadable when there are none."""
    wanted = {*assignment.files, assignment.notebook}
    code = [name for name in files.contents if name.lower().endswith((".py", ".ipynb"))]
    if not code:
        asked = ", ".join(assignment.files)
        raise Unreadable(
            f"{shown(called)} holds no code: hand in {asked}, or one notebook that defines the same."
        )
    base = _base(code, wanted)
    if sum(_folder(name) == base for name in code) > MAX_SOURCES:
        raise Unreadable(
            f"{shown(called)} holds more than {MAX_SOURCES} modules and notebooks: hand in only your own."
        )
    notices = [
        f"{shown(name)} does not lie beside the other files and was not read."
        for name in code
        if _folder(name) != base and PurePosixPath(name).name in wanted
    ]
    notices += [
        f"{shown(name)} was not opened: hand in the files that it holds."
        for name in files.others
        if name.lower().endswith(ARCHIVES)
    ]
    here = {PurePosixPath(name).name: data for name, data in files.contents.items() if _folder(name) == base}
    modules = _modules(
        {name: data for name, data in here.items() if name.lower().endswith(".py")}, assignment, notices
    )
    notebooks = {name: data for name, data in here.items() if name.lower().endswith(".ipynb")}
    notebook = _notebook(notebooks, assignment, notices, alone=not modules)
    reports = {name: data for name, data in here.items() if name.lower().endswith(".md")}
    name = _report(reports, assignment)
    text = reports[name].decode("utf-8-sig", "replace").replace("\r\n", "\n") if name else None
    unread = [name for name in code if _folder(name) != base] + files.others
    return Chosen([*modules, *([notebook] if notebook else [])], text, shown(name), notices, unread)


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _base(code: Iterable[str], wanted: set[str]) -> str:
    """The folder that holds most of the files asked for; the shallowest of several."""
    found: dict[str, int] = {}
    for name in code:
        found[_folder(name)] = found.get(_folder(name), 0) + (PurePosixPath(name).name in wanted)
    return min(found, key=lambda folder: (-found[folder], folder.count("/") + bool(folder), folder))


def _modules(files: dict[str, bytes], assignment: Assignment, notices: list[str]) -> list[Source]:
    """The modules, those asked for first. A single file may stand for the only one asked for."""
    asked = list(assignment.files)
    if assignment.scripts == {*asked}:
        return _script(files, assignment, notices)
    if len(asked) == 1 and len(files) == 1 and asked[0] not in files:
        [(name, data)] = files.items()
        return [_module(PurePosixPath(asked[0]).stem, name, data, expected=True)]
    names = [name for name in asked if name in files] + sorted(set(files) - set(asked))
    return [_module(_identifier(name), name, files[name], expected=name in asked) for name in names]


def _script(files: dict[str, bytes], assignment: Assignment, notices: list[str]) -> list[Source]:
    """The script, whatever its file is called, and the modules beside it that it may import.

    Of several candidates the one that is furthest from the template; of equals the one of the right name.
    """
    [(asked, names)] = assignment.files.items()
    stem = PurePosixPath(asked).stem
    found = [_module(_identifier(name), name, data, expected=False) for name, data in sorted(files.items())]

    def rank(source: Source) -> tuple[bool, int, bool, bool, int]:
        lacking = sum(name not in source.defined for name in names)
        return (
            2 * lacking > len(names),
            source.blanks,
            source.filename != asked,
            stem.lower() not in source.filename.lower(),
            lacking,
        )

    found.sort(key=rank)
    if found:
        script = found[0]
        script.module, script.expected = stem, True
        others = [each for each in found[1:] if not rank(each)[0]]
        if others and not any(each.blanks for each in others):
            names_of = ", ".join(each.filename for each in others)
            notices.append(f"There are several scripts: {script.filename} was run, {names_of} not.")
    return [found[0], *(each for each in found[1:] if each.module != stem)] if found else []


def _module(module: str, name: str, data: bytes, *, expected: bool) -> Source:
    source = Source(module, shown(name), "", expected)
    try:
        source.text = decode(data)
        source.index()
    except BadCode as error:
        source.problem = str(error)
        if not source.text:
            source.text = f"raise ImportError({f'{source.filename} {error}'!r})\n"
    return source


def _report(files: dict[str, bytes], assignment: Assignment) -> str:
    """The name of the report: the expected one, or that of the only text beside a README; "" for none."""
    names = [name for name in files if name.lower() != "readme.md"]
    return assignment.report if assignment.report in files else names[0] if len(names) == 1 else ""


def _identifier(name: str) -> str:
    module = _IDENTIFIER.sub("_", PurePosixPath(name).stem)
    return module if module.isidentifier() else f"_{module}"


def _notebook(
    files: dict[str, bytes], assignment: Assignment, notices: list[str], *, alone: bool
) -> Source | None:
    """The notebook: the one of the expected name, or the one that defines most of what is asked for."""
    if assignment.notebook in files:
        files = {assignment.notebook: files[assignment.notebook]}
    readable: list[Source] = []
    problems: list[str] = []
    for name, data in sorted(files.items()):
        try:
            readable.append(_read_notebook(shown(name), data, assignment))
        except NotANotebook as error:
            problems.append(f"{shown(name)} {error}")
    if not readable and problems and alone:
        raise Unreadable(f"{problems[0]}.")
    notices += [f"{problem}; it was not read." for problem in problems]
    names = [name for asked in assignment.files.values() for name in asked]
    readable.sort(key=lambda source: -sum(name in source.defined for name in names))
    if len(readable) > 1:
        others = ", ".join(source.filename for source in readable[1:])
        notices.append(f"There are several notebooks: {readable[0].filename} was read, {others} not.")
    return readable[0] if readable else None


def _read_notebook(name: str, data: bytes, assignment: Assignment) -> Source:
    """A notebook as what can be imported of it, or, where a script is asked for, as the whole of its code."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotANotebook("is no notebook: it is not UTF-8 text") from None
    notebook = read_notebook(text)
    try:
        if assignment.scripts == {*assignment.files}:
            [asked] = assignment.scripts
            script = Source(PurePosixPath(asked).stem, name, notebook.source, notebook=notebook)
            script.index()
            return script
        kept = keep(notebook.source)
        source = Source(NOTEBOOK_MODULE, name, kept.source, notebook=notebook, kept=kept)
        source.index()
    except BadCode as error:
        raise NotANotebook(str(error)) from None
    return source
