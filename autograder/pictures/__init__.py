"""Pictures that teach, of a student's own models: states and gates, gradients, what a loss counts.

Nothing here knows an assignment. Which objects of its students are measured, and on which numbers, it says in
tests/visible/ASSIGNMENT/support/pictures.py, in PICTURES: by name an `Offer` each.

    live       in a notebook: `picture(name, …)` of objects in the kernel
    page       of a submission, for its page: the code runs in a worker
    offers     what an assignment offers
    measure    asks, for either, what the objects do
    measured   what they do, in plain numbers; runs where they are
    states, distance, loss, norms    these numbers as a picture
    drawing    what their figures share
    picture    a figure with its words, in the colours of light and dark

No picture has a part in any verdict. What fails gives one sentence in its place.
"""

from autograder.pictures.distance import distance
from autograder.pictures.loss import PAD, loss
from autograder.pictures.measure import Measure
from autograder.pictures.norms import norms
from autograder.pictures.offers import Offer, Offers
from autograder.pictures.picture import Array, NoPicture, Picture
from autograder.pictures.states import MOST_STEPS, states

__all__ = [
    "MOST_STEPS",
    "PAD",
    "Array",
    "Measure",
    "NoPicture",
    "Offer",
    "Offers",
    "Picture",
    "distance",
    "loss",
    "norms",
    "states",
]
