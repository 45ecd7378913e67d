"""Checks of the two functions that write: against the student's own model, read greedily by the grader.

The model has random weights, and its ids are dealt out anew, until what it ranks first makes a text that
tells right from wrong: no special token but a final <EOS>, no close call between two characters, and none of
the known wrong readings gives the same text. So any way to run the model will do: whole prefixes, or a state
that is carried.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograder.checks.draw import Draw
from autograder.checks.expect import CannotJudge, Mismatch, describe, expect
from autograder.checks.weights import randomise, trainable
from tests.visible.a7_sequence_modeling.support.cells import leaves_the_seeds
from tests.visible.a7_sequence_modeling.texts import EOS, PAD, SOS, SPECIALS, usable_vocabulary

Array = NDArray[Any]

LETTERS = "The sumrabcdfgiklnop.,"
PROMPT = "The summer"  # the default of generate_text
H = 16
TRIES = 80  # of weights; two in three will do
CLEAR = 0.1  # the least distance between the two highest scores on the way
SHARP = 300.0  # the output layer times this leaves nothing to chance, at any usual temperature
AUTHORS = np.arange(3)
PROMPTS = 6  # that are tried with the same weights
NOT_SHARP = (
    "Whether {function} samples rightly cannot be seen: the scores of {name} cannot be made so sharp that "
    "one character alone is likely."
)
MEMORY = "What does the model remember between two generated characters?"


class Reading(NamedTuple):
    """What a model ranks first, step after step: (rows, steps) ids, and how clearly."""

    ids: Array
    margins: Array


class Writer:
    """A student's OneToMany or ManyToMany with weights that are drawn again at every `redraw`."""

    def __init__(self, student: Any, name: str) -> None:
        self.student, self.name = student, name
        self.vocab = usable_vocabulary(student, [LETTERS])
        self.letters = {index: symbol for symbol, index in self.vocab.items() if len(symbol) == 1}
        self.size = len(self.vocab)
        # Symbols beyond the interface, as <UNK>, are never trained: no trained model would write them.
        self.extra = [i for symbol, i in self.vocab.items() if len(symbol) > 1 and symbol not in SPECIALS]
        self.thing = student.new(name, self.size, H)
        self.scores(np.ones((3, 2), np.int64))

    def redraw(self, draw: Draw, scale: float = 1.5) -> None:
        """Large tables and no bias for any character, lest the model falls into a rut."""
        randomise(self.student, self.thing, draw, scale, torchs_layers=True)
        weights = trainable(self.student, self.thing)
        tables = {name: 2 * w for name, w in weights.items() if w.ndim == 2 and self.size in w.shape}
        biases = {name: 0 * w for name, w in weights.items() if w.shape == (self.size,)}
        for bias in biases.values():
            bias[self.extra] = -1000
        self.student.load(self.thing, tables | biases)

    def deal(self, places: dict[int, int]) -> Array:
        """Give ids new places in every weight that has one row or column per id; where each id went.

        The model then reads and writes as before, under other names. Other ids fill the places that are left.
        """
        places = places | {i: i for i in self.extra}
        rest = [i for i in range(self.size) if i not in places.values()]
        where = np.array([places[i] if i in places else rest.pop() for i in range(self.size)])
        back = np.argsort(where)
        self.student.load(
            self.thing,
            {
                name: np.take(w, back, axis=w.shape.index(self.size))
                for name, w in trainable(self.student, self.thing).items()
                if self.size in w.shape
            },
        )
        return where

    def scores(self, prefixes: Array, authors: Array = AUTHORS, train: bool = False) -> Array:
        """Those of the next character after each row: (rows, V)."""
        args = (authors[: len(prefixes)], prefixes) if self.name == "OneToMany" else (prefixes,)
        got = self.student.call(self.thing, *args, train=train)
        clean: Array = expect(got, f"{self.name}'s logits", axes="BTV").to_be_shaped(
            (*prefixes.shape, self.size)
        )
        return clean[:, -1]

    def read(self, starts: Array, steps: int, authors: Array = AUTHORS, memory: bool = True) -> Reading:
        """Greedy reading from `starts` (rows, T); without memory each step sees the last character only."""
        prefixes, margins = starts, []
        for _ in range(steps):
            scores = self.scores(prefixes if memory else prefixes[:, -1:], authors)
            order = np.sort(scores, axis=1)
            margins.append(order[:, -1] - order[:, -2])
            prefixes = np.concatenate([prefixes, scores.argmax(1)[:, None]], axis=1)
        return Reading(prefixes[:, starts.shape[1] :], np.stack(margins, axis=1))

    def text(self, ids: Sequence[int]) -> str:
        """The characters up to the first special token."""
        out = ""
        for index in ids:
            if index not in self.letters:
                break
            out += self.letters[index]
        return out

    def sharpen(self) -> bool:
        """Multiply the output layer; where it is the embedding, too, the layer that reads it is divided by as
        much. False where neither gives the same scores, so much larger.
        """
        before = trainable(self.student, self.thing)
        probe = np.ones((3, 2), np.int64)
        want = SHARP * self.scores(probe)
        biases = [name for name, w in before.items() if w.shape == (self.size,)]
        tables = [name for name, w in before.items() if w.ndim == 2 and self.size in w.shape]
        readers = [name for name in before if "weight_ih_l0" in name]
        for names, less in (*(([table], []) for table in tables), (tables, readers)):
            sharp = {name: np.float32(SHARP) * before[name] for name in (*names, *biases)}
            sharp |= {name: before[name] / np.float32(SHARP) for name in less}
            self.student.load(self.thing, sharp)
            if np.allclose(self.scores(probe), want, rtol=1e-3, atol=0.1):
                return True
            self.student.load(self.thing, {name: before[name] for name in sharp})
        return False

    def write(self, function: str, *args: Any, seed: int = 0, **kwargs: Any) -> str:
        """What the student's function returns, without special tokens; the model comes in training mode."""
        self.scores(np.ones((3, 2), np.int64), train=True)
        got = self.student.call(function, self.thing, *args, seed=seed, **kwargs)
        if not isinstance(got, str):
            raise Mismatch(f"{function} was to return a text; got {describe(got)}.")
        if any(special in got for special in SPECIALS):
            raise Mismatch(
                f"{function} writes special tokens into its text.",
                "Should the reader see special tokens, and does the highest score along the characters' "
                "axis win?",
            )
        return got


# ---- generate_sentence


class Sentence(NamedTuple):
    writer: Writer
    author: int
    text: str
    wrong: dict[str, str]  # by the words that name them


def _sentences(
    student: Any,
    draw: Draw,
    steps: int,
    ends: bool,
    authors: Sequence[int] = (1, 2, 0),
) -> Iterator[Sentence]:
    """Of one of `authors`."""
    writer = Writer(student, "OneToMany")
    start = np.full((3, 1), writer.vocab[SOS])
    for number in range(_tries(draw)):
        writer.redraw(draw.child(str(number)))
        reading = writer.read(start, steps)
        for author in authors:
            places = _places_of_a_sentence(writer, reading.ids[author], reading.margins[author], ends)
            if places:
                break
        else:
            continue
        writer.deal(places)
        # Once more, to see what the model now writes; the last row starts with another token than <SOS>.
        starts = np.append(start, [[writer.vocab[EOS]]], axis=0)
        reading = writer.read(starts, steps, np.append(AUTHORS, author))
        *texts, other = (writer.text(ids) for ids in reading.ids)
        text, margins = texts[author], reading.margins[author]
        ended = len(text) < steps and reading.ids[author][len(text)] == writer.vocab[EOS]
        if (ended if ends else len(text) == steps) and margins[: len(text) + 1].min() >= CLEAR:
            without = writer.read(start[:1], steps, np.array([author]), memory=False).ids[0]
            wrong = {
                "what the model makes of each last character alone.": writer.text(without),
                "what the model writes from another start than <SOS>.": other,
                **{f"what the model writes as author {i}.": texts[i] for i in range(3) if i != author},
            }
            if text not in wrong.values():
                yield Sentence(writer, author, text, wrong)


def _places_of_a_sentence(writer: Writer, ids: Array, margins: Array, ends: bool) -> dict[int, int]:
    """Places that make a clear reading a sentence: of an id that comes up late, or of none, <EOS>.

    <PAD> goes to an id that does not come up. Empty if the reading is of no use.
    """
    eos, pad, sos = (writer.vocab[special] for special in (EOS, PAD, SOS))
    unused = [i for i in writer.letters if i not in ids]
    if ends:
        first = {int(index): step for step, index in reversed(list(enumerate(ids)))}
        late = [index for index, step in first.items() if step > 3 and index in writer.letters]
        if not late or not unused:
            return {}
        end = min(late, key=first.__getitem__)
        length = first[end]
    else:
        if len(unused) < 2:
            return {}
        end, length = unused.pop(), len(ids)
    used = set(ids[:length])
    if sos in used or len(used) < 3 or margins[: length + 1].min() < CLEAR:
        return {}
    return {sos: sos, end: eos, unused.pop(): pad}


def _tries(draw: Draw) -> int:
    """The diagnosis is not to keep anybody waiting."""
    return TRIES // 8 if draw.symmetric else TRIES


def _first(found: Iterator[Any], name: str) -> Any:
    for one in found:
        return one
    raise Mismatch(
        f"Whatever its weights, what your {name} predicts depends too little on what it is given, so what it "
        "writes cannot be judged.",
        f"Do the checks of {name} itself pass?",
    )


def sentence_ends(student: Any, draw: Draw) -> None:
    """Greedily, two models and two authors: the model's own sentence, and nothing behind its <EOS>."""
    authors = [1, 2]
    for key in ("short", "long"):
        found = _first(_sentences(student, draw.child(key), 14, True, authors), "OneToMany")
        got = found.writer.write(
            "generate_sentence", found.author, found.writer.vocab, max_length=40, greedy=True
        )
        _compare(found, got, found.text)
        authors = [author for author in (1, 2, 0) if author != found.author]


def sentence_is_cut(student: Any, draw: Draw) -> None:
    """A limit that counts <SOS> or <EOS> as characters is as good."""
    found = _first(_sentences(student, draw, 14, ends=False), "OneToMany")
    for limit in (9, 12):
        got = found.writer.write(
            "generate_sentence", found.author, found.writer.vocab, max_length=limit, greedy=True
        )
        if len(got) > limit:
            raise Mismatch(
                f"generate_sentence writes {len(got)} characters with max_length={limit}.",
                "What ends the loop when <EOS> never comes?",
            )
        _compare(found, got, found.text[: max(limit - 2, len(got))])


def _compare(found: Sentence, got: str, want: str) -> None:
    if got == want:
        return
    for words, wrong in found.wrong.items():
        if got and got == wrong[: max(len(got), len(wrong[: len(want)]))]:
            raise Mismatch(
                f"The sentence is {words}",
                MEMORY if "alone" in words else "Which author and which first character does the model get?",
                got,
            )
    if got.startswith(want):
        raise Mismatch("The sentence goes on behind <EOS>.", "When does the loop end?", got)
    raise Mismatch(
        "With greedy=True the sentence is not what the model ranks first, character by character.",
        "At each step, what does the model read, which mode is it in, and which character has the chosen id?",
        got,
    )


def _leaves_something_to_chance(write: Callable[..., str], name: str) -> None:
    """Where no score is much higher than another, eight texts are not all the same."""
    if len({write(seed=seed) for seed in range(8)}) == 1:
        raise Mismatch(
            f"Eight texts that {name} samples are all the same, though no character is much likelier than "
            "another.",
            "Are you sampling, or taking the maximum?",
        )


def sentence_is_drawn(student: Any, draw: Draw) -> None:
    """Scores so sharp that softmax leaves no choice; then soft ones, where any sentence will do."""
    found = _first(_sentences(student, draw, 14, ends=True), "OneToMany")
    writer, vocab = found.writer, found.writer.vocab
    write = functools.partial(writer.write, "generate_sentence", found.author, vocab, max_length=40)
    leaves_the_seeds(student, lambda seed: write(seed=seed), "generate_sentence")
    if not writer.sharpen():
        writer.redraw(draw.child("level"), scale=0.05)
        _leaves_something_to_chance(write, "generate_sentence")
        raise CannotJudge(NOT_SHARP.format(name="OneToMany", function="generate_sentence"))
    for seed in range(3):
        if write(seed=seed) != found.text:
            raise Mismatch(
                "A sampled sentence does not follow the probabilities of softmax over the characters.",
                "Which numbers do you sample with, and over which axis do they add up to 1?",
            )
    writer.redraw(draw.child("soft"), scale=0.05)
    for seed in range(3):
        got = writer.write("generate_sentence", found.author, vocab, max_length=20, seed=seed)
        if len(got) > 20 or not set(got) <= set(LETTERS):
            raise Mismatch(
                "A sampled sentence is longer than max_length, or holds other symbols than characters.",
                "What ends the loop when <EOS> never comes?",
            )


# ---- generate_text


class Text(NamedTuple):
    writer: Writer
    prompt: str
    text: str  # what the model writes after <SOS> and the prompt
    wrong: dict[str, str]


def _texts(student: Any, draw: Draw, steps: int) -> Iterator[Text]:
    writer = Writer(student, "ManyToMany")
    vocab = writer.vocab
    start = np.full((PROMPTS, 1), vocab[SOS])
    for number in range(_tries(draw)):
        source = draw.child(str(number))
        writer.redraw(source)
        read = np.array([[vocab[LETTERS[i]] for i in source.order(len(LETTERS))[:5]] for _ in start])
        way = writer.read(np.hstack([start, read]), steps)
        for row, prompt in enumerate(read):
            places = _places_of_a_text(writer, prompt, Reading(way.ids[row], way.margins[row]))
            if places:
                break
        else:
            continue
        prompt = writer.deal(places)[prompt][None]
        sos, last = start[:1], prompt[:, -1:]
        # What the model writes now, and what it writes after other beginnings.
        with_sos = writer.read(
            np.vstack([np.hstack([sos, prompt]), np.hstack([sos, prompt[:, ::-1]])]), steps
        )
        bare = writer.read(prompt, steps)
        short = writer.read(np.vstack([last, sos]), steps)
        after_sos, each = writer.read(np.hstack([sos, last]), steps), writer.read(last, steps, memory=False)
        text = writer.text(with_sos.ids[0])
        wrong = {
            words: writer.text(ids)
            for words, ids in {
                "what the model writes after the prompt without <SOS> in front.": bare.ids[0],
                "what the model writes after the last character of the prompt alone.": short.ids[0],
                "what the model writes after <SOS> and the last character alone.": after_sos.ids[0],
                "what the model writes without reading the prompt.": short.ids[1],
                "what the model writes after the prompt read backwards.": with_sos.ids[1],
                "what the model makes of each last character alone.": each.ids[0],
            }.items()
        }
        if with_sos.margins[0].min() > CLEAR and len(text) == steps and text not in wrong.values():
            yield Text(writer, writer.text(prompt[0]), text, wrong)


def _places_of_a_text(writer: Writer, prompt: Array, way: Reading) -> dict[int, int]:
    """Places for <PAD> and <EOS> that keep them out of a reading; empty if it is of no use."""
    eos, pad, sos = (writer.vocab[special] for special in (EOS, PAD, SOS))
    used = {*prompt, *way.ids}
    unused = sorted(set(writer.letters) - used)
    if sos in used or len(unused) < 2 or way.margins.min() <= CLEAR:
        return {}
    return {sos: sos, unused[0]: pad, unused[1]: eos}


def _continuation(got: str, prompt: str, length: int, asked: str = "were asked for") -> str:
    """What is new in a text of `length` new characters, or of as many together with the prompt."""
    printed = got.startswith(prompt)
    new = got[len(prompt) :] if printed else got
    if len(new) not in ((length, length - len(prompt)) if printed else (length,)):
        raise Mismatch(
            f"generate_text writes {len(new)} characters after the prompt; {length} {asked}.",
            "What decides when the text ends, and does every step that counts print a character?",
        )
    return new


def text_continues(student: Any, draw: Draw) -> None:
    found = _first(_texts(student, draw.child("prompt"), 10), "ManyToMany")
    got = found.writer.write("generate_text", found.writer.vocab, prompt=found.prompt, length=10, greedy=True)
    new = _continuation(got, found.prompt, 10)
    if new == found.text[: len(new)]:
        return
    for words, wrong in found.wrong.items():
        if new == wrong[: len(new)]:
            raise Mismatch(f"The text is {words}", "What has the model read before it writes?", new)
    raise Mismatch(
        "With greedy=True the text is not what the model ranks first after the prompt.",
        "What has the model read before it writes, is it in evaluation mode, and does the highest score win?",
        new,
    )


def text_is_drawn(student: Any, draw: Draw) -> None:
    """Scores so sharp that softmax leaves no choice."""
    found = _first(_texts(student, draw.child("one"), 10), "ManyToMany")
    write = functools.partial(found.writer.write, "generate_text", found.writer.vocab, length=10)
    leaves_the_seeds(student, lambda seed: write(seed=seed), "generate_text")
    if not found.writer.sharpen():
        found.writer.redraw(draw.child("level"), scale=0.05)
        _leaves_something_to_chance(write, "generate_text")
        raise CannotJudge(NOT_SHARP.format(name="ManyToMany", function="generate_text"))
    for seed in range(3):
        got = found.writer.write(
            "generate_text", found.writer.vocab, prompt=found.prompt, length=10, seed=seed
        )
        new = _continuation(got, found.prompt, 10)
        if new != found.text[: len(new)]:
            raise Mismatch(
                "A sampled text does not follow the probabilities of softmax over the characters.",
                "Which numbers do you sample with, and over which axis do they add up to 1?",
            )


def text_has_its_length(student: Any, draw: Draw) -> None:
    """The model ranks <EOS> first soon, and goes on to characters if it is fed back."""
    writer = Writer(student, "ManyToMany")
    vocab = writer.vocab
    start = np.array([[vocab[symbol] for symbol in (SOS, *PROMPT)]])
    for number in range(_tries(draw)):
        writer.redraw(draw.child(str(number)))
        ids = [int(index) for index in writer.read(start, 48).ids[0]]
        late = [index for index in ids[2:15] if index in writer.letters and index not in start]
        if late:
            where = writer.deal({i: i for i in start[0]} | {late[0]: vocab[EOS], vocab[EOS]: late[0]})
            ids = [int(where[index]) for index in ids]
        if vocab[EOS] in ids[:20] and sum(index in writer.letters for index in ids[-24:]) > 12:
            break
    else:
        raise Mismatch("Whatever its weights, your ManyToMany never ranks <EOS> first, or nothing else.")
    for options, length, asked in (
        ({"length": 25}, 25, "were asked for"),
        ({}, 150, "are wanted where no length is given"),
    ):
        got = writer.write("generate_text", vocab, greedy=True, **options)
        new = _continuation(got, PROMPT, length, asked)
        if not set(new) <= set(LETTERS):
            raise Mismatch("The text holds other symbols than the characters of the vocabulary.")


def text_takes_unknown(student: Any, draw: Draw) -> None:
    writer = Writer(student, "ManyToMany")
    writer.redraw(draw, scale=0.05)
    writer.write("generate_text", writer.vocab, prompt="The ☃ summer", length=25)
