"""WikiText-2 from wherever it is, its words as numbers, and windows of them."""

import itertools
import runpy
from pathlib import Path

import pytest

from autograder.course.texts import wikitext
from autograder.course.texts.vocabulary import build_vocab, encode
from autograder.course.texts.wikitext import load_wikitext

GIVEN = Path(__file__).parents[3] / "templates/vanishing_gradients/data.py"


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """An empty current folder, no home, no hub and no internet."""

    def refuse(*_):
        raise ConnectionError("there is no connection")

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AUTOGRADER_DATA", raising=False)
    monkeypatch.setattr(wikitext.Path, "home", lambda: tmp_path / "home")
    monkeypatch.setattr(wikitext, "through_datasets", refuse)
    monkeypatch.setattr(wikitext, "download", refuse)
    wikitext.load_wikitext_from.cache_clear()
    yield tmp_path
    wikitext.load_wikitext_from.cache_clear()


def write(folder, train, valid):
    for name, text in ((train, " = A = \n\n b c\n"), (valid, "d\n")):
        (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    "names",
    [("wiki.train.raw", "wiki.valid.raw"), ("train.txt", "valid.txt"), ("wiki.train.tokens", "valid.txt")],
)
def test_a_folder_is_read_line_by_line(alone, names):
    (alone / "texts").mkdir()
    write(alone / "texts", *names)
    lines, source = load_wikitext(alone / "texts")
    assert lines == {"train": [" = A = ", "", " b c", ""], "validation": ["d", ""]}
    assert source == str(alone / "texts")


def test_the_current_folder_comes_before_the_internet(alone):
    write(alone, "wiki.train.raw", "wiki.valid.raw")
    assert load_wikitext()[1] == "WikiText-2"


def test_a_named_folder_without_the_files_is_an_error(alone):
    with pytest.raises(FileNotFoundError, match=r"wiki\.train\.raw"):
        load_wikitext(alone)


def test_without_any_the_text_is_made_up_and_says_so(alone, capsys):
    lines, source = load_wikitext()
    assert source == "synthetic" and len(lines["train"]) == 2000
    assert "SYNTHETIC" in capsys.readouterr().out
    assert lines == load_wikitext("synthetic")[0]
    assert not any(set("{}|") & set(line) for line in lines["train"])


def test_a_page_is_no_text(tmp_path):
    page = tmp_path / "page"
    page.write_text("<!DOCTYPE html>" + " " * 3_000_000)
    with pytest.raises(ValueError, match="web page"):
        wikitext.check_whole(page, split="train")


def test_words_are_numbered_by_how_often_they_occur():
    stoi, itos = build_vocab(["b A a c", "a C <unk>"], max_tokens=4)
    assert itos == {0: "<pad>", 1: "<unk>", 2: "a", 3: "c"} and stoi == {w: i for i, w in itos.items()}
    assert encode(" A nothing c\n", stoi) == [2, 1, 3]


def test_targets_are_the_next_words():
    LMDataset = runpy.run_path(str(GIVEN))["LMDataset"]
    data = LMDataset(list(range(10)), seq_len=4)
    assert len(data) == 6 and len(LMDataset([1, 2], seq_len=4)) == 0
    pairs = [(x.tolist(), y.tolist()) for x, y in itertools.islice(data, 6)]
    assert pairs[0] == ([0, 1, 2, 3], [1, 2, 3, 4]) and pairs[-1] == ([5, 6, 7, 8], [6, 7, 8, 9])
