"""What the notebook shows of both experiments. No points: people grade it, these are their notices."""

from autograder.checks import Mismatch, Outputs, Student, needs
from autograder.checks.notebook import was_run
from autograder.submission import Submission
from tests.visible.a7_sequence_modeling.support import record
from tests.visible.a7_sequence_modeling.support.record import NETWORKS

PROMPT, LENGTH = "The summer", 150
# On the real texts a gated network that reads more than the first character is at least this much better than
# naming the most frequent author; a vanilla RNN may not be, so nothing is asked of it.
GAIN = 0.05
TOO_GOOD = 0.97  # a character model of single sentences is never this good


def test_notebook_was_run_from_top_to_bottom(submission: Submission) -> None:
    """The notebook shows its outputs, each cell's from one run in order"""
    was_run(submission.outputs)


@needs(test_notebook_was_run_from_top_to_bottom)
def test_loss_curves_are_a_picture(submission: Submission) -> None:
    """The notebook shows a plot"""
    if not _pictures(submission):
        raise Mismatch(
            "No output of the notebook is a picture: the plot of the four loss curves is missing.",
            "Does the cell that draws it end with plt.show()?",
            place=_outputs(submission).filename,
        )


@needs(test_loss_curves_are_a_picture)
def test_four_curves_are_in_one_picture(submission: Submission) -> None:
    """The notebook shows the four loss curves in one plot"""
    pictures = _pictures(submission)
    if pictures >= len(NETWORKS):
        raise Mismatch(
            f"The notebook shows {pictures} pictures; one plot with the four loss curves was wanted.",
            "What can be compared when every curve has a picture of its own?",
            place=_outputs(submission).filename,
        )


@needs(test_notebook_was_run_from_top_to_bottom)
def test_seeds_are_fixed(submission: Submission) -> None:
    """The notebook fixes the seeds of its experiments"""
    outputs = _outputs(submission)
    if not any("manual_seed(" in cell.code for cell in outputs.cells):
        raise Mismatch(
            "No cell of the notebook calls torch.manual_seed, so its numbers are others in every run.",
            "Where would you fix the seed, so that two runs give the same table?",
            place=outputs.filename,
        )


@needs(test_notebook_was_run_from_top_to_bottom)
def test_results_are_recorded(submission: Submission) -> None:
    """The last cell recorded the results"""
    record.read(submission.outputs)


@needs(test_results_are_recorded)
def test_experiments_ran_in_full(submission: Submission) -> None:
    """The experiments ran on the real texts with the whole budget"""
    found = record.read(submission.outputs)
    if found.quick:
        raise Mismatch(
            "The results are those of a quick run, whose numbers mean nothing.",
            "Set QUICK = False in the first cell and run the notebook once more.",
        )
    if found.texts == "synthetic":
        raise Mismatch(
            "The results are those of synthetic texts, not of Austen, Poe and Shakespeare.",
            "Run the notebook once with a connection to the internet, or with the four texts beside it.",
        )


@needs(test_results_are_recorded)
def test_parameter_counts_are_those_of_your_networks(student: Student, submission: Submission) -> None:
    """The four recorded parameter counts are those of your own classes"""
    found = record.read(submission.outputs)
    for key, (name, _, _) in NETWORKS.items():
        if found.networks[key].parameters not in record.accepted_counts(student, found, key):
            raise Mismatch(
                f"Your own classes do not give the number of parameters that is recorded for the {name} "
                f"(vocabulary {found.vocab_size}, hidden size {found.hidden_size}).",
                "Was the notebook run again after the last change of the classes?",
            )


@needs(test_experiments_ran_in_full)
def test_accuracies_are_plausible(submission: Submission) -> None:
    """Accuracies and losses are what such networks can reach"""
    found = record.read(submission.outputs)
    accuracies = {name: found.networks[key].accuracy for key, (name, _, _) in NETWORKS.items()}
    accuracies |= {"one-to-one": found.one_to_one, "many-to-one": found.many_to_one}
    for name, accuracy in accuracies.items():
        if accuracy > TOO_GOOD:
            raise Mismatch(
                f"The test accuracy of the {name}, {accuracy:.3f}, is better than single sentences allow.",
                "Is it measured on sentences that the model was not trained on?",
            )
    for name in ("LSTM", "GRU", "many-to-one"):
        if accuracies[name] < found.majority + GAIN:
            raise Mismatch(
                f"The test accuracy of the {name}, {accuracies[name]:.3f}, is hardly better than always "
                f"naming the most frequent author ({found.majority:.3f}).",
                "Does its loss fall, and does it read the state after the last real character?",
            )
    if found.one_to_one > found.many_to_one:
        raise Mismatch(
            "The first character alone is recorded as better than the whole sentence.",
            "Were the two numbers exchanged?",
        )
    for key, (name, _, _) in NETWORKS.items():
        last = found.networks[key].losses[-1]
        if last > record.NOT_A_MEAN:
            raise Mismatch(
                f"The final training loss of the {name}, {last:.3g}, is far above that of equal scores "
                f"({record.UNTRAINED:.2f}): is it a sum?",
                "Mean over the sentences, or sum over the batches?",
            )


@needs(test_results_are_recorded)
def test_two_sentences_for_each_of_two_authors(submission: Submission) -> None:
    """Two generated sentences as Shakespeare, two as Poe"""
    found = record.read(submission.outputs)
    for author in ("shakespeare", "poe"):
        full = {sentence for sentence in found.sentences.get(author, []) if sentence.strip()}
        if len(full) < 2:
            raise Mismatch(
                f"Two different sentences as {author.title()} were wanted; the record holds {len(full)}.",
                "Did the model write <EOS> at once, or the same each time?",
            )


@needs(test_results_are_recorded)
def test_150_characters_after_the_summer(submission: Submission) -> None:
    """150 generated characters after "The summer\""""
    text = record.read(submission.outputs).text
    if not text.startswith(PROMPT):
        raise Mismatch(f"The generated text does not begin with {PROMPT!r}.")
    if len(text) not in (LENGTH, len(PROMPT) + LENGTH):
        got = len(text) - len(PROMPT)
        raise Mismatch(f"{got} characters follow {PROMPT!r} in the generated text; {LENGTH} were wanted.")


def _outputs(submission: Submission) -> Outputs:
    assert submission.outputs is not None  # that it was run was seen before
    return submission.outputs


def _pictures(submission: Submission) -> int:
    return sum(cell.pictures for cell in _outputs(submission).cells)
