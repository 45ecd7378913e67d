"""run_packed: every row to its own end, all rows in their old order."""

from autograder.checks import fresh_worker, needs
from tests.visible.sequence_toolkit import packing


def test_packing_keeps_its_shapes(student, draw):
    """run_packed: outputs (B, T, H), and a hidden state beside them"""
    packing.shapes(student, draw)


def test_hidden_keeps_its_shape(student, draw):
    """run_packed: the hidden state has the shape that the layer gives it"""
    packing.state_shapes(student, draw)


@fresh_worker
@needs("packing_keeps_its_shapes")
def test_outputs_know_their_own_row(student, draw):
    """run_packed: the outputs of a row know its own steps, and no padding"""
    packing.outputs(student, draw, packing.SORTED)


@fresh_worker
@needs("hidden_keeps_its_shape")
def test_hidden_is_from_the_last_real_step(student, draw):
    """run_packed: the hidden state is the one after each row's own last step"""
    packing.states(student, draw, packing.SORTED)


@fresh_worker
@needs("packing_keeps_its_shapes")
def test_outputs_are_in_the_order_of_the_rows(student, draw):
    """run_packed: the outputs of unsorted rows, in their order"""
    packing.outputs(student, draw, packing.unsorted(draw))


@fresh_worker
@needs("hidden_keeps_its_shape")
def test_hidden_is_in_the_order_of_the_rows(student, draw):
    """run_packed: the hidden state of unsorted rows, in their order"""
    packing.states(student, draw, packing.unsorted(draw))


@fresh_worker
@needs("packing_keeps_its_shapes")
def test_packing_takes_an_lstm(student, draw):
    """run_packed: an nn.LSTM, whose hidden state is a pair"""
    packing.other_layers(student, draw, "LSTM")


@fresh_worker
@needs("packing_keeps_its_shapes")
def test_packing_takes_a_stack_in_both_directions(student, draw):
    """run_packed: two layers, forwards and backwards"""
    packing.other_layers(student, draw, "GRU", "LSTM", num_layers=2, both=True)


@needs("packing_keeps_its_shapes")
def test_packing_leaves_its_inputs_alone(student, draw):
    """run_packed: embedded and lengths stay as they are"""
    packing.inputs_stay(student, draw)


@fresh_worker
@needs("hidden_keeps_its_shape")
def test_gradients_flow_through_packing(student, draw):
    """run_packed: gradients reach every real step and the layer"""
    packing.gradients_flow(student, draw)


@needs("packing_keeps_its_shapes")
def test_outputs_are_as_wide_as_the_batch(student, draw):
    """run_packed: outputs as wide as the batch, even when no row is full"""
    packing.width(student, draw)
