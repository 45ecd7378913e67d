"""A YAML file as plain data, with the place of every key, so that what is wrong is told with its line."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, where there is a wheel with it
_SCALARS = yaml.constructor.SafeConstructor()

Keys = tuple[str | int, ...]  # the way from the top of the file to an entry


class ConfigError(Exception):
    """What an instructor wrote, or a name on the command line, does not fit; the text is one sentence."""


class Place(NamedTuple):
    """A line of a file."""

    file: str
    line: int


Places = dict[Keys, Place]


@dataclass
class Located:
    """The data of a file, the place of every key, and what is wrong so far as place and sentence."""

    data: Any
    places: Places
    wrong: list[tuple[Place, str]] = field(default_factory=list)

    def refuse(self) -> None:
        """Raise ConfigError with everything that is wrong, a line for each, if there is anything."""
        if self.wrong:
            told = sorted(set(self.wrong))
            raise ConfigError("\n".join(f"{place.file}:{place.line}: {said}" for place, said in told))


def read_text(path: Path) -> str:
    """The text of a file that an instructor wrote. Raises ConfigError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{path} cannot be read: it is not UTF-8 text.") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}.") from None


def read(path: Path) -> Located:
    """Read a file; a key that is there twice is noted as wrong. Raises ConfigError for what is no YAML."""
    try:
        node = yaml.compose(read_text(path), Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{path.name}:{line}: not valid YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path.name}:1: not valid YAML: {error}") from None
    located = Located(None, {(): Place(path.name, 1)})
    if node is not None:
        located.data = _plain(node, (), path.name, located)
    return located


def _plain(node: yaml.Node, keys: Keys, file: str, located: Located) -> Any:
    """The node as plain data; `located` receives the place of every key, and what is there twice."""
    places = located.places
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in mapping:
                first = places[(*keys, key)].line
                located.wrong.append((Place(file, line), f"{key!r} is there twice (first in line {first})"))
                continue
            places[(*keys, key)] = Place(file, line)
            mapping[key] = _plain(value_node, (*keys, key), file, located)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            places[(*keys, index)] = Place(file, item.start_mark.line + 1)
        return [_plain(item, (*keys, index), file, located) for index, item in enumerate(node.value)]
    try:
        return _SCALARS.construct_object(node, deep=True)
    except ValueError:  # a date that no calendar has, as 2026-02-30
        return node.value
