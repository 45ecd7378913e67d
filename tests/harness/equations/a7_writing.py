"""How assignment 7's models write: what they choose, what is printed, and where code goes its own way."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
import torch

from autograder.checks import Value
from tests.harness.equations.a7_models import AUTHOR, TEXT
from tests.harness.equations.a7_texts import VOCAB
from tests.harness.equations.algebra import FUNCTIONS, Array
from tests.harness.equations.making import Clause, Idea, seldom

CHECKS = {
    "paradigms::sentence_*": ["generate_sentence", "generate_sentence drawn", AUTHOR],
    "paradigms::text_*": ["encode", "generate_text", "generate_text drawn", TEXT],
}
PAD, SOS, EOS = 0, 1, 2
SYMBOLS = list(VOCAB)
Choices = dict[str, dict[Any, Clause]]
softmax = FUNCTIONS["softmax"]


def drawn(chances: Array, generator: torch.Generator) -> int:
    """As PyTorch draws after each question's seed, which is 0."""
    return int(torch.multinomial(torch.tensor(chances, dtype=torch.float32), 1, generator=generator))


# ---- what a model writes

# The grader's own models, whose scores depend on all symbols up to a step and their places, on the author and
# on the mode.
SOURCE = """
import torch
from torch import nn

HOMES = {}


class TextWriter(nn.Module):
    def __init__(self, symbols, phase):
        super().__init__()
        self.home = nn.Parameter(torch.zeros(1))
        self.symbols, self.phase = symbols, phase

    def forward(self, inputs):
        return self.scores(torch.zeros(len(inputs), dtype=torch.int64), inputs)

    def scores(self, authors, inputs):
        places = torch.arange(1, inputs.shape[1] + 1)
        read = ((inputs + 1) * (places + 2)).cumsum(1) + 17 * authors[:, None]
        ways = 1.7 + 0.9 * torch.arange(self.symbols).double()
        phase = self.phase + (0.7 if self.training else 0.0)
        return (4 * torch.sin(phase + read[..., None].double() * ways)).float()


class SentenceWriter(TextWriter):
    def forward(self, authors, inputs):
        return self.scores(authors, inputs)
"""
PROVIDED = ["writers_of_equations", SOURCE, ["TextWriter", "SentenceWriter"]]


class Start(NamedTuple):
    """Which model it is; how many characters it writes; of which author or after which prompt."""

    phase: float
    most: int
    author: int = 0
    prompt: str = ""
    greedy: bool = True


class Rules(NamedTuple):
    """What becomes of special tokens: never chosen, chosen and not printed, an end."""

    masked: Collection[int] = ()
    silent: Collection[int] = ()
    ends: Collection[int] = ()
    counts: bool = False  # of what is not printed
    by_letters: bool = False  # "<PAD>" counts as five characters
    highest: bool = False


def scores_of(case: Start, ids: list[int], author: int, mode: str) -> Array:
    """(T, V)"""
    read = np.cumsum((np.array(ids) + 1) * (np.arange(len(ids)) + 3)) + 17 * author
    phase = case.phase + (0.7 if mode == "training" else 0.0)
    return np.asarray(4 * np.sin(phase + read[:, None] * (1.7 + 0.9 * np.arange(len(SYMBOLS)))))


def chosen(told: Array, rules: Rules, picks: str, generator: torch.Generator) -> int:
    if picks == "lowest":
        return int(told.argmin())
    if rules.highest:
        return min(rules.masked)
    told, allowed = told.copy(), np.ones(len(told), bool)
    allowed[list(rules.masked)] = False
    told[~allowed] = -np.inf
    if picks == "likeliest":
        return int(told.argmax())
    shares = {
        "drawn": lambda: softmax(told),
        "twice": lambda: softmax(softmax(told)),
        "equal": lambda: 1.0 * allowed,
        "sigmoid": lambda: FUNCTIONS["σ"](told),
        "turned": lambda: softmax(np.where(allowed, -told, -np.inf)),
        "two likeliest": lambda: softmax(told) * (told >= np.sort(told)[-2]),
        "three likeliest": lambda: softmax(told) * (told >= np.sort(told)[-3]),
    }[picks]()
    return drawn(shares, generator)


def written(
    case: Start,
    start: list[int],
    most: int,
    rules: Rules,
    author: int = 0,
    reads: str = "all",
    step: str = "last",
    mode: str = "evaluation",
    picks: str = "likeliest",
) -> str:
    """What is printed of what the model writes after the start."""
    made: list[int] = []
    text, counted, generator = "", 0, torch.Generator().manual_seed(0)
    while counted < most:
        if len(made) > 4 * most:
            raise ValueError("it never ends")
        ids = start + made
        read = {
            "all": ids,
            "last": ids[-1:],
            "two": ids[-2:],
            "start": start,
            "new": made or start,
            "backwards": ids[::-1],
        }[reads]
        at = {"last": -1, "first": 0, "second": 1, "before": -2}[step]
        found = chosen(scores_of(case, read, author, mode)[at], rules, picks, generator)
        if found in rules.ends:
            return text if found in rules.silent else text + SYMBOLS[found]
        made.append(found)
        if found not in rules.silent:
            text += SYMBOLS[found]
        is_printed = found not in rules.silent
        counted = len(text) if rules.by_letters else counted + (is_printed or rules.counts)
    return text


# ---- generate_sentence

BOTH = PAD, SOS
SENTENCE_RULES = {
    "masked": Rules(BOTH),
    "end": Rules(silent=BOTH, ends=BOTH),
    "silent": Rules(silent=BOTH),
    "silent, counted": Rules(silent=BOTH, counts=True),
    "printed": Rules(),
    "printed in letters": Rules(by_letters=True),
    "highest": Rules(BOTH, highest=True),
    "highest in letters": Rules(BOTH, highest=True, by_letters=True),
}
LESS = {"as asked": 0, "one less": -1, "two less": -2, "one more": 1, "two more": 2}


def sentence(
    case: Start,
    start: str = "<SOS>",
    author: str = "own",
    specials: str = "masked",
    ends: str = "<EOS>",
    limit: str = "as asked",
    prints: str = "the sentence",
    **way: str,
) -> Value:
    rules = SENTENCE_RULES[specials]
    rules = {
        "<EOS>": rules._replace(silent=(*rules.silent, EOS), ends=(*rules.ends, EOS)),
        "printed": rules._replace(ends=(*rules.ends, EOS)),
        "never": rules,
        "never, in letters": rules._replace(by_letters=True),
        "silent": rules._replace(silent=(*rules.silent, EOS)),
        "masked": rules._replace(masked=(*rules.masked, EOS)),
    }[ends]
    begin = {"<SOS>": SOS, "<EOS>": EOS, "<PAD>": PAD, "a character": 3}[start]
    most = case.most + LESS[limit]
    who = {"own": case.author, "first": 0, "next": case.author + 1}[author]
    text = written(case, [begin], most, rules, who, **way)
    return {
        "the sentence": text,
        "<SOS>": f"<SOS>{text}",
        "last": text[-1:],
        "not the first": text[1:],
        "backwards": text[::-1],
        "nothing": "",
    }[prints]


READ = "What should the model read each time, and in which order?"
STEP = "Which step's scores say what comes next?"
MODE = "Which mode is for writing, and who sets it?"
LIKELIEST = "Which score wins with greedy=True?"
SPECIAL = "Should a reader see special tokens, and can the model choose one?"
BEGINS = "What does the docstring say that a sentence starts at, and whose is it?"
OVER = "When is a sentence finished, and what is its last character?"
LIMIT = "How many characters may a sentence have at most, and when do you look?"
PRINTED = "What is part of what comes back?"
PRINTED_TOO: Clause = ("<PAD> and <SOS> may be chosen and are printed", SPECIAL)
ALL_PRINTED: Clause = ("special tokens may be chosen and are printed", SPECIAL)
GOES_ON: Clause = ("<EOS> does not end the sentence and is printed", OVER)
ALWAYS_PAD: Clause = (
    "<PAD> is chosen at each step",
    "Which score do you give to what must not be chosen, and which score wins with greedy=True?",
)
READS: dict[Any, Clause] = {
    "all": "",
    "last": ("the model reads the last symbol alone each time", READ),
    "two": ("the model reads the last two symbols alone each time", READ),
    "new": ("the model does not read the start any more once there is a new character", READ),
    "backwards": ("the model reads its symbols backwards", READ),
}
SHARED: Choices = {
    "mode": {"evaluation": "", "training": ("the model writes in training mode", MODE)},
    "picks": {
        "likeliest": "",
        "lowest": ("the symbol with the lowest score is taken", LIKELIEST),
        "drawn": ("symbols are drawn, with greedy=True, too", LIKELIEST),
    },
}
OF_SENTENCE: Choices = {
    "start": {
        "<SOS>": "",
        "<EOS>": ("the model starts at <EOS>", BEGINS),
        "<PAD>": ("the model starts at <PAD>", BEGINS),
        "a character": ("the model starts at the vocabulary's first character", BEGINS),
    },
    "author": {
        "own": "",
        "first": ("the author is always author 0", BEGINS),
        "next": ("the author is the one after the author who is asked for", BEGINS),
    },
    "reads": {
        **READS,
        "start": ("every character is chosen by the scores after the start alone", f"{READ} {STEP}"),
    },
    **SHARED,
    "specials": {
        "masked": "",
        "end": "",
        "silent": "",
        "silent, counted": "",
        "printed": PRINTED_TOO,
        "printed in letters": PRINTED_TOO,
        "highest": ALWAYS_PAD,
        "highest in letters": ALWAYS_PAD,
    },
    "ends": {
        "<EOS>": "",
        "printed": ("<EOS> is printed at the end", OVER),
        "never": GOES_ON,
        "never, in letters": GOES_ON,
        "silent": ("<EOS> does not end the sentence, and is not printed", OVER),
        "masked": ("<EOS> is never chosen, so no sentence ends before max_length", OVER),
    },
    "limit": {
        "as asked": "",
        "one less": "",
        "two less": "",
        "one more": ("a sentence may have max_length + 1 characters", LIMIT),
        "two more": ("a sentence may have max_length + 2 characters", LIMIT),
    },
    "prints": {
        "the sentence": "",
        "<SOS>": ("<SOS> is printed in front", PRINTED),
        "last": ("only the last character comes back", PRINTED),
        "not the first": ("the first character does not come back", PRINTED),
        "backwards": ("the sentence comes back backwards", PRINTED),
        "nothing": ("every sentence is empty", "When does your loop end, and what does each step add?"),
    },
}


def ask_sentence(case: Start) -> dict[str, Any]:
    return {
        "provide": PROVIDED,
        "new": ["SentenceWriter", len(SYMBOLS), case.phase],
        "call": "generate_sentence",
        "args": ["the object", case.author, {"dict": VOCAB}],
        "kwargs": {"max_length": case.most, "greedy": case.greedy},
    }


# ---- generate_text

ALL = PAD, SOS, EOS
TEXT_RULES = {
    "masked": Rules(ALL),
    "silent": Rules(silent=ALL),
    "silent, counted": Rules(silent=ALL, counts=True),
    "printed": Rules(),
    "printed in letters": Rules(by_letters=True),
    "<EOS> printed": Rules(BOTH),
    "<EOS> ends": Rules(BOTH, silent=(EOS,), ends=(EOS,)),
    "highest": Rules(ALL, highest=True),
}


def text(
    case: Start,
    start: str = "<SOS>",
    prompt: str = "all",
    specials: str = "masked",
    length: str = "new",
    prints: str = "prompt and text",
    **way: str,
) -> Value:
    front = {"<SOS>": [SOS], "none": [], "<EOS>": [EOS], "<PAD>": [PAD], "<SOS> behind": []}[start]
    ids = [VOCAB[character] for character in case.prompt]
    read = {
        "all": ids,
        "none": [],
        "first": ids[:1],
        "last": ids[-1:],
        "not the last": ids[:-1],
        "not the first": ids[1:],
        "backwards": ids[::-1],
    }[prompt]
    many = {"in all": case.most - len(ids), "one less": case.most - 1, "one more": case.most + 1}
    back = [SOS] if start == "<SOS> behind" else []
    made = written(case, [*front, *read, *back], many.get(length, case.most), TEXT_RULES[specials], **way)
    return {
        "prompt and text": case.prompt + made,
        "text": made,
        "<SOS>": f"<SOS>{case.prompt}{made}",
        "last": made[-1:],
        "text and prompt": made + case.prompt,
        "prompt": case.prompt,
    }[prints]


PROMPT = "What does the model read before it writes its first character?"
LENGTH = "How many new characters are wanted, and does every step print one?"
OF_TEXT: Choices = {
    "start": {
        "<SOS>": "",
        "none": ("the model does not read <SOS> before the prompt", PROMPT),
        "<EOS>": ("the model reads <EOS>, not <SOS>, before the prompt", PROMPT),
        "<PAD>": ("the model reads <PAD>, not <SOS>, before the prompt", PROMPT),
        "<SOS> behind": ("the model reads <SOS> behind the prompt, not before it", PROMPT),
    },
    "prompt": {
        "all": "",
        "none": ("the model does not read the prompt", PROMPT),
        "first": ("the model reads only the first character of the prompt", PROMPT),
        "last": ("the model reads only the last character of the prompt", PROMPT),
        "not the last": ("the model does not read the last character of the prompt", PROMPT),
        "not the first": ("the model does not read the first character of the prompt", PROMPT),
        "backwards": ("the model reads the prompt backwards", PROMPT),
    },
    "reads": {
        **READS,
        "start": ("no new character is fed back, and the model reads the prompt each time", READ),
    },
    "step": {
        "last": "",
        "first": ("the scores of the first step are taken", STEP),
        "second": ("the scores of the second step are taken", STEP),
        "before": ("the scores of the step before the last are taken", STEP),
    },
    **SHARED,
    "specials": {
        "masked": "",
        "silent": "",
        "silent, counted": ("a special token is not printed, and counts as a character", LENGTH),
        "printed": ALL_PRINTED,
        "printed in letters": ALL_PRINTED,
        "<EOS> printed": ("<EOS> may be chosen and is printed", SPECIAL),
        "<EOS> ends": ("<EOS> ends the text", "What does the docstring say about special tokens?"),
        "highest": ALWAYS_PAD,
    },
    "length": {
        "new": "",
        "in all": "",
        "one less": ("one character too few is written", LENGTH),
        "one more": ("one character too many is written", LENGTH),
    },
    "prints": {
        "prompt and text": "",
        "text": "",
        "<SOS>": ("<SOS> is printed in front", PRINTED),
        "last": ("only the last character comes back", PRINTED),
        "text and prompt": ("the prompt comes back behind what was written", PRINTED),
        "prompt": ("the prompt alone comes back", "What does each step of your loop add?"),
    },
}


def ask_text(case: Start) -> dict[str, Any]:
    return {
        "provide": PROVIDED,
        "new": ["TextWriter", len(SYMBOLS), case.phase],
        "call": "generate_text",
        "args": ["the object", {"dict": VOCAB}],
        "kwargs": {"prompt": case.prompt, "length": case.most, "greedy": case.greedy},
    }


# ---- what is drawn

SHARES = "How do scores become probabilities, and does every symbol keep its own?"
LEVEL: Clause = ("all symbols have nearly the same chance, as where softmax is applied twice", SHARES)
DRAWN: Choices = {
    "picks": {
        "drawn": "",
        "likeliest": "",
        "two likeliest": "",
        "three likeliest": "",
        "twice": LEVEL,
        "equal": LEVEL,
        "sigmoid": ("sigmoid is applied to each score, not softmax to all", SHARES),
        "turned": ("the lowest scores have the highest chances", SHARES),
        "lowest": ("the symbol with the lowest score is taken", SHARES),
    },
    "mode": SHARED["mode"],
}


def sentence_drawn(case: Start, **way: str) -> Value:
    return sentence(case, **{"picks": "drawn", **way})


def text_drawn(case: Start, **way: str) -> Value:
    return text(case, **{"picks": "drawn", **way})


OFTEN = {
    "reads": ("start",),
    "step": ("first", "before"),
    "specials": ("printed", "highest"),
    "ends": ("never",),
    "limit": ("one more",),
    "prompt": ("none",),
    "mode": ("training",),
}
IDEAS = {
    "generate_sentence": Idea(
        answer=sentence,
        choices=OF_SENTENCE,
        ask=ask_sentence,
        named="texts",
        senseless=seldom(OFTEN),
        cases=[
            Start(3.05, 20, author=2),
            Start(1.5, 9, author=1),
            Start(0.25, 12, author=2),
        ],
        fresh=[
            Start(2.75, 14, author=0),
            Start(1.85, 8, author=0),
            Start(0.55, 11, author=0),
        ],
    ),
    "generate_text": Idea(
        answer=text,
        choices=OF_TEXT,
        ask=ask_text,
        named="texts",
        senseless=seldom(OFTEN),
        cases=[
            Start(1.9, 9, prompt="abB"),
            Start(1.2, 9, prompt="abB"),
            Start(3.45, 8, prompt="Ax y"),
        ],
        fresh=[
            Start(3.4, 10, prompt="abB"),
            Start(0.25, 10, prompt="abB"),
            Start(2.25, 9, prompt="abB"),
        ],
    ),
    "generate_sentence drawn": Idea(
        answer=sentence_drawn,
        choices=DRAWN,
        ask=ask_sentence,
        named="texts",
        cases=[Start(k / 2, 9, author=k % 3, greedy=False) for k in range(4)],
        fresh=[Start(k / 2 + 0.2, 12, author=k % 3, greedy=False) for k in range(2, 5)],
    ),
    "generate_text drawn": Idea(
        answer=text_drawn,
        choices=DRAWN,
        ask=ask_text,
        named="texts",
        cases=[Start(k / 2, 8, prompt="abB", greedy=False) for k in range(3)],
        fresh=[Start(k / 2 + 0.2, 11, prompt="Ax y", greedy=False) for k in range(2, 5)],
    ),
}
