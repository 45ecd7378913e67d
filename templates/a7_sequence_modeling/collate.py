"""From sentences to batches of numbers.

A vocabulary gives every character a number of its own. Sentences differ in length, so those of one
batch are padded at their end to the longest of them. B is the batch size, T the length of the longest
sentence in the batch, its <EOS> included.
"""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import Dataset

PAD, SOS, EOS = "<PAD>", "<SOS>", "<EOS>"  # padding, start and end of a sequence: one symbol each


def build_vocab(texts: Iterable[str]) -> dict[str, int]:
    """Give each special token and each character that occurs in the texts an id of its own, <PAD> being 0.

    The same texts give the same ids today, tomorrow and on another machine.
    """
    # TODO (unit collate): number the special tokens and the characters.
    raise NotImplementedError("build_vocab is still to do")


def encode(text: str, vocab: dict[str, int]) -> list[int]:
    """One id per character; special tokens are not added here."""
    # TODO (unit collate): look up each character.
    raise NotImplementedError("encode is still to do")


class AuthorDataset(Dataset):
    """Sentences as numbers, with the number of their author."""

    def __init__(self, sentences: Sequence[str], authors: Sequence[int], vocab: dict[str, int]) -> None:
        # TODO (unit collate): keep what the other two methods need.
        raise NotImplementedError("AuthorDataset.__init__ is still to do")

    def __len__(self) -> int:
        # TODO (unit collate): count the sentences.
        raise NotImplementedError("AuthorDataset.__len__ is still to do")

    def __getitem__(self, i: int) -> tuple[Tensor, int]:
        """Sentence i -> (its ids with <EOS> behind them, a tensor with one axis; its author)"""
        # TODO (unit collate): encode one sentence and end it with <EOS>.
        raise NotImplementedError("AuthorDataset.__getitem__ is still to do")


def collate_fn(batch: Sequence[tuple[Tensor, int]]) -> tuple[Tensor, Tensor, Tensor]:
    """A list of items -> tokens (B, T) padded with 0, lengths (B,), authors (B,), in the order of the list

    A length counts the real ids of its row, <EOS> included. T is the longest length of this batch.
    """
    # TODO (unit collate): pad the sentences to one tensor and keep their lengths and authors.
    raise NotImplementedError("collate_fn is still to do")
