"""WikiText-2 (Merity et al., 2016): lines of Wikipedia, found, loaded, downloaded or made up."""

import os
import random
from functools import cache, partial
from pathlib import Path

from autograder.course.texts.download import download

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
