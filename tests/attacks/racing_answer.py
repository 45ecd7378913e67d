"""Changes the answer in another thread, over and over, while the grader reads it."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: wrong

import threading

import torch
from torch import nn

answers = []


def change():
    while True:
        for answer in answers:
            answer.add_(1)


threading.Thread(target=change, daemon=True).start()


class VanillaRNNCell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size

    def forward(self, x, h):
        answers.append(torch.zeros_like(h))
        return answers[-1]
