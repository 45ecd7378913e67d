"""The three small languages: the strings they should have, in one order of ids, the same in every process."""

import random
import re
from pathlib import Path

import pytest

from autograder.course.texts.grammars import SPECIALS, load_brackets, load_ndfa, load_toy

GIVEN = Path(__file__).parents[3] / "templates/a3b_recurrent_networks/data.py"
LOADERS = [load_ndfa, load_brackets, load_toy]


def decoded(coded):
    sequences, (i2w, _) = coded
    return ["".join(i2w[i] for i in sequence) for sequence in sequences]


@pytest.mark.parametrize("load", LOADERS)
def test_ids_are_the_specials_and_then_the_sorted_symbols(load):
    sequences, (i2w, w2i) = load(n=300, char=True)
    assert i2w[:4] == SPECIALS == [".pad", ".start", ".end", ".unk"] and i2w[4:] == sorted(i2w[4:])
    assert w2i == {symbol: index for index, symbol in enumerate(i2w)}
    assert len(sequences) == 300 and {i for sequence in sequences for i in sequence} == set(
        range(4, len(i2w))
    )
    assert sequences == sorted(sequences, key=len)


@pytest.mark.parametrize("load", LOADERS)
def test_a_seed_decides_and_the_global_state_is_left_alone(load):
    random.seed(4)
    state = random.getstate()
    assert load(50) == load(50, seed=0) != load(50, seed=1)
    assert random.getstate() == state


def test_the_automaton_repeats_one_word_between_two_s():
    strings = decoded(load_ndfa(8_000))
    assert all(re.fullmatch(r"s((abc!)*|(uvw!)*|(klm!)*)s", text) for text in strings)
    assert 0.23 < strings.count("ss") / len(strings) < 0.27
    counts = [sum(word in text for text in strings) / len(strings) for word in ("abc!", "uvw!", "klm!")]
    assert all(0.22 < share < 0.28 for share in counts)


def test_brackets_match_in_one_outer_pair():
    strings = decoded(load_brackets(4_000))
    for text in strings:
        depths, depth = [], 0
        for bracket in text:
            depth += 1 if bracket == "(" else -1
            depths.append(depth)
        assert depths[-1] == 0 and min(depths[:-1]) > 0
    assert 0.53 < strings.count("()") / len(strings) < 0.60


def test_the_toy_grammar_gives_sentences_as_characters_or_words():
    assert all(text.endswith(".") and text[:-1].islower() for text in decoded(load_toy(200)))
    words, (i2w, _) = load_toy(200, char=False)
    assert not any(symbol.isupper() for symbol in i2w) and "gardener" in i2w and max(map(len, words)) < 80


def test_the_given_file_gives_the_same_in_every_process(run_twice):
    said = run_twice(
        GIVEN, "print(repr((data.load_ndfa(20), data.load_toy(9, char=False), data.load_imdb(voc=30)[2])))"
    )
    assert repr(load_ndfa(20)) in said
