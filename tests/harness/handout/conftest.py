"""The handout of all assignments, made once."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder import packing
from autograder.course.config import find_root, load
from autograder.handout.contents import files_of

ROOT = find_root(Path(__file__).parent)


def squeezed(text: str) -> str:
    """A text without any white space, so that layout hides nothing."""
    return re.sub(r"\s+", "", text)


def strings(value: object) -> list[str]:
    """All texts in what JSON holds, keys included."""
    if isinstance(value, Mapping):
        return [*value, *(text for each in value.values() for text in strings(each))]
    if isinstance(value, list):
        lines = all(isinstance(each, str) for each in value)  # the source of a notebook's cell
        return ["".join(value)] if lines else [text for each in value for text in strings(each)]
    return [value] if isinstance(value, str) else []


@pytest.fixture(scope="session")
def files() -> Mapping[str, bytes]:
    config = load(ROOT)
    return files_of(config, list(config.assignments))


@pytest.fixture(scope="session")
def texts(files: Mapping[str, bytes]) -> Mapping[str, str]:
    """What can be read in each file, squeezed; of JSON the texts in it."""
    read = {}
    for name, content in files.items():
        text = content.decode("utf-8")
        is_json = name.endswith((".json", ".ipynb"))
        read[name] = squeezed("\n".join(strings(json.loads(text))) if is_json else text)
    return read


@pytest.fixture(scope="session")
def unpacked(files: Mapping[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a student has after unpacking the zip."""
    folder = tmp_path_factory.mktemp("student")
    packed = packing.zipped({f"course/{name}": content for name, content in files.items()})
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(folder)
    return folder / "course"
