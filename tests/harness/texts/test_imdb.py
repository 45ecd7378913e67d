"""IMDb's reviews from a folder, a cache, a mirror; made up and so called where none of them has them."""

import hashlib
import io
import json
import tarfile

import pytest

from autograder.course.texts import imdb

TEXTS = {
    "train/pos/0_9.txt": "Great film!<br /><br />I loved it, don't miss it -- ever.",
    "train/neg/1_2.txt": "Dull. Dull. Dull.",
    "train/pos/2_8.txt": "A film to love",
    "train/unsup/0_0.txt": "Nobody knows",
    "test/neg/0_1.txt": "An awful film",
    "test/pos/1_10.txt": "Great, great!",
    "README": "not a review",
}


def archive() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as made:
        for name, text in TEXTS.items():
            info = tarfile.TarInfo(f"aclImdb/{name}")
            info.size = len(text.encode())
            made.addfile(info, io.BytesIO(text.encode()))
    return buffer.getvalue()


@pytest.fixture
def small(monkeypatch, home):
    """A small archive counts as the whole one; nothing is at hand. The bytes of the archive."""
    made = archive()
    monkeypatch.setattr(imdb, "ARCHIVE_SHA256", hashlib.sha256(made).hexdigest())
    monkeypatch.setattr(imdb, "cache_folder", lambda: home)
    imdb.reviews_from.cache_clear()
    yield made
    imdb.reviews_from.cache_clear()


def lines(folder, **more):
    entries = [{"text": f"word {chr(97 + i)} film", "label": i % 2, **more} for i in range(10)]
    (folder / "imdb.jsonl").write_text("\n".join(map(json.dumps, entries)) + "\n", encoding="utf-8")


def test_the_archive_is_downloaded_once_checked_and_kept(small, serve, home, monkeypatch):
    bad, good = serve(b"", "page"), serve(small)
    monkeypatch.setattr(imdb, "ARCHIVE_URLS", [bad.url(), good.url()])
    (train, test), source = imdb.find_reviews()
    assert source == "IMDb" and [label for _, label in train] == [0, 1, 0] and [y for _, y in test] == [1, 0]
    imdb.reviews_from.cache_clear()
    assert imdb.find_reviews()[0] == (train, test)
    assert len(good.paths) == 1 and [path.name for path in home.iterdir()] == [imdb.ARCHIVE]


def test_reviews_are_words_in_lower_case_from_short_to_long(small, tmp_path, monkeypatch):
    (tmp_path / imdb.ARCHIVE).write_bytes(small)
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path))
    (x_train, y_train), (x_test, y_test), (i2w, w2i), classes = imdb.load_imdb(final=True)
    texts = [" ".join(i2w[i] for i in review) for review in x_train]
    assert texts == ["dull dull dull", "a film to love", "great film i loved it dont miss it ever"]
    assert y_train == [1, 0, 0] and y_test == [0, 1] and classes == 2
    assert i2w[:4] == [".pad", ".start", ".end", ".unk"] and i2w[4:] == sorted(i2w[4:])
    assert [i2w[i] for i in x_test[1]] == [".unk", ".unk", "film"]  # test words are not in the vocabulary
    assert w2i["film"] == i2w.index("film")
    assert len(imdb.load_imdb(final=True, voc=2)[2][0]) == 6
    assert " " in imdb.load_imdb(final=True, char=True)[2][0]


def test_a_validation_set_is_drawn_from_the_training_reviews(tmp_path, monkeypatch, small):
    lines(tmp_path, split="train")
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path))
    (x_train, _), (x_val, y_val), _, _ = imdb.load_imdb()
    assert len(x_train) == 8 and len(x_val) == len(y_val) == 2
    assert not {tuple(review) for review in x_train} & {tuple(review) for review in x_val}
    assert imdb.load_imdb() == imdb.load_imdb(seed=0)


def test_a_file_of_ones_own_beside_the_notebook_is_used(small, serve, tmp_path, monkeypatch):
    mirror = serve(b"", "404")
    monkeypatch.setattr(imdb, "ARCHIVE_URLS", [mirror.url()])
    lines(tmp_path / "here")
    (train, test), source = imdb.find_reviews()
    assert source == "imdb.jsonl" and (len(train), len(test)) == (8, 2) and not mirror.paths


@pytest.mark.parametrize("content", ["{}", "[1]", "no json", '{"text": "a", "label": "x"}'])
def test_a_file_that_holds_something_else_is_told(small, serve, tmp_path, monkeypatch, capsys, content):
    monkeypatch.setattr(imdb, "ARCHIVE_URLS", [serve(small).url()])
    (tmp_path / "here" / "imdb.jsonl").write_text(content)
    assert imdb.find_reviews()[1] == "IMDb"
    assert "imdb.jsonl holds something else than reviews" in capsys.readouterr().out


def test_a_part_of_the_archive_is_not_taken_for_it(small, serve, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(imdb, "ARCHIVE_URLS", [serve(small).url()])
    (tmp_path / "here" / imdb.ARCHIVE).write_bytes(small[:100])
    assert imdb.find_reviews()[1] == "IMDb"
    assert f"{imdb.ARCHIVE} is not the archive, or only a part of it" in capsys.readouterr().out


def test_offline_reviews_are_made_up_and_said_to_be(small, serve, monkeypatch, capsys):
    mirror = serve(b"", "503")
    monkeypatch.setattr(imdb, "ARCHIVE_URLS", [mirror.url()])
    (train, test), source = imdb.find_reviews()
    imdb.load_imdb()
    assert source == "synthetic" and len(mirror.paths) == 1 and (len(train), len(test)) == (2_500, 500)
    said = capsys.readouterr().out.strip().splitlines()
    assert "could not be downloaded" in said[0] and said[1].startswith("These are SYNTHETIC reviews")
    assert 0.45 < sum(label for _, label in train) / len(train) < 0.55


def test_a_folder_without_reviews_is_told(small, tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "here"))
    with pytest.raises(FileNotFoundError, match=r"neither aclImdb_v1\.tar\.gz nor imdb\.jsonl"):
        imdb.load_imdb()


def test_the_real_sample_is_read(real_texts, monkeypatch):
    if not (real_texts / "imdb_sample.jsonl").is_file():
        pytest.skip("the sample of IMDb's reviews is not at hand")
    monkeypatch.setenv("AUTOGRADER_DATA", str(real_texts))
    imdb.reviews_from.cache_clear()
    (x_train, y_train), (x_test, _), (i2w, w2i), _ = imdb.load_imdb(final=True)
    assert len(x_train) == 2_000 and len(x_test) == 500 and 0.45 < sum(y_train) / 2_000 < 0.55
    assert "film" in w2i and len(i2w) > 20_000
