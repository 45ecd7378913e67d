"""Sentences with their author, to train on and to test on, and the sonnets."""

import os
import random
import re
from functools import cache
from pathlib import Path

from autograder.course.texts.gutenberg import BOOKS, find_book, read_book
from autograder.course.texts.synthetic import STYLES, synthetic_text

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
