"""Weights under which what a model writes greedily tells right from wrong.

The model gets random weights, and its ids are dealt out anew, until what it ranks first makes a text: no
special token but a final <EOS>, no close call between two characters, and none of the known wrong readings
gives the same text. So any way to run the model will do: whole prefixes, or a state that is carried.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from autograder.checks import Array, Draw, Mismatch, Student, StudentFailure, Value
from tests.visible.a7_sequence_modeling.support.texts import EOS, PAD, SOS
from tests.visible.a7_sequence_modeling.support.writers import AUTHORS, LETTERS, Reader, Writer

TRIES = 80  # of weights; two in three will do
CLEAR = 0.1  # the least distance between the two highest scores on the way
CAPITAL = "T"  # in LETTERS, where its small letter is not
PROMPTS = 6  # that are tried with the same weights


class Sentence(NamedTuple):
    """What a OneToMany writes as one of its authors, and what it would under known mistakes."""

    writer: Writer
    author: int
    text: str
    wrong: dict[str, str]  # by the words that name them

    def write(self, **options: Value) -> str:
        """What generate_sentence returns."""
        return self.writer.write("generate_sentence", self.author, self.writer.vocab, **options)

    def compare(self, got: str, want: str) -> None:
        """Raise `Mismatch` unless they are the same, in the words for a known mistake."""
        if got == want:
            return
        for words, wrong in self.wrong.items():
            if got and got == wrong[: max(len(got), len(wrong[: len(want)]))]:
                hint = "Which author and which first character does the model get?"
                if "alone" in words:
                    hint = "What does the model remember between two generated characters?"
                raise Mismatch(f"The sentence is {words}", hint, got)
        if got.startswith(want):
            raise Mismatch("The sentence goes on behind <EOS>.", "When does the loop end?", got)
        raise Mismatch(
            "With greedy=True the sentence is not what the model ranks first, character by character.",
            "At each step, what does the model read, which mode is it in, and which character has the chosen "
            "id?",
            got,
        )


class Text(NamedTuple):
    """What a ManyToMany writes after <SOS> and a prompt, and what it would under known mistakes."""

    writer: Writer
    prompt: str
    text: str
    wrong: dict[str, str]

    def write(self, **options: Value) -> str:
        """What generate_text returns."""
        return self.writer.write("generate_text", self.writer.vocab, **options)


def redrawn(writer: Writer, draw: Draw) -> Iterator[Draw]:
    """Give the model other weights, again and again; the draw that each come from."""
    tries = TRIES // 8 if draw.symmetric else TRIES  # the diagnosis is not to keep anybody waiting
    for number in range(tries):
        source = draw.child(str(number))
        writer.redraw(source)
        yield source


# ---- generate_sentence


def sentence(student: Student, draw: Draw, ends: bool, authors: Sequence[int] = (1, 2, 0)) -> Sentence:
    """Of one of `authors`: one that `ends` in <EOS> within 14 steps, or one that does not."""
    writer, steps = Writer(student, "OneToMany"), 14
    eos, sos = writer.vocab[EOS], writer.vocab[SOS]
    for _ in redrawn(writer, draw):
        reading = writer.read(np.full((3, 1), sos), steps)
        for author in authors:
            places = _places_of_a_sentence(writer, reading.ids[author], reading.margins[author], ends)
            if places:
                break
        else:
            continue
        writer.deal(places)
        # Once more, to see what the model now writes; the last row starts with another token than <SOS>.
        reading = writer.read(np.array([[sos], [sos], [sos], [eos]]), steps, np.append(AUTHORS, author))
        *texts, other = (writer.text(ids) for ids in reading.ids)
        text, margins = texts[author], reading.margins[author]
        ended = len(text) < steps and reading.ids[author][len(text)] == eos
        if (ended if ends else len(text) == steps) and margins[: len(text) + 1].min() >= CLEAR:
            without = writer.read(np.array([[sos]]), steps, np.array([author]), memory=False).ids[0]
            wrong = {
                "what the model makes of each last character alone.": writer.text(without),
                "what the model writes from another start than <SOS>.": other,
                **{f"what the model writes as author {i}.": texts[i] for i in range(3) if i != author},
            }
            if text not in wrong.values():
                return Sentence(writer, author, text, wrong)
    raise _depends_too_little("OneToMany")


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


# ---- generate_text


def text(student: Student, draw: Draw) -> Text:
    """Ten characters after a prompt of five."""
    writer, steps = Writer(student, "ManyToMany"), 10
    start = np.full((PROMPTS, 1), writer.vocab[SOS])
    for source in redrawn(writer, draw):
        prompts = np.array(
            [[writer.vocab[LETTERS[i]] for i in source.order(len(LETTERS))[:5]] for _ in start]
        )
        way = writer.read(np.hstack([start, prompts]), steps)
        for row, prompt in enumerate(prompts):
            places = _places_of_a_text(writer, prompt, way.ids[row], way.margins[row])
            if places:
                break
        else:
            continue
        if not draw.symmetric:  # the diagnosis has no use for it
            places[int(prompt[-2])] = writer.vocab[CAPITAL]
        prompt = writer.deal(places)[prompt][None]
        sos, last = start[:1], prompt[:, -1:]
        # What the model writes now, and what it writes after other beginnings.
        backwards = np.hstack([sos, prompt[:, ::-1]])
        with_sos = writer.read(np.vstack([np.hstack([sos, prompt]), backwards]), steps)
        bare = writer.read(prompt, steps)
        short = writer.read(np.vstack([last, sos]), steps)
        after_sos, each = writer.read(np.hstack([sos, last]), steps), writer.read(last, steps, memory=False)
        right = writer.text(with_sos.ids[0])
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
        if not draw.symmetric:
            small = writer.read(np.hstack([sos, prompt[:, prompt[0] != writer.vocab[CAPITAL]]]), steps)
            wrong["what the model writes after the prompt in small letters."] = writer.text(small.ids[0])
        if with_sos.margins[0].min() > CLEAR and len(right) == steps and right not in wrong.values():
            return Text(writer, writer.text(prompt[0]), right, wrong)
    raise _depends_too_little("ManyToMany")


def reads_a_long_prompt(student: Student, draw: Draw, together: bool) -> None:
    """Raise `Mismatch` unless what is written behind a long prompt depends on its first characters.

    How long, no code can know; `together` says that the function counts the prompt's characters, too. Where
    it takes no model of the grader's, that cannot be seen.
    """
    reader = Reader(student, "ManyToMany")
    reader.redraw(draw)
    sos = reader.vocab[SOS]

    def are_read(columns: int, tries: int) -> list[bool]:
        ids = draw.integers(0, len(LETTERS), 8, columns)
        prompts = [[reader.vocab[LETTERS[i]] for i in row] for row in ids]
        way = reader.read(np.array([[sos, *prompt] for prompt in prompts]), 1)
        found = []
        for row in np.flatnonzero(way.margins[:, 0] > CLEAR)[:tries]:
            prompt = reader.text(prompts[row])
            length = columns + 1 if together else 1
            got = reader.write("generate_text", reader.vocab, prompt=prompt, length=length, greedy=True)
            found.append(continuation(got, prompt, length) == reader.text(way.ids[row]))
        return found

    try:
        short = are_read(5, tries=6)  # a function that reads no such model may agree once or twice by chance
    except (Mismatch, StudentFailure):
        return
    if len(short) < 6 or not all(short):
        return
    columns = int(draw.integers(150, 200))
    if not all(are_read(columns, tries=8)):
        raise Mismatch(
            f"Behind a prompt of {columns} characters generate_text does not write the one that the model "
            "ranks first.",
            "Does the model read the whole prompt, and all that is written since, however long that is?",
        )


def _places_of_a_text(writer: Writer, prompt: Array, ids: Array, margins: Array) -> dict[int, int]:
    """Places for <PAD> and <EOS> that keep them out of a reading; empty if it is of no use."""
    eos, pad, sos = (writer.vocab[special] for special in (EOS, PAD, SOS))
    used = {*prompt, *ids}
    unused = sorted(set(writer.letters) - used)
    if sos in used or len(unused) < 2 or margins.min() <= CLEAR:
        return {}
    return {sos: sos, unused[0]: pad, unused[1]: eos}


def continuation(got: str, prompt: str, length: int, asked: str = "were asked for") -> str:
    """What is new in a text of `length` new characters, or of as many together with the prompt."""
    printed = got.startswith(prompt)
    new = got[len(prompt) :] if printed else got
    if len(new) not in ((length, length - len(prompt)) if printed else (length,)):
        raise Mismatch(
            f"generate_text writes {len(new)} characters after the prompt; {length} {asked}.",
            "What decides when the text ends, and does every step that counts print a character?",
        )
    return new


def _depends_too_little(name: str) -> Mismatch:
    return Mismatch(
        f"Whatever its weights, what your {name} predicts depends too little on what it is given, so what it "
        "writes cannot be judged.",
        f"Do the checks of {name} itself pass?",
    )
