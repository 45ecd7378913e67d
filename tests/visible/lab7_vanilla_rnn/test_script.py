"""The script, run with weights and sentences of the grader's. Four items, each all or nothing."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

import numpy as np

from autograder.checks import (
    OPTIMISED,
    Draw,
    Mismatch,
    NotStarted,
    Student,
    StudentFailure,
    StudentMissing,
    StudentRaised,
    Value,
    describe,
    equal_values,
    listing,
    needs,
)
from autograder.submission import Submission
from tests.visible.lab7_vanilla_rnn.support import equations, predictions, steps
from tests.visible.lab7_vanilla_rnn.support.lab import (
    MODULE,
    NAMES,
    WORDS,
    Lab,
    is_filled_in,
    losses,
    random_weights,
    runs,
    shapes,
    unchanged,
)


def test_weights_are_initialised(student: Student, submission: Submission) -> None:
    """The five weights have their shapes, require gradients, and no matrix is all zeros"""
    is_filled_in(submission, *NAMES)
    found = _before_training(student)
    n, vocab = found["n"], found["vocab"]
    if isinstance(n, bool) or not isinstance(n, int) or not 0 < n <= 10_000:
        raise Mismatch(f"n was wanted as a whole number, the hidden size; got {describe(n)}.")
    if not isinstance(vocab, dict) or not vocab:
        raise Mismatch(f"vocab was wanted as a dictionary of words and ids; got {describe(vocab)}.")
    for name, shape in shapes(n, len(vocab)).items():
        _is_a_weight(found[name], name, shape)
    _axes_lie_as_asked(student)
    without = [name for name in NAMES if found[f"{name}.requires_grad"] is not True]
    if without:
        raise Mismatch(
            f"{listing(without)} {'do' if len(without) > 1 else 'does'} not require gradients, so nothing "
            "can be learned there.",
            "What has to be said about a tensor when it is made, so that backward() fills its .grad?",
        )
    computed = [name for name in NAMES if found[f"{name}.is_leaf"] is False]
    if computed:
        are = "are computed from other tensors" if len(computed) > 1 else "is computed from another tensor"
        raise Mismatch(
            f"{listing(computed)} {are}, to which the gradients then go.",
            "In which order do you scale the numbers and ask for gradients?",
        )


def _before_training(student: Student, **sizes: int) -> dict[str, Value]:
    """The weights of a run without epochs; of one with, for a script that cannot do without."""
    asked = [f"{name}.{part}" for name in NAMES for part in ("requires_grad", "is_leaf")]
    names = [*NAMES, *asked, "n", "vocab"]
    try:
        return student.run(MODULE, {"num_epochs": 0, "test_sentences": [], **sizes}, names)
    except StudentRaised:
        return student.run(MODULE, {"num_epochs": 1, **sizes}, names)


def _is_a_weight(value: Value, name: str, shape: tuple[int, int]) -> None:
    if not isinstance(value, np.ndarray):
        got = "it is still None" if value is None else f"got {describe(value)}"
        raise Mismatch(f"{name} was wanted as a tensor of shape {shape}; {got}.")
    if value.shape != shape:
        raise Mismatch(f"{name} has shape {value.shape}; {shape} was wanted.", SHAPE[name])
    if value.dtype.kind != "f":
        raise Mismatch(
            f"{name} has dtype {value.dtype}; decimal numbers were wanted.",
            "Can a small step be taken on whole numbers?",
        )
    if not np.isfinite(value).all():
        raise Mismatch(
            f"{name} holds NaN or infinite numbers before training.", "What fills the memory of a new tensor?"
        )
    if name in ZEROS and not value.any():
        raise Mismatch(f"{name} is all zeros before training.", ZEROS[name])


def _axes_lie_as_asked(student: Student) -> None:
    """With as many hidden units as there are classes, or words, nobody sees which axis is which: look
    with other numbers, too. Sizes that do not follow n cost nothing here.
    """
    for n in (3, 7):
        try:
            found = _before_training(student, n=n)
        except StudentFailure:  # sizes of its own, which the equations' item judges
            continue
        vocab = found["vocab"]
        for name, shape in shapes(n, len(vocab) if isinstance(vocab, dict) else 0).items():
            value = found[name]
            if isinstance(value, np.ndarray) and value.shape == shape[::-1] != shape:
                raise Mismatch(
                    f"With n = {n}, {name} has shape {value.shape}; {shape} was wanted.", SHAPE[name]
                )


SHAPE = {
    "W": "How many numbers connect n hidden units to the n of the step before?",
    "U": "U makes hidden units out of a one-hot word: what do its rows count, and what its columns?",
    "b": "b is added to a state: is that a row or a column?",
    "W_out": "W_out makes one score per class out of a state: what do its rows count, and what its columns?",
    "b_out": "b_out is added to one score per class: are these a row or a column?",
}
ZEROS = {
    "W": "What is left of earlier words in the state when W is zero?",
    "U": "Can two words be told apart when U is zero?",
    "W_out": "Which gradient reaches U when W_out is zero?",
}


def test_state_and_logits_follow_the_equations(
    student: Student,
    submission: Submission,
    draw: Draw,
    cases: tuple[Callable[[Draw], equations.Case], ...] = (equations.at_home, equations.long_at_home),
    answers: equations.Judge = equations.recorded,
) -> None:
    """The hidden state and the logits follow the two equations, for any sizes and sentences

    s_t = φ(W s_(t-1) + U x_t + b) and logits = W_out s_T + b_out, in training and in the test.
    """
    is_filled_in(submission, "s_t")
    runs(student)
    for case in cases:
        given = case(draw)
        lab = Lab(student, submission, given.n, given.words)
        scores, known = equations.scores_by(lab, given), answers(given)
        if not any(equations.are_near(scores, right) for right in known.right.values()):
            raise equations.explanation(lab, given, scores, known)
        if not given.is_long:
            equations.sentences_are_read_apart(lab, given)
        by_sentence = dict(zip(given.sentences, scores, strict=True))
        predictions.agree_with(lab, student, given.weights, by_sentence)


def test_every_sentence_takes_one_step(
    student: Student,
    submission: Submission,
    draw: Draw,
    lesson: Callable[[Draw], steps.Lesson] = steps.at_home,
    long_lesson: Callable[[Draw], steps.Lesson] = steps.long_at_home,
) -> None:
    """Every sentence takes one exact step of gradient descent, for all five weights"""
    is_filled_in(submission, "s_t")
    runs(student)
    script = next(module for module in submission.program.modules if module.name == MODULE)
    tree = ast.parse(script.source)
    for node in ast.walk(tree):
        if isinstance(node, ast.With) and all(isinstance(each, ast.Pass) for each in node.body):
            raise NotStarted("not started (the update is still `pass`)")
    line = _line_of_an_optimiser(tree)
    if line or student.run(MODULE, {"num_epochs": 1}, [OPTIMISED])[OPTIMISED] is not False:
        raise Mismatch(
            "The step is taken by an optimiser of torch.optim; it is to be written by hand.",
            "What does gradient descent do to a weight and its .grad?",
            place=submission.place(script.filename, line) if line else "",
        )
    lab, given = Lab(student, submission, steps.N, WORDS), lesson(draw)
    after = steps.follows_the_slope(lab, given)
    steps.are_taken_in_turn(lab, given, after)
    steps.reaches_far_back(lab, long_lesson(draw))


def _line_of_an_optimiser(tree: ast.Module) -> int:
    """The line that takes something out of torch.optim; 0 for none. An import that is not used is none."""
    taken: set[str] = set()  # by `from torch.optim import SGD`
    modules = {"optim"}
    for node in ast.walk(tree):
        for alias in node.names if isinstance(node, (ast.Import, ast.ImportFrom)) else ():
            origin = f"{node.module or ''}." if isinstance(node, ast.ImportFrom) else ""
            if f"{origin}{alias.name}" == "torch.optim":
                modules.add(alias.asname or "optim")
            elif origin.startswith("torch.optim"):
                taken.add(alias.asname or alias.name)
    for node in ast.walk(tree):
        match node:
            case ast.Name(name, ast.Load()) if name in taken:
                return node.lineno
            case ast.Attribute(ast.Attribute(attr=name) | ast.Name(id=name)) if name in modules:
                return node.lineno
            case ast.Constant("optim" | "torch.optim"):  # getattr, import_module
                return node.lineno
    return 0


def test_good_is_1_and_bad_is_0(student: Student, submission: Submission) -> None:
    """Your own run predicts 1 for the good sentence and 0 for the bad one"""
    is_filled_in(submission, "s_t")
    own = unchanged(student)
    found = predictions.classes(own["predictions"])
    wanted = predictions.wanted_for(own["test_sentences"])
    if not found:
        raise Mismatch(
            'There are no predictions: the list of that name is empty or absent, and no "Prediction: 1" is '
            "printed.",
            "What should be appended to predictions for each test sentence?",
        )
    if found != wanted:
        history = losses(own["loss_history"])
        if history[-1] >= history[0]:
            hint = "Look at your loss curve: why does the loss not fall?"
        elif sorted(found) == sorted(wanted):
            hint = "To which sentence does the first prediction belong, and which class is good?"
        else:
            hint = (
                "Print the logits of each test sentence: is its one prediction the row of the larger number?"
            )
        raise Mismatch(
            f"The predictions for the test sentences are {found[:9]}; {wanted} was wanted: 1 is good, 0 bad.",
            hint,
        )
    trained = {name: own[name] for name in NAMES}
    for name, value in trained.items():
        if not isinstance(value, np.ndarray) or value.dtype.kind != "f" or not np.isfinite(value).all():
            raise Mismatch(f"{name} is no tensor of finite numbers after training.")
    predictions.training_explains_them(student, trained)
    predictions.weights_decide_them(student, own, trained)


# -- remarks -------------------------------------------------------------------------------------------------

PRINTED = {50: "0.0848", 100: "0.0451", 150: "0.0309", 200: "0.0236", 250: "0.0191", 300: "0.0160"}


@needs(test_good_is_1_and_bad_is_0)
def test_losses_are_those_of_the_handout(student: Student, say: Callable[[str], None]) -> None:
    """Your losses beside those that the handout prints"""
    history = losses(unchanged(student)["loss_history"])
    shown = {epoch: f"{history[epoch - 1]:.4f}" for epoch in PRINTED if epoch <= len(history)}
    if shown == PRINTED:
        say("Your losses are exactly those that the handout prints.")
    else:
        say(
            "Your losses differ from those that the handout prints. That is fine: they come from torch.randn "
            "for W, U, b, W_out and b_out in this order after manual_seed(42), with tanh; other starts are "
            "as good."
        )


GIVEN: dict[str, Value] = {
    "n": 2,
    "T": 4,
    "learning_rate": 0.1,
    "num_epochs": 300,
    "vocab": {word: index for index, word in enumerate(WORDS)},
    "train_data": [(("The", "movie", "is", "good"), 1), (("The", "movie", "is", "bad"), 0)],
}


def test_given_lines_are_kept(student: Student, submission: Submission) -> None:
    """The given constants, the loss and what loss_history holds are as in the handout"""
    try:
        own = _end_of_the_unchanged_script(student)
    except StudentFailure:  # a script that does not run costs its own points
        return
    said = []
    for name, given in GIVEN.items():
        value = own.get(name, given)
        if not equal_values(_in_lists(value), _in_lists(given)):  # lists where tuples are given are no change
            plain = isinstance(value, (int, float)) and isinstance(given, (int, float))
            said.append(f"{name} is {value:.10g} instead of {given}" if plain else f"{name} is another one")
    if "loss_history" in own:
        said += _wrong_length(len(losses(own["loss_history"])), own.get("num_epochs"))
        said += _wrong_loss(Lab(student, submission, 2, WORDS))
    if said:
        raise Mismatch(
            f"Not as the handout gives it: {listing(said)}.",
            "Was this meant? It costs nothing here; people may ask.",
        )


def _end_of_the_unchanged_script(student: Student) -> Mapping[str, Value]:
    """Those of the names that it has."""
    names = [*GIVEN, "loss_history"]
    while True:
        try:
            return student.run(MODULE, {}, names)
        except StudentMissing as missing:
            if missing.name not in names:
                raise
            names.remove(missing.name)


def _in_lists(value: Value) -> Value:
    return [_in_lists(item) for item in value] if isinstance(value, (list, tuple)) else value


def _wrong_length(entries: int, epochs: Value) -> list[str]:
    if not isinstance(epochs, int) or entries == epochs:
        return []
    if entries < epochs:
        return [f"training stops after {entries} of {epochs} epochs"]
    return [f"loss_history has {entries} entries for {epochs} epochs"]


def _wrong_loss(lab: Lab) -> list[str]:
    """What the loss of a sentence is instead of its cross-entropy, or that of an epoch instead of the sum."""
    weights, data = random_weights(Draw(3), 2, len(WORDS), 1.0), GIVEN["train_data"]
    try:
        factor = lab.factor(weights, [sentence for sentence, _ in data])
        if factor is None:
            return ["the loss is not the cross-entropy of the logits"]
        if factor != 1:
            return [f"the loss is {factor:.3g} times the cross-entropy"]
        alone = [lab.loss(weights, sentence, label) for sentence, label in data]
        ran = lab.train(weights, data)
    except (Mismatch, StudentFailure):  # what keeps it from being looked at costs its own points
        return []
    if len(ran.losses) > 1 or ran.has_moved(weights) or abs(ran.losses[0] - sum(alone)) <= 1e-3:
        return []
    mean = abs(ran.losses[0] - sum(alone) / len(alone)) < 1e-3
    return [f"loss_history holds {'the mean' if mean else 'something other than the sum'} of the losses"]


def test_all_is_handed_in(submission: Submission, say: Callable[[str], None]) -> None:
    """The loss plot, and what else the handout asks you to hand in"""
    names = [source.filename for source in submission.sources.values() if source.module == MODULE]
    texts = " ".join(source.text for source in submission.sources.values())
    pictures = sum(cell.pictures for cell in submission.outputs.cells) if submission.outputs else 0
    if not pictures and ".plot(" not in texts:
        raise Mismatch(
            "No line of the script draws the loss curve.", "Where is the plot of loss_history that is given?"
        )
    said = ["Screenshots of the output and the loss plot are for people: hand them in, too."]
    if not any(PurePosixPath(name).stem.lower().endswith("_lab7_inclass") for name in names):
        said.insert(0, "The handout calls the file StudentID_Lab7_InClass; any name is read.")
    say(" ".join(said))
