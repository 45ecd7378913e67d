"""Prints 300 MB."""

# assignment: a7_sequence_modeling
# file: cells.py
# form: replace
# expect: fails cells::vanilla_cell_learns_* cells::vanilla_cell_follows_*
# worker: stopped

for _ in range(300):
    print("x" * 1_000_000)
