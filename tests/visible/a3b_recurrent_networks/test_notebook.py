"""What the notebook shows of the experiments. No points: people grade it, these are their notices."""

from autograder.checks import Mismatch, needs
from autograder.checks.notebook import was_run
from autograder.submission import Submission
from tests.visible.a3b_recurrent_networks.support import record
from tests.visible.a3b_recurrent_networks.support.strings import NDFA, is_balanced

HALF_WAY = 0.6  # what the text expects of the MLP on validation
TOO_GOOD = 0.97  # even large pretrained models do not get far over 0.95
SAMPLES = 10


def test_notebook_was_run_from_top_to_bottom(submission: Submission) -> None:
    """The notebook shows its outputs, each cell's from one run in order"""
    was_run(submission.outputs)


@needs(test_notebook_was_run_from_top_to_bottom)
def test_curves_are_pictures(submission: Submission) -> None:
    """The notebook shows curves of loss and gradient norms"""
    outputs = submission.outputs
    assert outputs is not None  # that it was run was seen before
    if sum(cell.pictures for cell in outputs.cells) < 2:
        raise Mismatch(
            "The notebook shows fewer than two pictures: curves of loss and gradient norms were wanted.",
            "Does the cell that draws them end with plt.show()?",
            place=outputs.filename,
        )


@needs(test_notebook_was_run_from_top_to_bottom)
def test_results_are_recorded(submission: Submission) -> None:
    """The last cell recorded the results"""
    record.read(submission.outputs)


@needs(test_results_are_recorded)
def test_experiments_ran_in_full(submission: Submission) -> None:
    """The experiments ran on IMDb's reviews with the whole budget"""
    found = record.read(submission.outputs)
    if found.quick:
        raise Mismatch("The numbers are those of a quick run.", "Is QUICK still on in the first cell?")
    if found.reviews == "synthetic":
        raise Mismatch(
            "The reviews were made up by a program, so the accuracies mean nothing.",
            "Could IMDb be downloaded, or its archive be put beside the notebook?",
        )


@needs(test_experiments_ran_in_full)
def test_accuracies_are_plausible(submission: Submission) -> None:
    """The MLP is above 60 %, and no accuracy is better than such models can be"""
    found = record.read(submission.outputs)
    if found.validation["MLP"] <= HALF_WAY:
        raise Mismatch(
            "The recorded validation accuracy of the MLP is not above 60 %.",
            "Do the checks of the MLP and of its training pass?",
        )
    for key, accuracies in (("validation", found.validation), ("test", found.test)):
        for model, accuracy in accuracies.items():
            if accuracy > TOO_GOOD:
                raise Mismatch(
                    f"The recorded {key} accuracy of {model[:20]} is better than such models can be.",
                    "Was it measured on reviews that the model has not seen?",
                )
    for model in record.MODELS:
        if abs(found.validation[model] - found.test[model]) > 0.15:
            raise Mismatch(
                f"The recorded validation and test accuracies of {model} are far apart.",
                "Are both measured in the same way?",
            )


@needs(test_results_are_recorded)
def test_ten_samples_after_every_epoch(submission: Submission) -> None:
    """Ten samples after every epoch, for the automaton and for the brackets"""
    found = record.read(submission.outputs)
    for key, epochs in (("ndfa", found.ndfa), ("brackets", found.brackets)):
        for epoch, drawn in enumerate(epochs, start=1):
            if len(drawn) < SAMPLES:
                raise Mismatch(
                    f"After epoch {epoch} {len(drawn)} samples of {key} are recorded, not ten.",
                    "How many samples does the text ask for after every epoch?",
                )
            if len(set(drawn)) == 1:
                raise Mismatch(
                    f"The ten samples of {key} after epoch {epoch} are all the same.",
                    "Which temperature were they drawn with?",
                )


@needs(test_ten_samples_after_every_epoch)
def test_most_samples_are_right(submission: Submission) -> None:
    """After the last epoch most samples are strings of their language

    Brackets by prefix balance, the automaton's with a repetition.
    """
    found = record.read(submission.outputs)
    for key, epochs, is_right, words in (
        ("ndfa", found.ndfa, NDFA.fullmatch, ", those without any repetition left out."),
        ("brackets", found.brackets, is_balanced, ": every bracket in turn counts."),
    ):
        last = [text for text in epochs[-1] if text != "ss"]
        right = sum(bool(is_right(text)) for text in last)
        if not last or 2 * right <= len(last):
            raise Mismatch(
                f"After the last epoch {right} of {len(last)} samples of {key} are right{words}",
                "Is the loss still falling, and what does another learning rate do?",
            )
