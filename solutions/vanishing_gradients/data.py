"""WikiText-2: found or downloaded, its words as numbers, in pairs of input and target.

Given, complete and not graded. It needs PyTorch.
"""

import os
import random
import time
from collections.abc import Callable, Iterable
from email.utils import formatdate, mktime_tz, parsedate_tz
from functools import cache, partial
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import torch
from torch.utils.data import Dataset

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


# WikiText-2 (Merity et al., 2016): lines of Wikipedia, found, loaded, downloaded or made up.

SPLITS = {"train": ("train", 2_000_000), "validation": ("valid", 200_000)}  # name in file names, least bytes
FILE_NAMES = ("wiki.{}.raw", "wiki.{}.tokens", "wikitext2_raw_{}.txt", "wikitext2_{}.txt", "{}.txt")
MIRROR = "https://raw.githubusercontent.com/pytorch/examples/main/word_language_model/data/wikitext-2/{}.txt"


def load_wikitext(folder: str | Path = "") -> tuple[dict[str, list[str]], str]:
    """The lines of "train" and "validation", and where they are from: "WikiText-2", a folder, or "synthetic".

    folder has wiki.train.raw and wiki.valid.raw (or train.txt and valid.txt), or is "synthetic". Without it
    the environment variable AUTOGRADER_DATA decides; without that, the files are looked for in the current
    folder, then loaded through the package `datasets` where it is installed, or downloaded. If all that
    fails, the text is synthetic, and a line says so.
    """
    return load_wikitext_from(str(folder or os.environ.get("AUTOGRADER_DATA", "")))


@cache
def load_wikitext_from(folder: str) -> tuple[dict[str, list[str]], str]:
    """The same, read once."""
    if folder not in ("", "synthetic"):
        return {split: read_lines(find_file(Path(folder), split)) for split in SPLITS}, folder
    if not folder:
        for attempt in (files_here, through_datasets, through_the_internet):
            try:
                return attempt(), "WikiText-2"
            except (OSError, ImportError, ValueError, RuntimeError) as error:  # RuntimeError: nobody's home
                if attempt is not files_here:
                    print(f"{type(error).__name__}: {error}".split("\n")[0][:200])
        print("A folder that has the files can be named in AUTOGRADER_DATA.")
    print("This is a SYNTHETIC text: made up by a program, no line of it is from Wikipedia.")
    return {"train": synthetic_lines(2000, seed=0), "validation": synthetic_lines(300, seed=1)}, "synthetic"


def files_here() -> dict[str, list[str]]:
    """From the current folder. Raises FileNotFoundError."""
    return {split: read_lines(find_file(Path(), split)) for split in SPLITS}


def through_datasets() -> dict[str, list[str]]:
    """From the Hugging Face hub. Raises ImportError without the package, OSError without a connection."""
    from datasets import load_dataset  # type: ignore[import-not-found, import-untyped, unused-ignore]

    try:
        loaded = load_dataset("Salesforce/wikitext", "wikitext-2-raw-v1")
    except Exception as error:  # the package has errors of its own for a hub out of reach
        raise ConnectionError(f"the hub gave no WikiText-2 ({error})") from error
    return {split: list(loaded[split]["text"]) for split in SPLITS}


def through_the_internet() -> dict[str, list[str]]:
    """From a copy of the text, kept for the next time. Raises ConnectionError."""
    found = {}
    for split, (name, _) in SPLITS.items():
        path = Path.home() / ".cache" / "rnn-autograder" / f"wikitext2_{name}.txt"
        if not path.is_file():
            download([MIRROR.format(name)], path, partial(check_whole, split=split))
        found[split] = read_lines(path)
    return found


def check_whole(path: Path, *, split: str) -> None:
    """Raises ValueError if a download is not the text."""
    least = SPLITS[split][1]
    if path.stat().st_size < least or path.read_bytes()[:200].lstrip().startswith(b"<!"):
        raise ValueError(f"it has less than {least // 1000} kB, or is a web page")


def find_file(folder: Path, split: str) -> Path:
    """The file of a split, under one of the names it goes by. Raises FileNotFoundError."""
    names = [name.format(SPLITS[split][0]) for name in FILE_NAMES]
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(f"{folder} has none of {', '.join(names)}")


def read_lines(path: Path) -> list[str]:
    """One document per line, as in the data set; many are empty."""
    return path.read_text(encoding="utf-8").split("\n")


# A line is made of these, with one of the words chosen in every pair of braces.
PATTERNS = """
= {The|A} {lobster|river|castle|album|battle} of {the north|the valley|two cities} =
The {lobster|river|castle|album|battle} is {known|described|remembered} as {large|old|famous} , and it {was|\
is} {found|kept|shown} in {the north|the valley|two cities} .
In {1902|1914|1931|1987} , {the film|a song|the team|the ship} {was|had been} {written|built|sold} by {the \
king|two brothers|a company} , who {came|returned|moved} from {the north|the valley|two cities} .
{Many|Few|Most} of {the film|a song|the team|the ship} , {however|in fact|by contrast} , {came|returned|\
moved} {after|before} {1902|1914|1931|1987} .
""".strip().split("\n")


def synthetic_lines(count: int, seed: int) -> list[str]:
    """Lines of a made-up encyclopaedia. The same seed gives the same lines on every machine."""
    rng = random.Random(f"wikitext {seed}")
    return [
        "".join(rng.choice(part.split("|")) if i % 2 else part for i, part in enumerate(pattern))
        for pattern in rng.choices([line.replace("}", "{").split("{") for line in PATTERNS], k=count)
    ]


# Words as numbers: the vocabulary of a text, and the text in it.


def build_vocab(texts: Iterable[str], max_tokens: int = 20000) -> tuple[dict[str, int], dict[int, str]]:
    """(stoi, itos): words to ids and back, the most frequent first, at most max_tokens with the special two.

    Words are what stands between spaces, in lower case. <pad> is 0, <unk> is 1 and stands for every other
    word.
    """
    counts: dict[str, int] = {}
    for text in texts:
        for word in text.lower().split():
            counts[word] = counts.get(word, 0) + 1
    specials = ["<pad>", "<unk>"]
    words = sorted(set(counts) - set(specials), key=lambda word: (-counts[word], word))
    itos = dict(enumerate(specials + words[: max(0, max_tokens - len(specials))]))
    return {word: i for i, word in itos.items()}, itos


def encode(text: str, stoi: dict[str, int]) -> list[int]:
    """One id per word of the text; that of <unk> for a word that the vocabulary does not have."""
    return [stoi.get(word, stoi["<unk>"]) for word in text.lower().split()]


# Pairs of input and target for a language model.


class LMDataset(Dataset[tuple[torch.Tensor, torch.Tensor]]):
    """Every stretch of seq_len ids, and the same one step on: y[t] is the id that follows x[t]."""

    def __init__(self, ids: list[int], seq_len: int = 30) -> None:
        self.ids = torch.tensor(ids, dtype=torch.long)
        self.seq_len = seq_len

    def __len__(self) -> int:
        return max(0, len(self.ids) - self.seq_len)

    def __getitem__(self, start: int) -> tuple[torch.Tensor, torch.Tensor]:
        """(x (T,), y (T,))"""
        if not 0 <= start < len(self):
            raise IndexError(start)
        end = start + self.seq_len
        return self.ids[start:end], self.ids[start + 1 : end + 1]
