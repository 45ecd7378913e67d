"""Words as numbers: the vocabulary of a text, and the text in it."""

from collections.abc import Iterable


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
