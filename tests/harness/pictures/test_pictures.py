"""Pictures of an assignment's own models: on the page, in a notebook, and what stands there instead."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from autograder import sandbox
from autograder.course import config
from autograder.pictures import NoPicture, Picture, distance, loss, norms, states
from autograder.pictures.live import Missed, picture
from autograder.pictures.page import pictures_of, require
from autograder.pictures.picture import DARK, LIGHT, numbers
from autograder.submission import read
from tests.harness.sampling import these, thorough

ROOT = Path(__file__).resolve().parents[3]
A7 = "a7_sequence_modeling"
Made = Callable[..., list[str]]
WITH_PICTURES = {A7: 3, "vanishing_gradients": 3, "sequence_toolkit": 1}


@pytest.fixture(scope="module")
def made() -> Iterator[Callable[..., list[str]]]:
    """made(place, name, …): the pictures of a submission there."""
    course = config.load(ROOT)
    with sandbox.fastest() as workers:

        @functools.cache  # a solution is drawn once
        def make(place: Path, name: str = A7, call_seconds: float = 10.0) -> list[str]:
            assignment = course.assignment(name)
            limits = assignment.limits.model_copy(update={"call_seconds": call_seconds})
            bounded = assignment.model_copy(update={"limits": limits})
            return pictures_of(ROOT, bounded, read(place, assignment).program, workers)

        yield make


def with_changes(tmp_path: Path, changes: dict[str, tuple[str, str]], name: str = A7) -> Path:
    """The solution with one text replaced in each of some files."""
    for path in (ROOT / "solutions" / name).glob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name in changes:
            assert changes[path.name][0] in text
            text = text.replace(*changes[path.name])
        if not path.name.endswith(".nb.py"):
            (tmp_path / path.name).write_text(text, encoding="utf-8")
    return tmp_path


# --- on the page ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", these([A7, "sequence_toolkit"], WITH_PICTURES))
def test_a_solution_has_all_pictures(made: Made, name: str) -> None:
    found = made(ROOT / "solutions" / name, name)
    assert len(found) == WITH_PICTURES[name]
    assert all(each.startswith("<figure") and "What a right one looks like" in each for each in found)


def test_what_is_still_to_be_written_gives_a_sentence_each(made: Made) -> None:
    found = made(ROOT / "templates" / A7)
    assert [re.sub(r"of \w+", "of …", each) for each in found] == [
        "<p>No picture of …: it waits for something that is still to be written.</p>"
    ] * 3


def test_one_broken_part_costs_its_own_pictures(made: Made, tmp_path: Path) -> None:
    broken = ("return self.head(last_valid)", "raise ValueError('<b>not</b> this time')")
    by_states, by_distance, by_loss = made(with_changes(tmp_path, {"loop.py": broken}))
    assert "your code raised ValueError: &lt;b&gt;not" in by_states
    assert by_distance.startswith("<p>")
    assert by_loss.startswith("<figure")


def test_states_that_are_no_numbers_give_a_sentence(made: Made, tmp_path: Path) -> None:
    broken = ("h = o * torch.tanh(c)", "h = torch.nan * o")
    assert "hold nan" in made(with_changes(tmp_path, {"cells.py": broken}))[0]


@thorough
def test_a_log_taken_after_clipping_leaves_the_line(made: Made, tmp_path: Path) -> None:
    """The page's own numbers are clipped at least once, so that the mistake can be seen."""
    name = "vanishing_gradients"
    right = made(ROOT / "solutions" / name, name)[1]
    log = '            logs["grad_norm_rhh"].append(l2_grad_norm_recurrent(model))\n'
    clip = "            nn.utils.clip_grad_norm_(model.parameters(), 1.0)\n"
    wrong = made(with_changes(tmp_path, {"training.py": (log + clip, clip + log)}, name), name)[1]
    assert wrong.startswith("<figure")
    assert wrong != right


def test_what_does_not_end_costs_its_limit_and_no_other_picture(made: Made, tmp_path: Path) -> None:
    endless = ("vocab_size = logits.shape[-1]", "while True: pass")
    *others, by_loss = made(with_changes(tmp_path, {"paradigms.py": endless}), call_seconds=3.0)
    assert "did not finish within 3 seconds" in by_loss
    assert all(each.startswith("<figure") for each in others)


def test_pictures_need_an_assignment_that_offers_some() -> None:
    course = config.load(ROOT)
    with pytest.raises(config.ConfigError, match="lab7_vanilla_rnn has no pictures; there are some of a7"):
        require(ROOT, course.assignment("lab7_vanilla_rnn"))
    require(ROOT, course.assignment(A7))


# --- in a notebook ----------------------------------------------------------------------------------------


@pytest.fixture
def solution(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], object]:
    """solution(module, name): what an assignment's solution defines, as a notebook there has it."""
    monkeypatch.chdir(ROOT / "solutions" / A7)
    monkeypatch.syspath_prepend(str(ROOT / "solutions" / A7))

    def get(module: str, name: str) -> object:
        found: object = getattr(__import__(module), name)
        return found

    before = set(sys.modules)
    yield get  # type: ignore[misc]
    for name in {"cells", "collate", "loop", "paradigms"} - before:
        sys.modules.pop(name, None)


VOCAB = {symbol: i for i, symbol in enumerate(["<PAD>", "<SOS>", "<EOS>", *" Tehmrsu"])}


def test_a_notebook_draws_its_own_objects(solution: Callable[[str, str], Callable[..., object]]) -> None:
    model = solution("loop", "AuthorClassifier")(len(VOCAB), 6, "lstm")
    drawn = picture("states", model, "The summer, she", VOCAB)
    assert isinstance(drawn, Picture)
    assert "“The summer she”" in drawn.title
    for name in ("ManyToOne", "OneToMany", "ManyToMany"):
        model = solution("paradigms", name)(len(VOCAB), 6)
        assert isinstance(picture("states", model, "The summer", VOCAB), Picture)
    assert isinstance(picture("loss", solution("paradigms", "token_loss"), ["The", "e"], VOCAB), Picture)


def test_a_notebook_is_told_what_a_picture_takes(
    solution: Callable[[str, str], Callable[..., object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = solution("loop", "AuthorClassifier")(len(VOCAB), 6, "lstm")
    told = picture("states", model)
    assert isinstance(told, Missed)
    assert 'picture("states", model, "The summer", vocab)' in told.reason
    assert "did you mean 'states'?" in repr(picture("state", model))
    assert "no character" in repr(picture("states", model, "Öß", VOCAB))
    monkeypatch.chdir("/")
    assert "name the assignment" in repr(picture("states", model, "The", VOCAB))
    assert isinstance(picture("states", model, "The", VOCAB, assignment=A7), Picture)
    monkeypatch.setattr(sys.modules["__main__"], "token_loss", None, raising=False)
    assert isinstance(picture("states", model, "The", VOCAB), Picture)


def test_logs_of_a_training_are_drawn_as_they_are() -> None:
    logs = {"grad_norm_rhh": [0.5, 2.0, 0.0]}
    drawn = picture("norms", RNN=logs, assignment="vanishing_gradients")
    assert isinstance(drawn, Picture)
    told = picture("norms", RNN={"train_loss": [1.0]}, assignment="vanishing_gradients")
    assert "grad_norm_rhh" in repr(told)


# --- how they are drawn -----------------------------------------------------------------------------------

STATES = {name: np.linspace(-1, 1, 60).reshape(3, 20) for name in ("h", "c", "forget", "written", "output")}


def drawn() -> dict[str, Picture]:
    return {
        "states": states(STATES, "a$b"),
        "distance": distance({"RNN": {"norms": [1, 0.5, 0]}, "LSTM": {"norms": [1, 0.9, 0.8]}}, "right."),
        "loss": loss({"shares": [[0.5, 0.5], [0, 0]]}, [["<EOS>", "$"], ["<PAD>", "x"]]),
        "norms": norms({"RNN": [1, 2, 3]}, {"RNN": [1, 2, 4]}),
    }


@pytest.mark.parametrize("name", drawn())
def test_a_picture_has_the_colours_of_both_themes_and_the_same_bytes_again(name: str) -> None:
    made = drawn()[name]
    light, dark = made.svg(LIGHT), made.svg(DARK)
    assert LIGHT.paper.encode() in light
    assert LIGHT.ink.encode() in light
    assert DARK.paper.encode() in dark
    assert DARK.ink.encode() in dark
    assert LIGHT.ink.encode() not in dark
    assert made.svg(LIGHT) == light


def test_the_style_of_a_notebook_is_left_alone() -> None:
    import matplotlib

    with matplotlib.rc_context({"font.size": 3, "lines.linewidth": 40}):
        before = dict(matplotlib.rcParams)
        drawn()["norms"].html()
        assert dict(matplotlib.rcParams) == before


def test_a_page_shows_the_picture_of_its_theme_and_runs_nothing() -> None:
    shown = states(STATES, "<b>").html()
    assert "&lt;b&gt;" in shown
    assert "<script" not in shown
    assert re.search(r'<source media="\(prefers-color-scheme: dark\)" srcset="data:image/svg\+xml', shown)


def test_units_are_those_that_change_most() -> None:
    seen = {"h": np.zeros((3, 40))}
    seen["h"][1, 7] = 1
    assert "Of 40 units you see the 12" in states(seen, "abc").remark
    assert states({"h": np.eye(3)}, "abc").remark == ""


JUNK = [None, "x", [[1.0, "y"]], [], [[float("nan")]], [[1.0]] * 7, np.zeros((0, 3)), {"a": 1}, object()]


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_what_is_no_panel_of_numbers_is_no_picture(junk: object) -> None:
    with pytest.raises(NoPicture):
        numbers(junk, "states", (3, None))
    for draw in (
        lambda: states({"h": junk}, "abc"),
        lambda: distance({"RNN": {"norms": junk}}, "right."),
        lambda: loss({"shares": junk}, [["a", "b"]]),
        lambda: norms({"RNN": junk}),
    ):
        with pytest.raises(NoPicture):
            draw()


def test_a_gate_beyond_its_bounds_is_crossed_out() -> None:
    seen = {name: np.full((3, 4), 0.5) for name in STATES}
    right = states(seen, "abc")
    seen["forget"] = np.array([[1.5, -0.5, 0.5, 0.5]] * 3)
    wrong = states(seen, "abc")
    assert "Crossed out" in wrong.remark
    assert "Crossed out" not in right.remark
    assert len(wrong.svg(DARK)) > len(right.svg(DARK))
