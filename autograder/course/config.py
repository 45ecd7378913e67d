"""grading_config.yaml: titles, files, limits, checks and points, validated with errors that name the line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, model_validator

from autograder.course.agreement import against_the_checks
from autograder.course.entry import Entry, Points
from autograder.course.extends import extended
from autograder.course.hand_in import HandIn
from autograder.course.late import LateRule, PerDay
from autograder.course.rubric import Row, Rubric, Shares
from autograder.course.words import did_you_mean, listed
from autograder.course.yaml_file import ConfigError as ConfigError
from autograder.course.yaml_file import Keys, Located, Place, Places, read
from autograder.results import Visibility
from autograder.sandbox.wire.program import Limits as WorkerLimits

FILE_NAME = "grading_config.yaml"
_ON_A_CARD = 4.0  # so many times the seconds of a CPU


class Limits(Entry):
    """Bounds of one assignment on the CPU. `total_seconds` is the wall clock of all checks of one unit."""

    call_seconds: Annotated[float, Field(gt=0)] = 10.0
    import_seconds: Annotated[float, Field(gt=0)] = 30.0
    memory_mb: Annotated[int, Field(gt=0)] = 512
    total_seconds: Annotated[float, Field(gt=0)] = 300.0

    def on(self, device: str) -> Limits:
        """The bounds on a device: a small network waits for a card at each operation; graders share it."""
        if device == "cpu":
            return self
        seconds = {name: _ON_A_CARD * value for name, value in self if name.endswith("_seconds")}
        return self.model_copy(update=seconds)

    def of_worker(self) -> WorkerLimits:
        """The part of the limits that the sandbox keeps."""
        return WorkerLimits(
            call_seconds=self.call_seconds, import_seconds=self.import_seconds, memory_mb=self.memory_mb
        )


class Check(Entry):
    """What an instructor says about one check. No points: a notice, shown and never counted.

    `thresholds` are the numbers, by name, that the outcome of a training check is held against. A check that
    is not `enabled` is there to be switched on: it neither runs nor counts.
    """

    points: Points
    visibility: Visibility
    thresholds: dict[str, float] = Field(default={})
    enabled: bool = True


class Unit(Entry):
    """A group of checks on the same files. `files` maps a file to the public names that it defines.

    A unit with `script` has one file, which is run from top to bottom as it stands instead of being imported.
    """

    title: str
    files: dict[str, list[str]]
    script: bool = False
    refuse_recurrent_layers: bool = False
    checks: dict[str, Check] = Field(default={})

    @model_validator(mode="after")
    def _one_script(self) -> Unit:
        if self.script and len(self.files) != 1:
            raise ValueError("a unit with a script has exactly one file")
        return self


class Assignment(Entry):
    """One assignment. `name` is its key in the file, `lines` the line of every check's entry by check id.

    `rubric` is what people grade, `weights` are what their points and the machine's count for (see `total`).
    `hidden_points` are those of the checks that a handout lacks; elsewhere the checks themselves say them.
    """

    name: str
    title: str
    notebook: str = "assignment.ipynb"
    report: str = "report.md"
    limits: Limits = Limits()
    weights: Shares | None = None
    rubric: Rubric | None = None
    late: LateRule | None = None
    hand_in: HandIn = HandIn()
    hidden_points: Points = 0
    units: dict[str, Unit]
    lines: dict[str, int] = Field(default={}, exclude=True)

    @model_validator(mode="after")
    def _weights_have_two_parts(self) -> Assignment:
        if self.weights is not None and self.rubric is None:
            raise ValueError("'weights' need a 'rubric': without one there is nothing that people grade")
        return self

    @model_validator(mode="after")
    def _what_is_needed_is_a_visible_check(self) -> Assignment:
        known = [name for name, check in self.checks.items() if check.visibility == "visible"]
        for name in (*self.hand_in.needed, *self.hand_in.report):
            if name not in known:
                near = did_you_mean(name, known)
                raise ValueError(f"hand_in needs {name!r}, which is no check that students have{near}")
        return self

    @model_validator(mode="after")
    def _files_with_a_name_of_ones_own_are_scripts(self) -> Assignment:
        name = self.hand_in.name
        if name and not name.endswith(".zip") and self.scripts != {*self.files}:
            raise ValueError(
                f"the hand_in name {name!r} must end in .zip: modules that import each other keep theirs"
            )
        return self

    @model_validator(mode="after")
    def _hidden_points_are_said_once(self) -> Assignment:
        if self.hidden_points and any(each.visibility == "hidden" for each in self.checks.values()):
            raise ValueError("'hidden_points' are for a handout: here the hidden checks say their points")
        return self

    def total(self, machine: float, machine_max: float, people: float) -> tuple[float, float]:
        """Both parts as one grade: its points, and the most that it can have.

        With `weights` it is out of 100; without, the points of both parts are added.
        """
        people_max = self.rubric.total if self.rubric else 0.0
        if self.weights is None:
            return round(machine + people, 6), round(machine_max + people_max, 6)
        earned = self.weights.grade(people / people_max, machine / machine_max if machine_max else 0.0)
        return round(earned, 6), 100.0

    @property
    def sentence_for_graders(self) -> str:
        """What the machine's points are of the grade, in words for an instructor; "" where they are all."""
        if self.weights is not None:
            return self.weights.sentence
        return f"People give up to {self.rubric.total:g} points more." if self.rubric is not None else ""

    @property
    def points_of_hidden_checks(self) -> float:
        """Those that students cannot see for themselves, whether the checks are here or not."""
        entries = [check for check in self.checks.values() if check.enabled and check.visibility == "hidden"]
        return round(self.hidden_points + sum(check.points for check in entries), 6)

    @property
    def not_promised(self) -> str:
        """What stays open when all that students can check themselves is right, in words for them."""
        hidden = self.points_of_hidden_checks
        more = f", and hidden ones for {hidden:g} more points" if hidden else ""
        people = ""
        if self.weights is not None and self.weights.implementation == 0:
            people = f" The grade is that of {self.report}, which people read."
        elif self.rubric is not None:
            people = f" People read {self.report} and give up to {self.rubric.total:g} points more."
        return f"This is no grade yet: your graders run these checks on other numbers{more}.{people}"

    @property
    def files(self) -> dict[str, list[str]]:
        """Every file that students write with the names that it must define, in the order of the units."""
        merged: dict[str, list[str]] = {}
        for unit in self.units.values():
            for file, names in unit.files.items():
                known = merged.setdefault(file, [])
                known.extend(name for name in names if name not in known)
        return merged

    @property
    def scripts(self) -> frozenset[str]:
        """The files that are scripts."""
        return frozenset(file for unit in self.units.values() if unit.script for file in unit.files)

    @property
    def checks(self) -> dict[str, Check]:
        """Every check's entry by its id, `unit::name`, in the order of the file."""
        return {
            f"{key}::{name}": check for key, unit in self.units.items() for name, check in unit.checks.items()
        }


class Config(Entry):
    """The whole file. `root` is the folder that holds it; tests/, templates/ and solutions/ lie there too.

    `file` is the second configuration that changes it, where there is one.
    """

    root: Path
    file: Path | None = None
    course: str = ""
    assignments: dict[str, Assignment]

    def assignment(self, name: str) -> Assignment:
        """The assignment of that name; ConfigError lists the names there are."""
        if name not in self.assignments:
            raise ConfigError(
                f"No assignment is called {name!r}{did_you_mean(name, self.assignments)}. "
                f"The assignments are: {', '.join(self.assignments)}."
            )
        return self.assignments[name]

    def templates(self, assignment: str) -> Path:
        """Where students find an assignment, and work on it unless they say otherwise."""
        return self.root / "templates" / assignment


def find_root(start: Path | None = None) -> Path:
    """The nearest folder with a grading_config.yaml, at or above `start` (here), else above this package."""
    begin = (start or Path.cwd()).resolve()
    for folder in (begin, *begin.parents, *Path(__file__).resolve().parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise ConfigError(
        f"No {FILE_NAME} in {begin} or any folder above it: run this inside the course's repository."
    )


def nearest(file: Path | None = None) -> Config:
    """The course around a configuration that extends it, else around the folder that this is run in."""
    return load(find_root(file.absolute().parent if file else None), file)


def load(root: Path, file: Path | None = None) -> Config:
    """Read `root`/grading_config.yaml, and a second `file` that extends it; hold both against the checks.

    Raises ConfigError with everything that is wrong, a line for each; each names its line of its file.
    """
    located = read(root / FILE_NAME)
    if not isinstance(located.data, dict):
        raise ConfigError(f"{FILE_NAME}:1: the file must hold `course` and `assignments`")
    if file is not None:
        located = extended(located, file, root)
    _name_assignments(located)
    config = None
    try:
        config = Config.model_validate({**located.data, "root": root, "file": file})
    except ValidationError as error:
        located.wrong += _sentences(error, located.places)
    located.wrong += against_the_checks(root, located.data, located.places)
    located.refuse()
    assert config is not None  # what is not valid has been told
    return config


def _name_assignments(located: Located) -> None:
    """Write each assignment's key into it as its name, and the lines of its checks."""
    assignments = located.data.get("assignments")
    for name, entry in assignments.items() if isinstance(assignments, dict) else ():
        if isinstance(entry, dict):
            for reserved in ("name", "lines"):
                if reserved in entry:
                    place = located.places["assignments", name, reserved]
                    located.wrong.append((place, f"{reserved!r} is no key of an assignment"))
            entry["name"] = name
            entry["lines"] = dict(_check_lines(name, located.places))


def _check_lines(assignment: str, places: Places) -> Iterator[tuple[str, int]]:
    for keys, place in places.items():
        if len(keys) == 6 and keys[:3] == ("assignments", assignment, "units") and keys[4] == "checks":
            yield f"{keys[3]}::{keys[5]}", place.line


_WANTED = {
    "points": "a number ≥ 0",
    "up_to": "a number > 0",
    "visibility": "visible or hidden",
    "refuse_recurrent_layers": "true or false",
    "script": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "list_type": "a list",
    "greater_than_equal": "a number ≥ 0",
    "string_type": "text",
    "dict_type": "a mapping of keys to values",
    "too_short": "at least one",
    "string_too_short": "text",
    "model_type": "a mapping of keys to values",
    "files": "a mapping of file names to the names that they define, as {cells.py: [LSTMCell]}",
}


def _sentences(error: ValidationError, places: Places) -> Iterator[tuple[Place, str]]:
    """The place and the sentence of each error, as "points must be a number ≥ 0 (got 'two')"."""
    errors = error.errors()
    misspelt = {(*each["loc"][:-1],) for each in errors if each["type"] == "extra_forbidden"}
    for each in errors:
        keys = tuple(each["loc"])
        if each["type"] == "missing" and keys[:-1] in misspelt:
            continue  # the misspelt key explains it
        place = next(places[keys[:n]] for n in range(len(keys), -1, -1) if keys[:n] in places)
        key = next((str(part) for part in reversed(keys) if isinstance(part, str)), "the file")
        if each["type"] == "missing":
            said = f"{key!r} is missing here"
        elif each["type"] == "extra_forbidden":
            allowed = _allowed(keys[:-1])
            said = f"{key!r} is no key here{did_you_mean(key, allowed)}; allowed are {listed(allowed)}"
        elif each["type"] == "value_error":
            said = each["msg"].removeprefix("Value error, ")
        else:
            wanted = (
                _WANTED.get(key) or _WANTED.get(each["type"]) or each["msg"].removeprefix("Input should be ")
            )
            said = f"{key} must be {wanted} (got {each['input']!r:.80})"
        yield place, said


def _allowed(keys: Keys) -> list[str]:
    """The keys that an entry at this place may have."""
    model: type[Entry] = Config
    if keys[:1] == ("assignments",):
        model = (
            (Assignment, Assignment, Assignment, Unit, Unit, Check)[len(keys) - 1] if len(keys) < 7 else Check
        )
    below: dict[str | int, type[Entry]] = {"rows": Row, "per_day": PerDay}
    parts: dict[str | int, type[Entry]] = {
        "limits": Limits,
        "weights": Shares,
        "rubric": Rubric,
        "late": LateRule,
        "hand_in": HandIn,
    }
    if len(keys) > 2 and keys[2] in parts:
        model = below.get(keys[3], parts[keys[2]]) if len(keys) > 3 else parts[keys[2]]
    ours = ("name", "lines") if model is Assignment else ("root", "file")
    return [field for field in model.model_fields if field not in ours]
