"""Four ways to use one recurrent layer: one-to-one, many-to-one, one-to-many, many-to-many.

B is the batch size, T the number of time steps, H the hidden size, V the size of the vocabulary. Use
`nn.LSTM` or `nn.GRU` with `nn.Embedding`, and give embeddings the width H. Logits are raw scores: no
softmax inside a model.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from collate import EOS, PAD, SOS, encode


def first_characters(tokens: Tensor) -> Tensor:
    """tokens (B, T) -> the first character of each sentence (B, 1)"""
    # TODO (unit paradigms): keep the first column, as a column.
    raise NotImplementedError("first_characters is still to do")


class OneToOne(nn.Module):
    """Guess the author from one character: embedding, recurrent layer, linear layer."""

    def __init__(self, vocab_size: int, hidden_size: int, num_classes: int = 3) -> None:
        super().__init__()
        # TODO (unit paradigms): create the three parts.
        raise NotImplementedError("OneToOne.__init__ is still to do")

    def forward(self, first: Tensor) -> Tensor:
        """first (B, 1) -> logits (B, C), one score per author"""
        # TODO (unit paradigms): compute the logits of each row.
        raise NotImplementedError("OneToOne.forward is still to do")


class ManyToOne(nn.Module):
    """Name the author after reading the whole sentence, from the state after its last real character."""

    def __init__(self, vocab_size: int, hidden_size: int, num_classes: int = 3) -> None:
        super().__init__()
        # TODO (unit paradigms): create the three parts.
        raise NotImplementedError("ManyToOne.__init__ is still to do")

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """tokens (B, T), lengths (B,) -> logits (B, C), one score per author"""
        # TODO (unit paradigms): compute the logits of each row. Padding must not change them.
        raise NotImplementedError("ManyToOne.forward is still to do")


class OneToMany(nn.Module):
    """Write a sentence in the style of an author: the author's vector is the first hidden state, h_0.

    In training the inputs are the true characters, <SOS> in front (teacher forcing).
    """

    def __init__(self, vocab_size: int, hidden_size: int, num_authors: int = 3) -> None:
        super().__init__()
        # TODO (unit paradigms): create an embedding for authors, one for characters, and the rest.
        raise NotImplementedError("OneToMany.__init__ is still to do")

    def forward(self, authors: Tensor, inputs: Tensor) -> Tensor:
        """authors (B,), inputs (B, T) -> logits (B, T, V): at each step, the scores of the next character"""
        # TODO (unit paradigms): start from the authors' vectors and compute the logits of every step.
        raise NotImplementedError("OneToMany.forward is still to do")


def choose(logits: Tensor, greedy: bool) -> int:
    """logits (V,) -> one id: that of the highest score if greedy, else drawn with softmax probabilities"""
    # TODO (unit paradigms): choose an id; both functions that write text below can use this.
    raise NotImplementedError("choose is still to do")


def generate_sentence(
    model: OneToMany, author: int, vocab: dict[str, int], max_length: int = 200, greedy: bool = False
) -> str:
    """Let the model write: start at <SOS>, feed each chosen character back in, stop at <EOS> or max_length.

    The sentence holds characters only, no special tokens.
    """
    # TODO (unit paradigms): generate one sentence, with the model in evaluation mode.
    raise NotImplementedError("generate_sentence is still to do")


def language_model_pairs(text: str, vocab: dict[str, int], length: int = 40) -> tuple[Tensor, Tensor]:
    """Cut a text into N chunks of `length` characters -> inputs (N, length + 1), targets (N, length + 1)

    Inputs have <SOS> in front of the chunk, targets have <EOS> behind it. The next chunk starts where one
    ends. A shorter rest at the end of the text may be dropped, or kept and padded.
    """
    # TODO (unit paradigms): cut the text and build both tensors.
    raise NotImplementedError("language_model_pairs is still to do")


class ManyToMany(nn.Module):
    """A language model: after every character, guess the next one."""

    def __init__(self, vocab_size: int, hidden_size: int) -> None:
        super().__init__()
        # TODO (unit paradigms): create the three parts.
        raise NotImplementedError("ManyToMany.__init__ is still to do")

    def forward(self, inputs: Tensor) -> Tensor:
        """inputs (B, T) -> logits (B, T, V): at each step, the scores of the next character"""
        # TODO (unit paradigms): compute the logits of every step.
        raise NotImplementedError("ManyToMany.forward is still to do")


def token_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """logits (B, T, V), targets (B, T) -> mean cross-entropy over all targets that are not <PAD> (id 0)"""
    # TODO (unit paradigms): compute the loss of all steps at once, padding left out.
    raise NotImplementedError("token_loss is still to do")


def generate_text(
    model: ManyToMany,
    vocab: dict[str, int],
    prompt: str = "The summer",
    length: int = 150,
    greedy: bool = False,
) -> str:
    """Let the model read <SOS> and the prompt and write `length` characters; return prompt and continuation.

    Special tokens are neither printed nor a reason to stop. Characters of the prompt that the vocabulary
    does not know are not read.
    """
    # TODO (unit paradigms): read the prompt and generate, with the model in evaluation mode.
    raise NotImplementedError("generate_text is still to do")
