"""Strings of three small languages, made from a seed, as lists of ids."""

import random
import re

Coded = tuple[list[list[int]], tuple[list[str], dict[str, int]]]  # sequences, (i2w, w2i)
SPECIALS = [".pad", ".start", ".end", ".unk"]  # the first ids, in this order
TOY = {  # each capital is replaced by one of its lines
    "SENTENCE": ["NOUN VERB .", "NOUN SAYS that NOUN VERB .", "NOUN VERB and NOUN VERB ."],
    "NOUN": ["DET THING", "DET QUALITY THING", "DET THING PLACE"],
    "VERB": ["sleeps", "sings", "waits PLACE", "SEES NOUN", "GIVES NOUN to NOUN"],
    "SEES": ["sees", "hears", "finds", "follows"],
    "GIVES": ["gives", "shows", "sells"],
    "SAYS": ["says", "knows", "hopes"],
    "DET": ["a", "the", "every"],
    "QUALITY": ["small", "green", "clever", "tired", "brave"],
    "THING": ["cat", "gardener", "robot", "teacher", "river", "letter", "horse"],
    "PLACE": ["in the park", "near the bridge", "behind DET house"],
}


def load_ndfa(n: int = 150_000, char: bool = True, seed: int = 0) -> Coded:
    """n strings of s(abc!)*s, s(uvw!)*s and s(klm!)*s -> (sequences, (i2w, w2i)), from short to long.

    One of the three is chosen, and repeated once more with a chance of 3 in 4, so a quarter of them are "ss".
    The letters are the symbols, whatever char says.
    """
    rng = random.Random(seed)
    strings = []
    for _ in range(n):
        word, repeats = rng.choice(["abc!", "uvw!", "klm!"]), 0
        while rng.random() >= 0.25:
            repeats += 1
        strings.append(f"s{word * repeats}s")
    return coded(strings)


def load_brackets(n: int = 150_000, char: bool = True, seed: int = 0) -> Coded:
    """n strings of matched brackets in one outer pair -> (sequences, (i2w, w2i)), from short to long.

    The next bracket opens with a chance of 7 in 16, until the first one is closed.
    """
    rng = random.Random(seed)
    strings = []
    for _ in range(n):
        brackets, depth = ["("], 1
        while depth > 0:
            opens = rng.random() < 7 / 16
            brackets.append("(" if opens else ")")
            depth += 1 if opens else -1
        strings.append("".join(brackets))
    return coded(strings)


def load_toy(n: int = 50_000, char: bool = True, seed: int = 0) -> Coded:
    """n English sentences of a toy grammar, as characters or as words -> (sequences, (i2w, w2i))."""
    rng = random.Random(seed)
    sentences = [derived("SENTENCE", rng).replace(" .", ".") for _ in range(n)]
    return coded(sentences if char else [[*sentence[:-1].split(), "."] for sentence in sentences])


def derived(symbol: str, rng: random.Random) -> str:
    """One of the texts that the toy grammar makes of a symbol."""
    return re.sub(r"[A-Z]+", lambda found: derived(found[0], rng), rng.choice(TOY[symbol]))


def coded(texts: list[str] | list[list[str]]) -> Coded:
    """Ids: the special tokens first, then the symbols in their sorted order. Sequences from short to long."""
    i2w = [*SPECIALS, *sorted({symbol for text in texts for symbol in text})]
    w2i = {symbol: index for index, symbol in enumerate(i2w)}
    return sorted(([w2i[symbol] for symbol in text] for text in texts), key=len), (i2w, w2i)
