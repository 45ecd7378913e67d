"""What a notebook of assignment 7 shows of its experiments, as findings for the people who grade it.

Everything here is a claim of the student's: it is compared with itself and with the student's own classes,
earns nothing, and may hold anything at all.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.checks.expect import Mismatch, listing
from autograder.checks.notebook import Outputs, recorded

MARKER = "A7-RESULTS "
NETWORKS = {  # key in the record -> what people call it, cell, layers
    "rnn": ("vanilla RNN", "rnn", 1),
    "lstm": ("LSTM", "lstm", 1),
    "gru": ("GRU", "gru", 1),
    "deep_lstm": ("2-layer LSTM", "lstm", 2),
}
CLASSES = 3
PROMPT, LENGTH = "The summer", 150

# On the real texts a gated network that reads more than the first character is at least this much better than
# naming the most frequent author; a vanilla RNN may not be, so nothing is asked of it.
GAIN = 0.05
TOO_GOOD = 0.97  # a character model of single sentences is never this good
UNTRAINED = math.log(CLASSES)  # mean loss of equal scores
NOT_A_MEAN = 2 * UNTRAINED

Record = dict[str, Any]  # as `record` has proved it


def shows_a_picture(outputs: Outputs) -> None:
    if not any(cell.pictures for cell in outputs.cells):
        raise Mismatch(
            "No output of the notebook is a picture: the plot of the four loss curves is missing.",
            "Does the cell that draws it end with plt.show()?",
            place=outputs.filename,
        )


def shows_one_plot(outputs: Outputs) -> None:
    """The four loss curves are to be compared, so they belong in one picture."""
    pictures = sum(cell.pictures for cell in outputs.cells)
    if pictures >= len(NETWORKS):
        raise Mismatch(
            f"The notebook shows {pictures} pictures; one plot with the four loss curves was wanted.",
            "What can be compared when every curve has a picture of its own?",
            place=outputs.filename,
        )


def fixes_seeds(outputs: Outputs) -> None:
    if not any("manual_seed(" in cell.code for cell in outputs.cells):
        raise Mismatch(
            "No cell of the notebook calls torch.manual_seed, so its numbers are others in every run.",
            "Where would you fix the seed, so that two runs give the same table?",
            place=outputs.filename,
        )


def record(outputs: Outputs | None) -> Record:
    """The numbers that the closing cell recorded, of the kinds and sizes that they must have."""
    data, place = recorded(outputs, MARKER)
    wrong = _wrong(data)
    if wrong:
        raise Mismatch(
            f"The record of the results is not as the given last cell writes it: {wrong}.", place=place
        )
    assert isinstance(data, dict)
    return data


def in_full(found: Record) -> None:
    """The experiments ran with the whole budget, on the real texts."""
    if found["quick"]:
        raise Mismatch(
            "The results are those of a quick run, whose numbers mean nothing.",
            "Set QUICK = False in the first cell and run the notebook once more.",
        )
    if found["texts"] == "synthetic":
        raise Mismatch(
            "The results are those of synthetic texts, not of Austen, Poe and Shakespeare.",
            "Run the notebook once with a connection to the internet, or with the four texts beside it.",
        )


def accepted_counts(student: Any, found: Record, key: str) -> set[int]:
    """Numbers of weights of the student's own network: with or without its embedding and its head."""
    _, cell, layers = NETWORKS[key]
    vocab, hidden = found["vocab_size"], found["hidden_size"]
    lengths = np.array([2])
    classifier = student.new("AuthorClassifier", vocab, hidden, cell, layers, CLASSES)
    student.call(classifier, np.array([[1, 2]]), lengths)  # lazy layers take their shapes now
    recurrent = student.new("DeepRNN", cell, hidden, hidden, layers)
    student.call(recurrent, np.zeros((1, 2, hidden), np.float32), lengths)
    whole, loop = _trainable(student, classifier), _trainable(student, recurrent)
    embedding = vocab * hidden
    return {whole, loop, whole - embedding, loop + embedding}


def counts_agree(student: Any, found: Record) -> None:
    for key, (name, _, _) in NETWORKS.items():
        if found["networks"][key]["parameters"] not in accepted_counts(student, found, key):
            raise Mismatch(
                f"Your own classes do not give the number of parameters that is recorded for the {name} "
                f"(vocabulary {found['vocab_size']}, hidden size {found['hidden_size']}).",
                "Was the notebook run again after the last change of the classes?",
            )


def is_plausible(found: Record) -> None:
    """Accuracies and losses that the networks of this assignment can have."""
    majority = found["majority"]
    accuracies = {name: found["networks"][key]["accuracy"] for key, (name, _, _) in NETWORKS.items()}
    accuracies |= {"one-to-one": found["one_to_one"], "many-to-one": found["many_to_one"]}
    for name, accuracy in accuracies.items():
        if accuracy > TOO_GOOD:
            raise Mismatch(
                f"The test accuracy of the {name}, {accuracy:.3f}, is better than single sentences allow.",
                "Is it measured on sentences that the model was not trained on?",
            )
    for name in ("LSTM", "GRU", "many-to-one"):
        if accuracies[name] < majority + GAIN:
            raise Mismatch(
                f"The test accuracy of the {name}, {accuracies[name]:.3f}, is hardly better than always "
                f"naming the most frequent author ({majority:.3f}).",
                "Does its loss fall, and does it read the state after the last real character?",
            )
    if accuracies["one-to-one"] > accuracies["many-to-one"]:
        raise Mismatch(
            "The first character alone is recorded as better than the whole sentence.",
            "Were the two numbers exchanged?",
        )
    for key, (name, _, _) in NETWORKS.items():
        last = found["networks"][key]["losses"][-1]
        if last > NOT_A_MEAN:
            raise Mismatch(
                f"The final training loss of the {name}, {last:.3g}, is far above that of equal scores "
                f"({UNTRAINED:.2f}): is it a sum?",
                "Mean over the sentences, or sum over the batches?",
            )


def has_sentences(found: Record) -> None:
    """Two sentences in the style of each of two authors."""
    for author in ("shakespeare", "poe"):
        sentences = found["sentences"].get(author, [])
        full = {sentence for sentence in sentences if sentence.strip()}
        if len(full) < 2:
            raise Mismatch(
                f"Two different sentences as {author.title()} were wanted; the record holds {len(full)}.",
                "Did the model write <EOS> at once, or the same each time?",
            )


def has_text(found: Record) -> None:
    """The prompt and 150 characters, the prompt counted or not."""
    text = found["text"]
    if not text.startswith(PROMPT):
        raise Mismatch(f"The generated text does not begin with {PROMPT!r}.")
    if len(text) not in (LENGTH, len(PROMPT) + LENGTH):
        got = len(text) - len(PROMPT)
        raise Mismatch(f"{got} characters follow {PROMPT!r} in the generated text; {LENGTH} were wanted.")


# -- the record ----------------------------------------------------------------------------------------------


def _wrong(data: Any) -> str:
    """What is wrong with a record, in one clause; "" when nothing is."""
    if not isinstance(data, dict):
        return "it is not readable"
    networks = data.get("networks")
    networks = networks if isinstance(networks, dict) else {}
    numbers = [
        ("vocab_size", data.get("vocab_size"), 4, 5_000),
        ("hidden_size", data.get("hidden_size"), 1, 1_024),
    ]
    whole = [data.get("vocab_size"), data.get("hidden_size")]
    numbers += [(key, data.get(key), 0, 1) for key in ("majority", "one_to_one", "many_to_one")]
    for key in NETWORKS:
        network = networks.get(key)
        losses = network.get("losses") if isinstance(network, dict) else None
        if not isinstance(network, dict) or not isinstance(losses, list) or not 0 < len(losses) <= 1_000:
            return f"the network {key} or its losses are missing"
        numbers.append((f"{key}'s parameters", network.get("parameters"), 1, 10**9))
        whole.append(network.get("parameters"))
        numbers.append((f"{key}'s accuracy", network.get("accuracy"), 0, 1))
        numbers += [(f"{key}'s loss", loss, 0, 10**9) for loss in losses]
    for name, value, least, most in numbers:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            return f"{name} is no number from {least:,} to {most:,}"
    if not all(isinstance(number, int) for number in whole):
        return "sizes and numbers of parameters are whole numbers"
    sentences = data.get("sentences")
    if not isinstance(sentences, dict) or not all(map(_is_texts, sentences.values())):
        return "the sentences are not lists of texts"
    missing = [key for key in ("texts", "text") if not isinstance(data.get(key), str)]
    missing += [] if isinstance(data.get("quick"), bool) else ["quick"]
    return f"{listing(missing)} missing" if missing else ""


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _trainable(student: Any, thing: Any) -> int:
    """How many weights of a module training may change."""
    weights = student.weights(thing)
    return int(sum(weights[name].size for name in weights.trainable))
