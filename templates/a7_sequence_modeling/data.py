"""The texts: found or downloaded, stripped, split into sentences, to train on and to test on.

Given, complete and not graded. It needs nothing but Python.
"""

import os
import random
import re
import time
from collections.abc import Callable
from email.utils import formatdate, mktime_tz, parsedate_tz
from functools import cache
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

# A file from the first mirror that has it: resumed when cut off, checked, then put in its place.

AGENT = "rnn-course-texts/1.0 (data for a course, downloaded once and kept)"
PATIENCE, LONGEST, LARGEST = 15.0, 120.0, 20_000_000  # seconds without a byte, seconds and bytes in all


def cache_folder() -> Path:
    """Where downloads are kept."""
    try:
        from platformdirs import user_cache_path
    except ImportError:
        return Path.home() / ".cache" / "rnn-autograder"
    return user_cache_path("rnn-autograder")


def download(urls: list[str], path: Path, check: Callable[[Path], object], largest: int = 0) -> None:
    """Save the first of the urls that works as path. check raises ValueError if a file is not what is wanted.

    largest is the size in bytes that is too much; a file that may be larger than usual gets more time.

    What came before a connection broke is kept (.part), and the next attempt goes on from there.
    Raises ConnectionError with one sentence that names the trouble of each mirror.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    troubles = []
    for url in urls:
        host = urlsplit(url).netloc
        part = path.with_name(f"{path.name}.{host.replace(':', '-')}.part")
        for _ in range(3):
            size = part.stat().st_size if part.exists() else 0
            try:
                receive(url, part, size, largest or LARGEST)
                check(part)
                part.replace(path)  # in one step: nobody ever sees half a file under this name
                return
            except ValueError as error:
                trouble = str(error)
                part.unlink(missing_ok=True)
            except HTTPError as error:
                trouble = f"HTTP error {error.code}"
                if error.code == 416:  # nothing follows what we have, so that was wrong: begin again
                    part.unlink(missing_ok=True)
                    continue
            except (OSError, HTTPException) as error:
                trouble = str(getattr(error, "reason", error)) or type(error).__name__
            if not part.exists() or part.stat().st_size <= size:  # nothing new came: next mirror
                break
        troubles.append(f"{host}: {trouble}")
    raise ConnectionError(f"{path.name} could not be downloaded ({'; '.join(troubles)}).")


def receive(url: str, part: Path, size: int, largest: int) -> None:
    """Add to part what follows its first size bytes, or all if the server's file has changed since."""
    headers = {"User-Agent": AGENT}
    if size:  # part carries the date that the server gave
        headers |= {"Range": f"bytes={size}-", "If-Range": formatdate(part.stat().st_mtime, usegmt=True)}
    deadline = time.monotonic() + LONGEST * max(1.0, largest / LARGEST)
    with urlopen(Request(url, headers=headers), timeout=PATIENCE) as answer:
        size = size if answer.status == 206 else 0
        end = size + int(answer.headers["Content-Length"] or largest)
        date = parsedate_tz(answer.headers["Last-Modified"] or "")
        try:
            with part.open("ab" if size else "wb") as file:
                while (
                    size < end <= largest and (chunk := answer.read1(65536)) and time.monotonic() < deadline
                ):
                    size += file.write(chunk)
                    print(f"\r{url}: {size // 1000} kB", end="", flush=True)
        finally:
            print()
            os.utime(part, (mktime_tz(date) if date else 0,) * 2)
    if answer.headers["Content-Length"] and part.stat().st_size != end:
        raise ConnectionError(f"the connection ended after {size} of {end} bytes")


# Four books of Project Gutenberg: where they are, how a whole copy is known, the author's words alone.

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


# Texts made from a seed, in three styles and in verse, for work without internet. No author wrote them.

# A text is made of its style's lines, with one of the words chosen in every pair of braces.
STYLES = {
    "austen": """
{Mr.|Mrs.|Miss|Lady} {Pelham|Wexley|Ansford|Tilbrook|Dunmore} was {very|perfectly|tolerably|by no means} \
{glad|vexed|surprised|obliged} to hear that {her sister|his cousin} {would|might|could} {dine|call} at the \
Hall.
"{My|Indeed, my} dear {Mr.|Mrs.|Miss|Lady} {Pelham|Wexley|Ansford|Tilbrook|Dunmore}," {said|replied|cried} \
{her sister|his cousin|Mrs. Harcott}, "you {would|might|ought to} be {very|perfectly} {glad|vexed|\
obliged}."
{All|Half|None of} the {party|ladies|company} at the {parsonage|rectory|Hall} {would|might|could} {dine|\
call}; but {her sister|his cousin|Miss Merriden} was {very|perfectly} {glad|vexed|obliged} to be {invited|\
consulted}.""",
    "poe": """
{Alone|Mute|Trembling|Buried} in the {dim|pallid|ghastly|sombre|black} {vault|chamber|crypt|gulf} I {felt|\
dreaded|knew} a {whisper|groan|pulse|shriek}--{hideous|spectral|leaden}, {frantic|nameless}, and {dim|\
pallid|ghastly}!
I {felt|dreaded|knew}--yes, I {felt|dreaded|knew}--{the|that} {dim|pallid|ghastly|sombre|black} {whisper|\
groan|pulse|shriek} of the {hideous|spectral|leaden} {vault|chamber|crypt|gulf} beneath!
My {soul|blood|brain} {sank|froze|reeled} within me, for a {whisper|groan|pulse|shriek}, {dim|pallid|\
ghastly|sombre} and {hideous|spectral|leaden}, {crept|lingered|quivered} amid the {vault|chamber|crypt|\
gulf}.""",
    "shakespeare_play": """
{O|Ay|Nay|Alack}, {fair|gentle|false|cruel} {lord|cousin|lady|knave}, thy {heart|tongue|sword|eye} doth \
{weep|sleep|burn|break} {ere dawn|to-night|for thy sake}, and I must {weep|sleep|burn|break}.
{Must|Canst|Wilt} thou {weep|sleep|burn|break} {ere dawn|to-night|in the street}, {my|thou} {fair|gentle|\
false|cruel} {lord|cousin|lady|knave}?
My {heart|tongue|sword|eye} {hath|had ne'er} {slain|wrong'd|charm'd} thy {heart|tongue|sword|eye}, {fair|\
gentle|false|cruel} {lord|cousin|lady|knave}!""",
    "sonnets": """
The {summer|winter|morning|river} {lends|gives|denies} its {light|colour|music} to {thy|my} {face|heart|\
verse},
{Thy|My} {eyes|years|hands} {lend|give|deny} {each|every|the} {summer|garden|evening} {light|colour|\
silence},
And {thy|my} {face|heart|verse} {owes|brings|steals} the {light|colour|music} of {the|a} {summer|garden|\
river}.""",
}
LENGTHS = {"austen": 3000, "poe": 2000, "shakespeare_play": 1200, "sonnets": 2000}  # sentences, or verses


def synthetic_text(name: str, seed: int = 0) -> str:
    """A text in the style called name. The same seed gives the same text on every machine."""
    rng = random.Random(f"{name} {seed}")
    lines = rng.choices(STYLES[name].strip().split("\n"), k=LENGTHS[name])
    text = ("\n" if name == "sonnets" else "\n\n").join(lines)
    return re.sub(r"{(.*?)}", lambda braces: rng.choice(braces[1].split("|")), text)


# Sentences with their author, to train on and to test on, and the sonnets.

Pairs = list[tuple[str, int]]  # (sentence, author id)
AUTHORS = ["austen", "poe", "shakespeare_play"]  # the author with id 0, 1, 2
NO_END = "".join(rf"(?<!\b{title}\.)" for title in ("Mr", "Mrs", "Dr", "St"))
SENTENCE_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"')]))" + NO_END + r"\s+(?=[\"'(]*[A-Z])")


def load_texts(folder: str | Path = "") -> tuple[dict[str, str], str]:
    """The four texts by name, and where they are from: "Project Gutenberg", a folder, or "synthetic".

    folder has austen.txt, poe.txt, shakespeare_play.txt and sonnets.txt, or is "synthetic". Without it the
    environment variable AUTOGRADER_DATA decides; without that, the texts are looked for in the current folder
    and the cache, and else downloaded. If that fails, all four are synthetic, and a line says so.
    """
    return load_from(str(folder or os.environ.get("AUTOGRADER_DATA", "")))


@cache
def load_from(folder: str) -> tuple[dict[str, str], str]:
    """The same, read once, so that all of a program's texts have one source."""
    if folder not in ("", "synthetic"):
        return {name: read_book(name, Path(folder, f"{name}.txt")) for name in BOOKS}, folder
    if not folder:
        try:
            return {name: find_book(name) for name in BOOKS}, "Project Gutenberg"
        except OSError as error:
            print(f"{error} A folder that has the texts can be named in AUTOGRADER_DATA.")
    print("These are SYNTHETIC texts: made up by a program, not written by Austen, Poe or Shakespeare.")
    return {name: synthetic_text(name) for name in STYLES}, "synthetic"


def split_sentences(text: str, min_length: int = 20) -> list[str]:
    """Sentences of at least min_length characters. A blank line ends one, too; verse is joined."""
    paragraphs = [" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text)]
    sentences = [sentence for paragraph in paragraphs for sentence in SENTENCE_END.split(paragraph)]
    return [sentence for sentence in sentences if len(sentence) >= min_length]


def author_sentences(
    seed: int = 0, balanced: bool = False, max_length: int | None = None, folder: str | Path = ""
) -> tuple[Pairs, Pairs]:
    """Pairs to train on (80 %) and to test on, shuffled by the seed: 0 is Austen, 1 Poe, 2 Shakespeare.

    Sentences are cut after max_length characters. None occurs twice, so no test sentence was trained on.
    balanced: equally many of each author, else as many as there are.
    """
    texts, _ = load_texts(folder)
    rng = random.Random(seed)
    author_of: dict[str, int] = {}
    for author, name in enumerate(AUTHORS):
        for sentence in split_sentences(texts[name]):
            author_of.setdefault(sentence[:max_length], author)  # the first author keeps it
    by_author = [[pair for pair in author_of.items() if pair[1] == author] for author in range(len(AUTHORS))]
    most = min(map(len, by_author)) if balanced else None
    train: Pairs = []
    test: Pairs = []
    for pairs in by_author:
        rng.shuffle(pairs)
        fifth = len(pairs[:most]) // 5
        test += pairs[:fifth]
        train += pairs[fifth:most]
    rng.shuffle(train)
    rng.shuffle(test)
    return train, test


def sonnets_text(folder: str | Path = "") -> str:
    """The sonnets as one text: a line per verse, a blank line between sonnets."""
    lines = [line.strip() for line in load_texts(folder)[0]["sonnets"].splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
