"""What `class` was told, and what later commands about the same class go by: DIR/options.yaml.

    config: ../section_b.yaml
    keep: best

Otherwise a second command without them would give other points to the same people.
"""

from __future__ import annotations

import os
from pathlib import Path

import yaml
from pydantic import ValidationError

from autograder import records
from autograder.classroom.downloads import Keep
from autograder.course.config import Config, ConfigError
from autograder.course.entry import Entry
from autograder.course.yaml_file import read

FILE = "options.yaml"
_HEAD = "# What `class` was told, which holds for all commands about it. To take it back, delete its line.\n"


class Options(Entry):
    """`config` is a second configuration, its path absolute or seen from DIR; `keep` as downloads take it."""

    config: str = ""
    keep: Keep = "latest"


def kept(folder: Path) -> Options:
    """The options of before. Raises ConfigError for a file that holds others."""
    if not (folder / FILE).exists():
        return Options()
    located = read(folder / FILE)
    located.refuse()
    try:
        return Options.model_validate(located.data or {})
    except ValidationError as error:
        key = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ConfigError(
            f"{folder / FILE}: {key or 'the file'} is not as `class` writes it: delete the line, and give "
            "`class` the option again."
        ) from None


def config_file(folder: Path) -> Path | None:
    """The second configuration of before; None where there was none. Raises ConfigError where it is gone."""
    named = kept(folder).config
    if not named:
        return None
    path = Path(os.path.normpath(folder / named))
    if not path.is_file():
        raise ConfigError(
            f"{folder / FILE} names the configuration {path}, which is not there: give --config, or delete "
            "the line."
        )
    return path


def remember(folder: Path, config: Config, keep: Keep) -> None:
    """Write DIR/options.yaml, if it is to change. Raises Unwritten."""
    now = Options(config=named(folder, config), keep=keep).model_dump(exclude_defaults=True)
    if now or (folder / FILE).exists():
        told = yaml.safe_dump(now, allow_unicode=True) if now else ""
        records.write_changed(folder / FILE, f"{_HEAD}{told}")


def named(folder: Path, config: Config) -> str:
    """The second configuration as DIR/options.yaml names it: seen from DIR where they move together."""
    if config.file is None:
        return ""
    place, root, path = folder.resolve(), config.root.resolve(), config.file.resolve()
    if place.is_relative_to(root) and path.is_relative_to(root):
        return Path(os.path.relpath(path, place)).as_posix()
    return str(path)
