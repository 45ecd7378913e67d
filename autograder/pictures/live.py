"""In a notebook: `picture("states", model, "The summer", vocab)` shows what lives in this kernel."""

from __future__ import annotations

import html
import sys
from dataclasses import dataclass
from pathlib import Path

from autograder.course.which import told
from autograder.course.words import did_you_mean
from autograder.pictures.measure import InNotebook
from autograder.pictures.offers import Offers, assignments, offers
from autograder.pictures.picture import NoPicture, Picture

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Missed:
    """One sentence in the place of a picture."""

    reason: str

    def _repr_html_(self) -> str:
        return f"<p>No picture: {html.escape(self.reason)}</p>"

    def __repr__(self) -> str:
        return f"No picture: {self.reason}"


def picture(name: str, *args: object, assignment: str = "", **named: object) -> Picture | Missed:
    """A picture of a student's own objects; which ones it takes, it says itself where they do not fit.

    `assignment` is needed only where neither the folder nor what is defined tells which one it is.
    """
    try:
        return _drawn(name, assignment, args, named)
    except NoPicture as error:
        return Missed(str(error))


def _drawn(name: str, assignment: str, args: tuple[object, ...], named: dict[str, object]) -> Picture:
    offered = _offers(assignment).by_name
    if name not in offered:
        there = ", ".join(offered)
        raise NoPicture(f"none is called {name!r}{did_you_mean(name, offered)}. There are: {there}.")
    offer = offered[name]
    try:
        return offer.of_objects(InNotebook(), *args, **named)
    except NoPicture:
        raise
    except NotImplementedError:
        raise NoPicture("it waits for something that is still to be written.") from None
    except Exception as error:
        said = f"{type(error).__name__}: {error}".partition("\n")[0].removesuffix(".")
        raise NoPicture(f"{said}. It is asked for as in {offer.usage}.") from error


def _offers(assignment: str) -> Offers:
    """Those of the assignment that was named, else that of the folder, else that of what is defined."""
    known = assignments(ROOT)
    if assignment and assignment not in known:
        raise NoPicture(f"{assignment} offers none{did_you_mean(assignment, known)}.")
    names = {each: offers(ROOT, each).names for each in known}
    if found := assignment or told(names, Path.cwd(), vars(sys.modules["__main__"])):
        return offers(ROOT, found)
    raise NoPicture(
        f'name the assignment, as in picture("loss", …, assignment="{known[-1] if known else ""}").'
    )
