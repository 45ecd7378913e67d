"""Only the author's words are left of a book, and a file that is not the book is refused with the reason."""

import pytest

from autograder.course.texts import authors, gutenberg
from autograder.course.texts.gutenberg import BOOKS, find_book, read_book

pytestmark = pytest.mark.usefixtures("small_books")


@pytest.mark.parametrize("name", BOOKS)
@pytest.mark.parametrize("licence", [True, False], ids=["with licence", "already stripped"])
def test_licence_contents_and_biography_are_cut(tmp_path, book, name, licence):
    front = "Contents\n\n  A Life of Somebody\n\nSOMEBODY was born in a house. He wrote."
    (tmp_path / "book.txt").write_bytes(book(name, licence=licence, front=front).encode())
    text = read_book(name, tmp_path / "book.txt")
    assert text.startswith("It was, ") and text.endswith(f"{BOOKS[name][4]}.")
    for word in ("Gutenberg", "Contents", "Produced", "Terms", "SOMEBODY", "\r", "\ufeff"):
        assert word not in text
    assert text.count("invented") == 60


def test_typographic_signs_that_only_some_files_have_are_gone(tmp_path, book):
    more = "‘A’ – b… _c_ d\xa0e\n\nf (*12) g\n\n[Illustration: h [i] j]k\n\n  XIV\n\nMIX of l. I am."
    raw = book("poe").replace("The invented “sentence” number 7 ", more + " ")
    (tmp_path / "book.txt").write_bytes(raw.encode())
    text = read_book("poe", tmp_path / "book.txt")
    assert "'A' - b... c d e\n\nf  g\n\nk\n\n\n\nMIX of l. I am. isn't anybody's--truly." in text
    assert not set(text) & set("“”‘’—–…\xa0_*[]")
    assert "The invented \"sentence\" number 8 isn't anybody's--truly." in text


def test_words_over_two_lines_or_in_capitals_are_still_found(tmp_path, book):
    first, last = BOOKS["poe"][3:]
    raw = book("poe").replace(first, first.upper()).replace(last, last.replace(" ", "\r\n"))
    (tmp_path / "book.txt").write_bytes(raw.encode())
    assert read_book("poe", tmp_path / "book.txt").endswith("beloved.")


def test_a_file_in_the_old_encoding_is_read(tmp_path, book):
    (tmp_path / "book.txt").write_bytes(book("poe", licence=False).replace("ev", "év").encode("cp1252"))
    assert "'" in read_book("poe", tmp_path / "book.txt")


def wrong_files(book):
    whole = book("poe")
    yield "<!DOCTYPE html><html>" + whole, "is a web page, not the text"
    yield whole[: len(whole) * 3 // 4], "no END mark"
    yield book("poe", sentences=5, licence=False), "kB instead of 2 to 9"
    yield book("poe", sentences=500), "kB instead of 2 to 9"
    yield book("austen"), 'another text: it does not go from "late accounts from Rotterdam"'
    yield whole.replace("beloved", "neighbour"), "another text"


@pytest.mark.parametrize("number", range(6))
def test_a_file_that_is_not_the_book_is_refused_with_the_reason(tmp_path, book, number):
    content, reason = list(wrong_files(book))[number]
    (tmp_path / "book.txt").write_bytes(content.encode())
    with pytest.raises(ValueError, match=r"^poe\.txt ") as caught:
        read_book("poe", tmp_path / "book.txt")
    assert reason in str(caught.value)


def test_a_book_is_downloaded_once_from_the_first_good_mirror_and_kept(serve, book, home, monkeypatch):
    bad, good, unasked = serve(b"", "page"), serve(book("poe").encode()), serve(b"", "404")
    monkeypatch.setattr(gutenberg, "MIRRORS", [bad.address, good.address, unasked.address])
    assert find_book("poe") == find_book("poe")
    assert bad.paths == good.paths == ["/cache/epub/2147/pg2147.txt"] and not unasked.paths
    assert [path.name for path in home.iterdir()] == ["poe.txt"]


def test_a_book_in_the_current_folder_is_taken_unless_it_is_wrong(
    serve, book, home, tmp_path, monkeypatch, capsys
):
    mirror = serve(book("poe").encode())
    monkeypatch.setattr(gutenberg, "MIRRORS", [mirror.address])
    here = tmp_path / "here" / "poe.txt"
    here.write_text(book("poe", sentences=50), encoding="utf-8")
    assert find_book("poe").count("invented") == 50 and not mirror.paths
    here.write_text("<html>Too many requests</html>")
    assert find_book("poe").count("invented") == 60 and len(mirror.paths) == 1
    assert "poe.txt is a web page, not the text: looking elsewhere." in capsys.readouterr().out
    assert here.read_text().startswith("<html>")  # a student's file is left alone


def test_a_damaged_copy_in_the_cache_is_replaced(serve, book, home, monkeypatch):
    monkeypatch.setattr(gutenberg, "MIRRORS", [serve(book("poe").encode()).address])
    home.mkdir()
    (home / "poe.txt").write_text("half a bo")
    assert find_book("poe") and find_book("poe")
    assert (home / "poe.txt").stat().st_size > 2000


def test_all_four_books_come_from_the_addresses_of_the_handout():
    urls = [f"{gutenberg.MIRRORS[0]}/cache/epub/{book[0]}/pg{book[0]}.txt" for book in BOOKS.values()]
    assert urls == [
        "https://www.gutenberg.org/cache/epub/1342/pg1342.txt",
        "https://www.gutenberg.org/cache/epub/2147/pg2147.txt",
        "https://www.gutenberg.org/cache/epub/1112/pg1112.txt",
        "https://www.gutenberg.org/cache/epub/1041/pg1041.txt",
    ]


def test_a_folder_of_texts_at_hand_is_used_and_nothing_is_asked(serve, book, home, tmp_path, monkeypatch):
    mirror = serve(b"", "404")
    monkeypatch.setattr(gutenberg, "MIRRORS", [mirror.address])
    for name in BOOKS:
        (tmp_path / f"{name}.txt").write_bytes(book(name).encode())
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path))
    texts, source = authors.load_texts()
    assert source == str(tmp_path) and list(texts) == list(BOOKS) and not mirror.paths
    (tmp_path / "poe.txt").unlink()
    authors.load_from.cache_clear()
    with pytest.raises(FileNotFoundError, match=r"poe\.txt is not there$"):
        authors.load_texts()


def test_offline_every_text_is_synthetic_and_says_so_in_plain_words(serve, home, monkeypatch, capsys):
    mirror = serve(b"", "503")
    monkeypatch.setattr(gutenberg, "MIRRORS", [mirror.address])
    _, source = authors.load_texts()
    authors.author_sentences()
    authors.sonnets_text()
    assert source == "synthetic" and len(mirror.paths) == 1  # asked once, not once per text
    lines = capsys.readouterr().out.strip().splitlines()
    host = mirror.address.removeprefix("http://")
    assert lines == [
        f"austen.txt could not be downloaded ({host}: HTTP error 503). "
        "A folder that has the texts can be named in AUTOGRADER_DATA.",
        "These are SYNTHETIC texts: made up by a program, not written by Austen, Poe or Shakespeare.",
    ]
