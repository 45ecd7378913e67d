"""Made-up sentences: pairs to copy or reverse, and tokens tagged by the parities of three neighbours.

Ids: 0 is padding, 1 starts a target, 2 ends it; words begin at 3. The same seed gives the same sentences.
"""

import torch
from torch import Tensor

PADDING, START, END, FIRST_WORD = 0, 1, 2, 3
NUM_TAGS = 8


def sentence_pairs(
    count: int, length: int = 5, vocab_size: int = 12, backwards: bool = False, seed: int = 0
) -> tuple[Tensor, Tensor]:
    """src (count, length) and tgt (count, length + 2): START, the words of src in this or that order, END"""
    generator = torch.Generator().manual_seed(seed)
    src = torch.randint(FIRST_WORD, vocab_size, (count, length), generator=generator)
    words = src.flip(1) if backwards else src
    start, end = torch.full((count, 1), START), torch.full((count, 1), END)
    return src, torch.cat([start, words, end], dim=1)


def tagged_sentences(
    count: int, vocab_size: int = 50, longest: int = 12, seed: int = 0
) -> tuple[Tensor, Tensor, Tensor]:
    """tokens (count, longest), padded; lengths (count,) from 3 on; tags (count, longest)

    A tag is one of eight: 1 if the token before is odd, plus 2 if this one is, plus 4 if the one behind is.
    Outside of a sentence nothing is odd.
    """
    generator = torch.Generator().manual_seed(seed)
    lengths = torch.randint(3, longest + 1, (count,), generator=generator)
    tokens = torch.randint(1, vocab_size, (count, longest), generator=generator)
    tokens[torch.arange(longest) >= lengths[:, None]] = PADDING
    odd = torch.nn.functional.pad(tokens % 2, (1, 1))
    return tokens, lengths, odd[:, :-2] + 2 * odd[:, 1:-1] + 4 * odd[:, 2:]
