"""Which of the files are graded: the modules that lie together, one notebook, one report."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from autograder.course.config import Assignment
from autograder.submission.code import (
    TOO_DEEP,
    BadCode,
    Definition,
    NotPython,
    blanks,
    borrowed,
    decode,
    definitions,
    parse,
)
from autograder.submission.files import Files, Unreadable, shown
from autograder.submission.listing import Listing
from autograder.submission.notebook import NotANotebook, Notebook, python_of_cell, read_notebook
from autograder.submission.slice import Slice, cut

MAX_SOURCES = 30
ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".xz")
DOCUMENTS = (".pdf", ".docx", ".doc", ".odt", ".rtf", ".html", ".tex")
DISGUISED = (".py.txt", ".ipynb.txt", ".py~", ".ipynb.json")  # what browsers and editors make of a file
MAX_CODE = 500_000  # characters of all sources together
MAX_REPORT = 500_000
NOTEBOOK_MODULE = "assignment_notebook"
_IDENTIFIER = re.compile(r"\W+", re.ASCII)


@dataclass
class Source:
    """One importable source. `refused` says why its `text` cannot be imported, completing "NAME …".

    `written_in` names the notebook whose %%writefile cells made it.
    """

    module: str
    filename: str
    text: str
    expected: bool = True  # a file that the assignment asks for
    refused: BadCode | None = None
    notebook: Notebook | None = None
    cut: Slice | None = None
    written_in: str = ""
    defined: dict[str, list[Definition]] = field(default_factory=dict)
    blanks: frozenset[str] = frozenset()  # set to nothing but None, as the template of a script does

    def place(self, line: int) -> str:
        """Where a line is, in words for its author."""
        return self.listing().place(line)

    def listing(self) -> Listing:
        """The source as messages quote it."""
        spans = [
            (each.name, each.start, each.end)
            for found in self.defined.values()
            for each in found
            if hasattr(each.node, "body")
        ]
        cells = self.notebook.cells if self.notebook else None
        return Listing(
            self.module, self.filename, self.text, tuple(spans), self.blanks, cells, self.written_in
        )

    @property
    def unfinished(self) -> int:
        """How many functions of its definitions are still stubs."""
        return sum(min(each.unfinished for each in found) for found in self.defined.values())

    def index(self) -> None:
        """Find what the text defines. Raises BadCode."""
        self.defined = {}
        try:
            tree = parse(self.text)
            for definition in definitions(tree.body):
                self.defined.setdefault(definition.name, []).append(definition)
            self.blanks = blanks(tree)
        except RecursionError:
            self.defined = {}
            raise BadCode(TOO_DEEP) from None


@dataclass(frozen=True)
class Chosen:
    """The sources in the order in which they are imported, the report's text, and what was left out.

    `elsewhere` is the code in other folders, by path, which is read if one of the sources imports it.
    """

    sources: list[Source]
    report: str | None
    report_name: str
    notices: list[str]
    base: str = ""
    elsewhere: dict[str, bytes] = field(default_factory=dict)


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
    here = {PurePosixPath(name).name: data for name, data in files.contents.items() if _folder(name) == base}
    elsewhere = {name: files.contents[name] for name in code if _folder(name) != base}
    texts = {name: data for name, data in here.items() if name.lower().endswith(".py")}
    notebooks = {name: data for name, data in here.items() if name.lower().endswith(".ipynb")}
    if not notebooks:  # src/cells.py, …, and the notebook above them
        notebooks = {name: data for name, data in elsewhere.items() if name.lower().endswith(".ipynb")}
    notices: list[str] = []
    notebook = _notebook(notebooks, texts, assignment, notices)
    written = _written(notebook, texts, assignment)
    modules = _modules({**texts, **written}, assignment, notices, alone=notebook is None)
    for source in modules:
        if source.filename in written and notebook is not None:
            source.written_in = notebook.filename
    sources = [*modules, *([notebook] if notebook else [])]
    if sum(len(source.text) for source in sources) > MAX_CODE:
        raise Unreadable(
            f"{shown(called)} holds more than {MAX_CODE:,} characters of code: keep data out of it."
        )
    reports = {name: data for name, data in here.items() if name.lower().endswith(".md")}
    name = _report(reports, assignment)
    text = reports[name].decode("utf-8-sig", "replace").replace("\r\n", "\n") if name else None
    if text is not None and len(text) > MAX_REPORT:
        notices.append(f"{shown(name)} is longer than {MAX_REPORT:,} characters: the rest was not read.")
        text = text[:MAX_REPORT]
    return Chosen(sources, text, shown(name), notices, base, elsewhere)


def remarks_on(unread: Iterable[str], wanted: Collection[str]) -> list[str]:
    """What to tell of the files that are not read: those asked for, archives, documents, disguised code."""
    said = []
    for path in unread:
        name = PurePosixPath(path).name
        if name in wanted:
            said.append(f"{shown(path)} does not lie beside the other files and was not read.")
        elif name.lower().endswith(ARCHIVES):
            said.append(f"{shown(path)} was not opened: hand in the files that it holds.")
        elif name.lower().endswith(DOCUMENTS):
            said.append(f"Found {shown(path)}: people will read it, the grader does not.")
        elif name.lower().endswith(DISGUISED):
            said.append(f"{shown(path)} was not read: a module's name ends in .py, a notebook's in .ipynb.")
    return said


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _base(code: Iterable[str], wanted: set[str]) -> str:
    """The folder that holds most of the files asked for; the shallowest of several."""
    found: dict[str, int] = {}
    for name in code:
        found[_folder(name)] = found.get(_folder(name), 0) + (PurePosixPath(name).name in wanted)
    return min(found, key=lambda folder: (-found[folder], folder.count("/") + bool(folder), folder))


def _written(notebook: Source | None, texts: dict[str, bytes], assignment: Assignment) -> dict[str, bytes]:
    """The modules that the notebook writes; a file of that name counts unless it is less finished."""
    found: dict[str, bytes] = {}
    for name, text in (notebook.notebook.written if notebook and notebook.notebook else {}).items():
        data = text.encode("utf-8", "replace")
        if name in texts:
            mine, theirs = (module_of(name, each, expected=True) for each in (texts[name], data))
            if theirs.refused or not (mine.refused or theirs.unfinished < mine.unfinished):
                continue
        found[name] = data
    return found


def _modules(
    files: dict[str, bytes], assignment: Assignment, notices: list[str], *, alone: bool
) -> list[Source]:
    """The modules, those asked for first. A single file may stand for the only one asked for.

    Beside a notebook, where it is not `alone`, it does so only if it defines something that is asked for.
    """
    asked = list(assignment.files)
    if assignment.scripts == {*asked}:
        return _script(files, assignment, notices, alone=alone)
    if len(asked) == 1 and len(files) == 1 and asked[0] not in files:
        [(name, data)] = files.items()
        source = module_of(name, data, expected=True)
        if alone or source.refused or source.defined.keys() & {*assignment.files[asked[0]]}:
            source.module = PurePosixPath(asked[0]).stem
            return [source]
    names = [name for name in asked if name in files] + sorted(set(files) - set(asked))
    return [module_of(name, files[name], expected=name in asked) for name in names]


def _script(
    files: dict[str, bytes], assignment: Assignment, notices: list[str], *, alone: bool
) -> list[Source]:
    """The script, whatever its file is called, and the modules beside it that it may import.

    Of several candidates the one that is furthest from the template; of equals the one of the right name.
    Beside a notebook, where they are not `alone`, none may be one that sets but few of the names.
    """
    [(asked, names)] = assignment.files.items()
    stem = PurePosixPath(asked).stem
    found = [module_of(name, data, expected=False) for name, data in sorted(files.items())]

    def rank(source: Source) -> tuple[bool, int, bool, bool, int]:
        lacking = sum(name not in source.defined for name in names)
        return (
            2 * lacking > len(names),
            len(source.blanks),
            source.filename != asked,
            stem.lower() not in source.filename.lower(),
            lacking,
        )

    found.sort(key=rank)
    if found and not (alone or found[0].refused or found[0].filename == asked) and rank(found[0])[0]:
        return [each for each in found if each.module != stem]
    if found:
        script = found[0]
        script.module, script.expected = stem, True
        others = [each for each in found[1:] if not rank(each)[0]]
        if others and not any(each.blanks for each in others):
            names_of = ", ".join(each.filename for each in others)
            notices.append(f"There are several scripts: {script.filename} was run, {names_of} not.")
    return [found[0], *(each for each in found[1:] if each.module != stem)] if found else []


def module_of(name: str, data: bytes, *, expected: bool) -> Source:
    """A .py file as a source, whatever is in it. Colab exports notebooks with their `!pip install`."""
    source = Source(_identifier(name), shown(name), "", expected)
    try:
        source.text = decode(data)
        try:
            source.index()
        except NotPython:
            exported, still = python_of_cell(source.text)
            if still is not None:
                raise
            source.text = exported
            source.index()
    except BadCode as error:
        source.refused = error
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
    files: dict[str, bytes], modules: dict[str, bytes], assignment: Assignment, notices: list[str]
) -> Source | None:
    """The notebook: the one of the expected name, or the one that defines most of what is asked for.

    It stands for the modules asked for that are not there: what those that are take from them is kept, too.
    """
    absent = {PurePosixPath(file).stem for file in assignment.files if file not in modules}
    texts = (
        [module_of(name, data, expected=True).text for name, data in modules.items()]
        if files and absent
        else []
    )
    taken = {name for text in texts for name in borrowed(text, absent)}
    if assignment.notebook in files:
        files = {assignment.notebook: files[assignment.notebook]}
    readable: list[Source] = []
    problems: list[str] = []
    for name, data in sorted(files.items()):
        try:
            readable.append(_read_notebook(shown(name), data, assignment, absent, taken))
        except NotANotebook as error:
            problems.append(f"{shown(name)} {error}")
    if not readable and problems and not modules:
        raise Unreadable(f"{problems[0]}.")
    notices += [f"{problem}; it was not read." for problem in problems]
    names = [name for asked in assignment.files.values() for name in asked]
    readable.sort(key=lambda source: -sum(name in source.defined for name in names))
    if len(readable) > 1:
        others = ", ".join(source.filename for source in readable[1:])
        notices.append(f"There are several notebooks: {readable[0].filename} was read, {others} not.")
    return readable[0] if readable else None


def _read_notebook(
    name: str, data: bytes, assignment: Assignment, absent: set[str], taken: set[str]
) -> Source:
    """A notebook as the part of it that is imported, or, where a script is asked for, run.

    Besides the names of the interface it keeps those `taken`, and what it takes itself from `absent` modules.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotANotebook("is no notebook: it is not UTF-8 text") from None
    notebook = read_notebook(text)
    public = {each for names in assignment.files.values() for each in names}
    public |= taken | borrowed(notebook.source, absent)
    is_script = assignment.scripts == {*assignment.files}
    module = PurePosixPath(next(iter(assignment.scripts))).stem if is_script else NOTEBOOK_MODULE
    try:
        kept = cut(notebook.source, public, script=is_script)
        source = Source(module, name, kept.source, notebook=notebook, cut=kept)
        source.index()
    except BadCode as error:
        raise NotANotebook(str(error)) from None
    return source
