"""A sample of the hostile answers that the audit puts to every check."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograder import config as configuration
from autograder.audit.hostile import attack

ROOT = Path(__file__).parents[3]
UNITS = {
    "a7_sequence_modeling": ("collate", "vanilla_cell_keeps_its_shapes", "gru_cell_follows_its_equations"),
    "lab7_vanilla_rnn": ("weights_are_initialised",),
    "a3b_recurrent_networks": ("mlp_scores_every_class", "mlp_judges_each_row_alone"),
    "vanishing_gradients": ("loss_can_be_summed", "evaluate_changes_nothing"),
    "sequence_toolkit": ("accuracy",),
}
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="cases run in forked processes")


@pytest.mark.parametrize("name", UNITS)
def test_hostile_answers_end_in_verdicts(name):
    config = configuration.load(ROOT)
    assignment = config.assignment(name)
    report = attack(config, assignment, only=UNITS[name], cases=300, least=20, seed=11)
    assert report.cases >= 250 and report.outcomes["fail"] > 50
    assert report.sentences() == []
