"""Three classifiers made of PyTorch's own layers, and how classifiers are trained."""

import numpy as np

from autograder.checks import (
    Array,
    Draw,
    Mismatch,
    Student,
    StudentFailure,
    Thing,
    Thresholds,
    again_and_again,
    attempts,
    close,
    cross_entropy,
    expect,
    leave_the_generators_alone,
    needs,
    sequences,
    stay_apart,
    touched,
    variant,
)
from tests.visible.a3b_recurrent_networks.support import pooled, training
from tests.visible.a3b_recurrent_networks.support.pooled import (
    ELMAN,
    GATES,
    LSTM,
    MLP,
    RNN,
    C,
    E,
    H,
    Model,
    T,
    V,
)
from tests.visible.a3b_recurrent_networks.support.training import ORDER

MOST_EPOCHS = 10  # until one is seen whose order is another one
WORDS, MARKS = 40, 4  # ids 1 to 4 praise, 5 to 8 blame, the others say nothing

# ---- question 1


def test_mlp_scores_every_class(student: Student, draw: Draw, name: str = MLP) -> None:
    """MLPClassifier: (B, T) gives one score per class, (B, C), for any sizes

    Batches of several sizes, one row of one token among them, and two classes by default.
    """
    model = Model(student, draw, name)
    for rows, columns in ((4, T), (1, 3), (3, 1), (1, 1)):
        model.logits(draw.tokens([columns] * rows, V))
    two = student.new(name, V, E, H)
    expect(two(draw.tokens([4, 2], V)), f"{name}'s logits", axes="BC").to_be_shaped((2, 2))
    pooled.telling(student, draw.child("telling"), name)  # any numbers have a shape
    if name in GATES:
        model.has_its_layer(draw)


@needs(test_mlp_scores_every_class)
def test_mlp_judges_each_row_alone(student: Student, draw: Draw, name: str = MLP) -> None:
    """MLPClassifier: a row gives the same alone and in a batch"""
    model, tokens = pooled.telling(student, draw, name)
    for lengths, other in zip(sequences.large(draw), pooled.wide_models(student, draw, name), strict=True):
        _rows_stay_apart(other, draw.child("many").tokens([lengths[-1]] * len(lengths), V))
    _rows_stay_apart(model, tokens)
    _, after = model.thing.call_and_see(tokens)
    sequences.inputs_stay(name, after, tokens, what="tokens")
    stay_apart(name, lambda: model.logits(tokens), lambda: Model(student, draw, name))
    if name in GATES:
        model.starts_from_zeros(tokens)


def _rows_stay_apart(model: Model, tokens: Array) -> None:
    logits = model.logits(tokens)
    sequences.rows_stay_apart(
        "The logits",
        len(tokens),
        lambda rows: (model.logits(tokens[rows]), logits[rows]),
        "Which axis does each layer take for the batch, and does anything stay from the batch before?",
    )


@needs(test_mlp_scores_every_class)
def test_mlp_takes_the_maximum(student: Student, draw: Draw, name: str = MLP) -> None:
    """MLPClassifier: projects the maximum over time, and squeezes no score

    Each feature of a row is the largest that one of its tokens has: nothing of the others is in it.
    """
    for model in (Model(student, draw, name), *pooled.wide_models(student, draw, name)):
        if name in GATES:
            model.forget()
        alone = model.pooled(np.arange(1, V)[:, None])
        for tokens in (draw.tokens([T] * 5, V), pooled.long_rows(draw)):
            pooled.name_the_pool(name, model.pooled(tokens), alone[tokens - 1])


@needs(test_mlp_scores_every_class)
def test_mlp_has_its_relu(student: Student, draw: Draw) -> None:
    """MLPClassifier: a linear layer and a ReLU for each token

    Features are never negative, sometimes 0, and straight where positive. With three draws, as all units of
    one may be off at all points, or on at all of them.
    """
    drawn = [draw.child(key) for key in "abc"]
    features = np.concatenate([_of_points_and_middles(Model(student, some, MLP), some) for some in drawn])
    _are_rectified(features)
    for model in pooled.wide_models(student, draw, MLP):
        _are_rectified(_of_points_and_middles(model, draw.child("d")))


def _are_rectified(features: Array) -> None:
    """Raise Mismatch unless those of two points and their middle, (N, 3, n), come from a ReLU."""
    first, second, middle = features[:, 0], features[:, 1], features[:, 2]
    hint = (
        "Compare your layers with the table: what stands between embedding, linear layer and pool, and over "
        "which axis is the pool?"
    )
    if features.min() < -2e-3:
        raise Mismatch(f"Negative numbers reach the last layer of {MLP}: there is no ReLU before it.", hint)
    if (np.abs(features) > 1e-3).all():
        raise Mismatch(
            f"No number that the last layer of {MLP} reads is ever 0; after a ReLU many are.", hint
        )
    both = (first > 1e-2) & (second > 1e-2)
    if not close(middle, (first + second) / 2, 2e-3)[both].all():
        raise Mismatch(
            f"For a single token, what the last layer of {MLP} reads is not the ReLU of a linear layer.", hint
        )


@needs(test_mlp_scores_every_class)
def test_mlp_learns_with_all_its_parts(student: Student, draw: Draw, name: str = MLP) -> None:
    """MLPClassifier: embedding and both linear layers learn, of the assignment's sizes

    Every layer of the table gets a gradient, and no further one.
    """
    model = Model(student, draw, name)
    emb = model.emb
    tokens = np.concatenate([np.arange(1, V), np.arange(V - 1, 0, -1)]).reshape(4, -1)
    got = touched(model.thing.gradients(tokens, pull=draw.normal(4, C)).weights)
    least = most = V * emb + C * H
    if name in GATES:
        least, most = least + GATES[name][0] * H * (emb + H), got
    elif name == ELMAN:
        inner = pooled.weights_of_elman(student, draw)
        least, most = least + inner, most + inner + C
    else:
        least, most = least + emb * H, most + emb * H + H + C
    if got < least:
        raise Mismatch(
            f"In {name}({V}, {emb}, {H}, {C}) only {got} weights get a gradient; the layers of the table "
            f"have at least {least}.",
            "Which layer is left out, detached or unknown to model.parameters()?",
        )
    if got > most:
        raise Mismatch(
            f"In {name}({V}, {emb}, {H}, {C}) {got} weights get a gradient; the layers of the table have at "
            f"most {most}.",
            "Is a layer replaced or added, and how many rows does the embedding need?",
        )
    # By the shapes of table and last layer; of two directions, too.
    found = {tuple(sorted(w.shape)) for w in student.new(name, V).weights.values() if w.ndim == 2}
    if (V, 300) not in found or not {(2, 300), (2, 600)} & found:
        raise Mismatch(
            f"{name}({V}) does not embed its words in 300 dimensions, or has no hidden layer of 300 units.",
            "Which sizes does the assignment give for embedding and hidden layer?",
        )


# ---- question 2


def test_training_returns_the_mean_loss(student: Student, draw: Draw) -> None:
    """train_classifier_epoch: the mean cross-entropy as a plain number; only the optimizer moves weights

    With a learning rate of 0. The mean over sequences, or over batches.
    """

    def look(model: Thing, source: Draw) -> None:
        batches, labels = training.labelled(source, (4, 2, 5, 1))
        each = [
            cross_entropy(training.logits_of(model, tokens).astype(np.float64), np.array(labels)[indices])[0]
            for tokens, indices in batches
        ]
        before = model.trainable
        still = student.new("torch.optim.SGD", model, lr=0.0)
        got = training.loss_of_epoch(student, model, still, batches, labels)
        if training.moved(before, model.trainable) > 1e-6:
            raise Mismatch(
                "train_classifier_epoch changes the weights, although the optimizer that is passed has a "
                "learning rate of 0.",
                "Which optimizer takes the steps?",
            )
        expect(got, "The loss of an epoch").to_be_number(
            float(np.concatenate(each).mean()),
            float(np.mean([losses.mean() for losses in each])),
            otherwise="{name} is not the mean cross-entropy of its batches.",
            hint="Does every batch count once, by what do you divide, and does each row meet its own label?",
            tolerance=training.EXACT,
        )
        for times in again_and_again(source):
            rows, all_labels = training.one_by_one(batches, labels, times)
            expect(
                training.loss_of_epoch(student, model, still, rows, all_labels), "The loss of an epoch"
            ).to_be_number(
                float(np.concatenate(each).mean()),
                otherwise=f"{{name}} of {len(rows)} batches of one row is not their mean cross-entropy.",
                hint="Does your loop visit every batch, however many there are and however small?",
                tolerance=training.EXACT,
            )
            descent = student.new("torch.optim.SGD", model, lr=0.5)
            got = training.loss_of_epoch(student, model, descent, batches[:1], labels)
            model.load(before)
            expect(got, "The loss of an epoch").to_be_number(
                float(each[0].mean()),
                otherwise="{name} of one batch is not that of the scores before its step.",
                hint="Which scores does backward() start from, and do you return the loss of these?",
                tolerance=training.EXACT,
            )

    training.over_classifiers(student, draw, look)


def test_training_steps_once_per_batch(student: Student, draw: Draw) -> None:
    """train_classifier_epoch: one step of the optimizer for each batch, in a random order

    Gradient descent over three batches, in one of the six orders; and not always in the same one.
    """

    def look(model: Thing, source: Draw) -> None:
        start, orders = model.trainable, set()
        for number in range(MOST_EPOCHS):
            batches, labels = training.labelled(source, (4, 2, 5))
            model.load(start)
            descent = student.new("torch.optim.SGD", model, lr=0.2)
            training.epoch(student, model, descent, batches, labels, seed=number)
            orders.add(training.order_of_steps(model, start, batches, labels))
            if len(orders) > 1:
                break
        if len(orders) == 1:
            given = orders == {(0, 1, 2)}
            words = "the order in which they are given" if given else "the same order"
            raise Mismatch(f"The batches are always visited in {words}.", ORDER)
        still = student.new("torch.optim.SGD", model, lr=0.0)
        leave_the_generators_alone(
            student,
            "train_classifier_epoch",
            lambda seed: training.epoch(student, model, still, batches, labels, seed),
        )

    training.over_classifiers(student, draw, look)


def test_accuracy_is_a_fraction(student: Student, draw: Draw) -> None:
    """classifier_accuracy: the fraction of sequences that are classified right

    Seven of twelve right, in batches of different sizes: no mean over batches gives that.
    """

    def look(model: Thing, source: Draw) -> None:
        batches, best = training.without_ties(source, model)
        before = model.trainable
        wrong = np.isin(np.arange(12), np.concatenate([indices for _, indices in batches])[[0, 2, 5, 7, 11]])
        for wanted, share in ((np.where(wrong, (best + 1) % training.C, best), 7 / 12), (best, 1.0)):
            got = training.accuracy(student, model, batches, wanted.tolist())
            expect(got, "classifier_accuracy").to_be_number(
                share,
                otherwise="{name} is not the fraction of sequences that the model classifies right.",
                hint="What do you count, by what do you divide, and does each row meet its own label?",
                tolerance=1e-5,
            )
        for times in again_and_again(source):
            mixed = np.where(wrong, (best + 1) % training.C, best).tolist()
            rows, labels = training.one_by_one(batches, mixed, times)
            got = training.accuracy(student, model, rows, labels)
            expect(got, "classifier_accuracy").to_be_number(
                7 / 12,
                otherwise=f"With {len(rows)} batches of one row, {{name}} is not the fraction that is right.",
                hint="Does every batch count?",
                tolerance=1e-5,
            )
        if training.moved(before, model.trainable) > 0:
            raise Mismatch(
                "classifier_accuracy changes the weights.", "Is anything to be trained while you count?"
            )

    training.over_classifiers(student, draw, look)


@needs(test_mlp_scores_every_class)
def test_mlp_learns(student: Student, draw: Draw, thresholds: Thresholds, name: str = MLP) -> None:
    """MLPClassifier, trained by your loop, learns which words praise and which blame

    Accuracy on 300 reviews that were not trained on, whose labels stay here, after three epochs on 300.
    """

    def once(source: Draw) -> None:
        tokens, classes = _reviews(source, 600)
        batches = [(tokens[i : i + 20], np.arange(i, i + 20)) for i in range(0, 300, 20)]
        seed = int(source.integers(0, 1 << 30))
        model = student.new(name, WORDS, 16, 24, seed=seed)
        adam = student.new("torch.optim.Adam", model, lr=0.01)
        for epoch in range(3):
            training.epoch(student, model, adam, batches, classes[:300].tolist(), seed + epoch)
        logits = expect(model(tokens[300:]), f"{name}'s logits", axes="BC").to_be_shaped((300, 2))
        if not thresholds.reached("accuracy", (logits.argmax(1) == classes[300:]).mean()):
            raise Mismatch(
                f"{name}, trained by train_classifier_epoch, does not learn which words praise and blame.",
                "Which other check, of the model or of its training, fails, and what does it say?",
            )

    attempts(draw, once)


def test_training_and_accuracy_switch_modes(student: Student, draw: Draw) -> None:
    """train_classifier_epoch trains in training mode, classifier_accuracy counts in evaluation mode

    A notice: dropout belongs to training, and these models have none.
    """
    try:
        _modes_are_switched(student, draw)
    except StudentFailure as failure:
        raise Mismatch(
            "Whether the training mode is switched on and off cannot be told: your functions take no other "
            f"models than your own. {failure.sentence}"
        ) from None


@needs(test_mlp_scores_every_class)
def test_padding_is_left_out_of_the_maximum(student: Student, draw: Draw) -> None:
    """Padding behind a row changes no score

    A notice: the handout asks for no mask, and without one padding takes part in the maximum.
    """
    for name in (MLP, RNN, LSTM, ELMAN):
        try:
            model = Model(student, draw.child(name), name, emb=H)
        except (Mismatch, StudentFailure):
            continue  # its own checks say so
        tokens = draw.tokens([3] * 6, V)
        expect(model.logits(np.pad(tokens, ((0, 0), (0, 9)))), f"{name}'s logits", axes="BC").to_match(
            model.logits(tokens),
            otherwise="{name} change with padding behind a row: the maximum over time sees the padding, too. "
            "The assignment asks for no mask, so this costs nothing.",
            hint="Which value must a step of padding have so that the maximum never picks it?",
        )


# ---- question 4

test_rnn_classifier_scores_every_class = variant(
    test_mlp_scores_every_class,
    "RNNClassifier: (B, T) gives one score per class, (B, C), through nn.RNN",
    name=RNN,
)
test_rnn_classifier_judges_each_row_alone = variant(
    test_mlp_judges_each_row_alone,
    "RNNClassifier: a row gives the same alone and in a batch",
    needs=(test_rnn_classifier_scores_every_class,),
    name=RNN,
)
test_rnn_classifier_takes_the_maximum = variant(
    test_mlp_takes_the_maximum,
    "RNNClassifier: projects the maximum over time, and squeezes no score",
    needs=(test_rnn_classifier_scores_every_class,),
    name=RNN,
)


@needs(test_rnn_classifier_scores_every_class)
def test_rnn_classifier_remembers_and_learns(student: Student, draw: Draw, name: str = RNN) -> None:
    """RNNClassifier: the order of words matters, and every part learns"""
    pooled.order_matters(student, draw, name)
    test_mlp_learns_with_all_its_parts(student, draw, name)


test_lstm_classifier_scores_every_class = variant(
    test_mlp_scores_every_class,
    "LSTMClassifier: (B, T) gives one score per class, (B, C), through nn.LSTM",
    name=LSTM,
)
test_lstm_classifier_judges_each_row_alone = variant(
    test_mlp_judges_each_row_alone,
    "LSTMClassifier: a row gives the same alone and in a batch",
    needs=(test_lstm_classifier_scores_every_class,),
    name=LSTM,
)
test_lstm_classifier_takes_the_maximum = variant(
    test_mlp_takes_the_maximum,
    "LSTMClassifier: projects the maximum over time, and squeezes no score",
    needs=(test_lstm_classifier_scores_every_class,),
    name=LSTM,
)
test_lstm_classifier_remembers_and_learns = variant(
    test_rnn_classifier_remembers_and_learns,
    "LSTMClassifier: the order of words matters, and every part learns",
    needs=(test_lstm_classifier_scores_every_class,),
    name=LSTM,
)


def _of_points_and_middles(model: Model, draw: Draw) -> Array:
    """The features (3, 3, n) of three times a, b and the point half-way, put in place as embeddings."""
    weights, name = model.thing.trainable, model.table()
    table = weights[name].copy()
    table[1:10:3] = draw.normal(3, E, scale=1.2)
    table[2:10:3] = table[1:10:3] + draw.normal(3, E, scale=1.2)
    table[3:10:3] = (table[1:10:3] + table[2:10:3]) / 2
    model.thing.load({name: table})
    return model.pooled(np.arange(1, 10)[:, None]).reshape(3, 3, -1)


def _reviews(draw: Draw, count: int) -> tuple[Array, Array]:
    """tokens (count, 12) and classes (count,): among words that say nothing, two of one kind."""
    tokens = draw.integers(1 + 2 * MARKS, WORDS, count, 12)
    classes = draw.integers(0, 2, count)
    for row, kind in enumerate(classes):
        places = draw.order(12)[:2]
        tokens[row, places] = 1 + MARKS * kind + draw.integers(0, MARKS, 2)
    return tokens, classes


def _modes_are_switched(student: Student, draw: Draw) -> None:
    batches, labels = training.labelled(draw, (6, 6))
    scores, dropout = training.bag(student, draw, 1.0), student.new("torch.nn.Dropout", 0.6)
    model = student.new("torch.nn.Sequential", scores, dropout)
    hint = "Which of model.train() and model.eval() belongs where?"
    found = []
    for seed in range(4):
        model(batches[0][0], train=True)
        seen = training.accuracy(student, model, batches, labels, seed)
        found.append(expect(seen, "classifier_accuracy").to_be_number())
    if max(found) != min(found):
        raise Mismatch(
            "classifier_accuracy measures the model in training mode: with dropout the result would vary.",
            hint,
        )
    still = student.new("torch.optim.SGD", model, lr=0.0)
    model(batches[0][0])
    losses = {training.loss_of_epoch(student, model, still, batches, labels, seed) for seed in range(3)}
    if len(losses) == 1:
        raise Mismatch("train_classifier_epoch trains in evaluation mode: dropout would do nothing.", hint)
