"""Your own Elman network, and a classifier around it."""

from itertools import chain

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Mismatch,
    Student,
    StudentFailure,
    Thing,
    attempts,
    check_slopes,
    close,
    expect,
    listing,
    needs,
    sequences,
    stay_apart,
    touched,
    variant,
)
from tests.visible.a3b_recurrent_networks import test_classifiers as classifiers
from tests.visible.a3b_recurrent_networks.support import elman, pooled
from tests.visible.a3b_recurrent_networks.support.elman import OUTPUTS, STATE, Net
from tests.visible.a3b_recurrent_networks.support.pooled import ELMAN, Model

B, T = 4, 6
LONG = 26  # steps; longer than any stretch after which a state might be cut off
POINTS = 24


def test_elman_keeps_its_shapes(student: Student, draw: Draw) -> None:
    """Elman: (B, T, insize) gives (B, T, outsize) and (B, hsize), for any three sizes, by default 300 each"""
    try:
        net = Net(student, draw, elman.APART)
    except StudentFailure:
        Net(student, draw)  # fails by itself when it is not about the sizes
        raise Mismatch(
            "Elman runs only when insize, outsize and hsize are equal: here they are "
            f"{listing(elman.APART)}.",
            "The skeleton takes the first hidden state to be as wide as the input: how wide is it really?",
        ) from None
    for rows, steps in ((B, T), (1, 3), (3, 1), (1, 1)):
        x = draw.normal(rows, steps, net.features)
        net.run(x)
        net.run(x, draw.normal(rows, net.hidden))
    got = student.new("Elman")(draw.normal(2, 3, 300))
    try:
        expect(got, OUTPUTS, STATE).to_be_shaped((2, 3, 300), (2, 300))
    except Mismatch as failure:
        raise Mismatch(
            f"With the sizes that Elman() has by default: {failure.message}",
            "Which three sizes does the assignment give when none is passed?",
        ) from None


def test_elman_starts_where_it_is_told(student: Student, draw: Draw) -> None:
    """Elman: starts from the hidden state that is given, else from zeros"""
    net = Net(student, draw)
    x, hidden = draw.normal(B, T, net.features), draw.normal(B, net.hidden)
    for train, seed, when in (
        (False, 0, "Without"),
        (True, 3, "In training mode, without"),
        (True, 4, "In training mode, without"),
    ):
        expect(net.run(x, None, train, seed), OUTPUTS, STATE, axes="BTD BH").to_match(
            net.run(x, np.zeros_like(hidden), train, seed),
            otherwise=f"{when} hidden, {{name}} did not match what a hidden state of zeros gives, {{where}}.",
            hint="Which hidden state does the first step read when none is passed?",
        )
    if close(net.run(x, hidden)[0][:, 0], net.run(x)[0][:, 0], 1e-6).all():
        raise Mismatch(
            f"{OUTPUTS} do not depend on the hidden state that is passed.",
            "Which hidden state does the first step read: the one that is passed, zeros, or none at all?",
        )


def test_elman_state_is_an_activated_sum(student: Student, draw: Draw) -> None:
    """Elman: the new hidden state is an activation of one linear layer over input and old state"""
    for net in chain(elman.nets(student, draw), elman.wide_nets(student, draw)):
        x, hidden = draw.normal(POINTS, net.features), draw.normal(POINTS, net.hidden)
        slopes, _ = net.jacobians(x, hidden)  # (N, units, D + hsize)
        for part, words in (
            (slopes[:, :, : net.features], "the input"),
            (slopes[:, :, net.features :], "the old hidden state"),
        ):
            if np.abs(part).max() < 1e-6:
                raise Mismatch(
                    f"The hidden state that Elman returns after one step does not depend on {words}.",
                    "What does the hidden layer read, and is its result the state that is handed on and "
                    "returned?",
                )
        lengths = np.linalg.norm(slopes, axis=2)  # (N, units)
        longest = slopes[lengths.argmax(0), np.arange(len(net.units))]  # (units, D + hsize)
        largest = np.maximum(np.linalg.norm(longest, axis=1), 1e-6)
        shares = np.einsum("njk,jk->nj", slopes, longest) / largest**2
        if (np.abs(slopes - shares[:, :, None] * longest) > elman.STRAIGHT * largest[:, None]).any():
            raise Mismatch(
                "The hidden state that Elman returns after one step is not φ of one weighted sum of input "
                "and old state.",
                "Which numbers go into the sum of one step, does φ act on each unit by itself, and what "
                "comes after φ?",
            )
        if (np.abs(shares - 1) < elman.STRAIGHT).all():
            raise Mismatch(
                "Elman's hidden state has no activation: over time the network is linear.",
                "Where does φ stand in the equation of the new hidden state?",
            )


def test_elman_outputs_read_the_new_state(student: Student, draw: Draw) -> None:
    """Elman: each output is a linear layer over the new hidden state, and over nothing else"""
    for net in elman.nets(student, draw):
        x, hidden = draw.normal(POINTS, net.features), draw.normal(POINTS, net.hidden)
        states, outputs = net.jacobians(x, hidden)
        if np.abs(outputs[:, :, : net.features]).max() < 1e-6:
            raise Mismatch(
                "As far as gradients tell, Elman's first output does not depend on the first input.",
                "Is the output made from the new state, does that state read the input, and is nothing "
                "detached?",
            )
        size = float(np.abs(outputs).max())
        layer = np.stack([elman.weights_of_output(outputs[:, k], states, size) for k in range(net.outputs)])
        lively = np.abs(states).max((0, 2)) > 0.1 * np.abs(states).max()
        if (np.abs(layer).max(0)[lively] < 1e-4 * np.abs(layer).max()).any():
            raise Mismatch("Not every hidden unit reaches Elman's outputs.", elman.OUTPUT)


def test_elman_steps_follow_each_other(student: Student, draw: Draw) -> None:
    """Elman: each step starts from the state of the one before, and the last state is returned"""
    for net in elman.nets(student, draw):
        for steps in (T, int(draw.integers(2 * LONG, 4 * LONG))):  # how many, no code can know
            _steps_follow(net, draw.normal(B, steps, net.features), draw.normal(B, net.hidden))
    for net in elman.wide_nets(student, draw):
        _steps_follow(net, draw.normal(B, T, net.features), draw.normal(B, net.hidden))


def test_elman_treats_every_row_alike(student: Student, draw: Draw) -> None:
    """Elman: rows and batches share no memory"""
    net = Net(student, draw)
    for lengths, other in zip(sequences.large(draw), elman.wide_nets(student, draw), strict=True):
        _rows_stay_apart(other, draw.child("many").normal(len(lengths), lengths[-1], other.features), None)
    x, hidden = draw.normal(B, T, net.features), draw.normal(B, net.hidden)
    for state in (None, hidden):
        _rows_stay_apart(net, x, state)
    _, after = net.thing.call_and_see(x, hidden)
    sequences.inputs_stay("Elman", after, x, hidden, what="x or the hidden")
    stay_apart("Elman", lambda: net.run(x, hidden)[0], lambda: Net(student, draw))


def test_elman_passes_gradients_on(student: Student, draw: Draw) -> None:
    """Elman: gradients flow back through all steps

    With up to three draws: all units of a ReLU may be off by chance, or on an edge.
    """
    hint = (
        "How is the state handed on: is it cut off by detach or .data, or is a layer made anew in each call?"
    )

    def once(source: Draw) -> None:
        for net in elman.nets(student, source):
            for steps in (4, LONG):
                x, hidden = source.normal(8, steps, net.features), source.normal(8, net.hidden)
                pull = np.zeros((8, steps, net.outputs), np.float32)
                pull[:, -1] = source.normal(8, net.outputs)
                by_x, by_hidden = net.gradients(x, hidden, (pull, None))
                if not by_x[:, 0].any() or not by_hidden.any():
                    raise Mismatch(
                        f"No gradient of Elman's output at step {steps - 1} reaches its input at step 0 and "
                        "the hidden state that is passed.",
                        hint,
                    )
                if steps == 4:
                    pulls = pull, source.normal(8, net.hidden)
                    check_slopes(student, net.thing, (x, hidden), pulls, source, "Elman", hint)

    attempts(draw, once)


# ---- around the student's own Elman: what is at fault there is no fault of the model


def test_elman_classifier_scores_every_class(student: Student, draw: Draw) -> None:
    """ElmanClassifier: (B, T) gives one score per class, (B, C), through your Elman"""
    model = Model(student, draw, ELMAN)
    for rows, columns in ((4, T), (1, 3), (3, 1), (1, 1)):
        model.logits(draw.tokens([columns] * rows, pooled.V))
    tokens, pull = draw.tokens([T] * 4, pooled.V), draw.normal(4, pooled.C)
    got = touched(model.thing.gradients(tokens, pull=pull).weights)
    if got < (pooled.V + pooled.C) * pooled.H + pooled.weights_of_elman(student, draw):
        raise Mismatch(
            f"The logits of {ELMAN} do not depend on all weights of your Elman.",
            "Between which two layers does Elman stand, and which of its two results goes on?",
        )


@needs(test_elman_classifier_scores_every_class)
def test_elman_classifier_judges_each_row_alone(student: Student, draw: Draw) -> None:
    """ElmanClassifier: a row gives the same alone and in a batch

    If rows meet in the student's Elman, it is enough that the model adds nothing to it, but takes the maximum
    and projects it.
    """
    try:
        classifiers.test_mlp_judges_each_row_alone(student, draw, ELMAN)
    except (Mismatch, StudentFailure):
        if _is_sound(student, draw.child("sound")):
            raise
        model, tokens = pooled.telling(student, draw, ELMAN)
        inner = _own_elman(model)
        if inner is None:
            raise
        _is_maximum_of(model, inner, tokens)


@needs(test_elman_classifier_scores_every_class)
def test_elman_classifier_takes_the_maximum(student: Student, draw: Draw) -> None:
    """ElmanClassifier: projects the maximum over time of Elman's outputs, and squeezes no score

    Against the student's own Elman under the same weights; where it is not found, by what a maximum does.
    """
    model, tokens = pooled.telling(student, draw, ELMAN)
    inner = _own_elman(model)
    if inner is not None:
        _is_maximum_of(model, inner, tokens)
        for wide in pooled.wide_models(student, draw, ELMAN):
            if (inner := _own_elman(wide)) is not None:
                _is_maximum_of(wide, inner, tokens)
        return
    pooled.order_matters(student, draw, ELMAN)
    attempts(draw, lambda source: _runs_like_a_maximum(student, source))


test_elman_classifier_learns_with_all_its_parts = variant(
    classifiers.test_mlp_learns_with_all_its_parts,
    "ElmanClassifier: embedding, your Elman and the last layer learn, of the assignment's sizes",
    needs=(test_elman_classifier_scores_every_class,),
    name=ELMAN,
)


# ---- how


def _steps_follow(net: Net, x: Array, state: Array) -> None:
    """All steps at once give what one step at a time gives, with the state handed on."""
    outputs, last = net.run(x, state)
    if np.ptp(outputs, axis=1).max() < 1e-6:
        raise Mismatch(
            "Elman's outputs are the same at every step.",
            "Which slice of x does step i read, and how are the outputs of all steps put together?",
        )
    for step in range(x.shape[1]):
        one, state = net.run(x[:, step : step + 1], state)
        expect(outputs[:, step], f"{OUTPUTS} at step {step}", axes="BD").to_match(
            one[:, 0],
            otherwise="{name} (counted from 0) are not the same in one call for all steps and in a call per "
            "step, with the state handed on, {where}.",
            hint="Does each step read its own slice of x and the state of the step before, also a state "
            "that is passed?",
        )
    expect(last, STATE, axes="BH").to_match(
        state,
        otherwise="{name}, as returned, is not that after the last step, {where}.",
        hint="Which hidden state does the loop leave behind?",
    )


def _rows_stay_apart(net: Net, x: Array, state: Array | None) -> None:
    """A row alone, in its batch, and the same batch again."""
    outputs, last = net.run(x, state)
    if np.ptp(outputs, axis=0).max() < 1e-6:
        raise Mismatch(f"{OUTPUTS} are the same for every row.", "What does the hidden layer read?")
    sequences.rows_stay_apart(
        ("The outputs", "The hidden states"),
        len(x),
        lambda rows: (
            net.run(x[rows], None if state is None else state[rows]),
            (outputs[rows], last[rows]),
        ),
        "Where could a row meet other rows, the batch before, or chance?",
        axes="BTD BH",
    )
    again = net.run(x, state)
    hint = "What does Elman keep from one call to the next?"
    sequences.same_again((OUTPUTS, STATE), (outputs, last), again, hint)


def _is_sound(student: Student, draw: Draw) -> bool:
    """Whether the student's Elman by itself is no reason for a model around it to fail."""
    try:
        test_elman_treats_every_row_alike(student, draw)
        test_elman_starts_where_it_is_told(student, draw)
    except (Mismatch, StudentFailure):
        return False
    return True


def _own_elman(model: Model) -> Thing | None:
    """The student's Elman with the weights that it has inside of the classifier; None if it is not there."""
    weights, size = model.thing.trainable, model.hidden
    inner = model.student.new("Elman", size, size, size).of_size(wide=model.thing.wide)
    shapes = {name: w.shape for name, w in inner.trainable.items()}
    for prefix in {name[: -len(end)] for name in weights for end in shapes if name.endswith("." + end)}:
        own = {end: weights[prefix + end] for end in shapes if prefix + end in weights}
        if {end: w.shape for end, w in own.items()} == shapes:
            inner.load(own)
            return inner
    return None


def _is_maximum_of(model: Model, inner: Thing, tokens: Array) -> None:
    """Raise Mismatch unless the model pools what its own Elman gives.

    Both are made anew and called once: what an Elman that is broken by itself makes of a batch is then the
    same in the model and outside.
    """
    table, size = model.thing.trainable[model.table()], model.hidden
    embedded = (table if table.shape == (pooled.V, size) else table.T)[tokens]
    shapes = (*tokens.shape, size), (len(tokens), size)
    outputs, _ = expect(inner(np.ascontiguousarray(embedded)), OUTPUTS, STATE).to_be_shaped(*shapes)
    model.renew()
    got = model.pooled(tokens)
    rectified_first = close(got, np.maximum(outputs, 0).max(1), 2e-3).all()  # allowed, and as good
    if not rectified_first:
        pooled.name_the_pool(ELMAN, got, outputs)


def _runs_like_a_maximum(student: Student, draw: Draw) -> None:
    """A longer row can only raise a feature, and raises few of them late.

    The running maximum of 24 numbers sees a new one in one of 18 of the last twelve steps; a sum or a mean
    moves all the time, the last step's value also downwards. A ReLU may grow without end on some draws.
    """
    model = Model(student, draw, ELMAN, scale=0.3)
    tokens = draw.tokens([24] * 6, pooled.V)
    path = np.stack([model.pooled(tokens[:, :k]) for k in range(1, 25)])
    steps = np.diff(path, axis=0)
    if steps.min() < -1e-3 * (1 + np.abs(path).max()):
        raise Mismatch(
            f"A number that the last layer of {ELMAN} reads falls when a token is appended to a row; a "
            "maximum over time does not.",
            "Is the largest value of each unit taken over all steps, and does your Elman read them in order?",
        )
    if (steps[11:] > 1e-4).mean() > 0.25 or np.ptp(path) < 1e-6:
        raise Mismatch(
            f"As a row gets longer, what the last layer of {ELMAN} reads grows nearly every time, or never; "
            "a maximum over time grows now and then.",
            "Do you take the largest value over time, or a sum, and is anything added up in your Elman?",
        )
