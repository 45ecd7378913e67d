"""What a classifier with a memory learns."""

from autograder.checks import variant
from tests.visible.a3b_recurrent_networks import test_classifiers as visible
from tests.visible.a3b_recurrent_networks.support.pooled import LSTM

test_lstm_classifier_learns = variant(
    visible.test_mlp_learns,
    "LSTMClassifier, trained by your loop, learns which words praise and which blame",
    needs=(visible.test_lstm_classifier_scores_every_class,),
    name=LSTM,
)
