"""Hands in a conftest, a plugin and tests of the same names, which turn every report into a pass."""

# assignment: a7_sequence_modeling
# form: replace
# expect: nothing from cells
# ruff: noqa: E402

# %% cells.py
VanillaRNNCell = LSTMCell = GRUCell = None

# %% conftest.py
import pytest

pytest_plugins = ["plugin"]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    outcome.get_result().outcome = "passed"


# %% plugin.py
def pytest_pyfunc_call(pyfuncitem):
    return True


# %% test_cells.py
def test_vanilla_cell_follows_its_equation(*args):
    """VanillaRNNCell computes h = tanh(W_h h + W_x x + b) for any weights"""


test_lstm_cell_follows_its_equations = test_gru_cell_follows_its_equations = (
    test_vanilla_cell_follows_its_equation
)
