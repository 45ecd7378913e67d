"""The handout's pictures are what their script draws, small, and told in words as well."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from tests.harness.assignments import draw_a7_paradigms as pictures

from .conftest import A7, ROOT

README = (ROOT / "templates" / A7 / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", pictures.PARADIGMS)
def test_a_picture_is_what_the_script_draws(name):
    path = pictures.FOLDER / f"{name}.svg"
    text = path.read_text(encoding="utf-8")
    assert text == pictures.draw(pictures.PARADIGMS[name]), (
        "run tests/harness/assignments/draw_a7_paradigms.py"
    )
    assert len(text) < 20_000 and ElementTree.fromstring(text).tag.endswith("svg")
    assert "prefers-color-scheme: dark" in text


@pytest.mark.parametrize("name", pictures.PARADIGMS)
def test_the_handout_shows_each_picture_with_its_words(name):
    assert f"![{pictures.PARADIGMS[name].says}](pictures/{name}.svg)" in README


def test_every_file_that_the_handout_names_is_there():
    folder = ROOT / "templates" / A7
    for name in re.findall(r"`(\w+\.(?:py|ipynb|md))`", README):
        assert (folder / name).is_file()
