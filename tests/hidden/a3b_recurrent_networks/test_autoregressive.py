"""What the autoregressive LSTM learns of brackets."""

import numpy as np

from autograder.checks import Draw, Mismatch, Student, Thresholds, attempts, needs
from tests.visible.a3b_recurrent_networks import test_autoregressive as visible
from tests.visible.a3b_recurrent_networks.support import strings


@needs(visible.test_char_lstm_scores_every_token)
def test_brackets_are_learnt(student: Student, draw: Draw, thresholds: Thresholds) -> None:
    """CharLSTM, trained by your loop, learns to close its brackets

    A notice: people look at the brackets. Judged by prefix balance.
    """

    def once(source: Draw) -> None:
        texts = strings.brackets(source, 3000)
        trained = strings.Trained(student, source, texts, hidden=32, lr=0.01, budget=500)
        written = trained.written(source, ["("] * 60, 0.7)
        balanced = float(np.mean([strings.is_balanced(text) for text in written]))
        if not thresholds.reached("balanced", balanced):
            raise Mismatch(
                "After three epochs with e = 32 and h = 32 most brackets that CharLSTM writes do not match.",
                "Which other check, of CharLSTM, token_loss or training, fails, and what does it say?",
            )

    attempts(draw, once)
