"""run_packed: every row to its own end, all rows in their old order."""

from autograder.judge import fresh_worker, needs
from tests.visible.sequence_toolkit import packing


def test_packing_keeps_its_shapes(student, draw):
    """run_packed: outputs (B, T, H) and the hidden state as the layer returns it"""
    packing.shapes(student, draw)


@fresh_worker
@needs("packing_keeps_its_shapes")
def test_rows_end_where_they_end(student, draw):
    """run_packed: outputs and hidden state know each row's own steps, and no padding"""
    packing.own_ends(student, draw)


@fresh_worker
@needs("packing_keeps_its_shapes")
def test_outputs_are_in_the_order_of_the_rows(student, draw):
    """run_packed: the outputs of unsorted rows, in their order"""
    packing.outputs_in_order(student, draw)


@fresh_worker
@needs("packing_keeps_its_shapes")
def test_hidden_is_in_the_order_of_the_rows(student, draw):
    """run_packed: the hidden state of unsorted rows, in their order"""
    packing.states_in_order(student, draw)


@fresh_worker
@needs("packing_keeps_its_shapes")
def test_packing_takes_an_lstm(student, draw):
    """run_packed: an nn.LSTM, whose hidden state is a pair"""
    packing.other_layer(student, draw, "LSTM")


@fresh_worker
@needs("packing_keeps_its_shapes")
def test_packing_takes_a_stack_in_both_directions(student, draw):
    """run_packed: two layers, forwards and backwards"""
    packing.other_layer(student, draw, "GRU", num_layers=2, both=True)


@needs("packing_keeps_its_shapes")
def test_packing_leaves_its_inputs_alone(student, draw):
    """run_packed: embedded and lengths stay as they are"""
    packing.inputs_stay(student, draw)


@fresh_worker
@needs("packing_keeps_its_shapes")
def test_gradients_flow_through_packing(student, draw):
    """run_packed: gradients reach every real step and the layer"""
    packing.gradients_flow(student, draw)


@needs("packing_keeps_its_shapes")
def test_outputs_are_as_wide_as_the_batch(student, draw):
    """run_packed: outputs as wide as the batch, even when no row is full"""
    packing.width(student, draw)
