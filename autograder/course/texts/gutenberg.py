"""Four books of Project Gutenberg: where they are, how a whole copy is known, the author's words alone."""

import re
from pathlib import Path

from autograder.course.texts.download import cache_folder, download

# number at Project Gutenberg, least and most kB (editions differ), words of the author's first and last line
BOOKS = {
    "austen": (1342, 650, 950, "a truth universally acknowledged", "had been the means of uniting them"),
    "poe": (2147, 430, 750, "late accounts from Rotterdam", "regard his beloved"),
    "shakespeare_play": (1112, 135, 260, "Two households, both alike in", "this of Juliet and her Romeo"),
    "sonnets": (1041, 90, 180, "From fairest creatures we desire", "water cools not love"),
}
MIRRORS = ["https://www.gutenberg.org", "https://gutenberg.pglaf.org", "https://aleph.pglaf.org"]
PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": "--", "–": "-", "\xa0": " ", "…": "..."})


def plain(raw: bytes) -> str:
    """Text with plain newlines, quotes and dashes: the curly ones would give an author away."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    return re.sub(r"\r\n?", "\n", text).translate(PLAIN)


def read_book(name: str, path: Path) -> str:
    """The author's own words: no licence, contents, preface, biography, note in brackets or mark of italics.

    Raises FileNotFoundError if there is no such file, ValueError with the reason if it is not a whole copy.
    """
    _, least, most, first, last = BOOKS[name]
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not there")
    raw = path.read_bytes()
    text, file = plain(raw), f"{name}.txt"
    if text.lstrip().startswith("<"):
        raise ValueError(f"{file} is a web page, not the text")
    if "START OF TH" in text and "END OF TH" not in text:  # the marks of Project Gutenberg
        raise ValueError(f"{file} has no END mark, so it was cut off")
    if not least * 1000 <= len(raw) <= most * 1000:
        raise ValueError(f"{file} has {len(raw) // 1000} kB instead of {least} to {most}")
    lines = f"[^\n]*{first}.*{last}[^\n]*".replace(" ", r"\s+")  # from the first line to the last
    found = re.search(lines, text, re.DOTALL | re.IGNORECASE)
    if not found:
        raise ValueError(f'{file} is another text: it does not go from "{first}" to "{last}"')
    text = re.sub(r"\[[^\[\]]{0,400}\]", "", found[0])
    text = re.sub(r"\[[^\[\]]{0,400}\]", "", text)  # brackets may have held brackets
    text = re.sub(r"\(\*\d+\)|[_*\[\]]", "", text)
    return re.sub(r"^ *[IVXLC]+\.? *$", "", text, flags=re.MULTILINE)  # the numbers of sonnets


def find_book(name: str) -> str:
    """Read a book from the current folder or the cache, or else download it into the cache.

    Raises ConnectionError, in one sentence, if no mirror answers with the book.
    """
    file = cache_folder() / f"{name}.txt"
    for path in (Path(file.name), file):
        try:
            return read_book(name, path)
        except FileNotFoundError:
            continue
        except ValueError as error:
            print(f"{error}: looking elsewhere.")
    urls = [f"{mirror}/cache/epub/{BOOKS[name][0]}/pg{BOOKS[name][0]}.txt" for mirror in MIRRORS]
    download(urls, file, lambda part: read_book(name, part))
    return read_book(name, file)
