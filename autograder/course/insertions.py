"""New entries in grading_config.yaml, put in as lines of text: all others keep their comments and layout.

Of a unit

    loop:
      checks:
        # values
        states: {points: 1, visibility: visible}  # the first

a new entry comes to stand in a line below `states`, as deep as that, and nothing else changes.
"""

from __future__ import annotations

from typing import Any

import yaml

from autograder.course.config import FILE_NAME, ConfigError


def with_check(
    text: str, assignment: str, unit: str, check: str, entry: str, *, after: str | None = None
) -> str:
    """The file with one more check at the end of a unit, or behind the check `after`. Raises ConfigError."""
    units = at(at(at(_document(text), "assignments"), assignment), "units")
    key, about = _item(units, unit)
    checks = next((value for key, value in about.value if key.value == "checks"), None)
    line = f"{check}: {entry}"
    if about.flow_style and not (checks and checks.value):
        raise _no_room(about)
    if checks is None:
        return _appended(text, about, f"checks:\n  {line}", _column(about, key))
    return _appended(text, checks, line, _column(checks, _item(about, "checks")[0]), after)


def with_assignment(text: str, entry: str) -> str:
    """The file with one more assignment at its end: lines as they stand at the left. Raises ConfigError."""
    key, assignments = _item(_document(text), "assignments")
    apart = "\n" if assignments.value else ""
    return _appended(text, assignments, apart + entry.strip("\n"), _column(assignments, key))


def _appended(text: str, mapping: yaml.MappingNode, lines: str, column: int, after: str | None = None) -> str:
    """The text with `lines` as an entry of `mapping`: its last, or the one behind the entry `after`."""
    if mapping.flow_style and mapping.value:
        return _within_braces(text, mapping, lines)
    if mapping.flow_style:  # {}
        start, end = mapping.start_mark.index, mapping.end_mark.index
        kept = text[:start].rstrip()
        text = kept + text[end:]
        place = _next_line(text, len(kept))
    else:
        last = mapping if after is None else at(mapping, after)
        place = _next_line(text, _end(text, last))
    indented = "".join(" " * column * bool(line) + line + "\n" for line in lines.split("\n"))
    above = text[:place]
    return above + "\n" * (not above.endswith("\n")) + indented + text[place:]


def _within_braces(text: str, mapping: yaml.MappingNode, lines: str) -> str:
    if "\n" in lines:
        raise _no_room(mapping)
    end = len(text[: mapping.end_mark.index - 1].rstrip())
    return f"{text[:end]}, {lines}{text[end:]}"


def _no_room(mapping: yaml.MappingNode) -> ConfigError:
    line = mapping.start_mark.line + 1
    return ConfigError(f"{FILE_NAME}:{line}: nothing can be added within these braces: write it in lines.")


def _column(mapping: yaml.MappingNode, key: yaml.Node) -> int:
    """How deep the entries of a mapping stand; below its key, when it is empty."""
    if mapping.flow_style:
        return int(key.start_mark.column) + 2
    return int(mapping.value[0][0].start_mark.column)


def _end(text: str, node: yaml.Node) -> int:
    """Where the last word of a node ends: the node itself ends where the next one begins."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        node = _last(node.value[-1]) if isinstance(node, yaml.MappingNode) else node.value[-1]
    return len(text[: node.end_mark.index].rstrip())


def _last(item: tuple[yaml.Node, yaml.Node]) -> yaml.Node:
    """The value of an item, or the key where the value is `*a_name` and so stands elsewhere."""
    key, value = item
    return value if value.start_mark.index > key.start_mark.index else key


def _next_line(text: str, index: int) -> int:
    return text.find("\n", index) + 1 or len(text)


def _document(text: str) -> Any:
    return yaml.compose(text, Loader=yaml.SafeLoader)


def _item(mapping: Any, name: str) -> tuple[Any, Any]:
    return next((key, value) for key, value in mapping.value if str(key.value) == name)


def at(mapping: Any, name: str) -> Any:
    """What stands under a key of a mapping of YAML's; it is there."""
    return _item(mapping, name)[1]
