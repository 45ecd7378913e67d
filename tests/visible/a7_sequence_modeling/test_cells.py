"""Three recurrent cells, one time step each."""

from pathlib import Path

from autograder.checks import needs
from tests.visible.a7_sequence_modeling import cells

RECORDED = Path(__file__).with_name("recorded_answers.json")


def test_vanilla_cell_keeps_its_shapes(student, draw):
    """VanillaRNNCell: (B, D) and (B, H) give (B, H)"""
    cells.shapes(student, draw, cells.VANILLA)


@needs("vanilla_cell_keeps_its_shapes")
def test_vanilla_cell_follows_its_equation(student, draw):
    """VanillaRNNCell: h = tanh(W_h h + W_x x + b) for weights of ours"""
    cells.recorded_answers(
        student,
        draw,
        cells.VANILLA,
        RECORDED,
        "What does the tanh enclose, and does your code do anything that the equation does not?",
    )


@needs("vanilla_cell_keeps_its_shapes")
def test_vanilla_cell_learns_with_all_its_weights(student, draw):
    """VanillaRNNCell: W_h, W_x and the bias all get a gradient"""
    cells.weights_learn(student, draw, cells.VANILLA)


@needs("vanilla_cell_keeps_its_shapes")
def test_vanilla_cell_treats_every_row_alike(student, draw):
    """VanillaRNNCell: rows do not mix, calls repeat, inputs stay as they are"""
    cells.rows_stay_apart(student, draw, cells.VANILLA)
    cells.same_again(student, draw, cells.VANILLA)


@needs("vanilla_cell_keeps_its_shapes")
def test_vanilla_cell_passes_gradients_on(student, draw):
    """VanillaRNNCell: gradients flow through it unbroken"""
    cells.gradients_are_slopes(student, draw, cells.VANILLA)


@needs("vanilla_cell_keeps_its_shapes")
def test_vanilla_cell_runs_on_any_device(student, draw):
    """VanillaRNNCell: no tensor is pinned to the CPU"""
    cells.follows_its_input(student, draw, cells.VANILLA)


def test_lstm_cell_keeps_its_shapes(student, draw):
    """LSTMCell: (B, D) and two states (B, H) give two states (B, H)"""
    cells.shapes(student, draw, cells.LSTM)


@needs("lstm_cell_keeps_its_shapes")
def test_lstm_cell_follows_its_equations(student, draw):
    """LSTMCell: C = f⊙C + i⊙C̃ and h = o⊙tanh(C) for weights of ours"""
    cells.recorded_answers(
        student, draw, cells.LSTM, RECORDED, "Read the six equations line by line against your code."
    )


@needs("lstm_cell_keeps_its_shapes")
def test_lstm_cell_learns_with_all_its_weights(student, draw):
    """LSTMCell: three gates and the candidate each learn weights and a bias of their own"""
    cells.weights_learn(student, draw, cells.LSTM)


@needs("lstm_cell_keeps_its_shapes")
def test_lstm_cell_treats_every_row_alike(student, draw):
    """LSTMCell: rows do not mix, calls repeat, inputs stay as they are"""
    cells.rows_stay_apart(student, draw, cells.LSTM)
    cells.same_again(student, draw, cells.LSTM)


@needs("lstm_cell_keeps_its_shapes")
def test_lstm_cell_passes_gradients_on(student, draw):
    """LSTMCell: gradients flow through it unbroken"""
    cells.gradients_are_slopes(student, draw, cells.LSTM)


@needs("lstm_cell_keeps_its_shapes")
def test_lstm_cell_runs_on_any_device(student, draw):
    """LSTMCell: no tensor is pinned to the CPU"""
    cells.follows_its_input(student, draw, cells.LSTM)


def test_gru_cell_keeps_its_shapes(student, draw):
    """GRUCell: (B, D) and (B, H) give (B, H)"""
    cells.shapes(student, draw, cells.GRU)


@needs("gru_cell_keeps_its_shapes")
def test_gru_cell_follows_its_equations(student, draw):
    """GRUCell: h = (1-z)⊙h + z⊙h̃ with h̃ = tanh(W[r⊙h, x]) for weights of ours"""
    cells.recorded_answers(
        student,
        draw,
        cells.GRU,
        RECORDED,
        "The handout's GRU is not PyTorch's: where do z, r and the tanh stand in its equations?",
    )


@needs("gru_cell_keeps_its_shapes")
def test_gru_cell_learns_with_all_its_weights(student, draw):
    """GRUCell: two gates and the candidate each learn weights of their own"""
    cells.weights_learn(student, draw, cells.GRU)


@needs("gru_cell_keeps_its_shapes")
def test_gru_cell_treats_every_row_alike(student, draw):
    """GRUCell: rows do not mix, calls repeat, inputs stay as they are"""
    cells.rows_stay_apart(student, draw, cells.GRU)
    cells.same_again(student, draw, cells.GRU)


@needs("gru_cell_keeps_its_shapes")
def test_gru_cell_passes_gradients_on(student, draw):
    """GRUCell: gradients flow through it unbroken"""
    cells.gradients_are_slopes(student, draw, cells.GRU)


@needs("gru_cell_keeps_its_shapes")
def test_gru_cell_runs_on_any_device(student, draw):
    """GRUCell: no tensor is pinned to the CPU"""
    cells.follows_its_input(student, draw, cells.GRU)
