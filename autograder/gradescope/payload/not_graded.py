"""Otter's only test of its own. It is worth nothing and never runs: the plugin gives the verdicts."""

from otter.test_files import test_case

OK_FORMAT = False

name = "not graded"
points = 0


@test_case(points=0)
def test_the_plugin_gave_the_verdict(env):  # type: ignore[no-untyped-def]
    raise AssertionError("Otter ran without the plugin, so nothing was graded.")
