"""Loss, perplexity, gradient norm, both training loops, seeds."""

from collections.abc import Callable

import numpy as np

from autograder.checks import (
    Draw,
    Mismatch,
    Student,
    StudentFailure,
    Thing,
    again_and_again,
    cross_entropy,
    describe,
    expect,
    loader,
    needs,
    same_lists,
    sequences,
    variant,
)
from tests.visible.vanishing_gradients.support import loops
from tests.visible.vanishing_gradients.support.evaluation import check_mean, evaluate, full_rows, model_for
from tests.visible.vanishing_gradients.support.loops import CLIP, LARGE, TRAIN_LSTM, TRAIN_RNN, Trainer, moved
from tests.visible.vanishing_gradients.support.losses import Rows, logits_of, mean_losses, own_loss, slopes
from tests.visible.vanishing_gradients.support.models import LSTM, RNN, E, H, Kind, V, logits_in
from tests.visible.vanishing_gradients.support.norms import in_words, norm, recurrent_norms
from tests.visible.vanishing_gradients.support.seeds import sets_no_seed
from tests.visible.vanishing_gradients.support.sound import (
    on_a_plain_model,
    on_a_sound_model,
    on_a_sound_model_of_its_kind,
    sound_model,
)

NOT_SEEN = "This could not be looked at: it takes a layer of torch's, which your code does not run."


# ---- lm_loss


def test_loss_is_the_mean_cross_entropy(student: Student, draw: Draw) -> None:
    """lm_loss: the mean cross-entropy over all tokens, which backward() can follow"""
    cases = [(4, 7, V), (3, 3, V), (1, 5, V)]
    if not draw.symmetric:
        cases.append((2, 3, int(draw.integers(90, 200))))
    for rows, columns, vocab in cases:
        logits, targets = draw.normal(rows, columns, vocab, scale=1.5), draw.tokens([columns] * rows, vocab)
        losses, slope = cross_entropy(logits.astype(np.float64), targets)
        expect(own_loss(student, logits, targets), "lm_loss").to_be_number(
            float(losses.mean()),
            otherwise="{name} is not the mean cross-entropy over all targets.",
            hint="Does row k of the flat logits belong to target k, and which mean of which losses is taken?",
        )
        found = student.gradients("lm_loss", logits, targets, pull=np.ones((), np.float32)).inputs
        if not found or found[0] is None:
            raise Mismatch(
                "No gradient flows back from lm_loss to the logits.",
                "Which line cuts the way back from the loss to the logits?",
            )
        expect(found[0], "The gradient of lm_loss", axes="BTW").to_match(
            slope / targets.size,
            otherwise="{name} is not that of the mean cross-entropy, {where}.",
            hint="Can backward() be called on what you return, and does every token take part?",
        )


def test_loss_leaves_out_ignored_tokens(student: Student, draw: Draw) -> None:
    """lm_loss: targets equal to ignore_index, by default 0, do not count

    Padding is an id of the vocabulary: an implementation that looks each target's logit up is as good.
    """
    four = [4, 7, 2, 5]
    cases = [({}, 0, four), ({"ignore_index": 5}, 5, four), ({"ignore_index": V - 1}, V - 1, four)]
    cases += [({}, 0, list(lengths)) for lengths in sequences.large(draw)]
    for given, ignored, lengths in cases:
        columns = max(7, *lengths)
        logits = draw.normal(len(lengths), columns, V, scale=1.5)
        targets = draw.tokens(lengths, V, pad=ignored, columns=columns)
        losses, _ = cross_entropy(logits.astype(np.float64), targets)
        words = f"ignore_index={ignored}" if given else "no ignore_index"
        expect(own_loss(student, logits, targets, **given), f"lm_loss with {words}").to_be_number(
            float(losses[targets != ignored].mean()),
            otherwise="{name} is not the mean cross-entropy over the targets that are not "
            + (f"{ignored}." if given else "0, the padding."),
            hint="Where does ignore_index go, what is its default, and over which targets is the mean taken?",
        )


def test_loss_can_be_summed(student: Student, draw: Draw) -> None:
    """lm_loss: reduction="sum" adds the losses up"""
    means = []
    for lengths in ([4, 7, 2, 5], [6, 6], [1], *map(list, sequences.large(draw))):
        logits = draw.normal(len(lengths), max(lengths), V, scale=1.5)
        targets = draw.tokens(lengths, V)
        losses, _ = cross_entropy(logits.astype(np.float64), targets)
        means.append(own_loss(student, logits, targets))
        found = own_loss(student, logits, targets, reduction="sum")
        expect(found, 'lm_loss with reduction="sum"').to_be_number(
            float(losses[targets != 0].sum()),
            means[-1] * int((targets != 0).sum()),  # a wrong mean has a check of its own
            otherwise="{name} is not the sum of the losses of all tokens that count.",
            hint="Where does the argument reduction go, and which targets count?",
        )
    if np.ptp(means) < 1e-6:  # the sum of nothing is nothing
        raise Mismatch(
            "lm_loss is the same for three batches of other logits and targets.",
            "Which of its arguments does the loss depend on?",
        )


# ---- evaluate


def test_evaluate_weighs_every_token_alike(student: Student, draw: Draw) -> None:
    """evaluate: the mean loss per token, over batches of different sizes"""
    check_mean(student, draw, full_rows(draw))
    for times in again_and_again(draw):
        count = 10 * times
        rows = Rows(draw.tokens([2] * count, V), draw.tokens([2] * count, V), count)
        model = model_for(student, draw)
        loss, _ = evaluate(student, model, rows._replace(size=1))
        if not any(abs(loss - want) <= 1e-4 * (1 + abs(want)) for want in mean_losses(student, model, rows)):
            raise Mismatch(
                f"With {count} batches of one row, the mean loss that evaluate returns is not the mean over "
                "all targets.",
                "Does your loop visit every batch, however many there are and however small?",
            )


def test_evaluate_leaves_out_padding(student: Student, draw: Draw) -> None:
    """evaluate: targets equal to pad_id neither add to the loss nor count

    Batches with 24, 7 and 2 targets that count, and one with a single one; the padding is not always 0.
    """
    many = [6, 6, 6, 6, 1, 3, 1, 2, 2]
    for given, pad, lengths in (({}, 0, many), ({"pad_id": 9}, 9, many), ({}, 0, [1, 0])):
        targets = draw.tokens(lengths, V, pad=pad, columns=6)
        check_mean(student, draw, Rows(draw.tokens([6] * len(lengths), V), targets, 4), pad, **given)


def test_perplexity_is_the_exponential_of_the_mean(student: Student, draw: Draw) -> None:
    """evaluate: perplexity = exp(mean loss)"""
    model = model_for(student, draw, scale=2.5)
    rows = full_rows(draw)
    best = logits_of(model, rows.x).argmax(-1)
    rows.y[:4] = np.where(best[:4] == 0, 1, best[:4])  # easy batches and hard ones
    loss, found = evaluate(student, model, rows, strict=True)
    expect(found, "The perplexity that evaluate returns").to_be_number(
        float(np.exp(loss)) if loss < 500 else 0.0,
        otherwise="{name} is not exp(mean loss).",
        hint="Exponential of what, to which base, and in which order do you return the two numbers?",
    )
    _depends_on_the_data(student, draw, model, loss)


def test_evaluate_changes_nothing(student: Student, draw: Draw) -> None:
    """evaluate: the model's weights stay as they are, and a second call gives the same"""
    model = model_for(student, draw)
    rows = full_rows(draw)
    before = model.trainable
    first = evaluate(student, model, rows)
    if moved(model, before):
        raise Mismatch("evaluate changes the weights of the model.", "Which line of evaluate takes a step?")
    model(rows.x[:4], train=True)
    if not np.allclose(first, evaluate(student, model, rows, seed=3), atol=1e-5):
        raise Mismatch(
            "evaluate gives another number when it is called again.",
            "What is left over from the first call, and is the model in eval mode?",
        )
    sets_no_seed(student, "evaluate", lambda seed: evaluate(student, model, rows, seed=seed))
    _depends_on_the_data(student, draw, model, first[0])


def _depends_on_the_data(student: Student, draw: Draw, model: Thing, loss: float) -> None:
    """Numbers that are always the same belong together, and change nothing, whatever they are."""
    if abs(evaluate(student, model, full_rows(draw))[0] - loss) < 1e-6:
        raise Mismatch(
            "The mean loss that evaluate returns is the same for other data.",
            "Which losses do you add up: those of the model on this data?",
        )


@needs(test_evaluate_weighs_every_token_alike)
def test_evaluate_switches_dropout_off(student: Student, draw: Draw, say: Callable[[str], None]) -> None:
    """evaluate: the model is in eval mode

    Seen on torch's own LSTM with dropout, which is deterministic in eval mode only.
    """
    layer = student.new("torch.nn.LSTM", E, V, num_layers=2, dropout=0.5, batch_first=True)
    x, y = draw.normal(6, 5, E), draw.tokens([5] * 6, V)
    found = []
    try:
        for seed in (1, 2):
            layer(x, train=True)
            found.append(student.call("evaluate", layer, loader(student, (x, y), 3), grad=True, seed=seed))
    except StudentFailure:  # it wants a model of tokens
        say(NOT_SEEN)
        return
    pairs = [value[:2] for value in found if isinstance(value, (tuple, list))]
    if len(pairs) == 2 and not same_lists(*pairs):
        raise Mismatch(
            "On a model with dropout, evaluate gives another number each time.",
            "In which mode is the model while it is evaluated?",
        )


@needs(test_evaluate_weighs_every_token_alike)
def test_evaluate_takes_a_batch_of_padding(student: Student, draw: Draw) -> None:
    """evaluate: a batch of nothing but padding does no harm

    Skipped or counted as one token, both are fine.
    """
    model = model_for(student, draw)
    targets = draw.tokens([6] * 8, V)
    targets[4:] = 0
    rows = Rows(draw.tokens([6] * 8, V), targets, 4)
    loss, _ = evaluate(student, model, rows)
    begun = Rows(rows.x[:4], rows.y[:4], 4)
    wanted = [w * share for w in mean_losses(student, model, begun) for share in (1, 24 / 25)]
    if not any(abs(loss - want) <= 1e-3 for want in wanted):
        raise Mismatch(
            "With one batch of nothing but padding among the others, the mean loss that evaluate returns "
            "is not that of the tokens that count.",
            "What does a batch of padding add to the sum of the losses, and what to the number of tokens?",
        )


# ---- l2_grad_norm_recurrent


@on_a_sound_model_of_its_kind
def test_norm_of_the_rnn_is_that_of_its_recurrent_gradient(
    student: Student, draw: Draw, kind: Kind = RNN
) -> None:
    """l2_grad_norm_recurrent: the L2 norm of the gradient of VanillaRNNLM's recurrent weights"""
    for scale in (0.4, 4.0):
        model = student.new(kind.name, V, E, H)
        tokens = draw.tokens([6] * 4, V)
        got = model(tokens)
        model.randomised(draw)
        if not isinstance(got, (tuple, list)) or not got or not isinstance(got[0], np.ndarray):
            raise Mismatch(f"{kind.name} returns {describe(got)}; the pair of logits and state was wanted.")
        pull = type(got)([draw.normal(*got[0].shape, scale=scale), *[None] * (len(got) - 1)])
        gradients = model.gradients(tokens, pull=pull).weights
        model.backward(tokens, pull=pull)
        found = expect(student.call("l2_grad_norm_recurrent", model), "l2_grad_norm_recurrent").to_be_number()
        if not any(abs(found - want) <= 1e-4 * (1 + want) for want in recurrent_norms(gradients)):
            raise Mismatch(
                f"l2_grad_norm_recurrent of {kind.name} is {in_words(model, found, gradients)}.",
                "Which weights multiply the last hidden state, what does this model call them, and how does "
                "an L2 norm follow from all entries of their gradient?",
            )


test_norm_of_the_lstm_is_that_of_its_recurrent_gradient = variant(
    test_norm_of_the_rnn_is_that_of_its_recurrent_gradient,
    "l2_grad_norm_recurrent: the L2 norm of the gradient of LSTMLM's recurrent weights",
    kind=LSTM,
)


def test_norm_without_gradient_is_zero(student: Student, draw: Draw) -> None:
    """l2_grad_norm_recurrent: 0.0 for a model that has no gradients yet"""
    model = student.new(sound_model(student).name, V, E, H)
    expect(student.call("l2_grad_norm_recurrent", model), "l2_grad_norm_recurrent").to_be_number(
        0.0,
        otherwise="{name} of a model without gradients is not 0.",
        hint="What is .grad before backward() was called?",
    )
    if not any(_norm_of_a_gradient(student, draw, sound_model(student, kind)) for kind in (RNN, LSTM)):
        raise Mismatch(
            "l2_grad_norm_recurrent is 0 for a model with gradients, too.",
            "Which weights multiply the last hidden state, and what are they called?",
        )


def _norm_of_a_gradient(student: Student, draw: Draw, kind: Kind) -> float:
    model, tokens = student.new(kind.name, V, E, H), draw.tokens([6] * 4, V)
    model.backward(tokens, pull=(draw.normal(*logits_of(model, tokens).shape), None))
    return expect(student.call("l2_grad_norm_recurrent", model), "l2_grad_norm_recurrent").to_be_number()


@needs(test_norm_of_the_rnn_is_that_of_its_recurrent_gradient)
def test_norm_counts_every_recurrent_matrix(student: Student, draw: Draw, say: Callable[[str], None]) -> None:
    """l2_grad_norm_recurrent: all recurrent matrices of a model with several count"""
    layer = student.new("torch.nn.LSTM", E, H, num_layers=2, batch_first=True)
    x = draw.normal(4, 5, E)
    pull = (draw.normal(4, 5, H), None)
    gradients = layer.gradients(x, pull=pull).weights
    try:
        layer.backward(x, pull=pull)
        got = student.call("l2_grad_norm_recurrent", layer)
    except StudentFailure:  # it looks for an attribute that only the student's model has
        say(NOT_SEEN)
        return
    found = expect(got, "l2_grad_norm_recurrent").to_be_number()
    want = norm(g for name, g in gradients.items() if "weight_hh" in name)
    if found and abs(found - want) > 1e-4 * (1 + want):
        raise Mismatch(
            "For a model with two recurrent layers, l2_grad_norm_recurrent is not the norm over both "
            "matrices.",
            "After which parameter does your loop end?",
        )
    if not found:
        say(NOT_SEEN)


# ---- train_rnn and train_lstm


@on_a_sound_model
@on_a_plain_model
def test_rnn_training_logs_every_step(student: Student, draw: Draw, trainer: Trainer = TRAIN_RNN) -> None:
    """train_rnn: returns (logs, model); loss and perplexity of every batch, validation of every epoch"""
    data = trainer.data(draw)
    model, start = trainer.model(student, draw), trainer.model(student, draw)
    before = model.trainable
    got = trainer(student, model, data, 2, 0.0)
    batches = data.train.batches
    logged, perplexities = loops.train_logs(trainer, got, 2 * len(batches), "batch in two epochs")
    known = 1 if moved(model, before) else len(logged)  # how many losses are those of the start
    wanted = [[loops.pull_of(start, batch, slope)[0] for batch in batches] * 2 for slope in slopes(student)]
    if not any(np.allclose(logged[:known], each[:known], atol=1e-3) for each in wanted):
        raise Mismatch(
            'logs["train_loss"] does not hold the mean loss of each batch.',
            "Which loss do you append after each batch: its own, over which targets, as a mean or a sum?",
        )
    if not np.allclose(perplexities, np.exp(np.minimum(logged, 500)), rtol=1e-3):
        raise Mismatch(
            'logs["train_pp"] is not exp(loss) of each batch.', "How does a perplexity follow from a loss?"
        )
    for times in again_and_again(draw):
        _logs_every_loss_before_its_step(student, draw, trainer, 10 * times)


def _logs_every_loss_before_its_step(student: Student, draw: Draw, trainer: Trainer, count: int) -> None:
    """Of so many batches, of one row each, with a learning rate that is not 0: the first loss is known."""
    model, start = trainer.model(student, draw), trainer.model(student, draw)
    data = trainer.short_data(draw, count)
    got = trainer(student, model, data, 1, trainer.rate(draw))
    logged, _ = loops.train_logs(trainer, got, count)
    wanted = [loops.pull_of(start, data.train.batches[0], slope)[0] for slope in slopes(student)]
    if not any(np.isclose(logged[0], each, atol=1e-3) for each in wanted):
        raise Mismatch(
            'With a learning rate that is not 0, logs["train_loss"] does not begin with the loss of the '
            "first batch before its step.",
            "Which logits does backward() start from, and do you append the loss of these?",
        )


test_lstm_training_logs_every_step = variant(
    test_rnn_training_logs_every_step,
    "train_lstm: returns (logs, model); loss and perplexity of every batch, validation of every epoch",
    trainer=TRAIN_LSTM,
)


@on_a_sound_model
@on_a_plain_model
def test_rnn_training_logs_norms_before_clipping(
    student: Student, draw: Draw, trainer: Trainer = TRAIN_RNN
) -> None:
    """train_rnn: "grad_norm_rhh" is each batch's recurrent gradient norm, before clipping

    It is the batch's own gradient, not added up, and not yet erased.
    """
    model, start = trainer.model(student, draw, LARGE), trainer.model(student, draw, LARGE)
    data = trainer.hard_and_easy(start, trainer.data(draw))
    batches = data.train.batches
    before = model.trainable
    logs = trainer.logs(student, model, data, 1, 0.0)
    norms = np.array(loops.numbers(logs, trainer.norms, len(batches)))
    if moved(model, before):
        norms = norms[:1]  # a learning rate of its own: only the first gradient is known
    known = batches[: len(norms)]
    wanted = [each for slope in slopes(student) for each in loops.norms_of(student, start, known, slope)]
    if any(np.allclose(norms, own, rtol=1e-3, atol=1e-6) for own, _ in wanted):
        return
    if any(np.allclose(norms, own * np.minimum(1, CLIP / whole), rtol=1e-2) for own, whole in wanted):
        raise Mismatch(
            f'logs["{trainer.norms}"] holds norms after clipping.', "Is there a ceiling in your curve?"
        )
    if not norms.any():
        raise Mismatch(f'logs["{trainer.norms}"] holds only zeros.', "When are the gradients erased?")
    raise Mismatch(
        f'logs["{trainer.norms}"] is not the norm of the recurrent gradient of each batch.',
        "Whose gradient do you measure, after which line, and what is left in .grad from the batch before?",
    )


test_lstm_training_logs_norms_before_clipping = variant(
    test_rnn_training_logs_norms_before_clipping,
    'train_lstm: "grad_norm_hh" is each batch\'s recurrent gradient norm, before clipping',
    trainer=TRAIN_LSTM,
)


@on_a_sound_model
@on_a_plain_model
def test_rnn_training_validates_after_every_epoch(
    student: Student, draw: Draw, trainer: Trainer = TRAIN_RNN
) -> None:
    """train_rnn: "val" is what evaluate gives on the validation data after each epoch"""
    _validates(student, draw, trainer, 2)
    for key in () if draw.symmetric else ("again", "once more"):  # an epoch may change next to nothing
        other = draw.child(key)
        _validates(student, other, trainer, int(other.integers(4, 7)))


def _validates(student: Student, draw: Draw, trainer: Trainer, epochs: int) -> None:
    data, model = trainer.data(draw), trainer.model(student, draw)
    logs = trainer.logs(student, model, data, epochs, trainer.rate(draw))
    first, *_, last = loops.validations(student, model, data, logs, epochs)
    wanted = list(mean_losses(student, model, data.valid))
    own = logits_in(student.call("evaluate", model, data.valid.loader(student), grad=True))
    if isinstance(own, float) and np.isfinite(own):
        wanted.append(own)
    if not any(abs(last - want) <= 1e-3 * (1 + abs(want)) for want in wanted):
        raise Mismatch(
            'The last entry of logs["val"] is not the loss of the trained model on the validation data.',
            "On which model and data do you call evaluate, when, and which of its two numbers is the loss?",
        )
    if first == last:
        raise Mismatch(
            'The first and the last epoch have the same entry in logs["val"].',
            "Is evaluate called anew after each epoch, and has the model changed in between?",
        )


test_lstm_training_validates_after_every_epoch = variant(
    test_rnn_training_validates_after_every_epoch,
    'train_lstm: "val" is what evaluate gives on the validation data after each epoch',
    trainer=TRAIN_LSTM,
)


@on_a_sound_model
@on_a_plain_model
def test_rnn_training_takes_clipped_steps_of_adam(
    student: Student, draw: Draw, trainer: Trainer = TRAIN_RNN
) -> None:
    """train_rnn: one step of Adam per batch, with the given lr, gradients clipped to norm 1

    Two epochs against the same two done by the grader; gradients are large enough to be clipped.
    """
    data = trainer.hard_and_easy(trainer.model(student, draw, LARGE), trainer.data(draw))
    start = {name: w.astype(np.float32) for name, w in trainer.model(student, draw, LARGE).trainable.items()}
    trained, copy = trainer.model(student, draw), trainer.model(student, draw)
    for model in (trained, copy):
        model.load(start)
    tokens = data.valid.x
    untrained = logits_of(copy, tokens)
    lr = trainer.rate(draw)
    trainer.logs(student, trained, data, 2, lr)
    got = logits_of(trained, tokens)
    unclipped = []
    for slope in slopes(student):
        copy.load(start)
        if np.allclose(got, loops.after_two_epochs(student, copy, data, slope, lr, CLIP), atol=5e-3):
            return
        copy.load(start)
        unclipped.append(loops.after_two_epochs(student, copy, data, slope, lr, np.inf))
    if any(np.allclose(got, want, atol=5e-3) for want in unclipped):
        raise Mismatch(
            f"After two epochs of {trainer.name} the model is where Adam leads without clipping the "
            "gradients' norm.",
            "Is the norm of all gradients together clipped between backward and step, and to which value?",
        )
    if np.allclose(got, untrained, atol=1e-6):
        raise Mismatch(
            f"{trainer.name} leaves the model that it is given as it was.", "Which line changes its weights?"
        )
    raise Mismatch(
        f"After two epochs of {trainer.name} the model is not where Adam leads with the given lr and the "
        "norm of all gradients clipped to 1.",
        "In which order do zero_grad, backward, clipping and step come, which optimiser do you make and how "
        "often, and is every target of every batch scored?",
    )


test_lstm_training_takes_clipped_steps_of_adam = variant(
    test_rnn_training_takes_clipped_steps_of_adam,
    "train_lstm: one step of Adam per batch, with the given lr, gradients clipped to norm 1",
    trainer=TRAIN_LSTM,
)


@needs(test_rnn_training_logs_every_step)
def test_rnn_training_is_in_train_mode(
    student: Student, draw: Draw, say: Callable[[str], None], trainer: Trainer = TRAIN_RNN
) -> None:
    """train_rnn: the model is in train mode in every epoch

    Seen on a layer of torch's whose dropout lets nothing through in train mode, so that its first half stays
    as it is; in eval mode it learns.
    """
    layer = student.new("torch.nn.LSTM", E, V, num_layers=2, dropout=1.0, batch_first=True)
    x, y = draw.normal(4, 5, E), draw.tokens([5] * 4, V)
    first = {name: weight for name, weight in layer.trainable.items() if name.endswith("_l0")}
    data = loader(student, (x, y), 2)
    try:
        student.call(trainer.name, layer, data, data, 3, 0.05, grad=True)
    except StudentFailure:  # it wants a model of its own kind
        say(NOT_SEEN)
        return
    if moved(layer, first):
        raise Mismatch(
            f"{trainer.name} changes weights that have no gradient in train mode, as if the model were in "
            "eval mode.",
            "After evaluate, is train() called again, and what but a gradient moves weights?",
        )


test_lstm_training_is_in_train_mode = variant(
    test_rnn_training_is_in_train_mode,
    "train_lstm: the model is in train mode in every epoch",
    needs=(test_lstm_training_logs_every_step,),
    trainer=TRAIN_LSTM,
)


# ---- set_seed


def test_set_seed_seeds_all_generators(student: Student, draw: Draw) -> None:
    """set_seed: random numbers of Python, NumPy and PyTorch start anew"""
    one, other = (int(seed) for seed in draw.integers(1, 10_000, 2))
    found = []
    for number, given in enumerate(((one,), (one,), (other + 10_000,), (), (1337,))):
        student.call("set_seed", *given, seed=number + 1)
        found.append(student.random_numbers())
    for key, name in {"python": "Python's random", "numpy": "NumPy", "torch": "PyTorch"}.items():
        first, again, others, default, wanted = (numbers[key] for numbers in found)
        hint = "Which generators does a run use, and does each of them start from the argument seed?"
        if first != again:
            raise Mismatch(
                f"After set_seed with one seed, the random numbers of {name} are not the same each time.",
                hint,
            )
        if first == others:
            raise Mismatch(
                f"After set_seed with another seed, the random numbers of {name} are still the same.", hint
            )
        if default != wanted:
            raise Mismatch(
                f"set_seed() without a seed gives {name} other numbers than set_seed(1337).",
                "What is the default of the argument seed?",
            )
