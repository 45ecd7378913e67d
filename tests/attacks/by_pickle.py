"""Names the layer in a pickle, so that no word of it stands in the source."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: raised
# refuse: true

import base64
import pickle

from torch import nn

PICKLE = base64.b64decode(b"Y3RvcmNoLm5uLm1vZHVsZXMucm5uClJOTkNlbGwKLg==")


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        kind = pickle.loads(PICKLE)
        new = kind(x.shape[1], h.shape[1])(x, h)
        print("ACHIEVED")
        return new
