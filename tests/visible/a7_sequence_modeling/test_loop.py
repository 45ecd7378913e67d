"""The loop over time, the last valid state, stacked layers, and the author classifier."""

import functools

import numpy as np

from autograder.checks import (
    Array,
    CannotJudge,
    Draw,
    Mismatch,
    Student,
    StudentFailure,
    by_token,
    cross_entropy,
    expect,
    loader,
    look_raw,
    needs,
    on_some_weights,
    sequences,
    touched,
    variant,
)
from tests.visible.a7_sequence_modeling.support import over_linear_cells, recorded, training
from tests.visible.a7_sequence_modeling.support.cells import (
    IN_PLACE,
    KINDS,
    D,
    H,
    has_an_embedding,
    leaves_the_seeds,
    off_the_cpu,
)
from tests.visible.a7_sequence_modeling.support.classifier import C, Classifier, LinearClassifier, V
from tests.visible.a7_sequence_modeling.support.loops import (
    LAST,
    LENGTHS,
    LONG,
    STATES,
    Equations,
    LinearLoop,
    Loop,
    T,
    held_to_the_cells,
    long_rows,
    over_known_cells,
    valid,
)
from tests.visible.a7_sequence_modeling.support.mistaken import other_last_states, other_states
from tests.visible.a7_sequence_modeling.support.training import with_a_trainable_cell
from tests.visible.a7_sequence_modeling.test_cells import (
    test_vanilla_cell_learns_with_all_its_weights as learns,
)
from tests.visible.a7_sequence_modeling.test_cells import (
    test_vanilla_cell_passes_gradients_on as passes_gradients_on,
)

RATES = (0.004, 0.006, 0.013, 0.015)  # none of them is written into a loop
CARRIED = "What is the second argument of your cell at step t, and where does it come from?"
SAME = "AuthorClassifier's logits are the same for every row."
ON_PADDING = "Which columns does a row of length 2 need, and do two calls with the same input agree?"


@over_known_cells(LinearLoop)
def test_loop_keeps_its_shapes(
    student: Student, draw: Draw, layers: int = 1, make: type[Loop] = Loop
) -> None:
    """DeepRNN: (B, T, D) gives all states (B, T, H) and the last valid one (B, H)"""
    if layers > 1:
        make(student, draw.child("one width"), "rnn", layers, H).check_layers()
    loop = make(student, draw, "rnn", layers)
    for lengths, columns in ((LENGTHS, T), (np.array([1]), 1), (np.array([3]), 3)):
        loop(draw.normal(len(lengths), columns, D), lengths)
    loop.batch(draw)  # any numbers have a shape


test_stack_keeps_its_shapes = variant(
    test_loop_keeps_its_shapes, "DeepRNN with two layers: the same shapes as with one", layers=2
)


# ---- states


@needs(test_loop_keeps_its_shapes)
def test_rnn_loop_applies_the_cell_at_every_step(
    student: Student, draw: Draw, kind: str = "rnn", equations: Equations = recorded.judge
) -> None:
    """DeepRNN with "rnn": your cell, step by step, from a state of zeros"""

    def look(make: type[Loop], draw: Draw) -> None:
        for features, lengths, columns in ((H, LENGTHS, T), (D, LENGTHS, T), (D, *long_rows(draw))):
            loop = make(student, draw, kind, features=features)  # where the widths agree, more mistakes run
            x, hiddens, _ = loop.batch(draw, lengths, columns)
            right = loop.folded(x)[:, : hiddens.shape[1]]
            expect(hiddens, STATES, axes="BTH").to_match(
                right,
                where=valid(lengths, hiddens.shape[1]),
                unlike=functools.partial(other_states, loop, x, right),
                otherwise="{name} are not those of your cell applied step by step from zeros, {where}.",
                hint="What goes into the cell at step t, and what is kept of what comes out?",
            )
        _expect_the_same_in_training(loop, x, hiddens, lengths)

    held_to_the_cells(look, student, draw, kind, 1, equations)


def _expect_the_same_in_training(loop: Loop, x: Array, hiddens: Array, lengths: Array) -> None:
    in_training, _ = loop(x, lengths, seed=3, train=True)
    expect(in_training, f"In training mode, {STATES}", axes="BTH").to_match(
        hiddens,
        where=valid(lengths, hiddens.shape[1]),
        otherwise="{name} are not those of evaluation mode, {where}.",
        hint="Is the first state zeros in every mode, and is anything random?",
    )


test_lstm_loop_carries_both_states = variant(
    test_rnn_loop_applies_the_cell_at_every_step,
    'DeepRNN with "lstm": your cell, step by step, carrying h and C',
    kind="lstm",
)
test_gru_loop_applies_the_cell_at_every_step = variant(
    test_rnn_loop_applies_the_cell_at_every_step,
    'DeepRNN with "gru": your cell, step by step, from a state of zeros',
    kind="gru",
)


@needs(test_loop_keeps_its_shapes)
@over_known_cells(LinearLoop)
def test_loop_never_looks_ahead(student: Student, draw: Draw, make: type[Loop] = Loop) -> None:
    """DeepRNN: a state knows its own step and those before it, no later one"""
    loop = make(student, draw)
    lengths = np.full(4, 6)
    x = draw.normal(4, 6, D)
    before, _ = loop(x, lengths)
    for step in (0, 3):
        other = x.copy()
        other[:, step] = draw.normal(4, D)
        after, _ = loop(other, lengths)
        expect(after[:, :step], STATES, axes="BTH").to_match(
            before[:, :step],
            otherwise="When one input changes, {name} at earlier steps are not the same as before.",
            hint="Which inputs can the state of a step know of, and do two calls with the same input agree?",
        )
        expect(after[:, step], f"The stored state of step {step}", axes="BH").to_differ(
            before[:, step],
            otherwise="{name} does not depend on the input of that step (counted from 0).",
            hint="Which inputs has the cell read when you store the state of that step?",
        )
        if step == 0:
            sequences.remembers(STATES, before, after, CARRIED)


@needs(test_loop_keeps_its_shapes)
@over_known_cells(LinearLoop)
def test_loop_repeats_itself(student: Student, draw: Draw, make: type[Loop] = Loop) -> None:
    """DeepRNN: the same input gives the same states and stays as it is"""
    loop = make(student, draw)
    x = draw.normal(len(LENGTHS), T, D)
    got, after = loop.thing.call_and_see(x, LENGTHS, seed=1)
    first = loop.clean(got, x, LENGTHS)
    sequences.inputs_stay("DeepRNN", after, x, LENGTHS, hint=IN_PLACE)
    leaves_the_seeds(student, lambda seed: loop.thing(x, LENGTHS, seed=seed), "DeepRNN")
    expect(loop.thing(x, LENGTHS, seed=2), STATES, LAST, axes="BTH BH").to_match(
        first,
        otherwise="{name} are not the same in two calls with the same input.",
        hint="What does the state hold when a call begins, and is anything random, also in evaluation mode?",
    )


@needs(test_loop_keeps_its_shapes)
@over_known_cells(LinearLoop, learns, passes_gradients_on)
def test_gradients_reach_the_first_step(student: Student, draw: Draw, make: type[Loop] = Loop) -> None:
    """DeepRNN: the last state's gradient flows back to the first step"""
    loop = make(student, draw, scale=0.3)
    steps = int(draw.integers(6 * LONG, 8 * LONG))  # how many, no code can know, nor look back at
    x, lengths = draw.normal(2, steps, D), np.array([steps, steps])
    hiddens, last = loop(x, lengths)
    pull = (0 * hiddens, draw.normal(*last.shape, scale=sequences.LOUD))
    flow = loop.thing.gradients(x, lengths, pull=pull).inputs[0]
    words = "No gradient flows from DeepRNN's last valid state back to the first step."
    hint = "Can the loss at the last character still reach the first one?"
    if flow is None:
        raise Mismatch(words, hint)
    if not draw.symmetric:  # gradients of equal weights may cancel out
        sequences.reaches_back(flow[0], words, hint)
    lengths, columns = long_rows(draw)
    x = draw.normal(len(lengths), columns, D)
    hiddens, last = loop(x, lengths)
    real = valid(lengths, hiddens.shape[1])[..., None].astype(np.float32)
    loop.check_gradients(draw, x, lengths, (draw.normal(*hiddens.shape) * real, draw.normal(*last.shape)))


# ---- the last valid state


@needs(test_loop_keeps_its_shapes)
@over_known_cells(LinearLoop)
def test_last_valid_state_of_each_row(
    student: Student, draw: Draw, kind: str = "rnn", layers: int = 1, make: type[Loop] = Loop
) -> None:
    """DeepRNN: last_valid is each row's state right after its own last step"""
    loop = make(student, draw, kind, layers)
    four, three = sequences.ragged(draw, LENGTHS), sequences.ragged(draw.child("three"), np.array([1, 6, 3]))
    long = () if draw.symmetric else (long_rows(draw),)
    for lengths, columns in ((four, T), (four[::-1].copy(), 7), (three, 6), *long):
        x, hiddens, last = loop.batch(draw, lengths, columns)
        expect(last, LAST, axes="BH").to_match(
            hiddens[np.arange(len(lengths)), lengths - 1],
            unlike=functools.partial(other_last_states, loop, x, lengths, hiddens),
            otherwise="{name} is not what the hidden states hold at each row's own last step, {where}.",
            hint="In which column does a row of length 2 end, and which state do you take from there?",
        )


test_last_valid_state_of_an_lstm = variant(
    test_last_valid_state_of_each_row,
    'DeepRNN with "lstm": last_valid is each row\'s h right after its own last step',
    kind="lstm",
)
test_last_valid_state_of_a_stack = variant(
    test_last_valid_state_of_each_row,
    "DeepRNN with two layers: last_valid comes from the top layer, at each row's own last step",
    needs=(test_stack_keeps_its_shapes,),
    kind="gru",
    layers=2,
)


@needs(test_loop_keeps_its_shapes)
@over_known_cells(LinearLoop)
def test_padding_changes_nothing(student: Student, draw: Draw, make: type[Loop] = Loop) -> None:
    """DeepRNN: neither the amount nor the content of the padding matters"""
    loop = make(student, draw)
    lengths = sequences.ragged(draw, LENGTHS)
    x, hiddens, last = loop.batch(draw, lengths)
    longer = np.pad(x, ((0, 0), (0, 3 if draw.symmetric else int(draw.integers(3, 30))), (0, 0)))
    other = np.where(valid(lengths, T)[..., None], x, draw.normal(*x.shape))
    for padded, words in ((longer, "more columns of padding"), (other, "other numbers in the padding")):
        states, end = loop(padded, lengths)
        columns = min(states.shape[1], hiddens.shape[1])
        expect(end, LAST, axes="BH").to_match(
            last, otherwise=f"{{name}} is not the same with {words}, {{where}}.", hint=ON_PADDING
        )
        expect(states[:, :columns], STATES, axes="BTH").to_match(
            hiddens[:, :columns],
            where=valid(lengths, columns),
            otherwise=f"{{name}} at valid steps are not the same with {words}, {{where}}.",
            hint=ON_PADDING,
        )
    _remembers(loop, draw, x, hiddens, lengths)


def _remembers(loop: Loop, draw: Draw, x: Array, hiddens: Array, lengths: Array) -> None:
    """A loop whose states know their own step only keeps padding and rows apart whatever else it does."""
    other = x.copy()
    other[:, 0] = draw.normal(*other[:, 0].shape)
    sequences.remembers(STATES, hiddens, loop(other, lengths)[0], CARRIED)


@needs(test_loop_keeps_its_shapes)
@over_known_cells(LinearLoop)
def test_a_row_alone_equals_the_row_in_its_batch(
    student: Student, draw: Draw, layers: int = 1, make: type[Loop] = Loop
) -> None:
    """DeepRNN: a row gives the same alone and in a batch"""
    loop = make(student, draw, layers=layers)
    lengths = sequences.ragged(draw, LENGTHS)
    x, hiddens, last = loop.batch(draw, lengths)
    hint = "What can change a state besides the row's own steps: padding, other rows, an earlier call?"
    if not draw.symmetric:  # so many rows that no code can know how many
        more = draw.integers(1, T + 1, int(draw.integers(20, 50)))
        crowd = np.concatenate([x, draw.normal(len(more), *x.shape[1:])]).astype(x.dtype)
        states, among = loop(crowd, np.concatenate([lengths, more]))
        words = f"The first {len(x)} of {len(crowd)} rows have other {{}} than alone."
        columns = min(states.shape[1], hiddens.shape[1])
        expect(among[: len(x)], LAST).to_match(last, otherwise=words.format("last states"), hint=hint)
        expect(states[: len(x), :columns], STATES).to_match(
            hiddens[:, :columns],
            where=valid(lengths, columns),
            otherwise=words.format("states"),
            hint=hint,
        )
    for row, length in enumerate(lengths):
        one, who = slice(row, row + 1), f"Row {row} (counted from 0, of length {length})"
        states, end = loop(x[one, :length], lengths[one])
        expect(states, f"The states of row {row} alone").to_match(
            hiddens[one, :length], otherwise=f"{who} has other states alone than in its batch.", hint=hint
        )
        expect(end, f"The last valid state of row {row} alone").to_match(
            last[one], otherwise=f"{who} has another last valid state alone than in its batch.", hint=hint
        )
    _remembers(loop, draw, x, hiddens, lengths)
    if layers > 1:  # of one layer the check of its states says it
        _expect_the_same_in_training(loop, x, hiddens, lengths)


test_rows_of_a_stack_stay_apart = variant(
    test_a_row_alone_equals_the_row_in_its_batch,
    "DeepRNN with two layers: a row gives the same alone, in a batch, and in training",
    needs=(test_stack_keeps_its_shapes,),
    layers=2,
)


# ---- stacks


@needs(test_stack_keeps_its_shapes)
@over_known_cells(LinearLoop, learns)
def test_every_layer_has_its_own_weights(student: Student, draw: Draw, make: type[Loop] = Loop) -> None:
    """DeepRNN with two layers: both layers have weights of their own that learn"""
    counts = []
    for layers, features in ((2, D), (3, D), (1, D), (1, H)):
        loop = make(student, draw, layers=layers, features=features)
        x, lengths = draw.normal(4, 5, features), np.array([5, 3, 4, 2])
        hiddens, last = loop(x, lengths)
        real = valid(lengths, hiddens.shape[1])[..., None].astype(np.float32)
        pull = (draw.normal(*hiddens.shape) * real, draw.normal(*last.shape))
        counts.append(touched(loop.thing.gradients(x, lengths, pull=pull).weights))
    *stacks, one, further = counts
    if not one:
        raise Mismatch(
            "No weight of a DeepRNN with one layer gets a gradient.",
            "Which container tells PyTorch of the layers in it?",
        )
    for layers, count in zip((2, 3), stacks, strict=True):
        if count < one + (layers - 1) * further:
            raise Mismatch(
                f"A gradient reaches {count} weights of a DeepRNN with {layers} layers; with one layer alone "
                f"there are {one}, and each further layer should bring {further}.",
                "How many cells do you make for one layer and for two, and which inputs does each of them "
                "read?",
            )


@needs(test_stack_keeps_its_shapes, test_loop_keeps_its_shapes)
def test_second_layer_reads_all_states_of_the_first(
    student: Student, draw: Draw, kind: str = "rnn", layers: int = 2, equations: Equations = recorded.judge
) -> None:
    """DeepRNN with two layers: layer 2 reads every state of layer 1 and starts from zeros"""

    def look(make: type[Loop], draw: Draw) -> None:
        loop = make(student, draw, kind, layers)
        for lengths, columns in ((LENGTHS, T), long_rows(draw)):
            x, hiddens, _ = loop.batch(draw, lengths, columns)
            _expect_the_top_states(loop, x, hiddens, lengths)
        _remembers(loop, draw, x, hiddens, lengths)  # single layers that forget make a stack that does

    held_to_the_cells(look, student, draw, kind, layers, equations)


def _expect_the_top_states(loop: Loop, x: Array, hiddens: Array, lengths: Array) -> None:
    """Raise `Mismatch` unless they are those of the single layers in one of the orders they may have."""
    single = (states[:, : hiddens.shape[1]] for states, _ in loop.single_layers(x, lengths))
    bottom = next(single)
    recorded.one_fits(
        single,
        lambda top: expect(hiddens, STATES, axes="BTH").to_match(
            top,
            where=valid(lengths, hiddens.shape[1]),
            unlike=lambda: {"the states of the bottom layer": bottom},
            otherwise=f"With {loop.layers} layers, {{name}} are not what the top layer gives when it reads "
            "every state of the layer below and starts from zeros, {where}.",
            hint="What does the upper layer read, and what does its memory hold at the start?",
        ),
    )


test_stacked_lstm_layers_build_on_each_other = variant(
    test_second_layer_reads_all_states_of_the_first,
    "DeepRNN with two LSTM layers: layer 2 reads every h of layer 1 and starts from zeros",
    needs=(test_stack_keeps_its_shapes,),
    kind="lstm",
)
test_three_layers_build_on_each_other = variant(
    test_second_layer_reads_all_states_of_the_first,
    "DeepRNN with three layers: each reads every state of the one below",
    needs=(test_stack_keeps_its_shapes,),
    kind="gru",
    layers=3,
)


@needs(test_loop_keeps_its_shapes)
def test_loop_is_made_of_your_cells(student: Student, draw: Draw) -> None:
    """DeepRNN: its layers are your own cells"""
    if Loop(student, draw, layers=2).own_layers() is None:
        raise Mismatch(
            f"In a DeepRNN with two layers PyTorch does not find two of your {KINDS['rnn'].name}s, the "
            "first for the inputs and the second for hidden states.",
            "What does print(model) show, and could DeepRNN use the cells that you wrote in the unit before?",
        )


@needs(test_loop_keeps_its_shapes)
def test_loop_runs_on_any_device(student: Student, draw: Draw) -> None:
    """DeepRNN: no tensor is pinned to the CPU"""
    loop = Loop(student, draw)
    off_the_cpu(student, loop.thing, draw.normal(len(LENGTHS), T, D), LENGTHS)


# ---- the author classifier


@over_known_cells(LinearClassifier)
def test_classifier_scores_every_author(
    student: Student, draw: Draw, make: type[Classifier] = Classifier
) -> None:
    """AuthorClassifier: tokens (B, T) give one score per author, (B, C)"""
    for layers in (1, 2):
        model = make(student, draw, layers=layers)
        logits = model(draw.tokens(list(LENGTHS), V, columns=T), LENGTHS)
        if np.ptp(logits, axis=0).max() < 1e-6:
            raise Mismatch(SAME, "What does a row's score depend on?")
        model(draw.tokens([1], V), np.array([1]))
    make(student, draw, classes=4)


@needs(test_classifier_scores_every_author)
@over_known_cells(LinearClassifier)
def test_classifier_ignores_padding(
    student: Student, draw: Draw, make: type[Classifier] = Classifier
) -> None:
    """AuthorClassifier: padding and the other rows do not change a row's scores"""
    model = make(student, draw)
    for many in sequences.large(draw):
        _rows_stay_apart(model, draw.child("many").tokens(list(many), V), many)
    lengths = sequences.ragged(draw, LENGTHS)
    tokens = draw.tokens(list(lengths), V, columns=T)
    logits = _rows_stay_apart(model, tokens, lengths)
    longer = np.pad(tokens, ((0, 0), (0, 3)))
    expect(model(longer, lengths), "AuthorClassifier's logits", axes="BC").to_match(
        logits, otherwise="{name} are not the same with more padding, {where}.", hint=ON_PADDING
    )


def _rows_stay_apart(model: Classifier, tokens: Array, lengths: Array) -> Array:
    """The logits of the batch."""
    logits = model(tokens, lengths)
    if np.ptp(logits, axis=0).max() < 1e-6:
        raise Mismatch(SAME, "What does a row's score depend on?")
    sequences.rows_stay_apart(
        "The logits",
        len(lengths),
        lambda row: (model(tokens[row, : lengths[row][0]], lengths[row]), logits[row]),
        "What can change logits besides a row's own characters: padding, other rows, an earlier call?",
    )
    return logits


@needs(test_classifier_scores_every_author)
@over_known_cells(LinearClassifier)
def test_classifier_reads_the_whole_row(
    student: Student, draw: Draw, make: type[Classifier] = Classifier
) -> None:
    """AuthorClassifier: the first and the last character of a row both matter"""

    def look(some: Draw) -> None:
        model = make(student, some)
        longest = int(long_rows(some)[0].max())
        _reads(model, some, T, ("last", "first"))
        _reads(model, some, longest, ("last",))

    on_some_weights(draw, look)  # tanh may forget the first character within a row


def _reads(model: Classifier, draw: Draw, length: int, ends: tuple[str, ...]) -> None:
    """Raise `Mismatch` unless the logits of each row depend on its character at these ends.

    No row has padding: what a model makes of padding has a check of its own.
    """
    lengths = np.full(len(LENGTHS), length)
    tokens = draw.tokens(list(lengths), V)
    logits = model(tokens, lengths)
    for end in ends:
        column = {"first": 0, "last": length - 1}[end]
        other = tokens.copy()
        other[:, column] = tokens[:, column] % (V - 1) + 1
        expect(model(other, lengths), "AuthorClassifier's logits", axes="BC").to_differ(
            logits,
            otherwise=f"{{name}} do not depend on a row's {end} character (row {{rows}}, counted from 0).",
            hint="Which state has read the whole row, and nothing after it?",
        )


@needs(test_classifier_scores_every_author)
@over_known_cells(LinearClassifier)
def test_classifier_returns_raw_scores(
    student: Student, draw: Draw, make: type[Classifier] = Classifier
) -> None:
    """AuthorClassifier: logits as they are, nothing squeezes them; the inputs stay as they are"""
    lengths = LENGTHS.copy()
    tokens = draw.tokens(list(lengths), V, columns=T)
    _, after = make(student, draw).thing.call_and_see(tokens, lengths)
    sequences.inputs_stay("AuthorClassifier", after, tokens, lengths)

    def look(some: Draw) -> None:
        model = make(student, some, scale=2.0)
        lengths = some.integers(1, 7, 32)
        look_raw(model(some.tokens(list(lengths), V), lengths), "AuthorClassifier")

    on_some_weights(draw, look)


@needs(test_classifier_scores_every_author)
def test_classifier_learns_with_all_its_parts(student: Student, draw: Draw) -> None:
    """AuthorClassifier: embedding, the DeepRNN that was asked for, and head all learn"""
    for kind, layers in (("rnn", 1), ("rnn", 2), ("lstm", 1), ("gru", 1)):
        _learns_with_all_its_parts(student, draw.child(f"{kind} {layers}"), kind=kind, layers=layers)


@over_known_cells(LinearClassifier, learns)
def _learns_with_all_its_parts(
    student: Student, draw: Draw, kind: str, layers: int, make: type[Classifier] = Classifier
) -> None:
    lengths = np.array([V - 1, 4])
    tokens = draw.tokens(list(lengths), V)
    tokens[0] = np.arange(1, V)
    model = make(student, draw, kind, layers)
    loop = make.loop(student, draw, kind, layers, H)
    x = draw.normal(2, V - 1, H)
    _, last = loop(x, lengths)
    pull = (None, draw.normal(*last.shape))
    inside = touched(loop.thing.gradients(x, lengths, pull=pull).weights)
    want = inside + (V - 1) * H + C * H + C
    got = touched(model.thing.gradients(tokens, lengths, pull=draw.normal(2, C)).weights)
    if got < want:
        raise Mismatch(
            f'A gradient reaches {got} weights of an AuthorClassifier with cell="{kind}" and {layers} '
            f"layer{'s' if layers > 1 else ''}; its embedding, its DeepRNN and its head have {want}.",
            "Does DeepRNN get the kind of cell and the number of layers, and can a gradient reach every "
            "part?",
        )
    _every_character_learns(model, draw)
    if model.cells != loop.cells:
        raise Mismatch(
            f'An AuthorClassifier with cell="{kind}" holds another kind of cell.',
            "Does DeepRNN get the kind of cell?",
        )


def _every_character_learns(model: Classifier, draw: Draw) -> None:
    """With some weights: a cell of the student's that cuts off what is negative may be silent with others."""
    steps = np.arange(V - 1)
    everywhere = 1 + (steps[:, None] + steps) % (V - 1)  # each character at each step, in some row
    ends, learnt = np.full(V - 1, V - 1), np.zeros(V)
    for number in range(1 if draw.symmetric else 5):
        pull = draw.normal(V - 1, C)
        learnt = np.maximum(learnt, by_token(model.thing.gradients(everywhere, ends, pull=pull).weights, V))
        if learnt[1:].all():
            return
        model.thing.randomised(draw.child(f"weights {number}"))
    raise Mismatch(
        "Not every character has a vector in AuthorClassifier that learns.",
        "Which characters have a vector that never changes? <PAD> alone may have one.",
    )


@needs(test_classifier_scores_every_author)
def test_embedding_has_the_width_of_the_state(student: Student, draw: Draw) -> None:
    """AuthorClassifier: its embedding is as wide as the hidden state"""
    has_an_embedding(student, Classifier(student, draw).thing, "AuthorClassifier", V, H)


def test_parameters_are_counted(student: Student, draw: Draw) -> None:
    """count_parameters: the number of weights in a model"""
    a, b, c = (int(size) for size in draw.integers(2, 9, 3))
    for module, sizes, count in (  # of torch's own, so that nothing else of the student's has a say
        ("Linear", (a, b), (a + 1) * b),
        ("Bilinear", (a, b, c), (a * b + 1) * c),
        ("BatchNorm1d", (a,), 2 * a),  # it keeps numbers that are no weights, too
        ("Embedding", (a, c), a * c),
        ("MultiheadAttention", (b, 1), 4 * (b + 1) * b),  # some of them in a part of its own
    ):
        thing = student.new(f"torch.nn.{module}", *sizes)
        expect(student.call("count_parameters", thing), "count_parameters").to_be_number(
            count,
            otherwise=f"{{name}} does not give {count} for a module with {count} weights, biases included.",
            hint="A 3 × 4 matrix is one parameter tensor: how many weights has it, and do they count once?",
            tolerance=1e-9,
        )


# ---- training


@needs(test_classifier_scores_every_author)
@with_a_trainable_cell
def test_training_lowers_the_loss(student: Student, draw: Draw, name: str = training.OWN) -> None:
    """train_classifier: one mean loss per epoch, and it falls"""
    data = training.few(draw)
    model = training.classifier(student, name, seed=3)

    def own_loss() -> float:
        return float(cross_entropy(training.logits(model, data, 4), data.authors)[0].mean())

    before = own_loss()
    history = training.train(student, model, loader(student, data, 4), 12, 0.02)
    if not history[-1] < 0.7 * history[0]:
        raise Mismatch(
            "The training loss hardly falls in twelve epochs on eleven sentences.",
            "Does every batch go through zero_grad, backward and step?",
        )
    for loss, what in ((history[0], "first"), (history[-1], "last")):
        if not 0 < loss < 3:
            raise Mismatch(
                f"The loss of the {what} epoch cannot be a mean cross-entropy of three authors.",
                "By how many sentences or batches do you divide?",
            )
    if not own_loss() < 0.7 * before:
        raise Mismatch(
            "The losses that train_classifier returns fall, but not that of the model.",
            "Which model's parameters has the optimizer, and whose loss do you record?",
        )


@needs(test_training_lowers_the_loss)
def test_training_takes_the_steps_of_adam(student: Student, draw: Draw) -> None:
    """train_classifier: Adam with the given lr, one step per batch, every author counted

    Two epochs against the same two done by the grader: losses, and what the model says afterwards.
    """
    over_linear_cells.provide(student)
    data, size = (training.few(draw), 4) if draw.symmetric else (training.few(draw, 23), 2)
    name = training.steppable(student, data)
    trained, copy = (training.classifier(student, name, seed=7) for _ in range(2))
    lr = RATES[int(draw.integers(0, len(RATES)))]
    start = {weight: np.float32(0.3) * w for weight, w in trained.trainable.items()}
    for model in (trained, copy):  # small gradients: a student's usual clipping leaves them as they are
        model.load(start)
    known = training.losses_of_adam(student, copy, data, size, lr)
    try:
        history = training.train(student, trained, loader(student, data, size), 2, lr)
    except StudentFailure as failure:
        if name != training.PLAIN:
            raise
        own = training.classifier(student, training.OWN, seed=7)  # what fails with this one, too, is wrong
        training.logits(own, data)
        training.train(student, own, loader(student, data, size), 2, lr)
        raise CannotJudge(
            "Whether train_classifier takes Adam's steps cannot be seen: the weights of AuthorClassifier are "
            f"not plain, and with another model it stops ({failure})."
        ) from None
    if not any(np.allclose(history[:1], losses[:1], atol=5e-4) for losses in known):
        raise Mismatch(
            "The loss of the first epoch is not the mean loss of its batches, each taken before its step.",
            "Do all batches and all authors count, does every epoch start its mean anew, and does Adam step "
            "with the given lr after every batch?",
        )
    same = np.allclose(training.logits(trained, data), training.logits(copy, data), atol=5e-3)
    if not same or not any(np.allclose(history, losses, atol=5e-4) for losses in known):
        raise Mismatch(
            "After two epochs the model, or its mean loss, is not where Adam with the given lr would have "
            "led.",
            "In which order come zero_grad, backward and step, how many optimisers do you make, and does the "
            "mean of the second epoch start anew?",
        )


@needs(test_classifier_scores_every_author)
@with_a_trainable_cell
def test_accuracy_is_a_fraction(student: Student, draw: Draw, name: str = training.OWN) -> None:
    """accuracy: the fraction of sentences that the model names right"""
    rows = (
        11 if draw.symmetric else 4 * int(draw.integers(15, 24)) + 3
    )  # so many batches, the last one smaller
    data = training.few(draw, rows)
    model = training.classifier(student, name, seed=5)
    model.load({weight: 3 * w for weight, w in model.trainable.items()})
    best = training.logits(model, data, 4).argmax(1)
    right = np.arange(rows) < 7 * rows // 11
    most_right = np.where(right, best, (best + 1) % training.C)  # no mean over batches gives this share
    for authors, share in ((most_right, right.mean()), (best, 1.0)):
        model(data.tokens, data.lengths, train=True)
        got = student.call("accuracy", model, loader(student, data._replace(authors=authors), 4))
        expect(got, "accuracy").to_be_number(
            share,
            otherwise="{name} is not the fraction of sentences whose author gets the highest score.",
            hint="Which axis holds one sentence's scores, do they depend on its batch, and do all sentences "
            "count?",
            tolerance=1e-5,
        )
