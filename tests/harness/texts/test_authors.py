"""Sentences and their authors: clean, without leakage, the same for the same seed."""

import collections
import itertools
import random
from pathlib import Path

import pytest

from autograder.course.texts import (
    author_sentences,
    load_texts,
    sonnets_text,
    split_sentences,
    synthetic_text,
)

GIVEN = Path(__file__).parents[3] / "templates/a7_sequence_modeling/data.py"


@pytest.fixture(autouse=True)
def synthetic(home, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_DATA", "synthetic")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "One sentence is here. Another\nsentence is there!",
            ["One sentence is here.", "Another sentence is there!"],
        ),
        (
            "Mr. and Mrs. Pelham met Dr. Wexley in St. Ives.",
            ["Mr. and Mrs. Pelham met Dr. Wexley in St. Ives."],
        ),
        (
            '"You are very late!" said he. "Is it not a pity?" She was silent.',
            ['"You are very late!" said he.', '"Is it not a pity?"', "She was silent."],
        ),
        (
            "  Samp. Thou art too late,\n    And so is he.\n\n  Greg. Ay, I am; and thou\n    Art early.\n",
            ["Thou art too late, And so is he.", "Ay, I am; and thou Art early."],
        ),
        (
            "NURSE.\nThou art too late.\n\nACT II\n\nWithout a full stop at the end",
            ["Thou art too late.", "Without a full stop at the end"],
        ),
        ("", []),
    ],
)
def test_prose_dialogue_and_verse_are_split(text, sentences):
    assert split_sentences(text, min_length=12) == sentences


def test_short_sentences_are_left_out():
    assert split_sentences("No. This has just twenty. This has nineteenx.") == ["This has just twenty."]


@pytest.mark.parametrize("balanced", [False, True])
@pytest.mark.parametrize("max_length", [None, 30])
def test_no_sentence_occurs_twice_in_train_and_test_together(balanced, max_length):
    train, test = author_sentences(3, balanced=balanced, max_length=max_length)
    sentences = [sentence for sentence, _ in train + test]
    assert len(set(sentences)) == len(sentences) > 600
    assert max_length is None or max(map(len, sentences)) == max_length
    assert len(test) == pytest.approx(len(sentences) / 5, abs=3)


def test_every_sentence_has_its_author():
    texts, _ = load_texts()
    joined = [" ".join(texts[name].split()) for name in ("austen", "poe", "shakespeare_play")]
    train, test = author_sentences()
    assert all(sentence in joined[author] for sentence, author in train + test)


def test_a_sentence_of_two_authors_stays_with_one(tmp_path, monkeypatch):
    same = "This very sentence is everywhere."
    texts = dict.fromkeys(("austen", "poe", "shakespeare_play"), f"{same}\n\n{same}")
    monkeypatch.setattr("autograder.course.texts.authors.load_texts", lambda _: (texts, ""))
    assert author_sentences() == ([(same, 0)], [])


def test_balanced_means_equally_many_of_each_author_in_both_parts():
    for part in author_sentences(balanced=True):
        assert len(set(collections.Counter(author for _, author in part).values())) == 1
    natural = collections.Counter(author for _, author in author_sentences()[0])
    assert natural[0] > natural[1] > natural[2] > 500


def test_the_seed_decides_the_split():
    assert author_sentences(1) == author_sentences(1)
    assert set(author_sentences(1)[1]) != set(author_sentences(2)[1])


def test_authors_are_mixed_and_not_in_blocks():
    for part in author_sentences():
        assert {author for _, author in part[:40]} == {0, 1, 2}


def test_synthetic_texts_differ_by_seed_only():
    assert synthetic_text("poe", 1) == synthetic_text("poe", 1) != synthetic_text("poe", 2)
    assert "{" not in "".join(
        synthetic_text(name) for name in ("austen", "poe", "shakespeare_play", "sonnets")
    )


def test_synthetic_authors_are_told_apart_by_the_sentence_and_not_by_its_first_letter():
    train, test = author_sentences(balanced=True)

    def accuracy(features):
        counts = collections.defaultdict(collections.Counter)
        for sentence, author in train:
            for feature in features(sentence):
                counts[feature][author] += 1
        totals = [sum(counts[feature][author] for feature in counts) for author in range(3)]
        right = 0
        for sentence, author in test:
            scores = [1.0, 1.0, 1.0]
            for feature in features(sentence):
                scores = [s * (counts[feature][a] + 0.1) / (totals[a] + 1) for a, s in enumerate(scores)]
                scores = [s / max(scores) for s in scores]
            right += scores.index(max(scores)) == author
        return right / len(test)

    assert accuracy(lambda sentence: list(itertools.pairwise(sentence))) > 0.97
    assert accuracy(lambda sentence: sentence[:1]) < 0.85


def test_synthetic_sonnets_are_verses_that_can_be_prompted_with_the_summer():
    text = sonnets_text()
    assert len(text) > 60_000 and text.count("The summer") > 50
    assert max(map(len, text.splitlines())) < 80 and "  " not in text


def test_the_given_file_runs_alone_and_gives_the_same_in_every_process(run_twice):
    said = run_twice(
        GIVEN,
        "train, test = data.author_sentences(5, True)\n"
        "print(repr((len(train), train[:2], test[:2], data.sonnets_text()[:80], data.load_texts()[1])))",
    )
    train, test = author_sentences(5, True)
    expected = repr((len(train), train[:2], test[:2], sonnets_text()[:80], "synthetic"))
    assert said.splitlines()[-1] == expected


def test_the_global_random_state_is_left_alone():
    random.seed(4)
    state = random.getstate()
    author_sentences()
    assert random.getstate() == state
