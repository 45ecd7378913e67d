"""Refusal of torch's own recurrent layers where a task asks for the step to be written by hand."""

from __future__ import annotations


def install(*, for_good: bool) -> None:
    """Make torch's recurrent layers, cells and operators raise."""


def remove() -> None:
    """Take back an installation that was not for good."""
