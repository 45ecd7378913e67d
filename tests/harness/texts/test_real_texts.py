"""The four real texts, where a folder of them is at hand."""

import collections

from autograder.course.texts import author_sentences, load_texts, sonnets_text, split_sentences


def test_only_the_authors_words_are_left(real_texts):
    texts, source = load_texts(real_texts)
    assert source == str(real_texts)
    for text in texts.values():
        assert "Gutenberg" not in text and not set(text) & set("“”‘’—_[]\r\ufeff")
    starts = {name: " ".join(text.split())[:40] for name, text in texts.items()}
    assert starts["austen"].startswith("It is a truth universally")
    assert starts["poe"].startswith("BY late accounts from Rotterdam")
    assert starts["shakespeare_play"].startswith("Chor. Two households")
    assert starts["sonnets"].startswith("From fairest creatures")
    for biographer in ("Griswold", "Lowell suggested", "Raven Edition"):
        assert biographer not in texts["poe"]


def test_sentences_are_as_many_as_they_should_be(real_texts):
    texts, _ = load_texts(real_texts)
    counts = {name: len(split_sentences(texts[name])) for name in ("austen", "poe", "shakespeare_play")}
    wanted = {"austen": (5400, 6300), "poe": (3300, 3500), "shakespeare_play": (1700, 1850)}
    assert all(least < counts[name] < most for name, (least, most) in wanted.items()), counts


def test_nothing_leaks_from_train_to_test(real_texts):
    for kwargs in ({}, {"balanced": True}, {"max_length": 40}):
        train, test = author_sentences(42, folder=real_texts, **kwargs)
        sentences = [sentence for sentence, _ in train + test]
        assert len(sentences) == len(set(sentences))
    assert len(train) > 8500 and len(test) > 2100
    share = collections.Counter(author for _, author in test)
    assert 0.50 < share[0] / len(test) < 0.56


def test_no_author_is_given_away_by_a_kind_of_quotation_mark_or_dash(real_texts):
    texts, _ = load_texts(real_texts)
    for sign in "\"'-":
        assert all(sign in texts[name] for name in ("austen", "poe")), sign
    assert all(texts["shakespeare_play"].count(sign) > 20 for sign in "'-")


def test_sonnets_are_lines_of_verse_without_numbers(real_texts):
    lines = sonnets_text(real_texts).splitlines()
    assert 2100 < sum(1 for line in lines if line) < 2200  # 154 sonnets, of 14 lines but for two
    assert not {"II", "CLIV"} & set(lines) and not any(line.startswith(" ") for line in lines)
