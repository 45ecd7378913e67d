"""One-to-one, many-to-one, one-to-many, many-to-many."""

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Mismatch,
    Student,
    check_trains,
    expect,
    is_slope,
    needs,
    on_lively_weights,
    sequences,
    variant,
)
from tests.visible.a7_sequence_modeling.support import models, readings, texts
from tests.visible.a7_sequence_modeling.support.cells import has_an_embedding, leaves_the_seeds
from tests.visible.a7_sequence_modeling.support.language import LINKED, check_pairs, loss_gradient, token_loss
from tests.visible.a7_sequence_modeling.support.models import AUTHORS, LENGTHS, LONG, H, Model, T, V, changed
from tests.visible.a7_sequence_modeling.support.readings import continuation
from tests.visible.a7_sequence_modeling.support.texts import EOS, SOS
from tests.visible.a7_sequence_modeling.support.writers import LETTERS, Writer

PROMPT = "The summer"  # the default of generate_text

# ---- one-to-one


def test_first_characters_stay_a_column(student: Student, draw: Draw) -> None:
    """first_characters: the first character of each sentence, (B, 1)"""
    lines = ["ab", *(texts.text(draw, length, "abcdefgh") for length in LENGTHS)]
    vocab = texts.usable_vocabulary(student, ["abcdefgh"])
    items = texts.usable_items(student, lines, [0] * len(lines), vocab)
    width = max(len(ids) for ids, _ in items)
    tokens = np.stack([np.pad(ids, (0, width - len(ids))) for ids, _ in items]).astype(np.int64)
    column = int(texts.starts_with_sos(student))
    got = expect(
        student.call("first_characters", tokens), "first_characters' result", axes="BT"
    ).to_be_shaped((len(lines), 1), dtype="int64")
    if not np.array_equal(got, tokens[:, column : column + 1]):
        raise Mismatch(
            "first_characters does not give the first character of each sentence.",
            "Which end of the sentence is the beginning, and which axis counts the characters?",
        )


def test_one_to_one_scores_every_author(student: Student, draw: Draw, name: str = "OneToOne") -> None:
    """OneToOne: (B, 1) gives one score per author, (B, C), through nn.LSTM or nn.GRU"""
    model = Model(student, draw, name)
    for rows in (4, 1):
        model.logits(draw.tokens([model.columns] * rows, V))
    if not model.has_gates():
        raise Mismatch(
            f"No nn.LSTM or nn.GRU in {name} learns how to read its inputs.",
            "Which layer does the text put between the embedding and the linear layer, and what does "
            "that layer read?",
        )
    check_trains(student, model.thing, name)
    tokens = draw.child("other characters").tokens([model.columns] * 4, V)
    model.deaf()
    expect(model.logits(tokens % (V - 1) + 1), f"{name}'s logits").to_match(
        model.logits(tokens),
        otherwise="{name} still depend on the characters when every weight of nn.LSTM or nn.GRU is 0.",
        hint="Is there a way from the embedding to the linear layer that goes past the recurrent layer?",
    )


@needs(test_one_to_one_scores_every_author)
def test_one_to_one_judges_each_row_alone(student: Student, draw: Draw) -> None:
    """OneToOne: the scores of a row do not depend on the other rows"""
    models.rows_stay_apart(student, draw, "OneToOne")


@needs(test_one_to_one_scores_every_author)
def test_one_to_one_knows_its_character(student: Student, draw: Draw) -> None:
    """OneToOne: every character has a vector of its own"""
    model = Model(student, draw, "OneToOne")
    tokens = np.arange(1, V).reshape(-1, 1)
    expect(model.logits(tokens % (V - 1) + 1), "OneToOne's logits").to_differ(
        model.logits(tokens),
        otherwise="{name} do not depend on the character (row {rows}, counted from 0).",
        hint="What looks up a vector for each character?",
    )
    models.every_character_learns(student, draw, "OneToOne")
    if not draw.symmetric and model.silent():  # the diagnosis knows enough
        expect(model.logits(tokens % (V - 1) + 1), "OneToOne's logits").to_match(
            model.logits(tokens),
            otherwise="{name} come from something else than the hidden state, such as the cell state.",
            hint="Which of an LSTM's two states are its outputs?",
        )


@needs(test_one_to_one_scores_every_author)
def test_one_to_one_returns_raw_scores(student: Student, draw: Draw) -> None:
    """OneToOne: logits as they are, for any number of authors; the inputs stay as they are"""
    models.scores_are_raw(student, draw.child("raw"), "OneToOne")
    models.takes_five_authors(student, draw.child("sizes"), "OneToOne")
    models.repeats_itself(student, draw.child("again"), "OneToOne")


# ---- many-to-one

test_many_to_one_scores_every_author = variant(
    test_one_to_one_scores_every_author,
    "ManyToOne: (B, T) gives one score per author, (B, C), through nn.LSTM or nn.GRU",
    name="ManyToOne",
)


@needs(test_many_to_one_scores_every_author)
def test_many_to_one_reads_first_and_last_character(student: Student, draw: Draw) -> None:
    """ManyToOne: the first and the last character of a row both matter"""
    model = Model(student, draw, "ManyToOne")
    longest = int(draw.integers(6 * LONG, 8 * LONG))  # no code can know, nor cut off
    long = np.array([longest - 3, 3, longest, 14])
    for lengths, some in ((LENGTHS, ("last", "first")), (long, ("last",))):
        tokens = draw.tokens(list(lengths), V, columns=int(lengths.max()) + 1)
        logits = model.logits(tokens, lengths)
        for which in some:
            other = model.logits(changed(tokens, lengths - 1 if which == "last" else 0), lengths)
            expect(other, "ManyToOne's logits", axes="BC").to_differ(
                logits,
                otherwise=f"{{name}} do not depend on the {which} character of row {{rows}} "
                "(counted from 0).",
                hint="Which state has read the whole row, and nothing after it?",
            )


@needs(test_many_to_one_reads_first_and_last_character)
def test_many_to_one_ignores_padding(student: Student, draw: Draw) -> None:
    """ManyToOne: neither the amount nor the content of the padding matters"""
    model = Model(student, draw, "ManyToOne")
    lengths = sequences.ragged(draw, LENGTHS)
    tokens = draw.tokens(list(lengths), V, columns=T)
    logits = model.logits(tokens, lengths)
    other = np.where(np.arange(T) < lengths[:, None], tokens, draw.integers(1, V, *tokens.shape))
    for padded, words in (
        (np.pad(tokens, ((0, 0), (0, 5))), "more padding"),
        (other, "other ids behind the end of a row"),
    ):
        expect(model.logits(padded, lengths), "ManyToOne's logits", axes="BC").to_match(
            logits,
            otherwise=f"{{name}} are not the same with {words}, {{where}}.",
            hint="Which columns does a row of length 2 need, and which of them does your model read?",
        )


@needs(test_many_to_one_reads_first_and_last_character)
def test_many_to_one_judges_each_row_alone(student: Student, draw: Draw) -> None:
    """ManyToOne: a row gives the same alone and in a batch"""
    models.rows_stay_apart(student, draw, "ManyToOne")


@needs(test_many_to_one_reads_first_and_last_character)
def test_many_to_one_reads_the_last_valid_state(student: Student, draw: Draw) -> None:
    """ManyToOne: the scores come from the hidden state after the last valid character, nothing else"""
    model = Model(student, draw, "ManyToOne")
    lengths = sequences.ragged(draw, LENGTHS)
    tokens = draw.tokens(list(lengths), V, columns=T)
    model.forgetful()
    logits = model.logits(tokens, lengths)
    hint = "After which character does the text want the state, and which of an LSTM's two states?"
    expect(model.logits(changed(tokens, 0), lengths), "ManyToOne's logits", axes="BC").to_match(
        logits,
        otherwise="{name} come from another step than the last valid one, or from several, {where}.",
        hint=hint,
    )
    every_unit = _every_unit_is_read(model, tokens, lengths, draw.normal(*logits.shape))
    model.saturated()
    short, long = model.logits(np.ones((2, 30), np.int64), np.array([20, 30]))
    expect(long[None], "ManyToOne's logits").to_match(
        short[None],
        otherwise="{name} come from something else than the last valid hidden state, such as the cell state.",
        hint=hint,
    )
    if not every_unit:
        raise Mismatch(
            "Not every unit of the last valid hidden state reaches ManyToOne's logits.",
            "How many hidden units of a row do you take from its last step?",
        )


def _every_unit_is_read(model: Model, tokens: Array, lengths: Array, pull: Array) -> bool:
    """In a forgetful layer each unit of the state has a last gate (o, or n of a GRU) that gets a gradient."""
    gradients = model.gradients(tokens, pull, lengths)
    for gates, names in model.recurrent():
        found = gradients.get(names["weight_ih"])
        if found is not None and not np.abs(found[-len(found) // gates :]).max(1).all():
            return False
    return True


@needs(test_many_to_one_scores_every_author)
def test_many_to_one_returns_raw_scores(student: Student, draw: Draw) -> None:
    """ManyToOne: logits as they are, for any number of authors; the inputs stay as they are"""
    models.scores_are_raw(student, draw.child("raw"), "ManyToOne")
    models.takes_five_authors(student, draw.child("sizes"), "ManyToOne")
    models.repeats_itself(student, draw.child("again"), "ManyToOne")


@needs(test_many_to_one_scores_every_author)
def test_many_to_one_learns_from_every_character(student: Student, draw: Draw) -> None:
    """ManyToOne: every character learns, the first of a row too"""
    models.every_character_learns(student, draw.child("characters"), "ManyToOne")
    draw = draw.child("first")
    model = Model(student, draw, "ManyToOne", scale=0.4)
    tokens = np.full((2, 5), 3)
    tokens[:, 0] = 7  # stands first only
    pull = draw.normal(*model.logits(tokens).shape)
    if not any(np.abs(table[7]).max() > 0 for table in model.table_gradients(tokens, pull)):
        raise Mismatch(
            "No gradient reaches the first character of a row.",
            "Can the loss at the last character still reach the first one?",
        )


# ---- one-to-many

test_one_to_many_scores_every_character = variant(
    test_one_to_one_scores_every_author,
    "OneToMany: at each step one score per character, (B, T, V), through nn.LSTM or nn.GRU",
    name="OneToMany",
)


@needs(test_one_to_many_scores_every_character)
def test_author_matters_from_the_first_step(student: Student, draw: Draw) -> None:
    """OneToMany: another author gives other scores, at once and in that row only"""
    model = Model(student, draw, "OneToMany")
    tokens = draw.tokens([T] * 4, V)
    logits = model.logits(tokens, None, AUTHORS)
    others = (AUTHORS + 1) % 3
    expect(model.logits(tokens, None, others)[:, 0], "OneToMany's logits").to_differ(
        logits[:, 0],
        otherwise="{name} at the first step do not depend on the author (row {rows}, counted from 0).",
        hint="Do two authors give two different first predictions?",
    )
    for row in range(4):
        keep = np.arange(4) != row
        mixed = np.where(keep, AUTHORS, others)
        expect(model.logits(tokens, None, mixed)[keep], "The logits of the other rows").to_match(
            logits[keep],
            otherwise=f"{{name}} change with the author of row {row} (counted from 0).",
            hint="Whose vector is the first state of each row, and which axis does your layer take for time?",
        )


@needs(test_one_to_many_scores_every_character)
def test_author_is_the_first_hidden_state(student: Student, draw: Draw) -> None:
    """OneToMany: the author's vector is h_0 and goes nowhere else"""
    model = Model(student, draw, "OneToMany")
    model.forgetful()
    tokens = draw.tokens([T] * 4, V)
    expect(model.logits(tokens, None, (AUTHORS + 1) % 3), "OneToMany's logits", axes="BTV").to_match(
        model.logits(tokens, None, AUTHORS),
        otherwise="{name} depend on the author in another way than through the first hidden state, {where}.",
        hint="Where does the text want the author vector to go: into the inputs, or into h_0?",
    )
    model = Model(student, draw.child("cell"), "OneToMany")
    model.without_cell_state()
    if np.allclose(model.logits(tokens, None, (AUTHORS + 1) % 3), model.logits(tokens, None, AUTHORS)):
        raise Mismatch(
            "The author's vector is the first cell state of OneToMany, not its first hidden state.",
            "In which order does nn.LSTM take h_0 and c_0?",
        )


@needs(test_one_to_many_scores_every_character)
def test_author_vectors_learn(student: Student, draw: Draw) -> None:
    """OneToMany: every author has a vector that learns"""
    source = draw.child("learns")
    model = Model(student, source, "OneToMany", classes=5)
    tokens, authors = source.tokens([T] * 2, V), np.array([0, 3])  # 0 is no padding here
    tables = model.table_gradients(tokens, source.normal(2, T, V), authors, rows=5)
    if not any(np.abs(table[authors]).max(1).all() for table in tables):
        raise Mismatch(
            "Not every author in a batch has a vector of its own that gets a gradient.",
            "Which embedding has one row per author, and does every row's own author reach h_0?",
        )
    models.takes_five_authors(student, draw.child("sizes"), "OneToMany")


@needs(test_one_to_many_scores_every_character)
def test_one_to_many_never_looks_ahead(student: Student, draw: Draw, name: str = "OneToMany") -> None:
    """OneToMany: each step reads the true character of that step, and none after it"""
    model = Model(student, draw, name)
    tokens = draw.tokens([T] * 4, V)
    for train in (False, True):
        logits = model.logits(tokens, train=train, seed=5)
        for step in (1, 4, T - 1):
            other = model.logits(changed(tokens, step), train=train, seed=5)
            mode = "In training mode, the" if train else "The"
            expect(other[:, :step], f"{mode} logits", axes="BTV").to_match(
                logits[:, :step],
                otherwise="{name} of " + name + " are not the same when a later character changes, {where}.",
                hint="Could the model see the answer: does it mix or reverse the steps, or keep an earlier "
                "call's state?",
            )
            if not train:
                expect(other[:, step], f"{name}'s logits").to_differ(
                    logits[:, step],
                    otherwise="{name} at a step do not depend on the character of that step.",
                    hint="Which character does step 2 read: the true one of the inputs?",
                )
                if step == 1:
                    hint = "What does a step know of the characters before its own?"
                    sequences.remembers(f"{name}'s logits", logits[:, 1:], other[:, 1:], hint)


@needs(test_one_to_many_scores_every_character)
def test_one_to_many_returns_raw_scores(student: Student, draw: Draw) -> None:
    """OneToMany: logits as they are, of each row alone; the inputs stay as they are"""
    models.scores_are_raw(student, draw.child("raw"), "OneToMany")
    models.rows_stay_apart(student, draw.child("rows"), "OneToMany")
    models.repeats_itself(student, draw.child("again"), "OneToMany")


@needs(test_one_to_many_scores_every_character)
def test_one_to_many_reaches_every_character(student: Student, draw: Draw, name: str = "OneToMany") -> None:
    """OneToMany: every character learns, the first of a long row too"""
    models.every_character_learns(student, draw.child("characters"), name)
    on_lively_weights(
        draw.child("first"), lambda some: models.reaches_the_first_character(student, some, name)
    )


@needs(test_one_to_many_scores_every_character)
def test_sentence_ends_at_eos(student: Student, draw: Draw) -> None:
    """generate_sentence: writes what your model ranks first, stops at <EOS>, and does not print it"""
    authors = [1, 2]
    for key in ("short", "long"):
        found = readings.sentence(student, draw.child(key), ends=True, authors=authors)
        found.compare(found.write(max_length=40, greedy=True), found.text)
        authors = [author for author in (1, 2, 0) if author != found.author]


@needs(test_one_to_many_scores_every_character)
def test_sentence_keeps_to_its_maximal_length(student: Student, draw: Draw) -> None:
    """generate_sentence: stops at max_length when <EOS> does not come"""
    found = readings.sentence(student, draw, ends=False)
    for limit in (9, 12):
        got = found.write(max_length=limit, greedy=True)
        if len(got) > limit:
            raise Mismatch(
                f"generate_sentence writes {len(got)} characters with max_length={limit}.",
                "What ends the loop when <EOS> never comes?",
            )
        found.compare(got, found.text[: max(limit - 2, len(got))])  # a limit may count <SOS> and <EOS>, too


@needs(test_sentence_ends_at_eos, test_one_to_many_returns_raw_scores)
def test_sentence_is_drawn_from_the_scores(student: Student, draw: Draw) -> None:
    """generate_sentence: drawn characters follow the probabilities of softmax"""
    found = readings.sentence(student, draw, ends=True)

    def write(seed: int) -> str:
        return found.write(max_length=40, seed=seed)

    leaves_the_seeds(student, write, "generate_sentence")
    found.writer.sharpen(draw, write, "generate_sentence")
    for seed in range(3):  # softmax leaves no choice
        if write(seed) != found.text:
            raise Mismatch(
                "A sampled sentence does not follow the probabilities of softmax over the characters.",
                "Which numbers do you sample with, and over which axis do they add up to 1?",
            )
    found.writer.redraw(draw.child("soft"), scale=0.05)
    for seed in range(3):  # any sentence will do
        got = found.write(max_length=20, seed=seed)
        if len(got) > 20 or not set(got) <= set(LETTERS):
            raise Mismatch(
                "A sampled sentence is longer than max_length, or holds other symbols than characters.",
                "What ends the loop when <EOS> never comes?",
            )


# ---- many-to-many


def test_pairs_are_shifted_by_one_step(student: Student, draw: Draw) -> None:
    """language_model_pairs: 40 characters, <SOS> in front of the inputs, <EOS> behind the targets"""
    check_pairs(student, draw)


def test_pairs_of_another_length(student: Student, draw: Draw) -> None:
    """language_model_pairs: chunks of any length, and no character lost between them"""
    for least, most in ((3, 12), (12, 60)):
        check_pairs(student, draw, length=int(draw.integers(least, most)))


test_many_to_many_scores_every_character = variant(
    test_one_to_one_scores_every_author,
    "ManyToMany: at each step one score per character, (B, T, V), through nn.LSTM or nn.GRU",
    name="ManyToMany",
)
test_many_to_many_never_looks_ahead = variant(
    test_one_to_many_never_looks_ahead,
    "ManyToMany: the scores of a step do not know later characters, in training neither",
    needs=(test_many_to_many_scores_every_character,),
    name="ManyToMany",
)
test_many_to_many_reaches_every_character = variant(
    test_one_to_many_reaches_every_character,
    "ManyToMany: every character learns, the first of a long row too",
    needs=(test_many_to_many_scores_every_character,),
    name="ManyToMany",
)


@needs(test_many_to_many_scores_every_character)
def test_many_to_many_remembers(student: Student, draw: Draw) -> None:
    """ManyToMany: later steps know the earlier ones, and every call starts anew"""
    source = draw.child("remembers")
    model = Model(student, source, "ManyToMany")
    tokens = source.tokens([4] * 4, V)
    expect(model.logits(changed(tokens, 0))[:, -1], "ManyToMany's logits").to_differ(
        model.logits(tokens)[:, -1],
        otherwise="{name} at the last step do not depend on the first character.",
        hint="What does step 4 know about step 1?",
    )
    models.repeats_itself(student, draw.child("again"), "ManyToMany")


@needs(test_many_to_many_remembers)
def test_many_to_many_judges_each_row_alone(student: Student, draw: Draw) -> None:
    """ManyToMany: a row gives the same alone and in a batch"""
    models.rows_stay_apart(student, draw, "ManyToMany")


@needs(test_many_to_many_scores_every_character)
def test_many_to_many_returns_raw_scores(student: Student, draw: Draw) -> None:
    """ManyToMany: logits as they are"""
    models.scores_are_raw(student, draw, "ManyToMany")


def test_loss_leaves_out_padding(student: Student, draw: Draw) -> None:
    """token_loss: the mean over all tokens that are not <PAD>, each with the same weight"""
    targets = draw.tokens([3, 6, 1, 4], V, columns=7)
    targets[1, 2] = 2
    real = targets != 0
    logits = draw.normal(4, 7, V, scale=2.0)
    loss = token_loss(student, logits, targets)
    expect(token_loss(student, 0 * logits, targets), "token_loss").to_be_number(
        float(np.log(V)),
        otherwise="With equal scores for all V characters, {name} is not ln(V), the mean over the real "
        "tokens.",
        hint="By how many targets do you divide, which do you count, and what sign has a loss?",
    )
    if not draw.symmetric:
        symbols = int(draw.integers(90, 200))
        expect(
            token_loss(student, draw.normal(4, 7, 1) + np.zeros((4, 7, symbols), np.float32), targets),
            "token_loss",
        ).to_be_number(
            float(np.log(symbols)),
            otherwise=f"With equal scores for all of {symbols} characters, {{name}} is not ln({symbols}).",
            hint="Which size of a tensor is the number of characters?",
            tolerance=1e-4,
        )
    noisy = np.where(real[..., None], logits, draw.normal(*logits.shape))
    expect(token_loss(student, noisy, targets), "token_loss").to_be_number(
        loss,
        otherwise="{name} depends on scores at <PAD>.",
        hint="Which targets should not count, and do the scores of a step still belong to its target?",
    )
    for row, step in zip(*np.nonzero(real), strict=True):
        moved = logits.copy()
        moved[row, step, targets[row, step]] += 3
        if token_loss(student, moved, targets) > loss - 1e-4:
            raise Mismatch(
                "token_loss does not fall when a real token becomes likelier.",
                "Does every token count that is not <PAD>, and does row k of your scores belong to target k?",
            )
    for some in (targets, *(draw.tokens(list(lengths), V) for lengths in sequences.large(draw))):
        sure = np.where(np.arange(V) == some[..., None], np.float32(60), np.float32(0))
        half = sure * (np.arange(len(some)) != 1)[:, None, None].astype(np.float32)
        expect(token_loss(student, half, some), "token_loss").to_be_number(
            float(np.log(V)) * np.count_nonzero(some[1]) / np.count_nonzero(some),
            otherwise="With sure and right scores in all rows but one, {name} is not the mean over the real "
            "tokens.",
            hint="Does a token of a short row count as much as one of a long row, and does softmax act once?",
        )


@needs(test_loss_leaves_out_padding)
def test_loss_passes_gradients_on(student: Student, draw: Draw) -> None:
    """token_loss: backward() reaches the scores of every real token, and of no other; the inputs stay"""
    targets = draw.tokens([5, 2, 7], V, columns=8)
    logits, along = draw.normal(*targets.shape, V), draw.normal(*targets.shape, V)
    _, after = student.call_and_see("token_loss", logits, targets)
    sequences.inputs_stay("token_loss", after, logits, targets)
    gradient = loss_gradient(student, logits, targets)
    real = (targets != 0)[..., None]
    if not is_slope(  # of the student's own loss, so that a wrong value costs nothing here
        float(np.sum(np.asarray(gradient, np.float64) * along * real)),
        lambda step: token_loss(student, logits + step * along * real, targets),
    ):
        raise Mismatch(
            "The gradient of token_loss by the scores is not that of the number it returns.", LINKED
        )
    if (gradient[targets == 0] != 0).any():
        raise Mismatch(
            "token_loss sends a gradient to scores at <PAD>.", "Which targets should not count?", gradient
        )


@needs(test_many_to_many_scores_every_character)
def test_text_continues_the_prompt(student: Student, draw: Draw) -> None:
    """generate_text: reads the prompt and writes what your model ranks first"""
    found = readings.text(student, draw.child("prompt"))
    got = found.write(prompt=found.prompt, length=10, greedy=True)
    new = continuation(got, found.prompt, 10)
    if new == found.text[: len(new)]:
        if not draw.symmetric:
            readings.reads_a_long_prompt(student, draw.child("long"), together=len(new) < 10)
        return
    for words, wrong in found.wrong.items():
        if new == wrong[: len(new)]:
            raise Mismatch(f"The text is {words}", "What has the model read before it writes?", new)
    raise Mismatch(
        "With greedy=True the text is not what the model ranks first after the prompt.",
        "What has the model read before it writes, is it in evaluation mode, and does the highest score win?",
        new,
    )


@needs(test_text_continues_the_prompt, test_many_to_many_returns_raw_scores, test_many_to_many_remembers)
def test_text_is_drawn_from_the_scores(student: Student, draw: Draw) -> None:
    """generate_text: drawn characters follow the probabilities of softmax"""
    found = readings.text(student, draw.child("one"))

    def write(seed: int) -> str:
        return found.write(length=10, seed=seed)

    leaves_the_seeds(student, write, "generate_text")
    found.writer.sharpen(draw, write, "generate_text")
    for seed in range(3):  # softmax leaves no choice
        new = continuation(found.write(prompt=found.prompt, length=10, seed=seed), found.prompt, 10)
        if new != found.text[: len(new)]:
            raise Mismatch(
                "A sampled text does not follow the probabilities of softmax over the characters.",
                "Which numbers do you sample with, and over which axis do they add up to 1?",
            )


@needs(test_many_to_many_scores_every_character)
def test_text_has_its_length(student: Student, draw: Draw) -> None:
    """generate_text: 150 characters after "The summer"; <EOS> neither stops it nor is printed"""
    writer = Writer(student, "ManyToMany")
    vocab = writer.vocab
    start = np.array([[vocab[symbol] for symbol in (SOS, *PROMPT)]])
    for _ in readings.redrawn(writer, draw):
        ids = [int(index) for index in writer.read(start, 48).ids[0]]
        late = [index for index in ids[2:15] if index in writer.letters and index not in start]
        if late:
            where = writer.deal({i: i for i in start[0]} | {late[0]: vocab[EOS], vocab[EOS]: late[0]})
            ids = [int(where[index]) for index in ids]
        # It ranks <EOS> first soon, and goes on to characters if it is fed back.
        if vocab[EOS] in ids[:20] and sum(index in writer.letters for index in ids[-24:]) > 12:
            break
    else:
        raise Mismatch("Whatever its weights, your ManyToMany never ranks <EOS> first, or nothing else.")
    for options, length, asked in (
        ({"length": 25}, 25, "were asked for"),
        ({}, 150, "are wanted where no length is given"),
    ):
        got = writer.write("generate_text", vocab, greedy=True, **options)
        if not set(continuation(got, PROMPT, length, asked)) <= set(LETTERS):
            raise Mismatch("The text holds other symbols than the characters of the vocabulary.")


@needs(test_one_to_one_scores_every_author, test_many_to_one_scores_every_author)
def test_embeddings_have_the_width_of_the_state(student: Student, draw: Draw) -> None:
    """The four models: their embeddings are as wide as the hidden state"""
    for name in ("OneToOne", "ManyToOne", "OneToMany", "ManyToMany"):
        has_an_embedding(student, Model(student, draw, name).thing, name, V, H)


@needs(test_many_to_many_scores_every_character)
def test_text_takes_unknown_characters(student: Student, draw: Draw) -> None:
    """generate_text: a prompt with a character that the vocabulary does not know"""
    writer = Writer(student, "ManyToMany")
    writer.redraw(draw, scale=0.05)
    writer.write("generate_text", writer.vocab, prompt="The ☃ summer", length=25)
