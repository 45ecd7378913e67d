"""docs/proof.md says what was measured, and what was not."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def proof(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    yield importlib.import_module("proof")
    sys.modules.pop("proof")


def test_the_page_is_made_from_the_figures(proof) -> None:
    figures = json.loads((ROOT / "docs" / "proof.json").read_text(encoding="utf-8"))
    assert (ROOT / "docs" / "proof.md").read_text(encoding="utf-8") == proof.page(figures)
    assert {*figures} <= {step.name for step in proof.steps(1)}


def test_what_has_no_figure_is_a_dash_and_no_zero(proof) -> None:
    page = proof.page({"mutants-lab7_vanilla_rnn": {"caught": [54, 55]}})
    assert "| `lab7_vanilla_rnn` | – | – | – | 54 of 55 (≥ 91.7%) | – |" in page
    assert "Not run." in page


def test_a_wrong_name_and_a_lost_point_show(proof) -> None:
    mistake = {"id": "a", "known_as": "a", "caught_by": ["x"], "named": "b"}
    record = {
        "mistakes": [mistake, {**mistake, "named": None}, {**mistake, "caught_by": []}],
        "alternatives": [{"score": 3, "max_score": 4}, {"score": 4, "max_score": 4}],
        "attacks": [{"succeeded": False}],
    }
    assert proof.condensed(proof.Step("audit", "demo", ()), record) == {
        "right": [1, 2],
        "caught": [2, 3],
        "named": [1, 2],
        "wrongly": [1, 1],
        "attacks": [0, 1],
    }


def test_what_was_measured_on_other_checks_is_due_again(proof) -> None:
    step = proof.Step("audit", "demo", ())
    assert proof.is_due(step, {}, "v2") and proof.is_due(step, {"audit-demo": {"right": [1, 1]}}, "v2")
    assert proof.is_due(step, {"audit-demo": {"checks": "v1"}}, "v2")
    assert not proof.is_due(step, {"audit-demo": {"checks": "v2"}}, "v2")
