"""IMDb's reviews of films, highly positive or highly negative, as lists of ids; made-up ones offline."""

import hashlib
import json
import os
import random
import re
import tarfile
from collections import Counter
from functools import cache
from pathlib import Path

from autograder.course.texts.download import cache_folder, download
from autograder.course.texts.grammars import SPECIALS

Reviews = list[tuple[str, int]]  # text, 0 for positive or 1 for negative
Labelled = tuple[list[list[int]], list[int]]

# Maas et al. (2011), "Learning Word Vectors for Sentiment Analysis": 25,000 reviews to train, 25,000 to test
ARCHIVE, ARCHIVE_BYTES = "aclImdb_v1.tar.gz", 84_125_825
ARCHIVE_SHA256 = "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe"
ARCHIVE_URLS = [
    f"https://ai.stanford.edu/~amaas/data/sentiment/{ARCHIVE}",
    f"https://bj.bcebos.com/dataset/imdb%2F{ARCHIVE}",
]
LINES = ["imdb.jsonl", "imdb_sample.jsonl"]  # a file of one's own: {"text": …, "label": 0 or 1} in each line

LEXICON = {  # of the made-up reviews
    "neutral": "the film a story of this scene and actor in director with that plot was it music camera on "
    "for city night character ending first time people make see one about minutes dialogue family friend",
    "praise": "great wonderful moving brilliant funny superb honest beautiful loved perfect charming",
    "blame": "boring awful terrible dull wooden silly waste worst mess stupid tedious annoying",
}


def load_imdb(
    final: bool = False, val: int = 5_000, seed: int = 0, voc: int | None = None, char: bool = False
) -> tuple[Labelled, Labelled, tuple[list[str], dict[str, int]], int]:
    """(x_train, y_train), (x_val, y_val), (i2w, w2i), numcls: reviews as lists of ids, from short to long.

    final: train and test as IMDb has them; else `val` of the training reviews, drawn by the seed, are set
    aside for validation. Labels: 0 positive, 1 negative. Ids: .pad, .start, .end and .unk, then the words of
    the training reviews in sorted order (only the `voc` most frequent, if given); char: characters instead.
    """
    (train, test), _ = find_reviews()
    symbols = [list(text.lower()) if char else words(text) for text, _ in train]
    counts = Counter(symbol for review in symbols for symbol in review)
    i2w = [*SPECIALS, *sorted(symbol for symbol, _ in counts.most_common(voc))]
    w2i = {symbol: index for index, symbol in enumerate(i2w)}

    if not final:
        shuffled = random.Random(seed).sample(train, len(train))
        val = min(val, len(train) // 5)
        train, test = shuffled[val:], shuffled[:val]
    return as_ids(train, w2i, char), as_ids(test, w2i, char), (i2w, w2i), 2


def words(text: str) -> list[str]:
    """Lower case, letters only, split at blanks: a crude way, but it will do."""
    return re.sub(r"[^a-z\s]", "", re.sub(r"<br ?/?>|--+", " ", text.lower())).split()


def as_ids(reviews: Reviews, w2i: dict[str, int], char: bool) -> Labelled:
    """Lists of ids from short to long, and the label of each; reviews without any symbol are left out."""
    unknown = w2i[".unk"]
    pairs = [
        ([w2i.get(s, unknown) for s in (text.lower() if char else words(text))], y) for text, y in reviews
    ]
    pairs = sorted((pair for pair in pairs if pair[0]), key=lambda pair: len(pair[0]))
    return [ids for ids, _ in pairs], [label for _, label in pairs]


def find_reviews(folder: str | Path = "") -> tuple[tuple[Reviews, Reviews], str]:
    """(reviews to train on, reviews to test on), and where they are from: "IMDb", a file, or "synthetic".

    folder holds aclImdb_v1.tar.gz or imdb.jsonl, or is "synthetic". Without it the environment variable
    AUTOGRADER_DATA decides; without that, the current folder and the cache are looked through, and else the
    archive (84 MB) is downloaded. If that fails, reviews are made up, and a line says so.
    """
    return reviews_from(str(folder or os.environ.get("AUTOGRADER_DATA", "")))


@cache
def reviews_from(folder: str) -> tuple[tuple[Reviews, Reviews], str]:
    """The same, read once."""
    if folder not in ("", "synthetic"):
        found = reviews_in(Path(folder))
        if found is None:
            raise FileNotFoundError(f"{folder} holds neither {ARCHIVE} nor {LINES[0]}")
        return found
    if not folder:
        for place in (Path(), cache_folder()):
            try:
                found = reviews_in(place)
            except ValueError as error:
                print(f"{error}: looking elsewhere.")
                continue
            if found is not None:
                return found
        path = cache_folder() / ARCHIVE
        try:
            download(ARCHIVE_URLS, path, check_archive, largest=ARCHIVE_BYTES + 1)
            return read_archive(path), "IMDb"
        except (OSError, ValueError) as error:
            print(f"{error} A folder that has {ARCHIVE} or {LINES[0]} can be named in AUTOGRADER_DATA.")
    print("These are SYNTHETIC reviews: made up by a program, nobody wrote them about any film.")
    return (made_up(2_500, 0), made_up(500, 1)), "synthetic"


def reviews_in(folder: Path) -> tuple[tuple[Reviews, Reviews], str] | None:
    """The reviews that a folder holds, if any. Raises ValueError for a file that is not what it should be."""
    if (folder / ARCHIVE).is_file():
        check_archive(folder / ARCHIVE)
        return read_archive(folder / ARCHIVE), "IMDb"
    for name in LINES:
        if (folder / name).is_file():
            return read_lines(folder / name), name
    return None


def check_archive(path: Path) -> None:
    """Raises ValueError unless the file is IMDb's archive, byte for byte."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    if digest.hexdigest() != ARCHIVE_SHA256:
        raise ValueError(f"{path.name} is not the archive, or only a part of it")


def read_archive(path: Path) -> tuple[Reviews, Reviews]:
    """Reviews are the files aclImdb/train/pos/0_9.txt, aclImdb/test/neg/0_2.txt and so on."""
    found: dict[str, Reviews] = {"train": [], "test": []}
    with tarfile.open(path) as archive:
        for member in archive:
            parts = member.name.split("/")
            if member.isfile() and len(parts) == 4 and parts[1] in found and parts[2] in ("pos", "neg"):
                file = archive.extractfile(member)
                text = file.read().decode("utf-8") if file else ""
                found[parts[1]].append((text, int(parts[2] == "neg")))
    return found["train"], found["test"]


def read_lines(path: Path) -> tuple[Reviews, Reviews]:
    """A JSON object in each line; "split" is "train" or "test", without it every fifth is for testing."""
    found: dict[str, Reviews] = {"train": [], "test": []}
    try:
        for number, line in enumerate(path.read_text(encoding="utf-8").strip().split("\n")):
            entry = json.loads(line)
            split = entry.get("split", "test" if number % 5 == 4 else "train")
            found[split].append((str(entry["text"]), int(entry["label"])))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path.name} holds something else than reviews ({error})") from None
    return found["train"], found["test"]


def made_up(count: int, seed: int) -> Reviews:
    """Reviews of 10 to 80 words: one in ten judges, and three of four of these judge as the label says."""
    rng = random.Random(f"reviews {seed}")
    neutral, *moods = (text.split() for text in LEXICON.values())
    reviews = []
    for _ in range(count):
        label = rng.randrange(2)
        chosen = []
        for _ in range(rng.randint(10, 80)):
            mood = moods[label if rng.random() < 0.75 else 1 - label]
            chosen.append(rng.choice(mood if rng.random() < 0.1 else neutral))
        reviews.append((" ".join(chosen), label))
    return reviews
