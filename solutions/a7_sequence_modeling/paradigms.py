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
    # BEGIN SOLUTION
    return tokens[:, :1]
    # END SOLUTION


class OneToOne(nn.Module):
    """Guess the author from one character: embedding, recurrent layer, linear layer."""

    def __init__(self, vocab_size: int, hidden_size: int, num_classes: int = 3) -> None:
        super().__init__()
        # TODO (unit paradigms): create the three parts.
        # BEGIN SOLUTION
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.lstm = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, num_classes)
        # END SOLUTION

    def forward(self, first: Tensor) -> Tensor:
        """first (B, 1) -> logits (B, C), one score per author"""
        # TODO (unit paradigms): compute the logits of each row.
        # BEGIN SOLUTION
        outputs, _ = self.lstm(self.embedding(first))  # (B, 1, H)
        return self.head(outputs.squeeze(1))
        # END SOLUTION


class ManyToOne(nn.Module):
    """Name the author after reading the whole sentence, from the state after its last real character."""

    def __init__(self, vocab_size: int, hidden_size: int, num_classes: int = 3) -> None:
        super().__init__()
        # TODO (unit paradigms): create the three parts.
        # BEGIN SOLUTION
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.lstm = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, num_classes)
        # END SOLUTION

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """tokens (B, T), lengths (B,) -> logits (B, C), one score per author"""
        # TODO (unit paradigms): compute the logits of each row. Padding must not change them.
        # BEGIN SOLUTION
        outputs, _ = self.lstm(self.embedding(tokens))  # (B, T, H)
        last_valid = outputs[torch.arange(len(tokens)), lengths - 1]  # (B, H)
        return self.head(last_valid)
        # END SOLUTION


class OneToMany(nn.Module):
    """Write a sentence in the style of an author: the author's vector is the first hidden state, h_0.

    In training the inputs are the true characters, <SOS> in front (teacher forcing).
    """

    def __init__(self, vocab_size: int, hidden_size: int, num_authors: int = 3) -> None:
        super().__init__()
        # TODO (unit paradigms): create an embedding for authors, one for characters, and the rest.
        # BEGIN SOLUTION
        self.author_embedding = nn.Embedding(num_authors, hidden_size)
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.lstm = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, vocab_size)
        # END SOLUTION

    def forward(self, authors: Tensor, inputs: Tensor) -> Tensor:
        """authors (B,), inputs (B, T) -> logits (B, T, V): at each step, the scores of the next character"""
        # TODO (unit paradigms): start from the authors' vectors and compute the logits of every step.
        # BEGIN SOLUTION
        h0 = self.author_embedding(authors).unsqueeze(0)  # (1, B, H): one layer
        c0 = torch.zeros_like(h0)
        outputs, _ = self.lstm(self.embedding(inputs), (h0, c0))  # (B, T, H)
        return self.head(outputs)
        # END SOLUTION


def choose(logits: Tensor, greedy: bool) -> int:
    """logits (V,) -> one id: that of the highest score if greedy, else drawn with softmax probabilities"""
    # TODO (unit paradigms): choose an id; both functions that write text below can use this.
    # BEGIN SOLUTION
    if greedy:
        return int(logits.argmax())
    probabilities = torch.softmax(logits, dim=0)
    return int(torch.multinomial(probabilities, num_samples=1))
    # END SOLUTION


def generate_sentence(
    model: OneToMany, author: int, vocab: dict[str, int], max_length: int = 200, greedy: bool = False
) -> str:
    """Let the model write: start at <SOS>, feed each chosen character back in, stop at <EOS> or max_length.

    The sentence holds characters only, no special tokens.
    """
    # TODO (unit paradigms): generate one sentence, with the model in evaluation mode.
    # BEGIN SOLUTION
    device = next(model.parameters()).device
    symbols = {index: symbol for symbol, index in vocab.items()}
    authors = torch.tensor([author], device=device)
    ids = [vocab[SOS]]
    sentence = ""
    model.eval()
    with torch.no_grad():
        while len(sentence) < max_length:
            inputs = torch.tensor([ids], device=device)  # (1, T): all that is written so far
            logits = model(authors, inputs)[0, -1]  # (V,)
            logits[[vocab[PAD], vocab[SOS]]] = -torch.inf  # never part of a sentence
            chosen = choose(logits, greedy)
            if chosen == vocab[EOS]:
                break
            ids.append(chosen)
            sentence += symbols[chosen]
    return sentence
    # END SOLUTION


def language_model_pairs(text: str, vocab: dict[str, int], length: int = 40) -> tuple[Tensor, Tensor]:
    """Cut a text into N chunks of `length` characters -> inputs (N, length + 1), targets (N, length + 1)

    Inputs have <SOS> in front of the chunk, targets have <EOS> behind it. The next chunk starts where one
    ends. A shorter rest at the end of the text may be dropped, or kept and padded.
    """
    # TODO (unit paradigms): cut the text and build both tensors.
    # BEGIN SOLUTION
    inputs, targets = [], []
    for start in range(0, len(text) - length + 1, length):
        ids = encode(text[start : start + length], vocab)
        inputs.append([vocab[SOS], *ids])
        targets.append([*ids, vocab[EOS]])
    return torch.tensor(inputs), torch.tensor(targets)
    # END SOLUTION


class ManyToMany(nn.Module):
    """A language model: after every character, guess the next one."""

    def __init__(self, vocab_size: int, hidden_size: int) -> None:
        super().__init__()
        # TODO (unit paradigms): create the three parts.
        # BEGIN SOLUTION
        self.embedding = nn.Embedding(vocab_size, hidden_size)
        self.lstm = nn.LSTM(hidden_size, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, vocab_size)
        # END SOLUTION

    def forward(self, inputs: Tensor) -> Tensor:
        """inputs (B, T) -> logits (B, T, V): at each step, the scores of the next character"""
        # TODO (unit paradigms): compute the logits of every step.
        # BEGIN SOLUTION
        outputs, _ = self.lstm(self.embedding(inputs))  # (B, T, H)
        return self.head(outputs)
        # END SOLUTION


def token_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """logits (B, T, V), targets (B, T) -> mean cross-entropy over all targets that are not <PAD> (id 0)"""
    # TODO (unit paradigms): compute the loss of all steps at once, padding left out.
    # BEGIN SOLUTION
    vocab_size = logits.shape[-1]
    return F.cross_entropy(logits.reshape(-1, vocab_size), targets.reshape(-1), ignore_index=0)
    # END SOLUTION


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
    # BEGIN SOLUTION
    device = next(model.parameters()).device
    symbols = {index: symbol for symbol, index in vocab.items()}
    specials = [vocab[PAD], vocab[SOS], vocab[EOS]]
    ids = [vocab[SOS], *encode("".join(c for c in prompt if c in vocab), vocab)]
    text = prompt
    model.eval()
    with torch.no_grad():
        for _ in range(length):
            inputs = torch.tensor([ids], device=device)  # (1, T): all that is read and written so far
            logits = model(inputs)[0, -1]  # (V,)
            logits[specials] = -torch.inf
            chosen = choose(logits, greedy)
            ids.append(chosen)
            text += symbols[chosen]
    return text
    # END SOLUTION
