"""A notebook whose cells bring their own marks: points, locks and scores of other graders, outputs that praise."""

# assignment: a7_sequence_modeling
# form: alone
# expect: nothing from cells

# ruff: noqa
# fmt: off
# %% assignment.ipynb
{"cells": [
 {"cell_type": "code", "execution_count": 1,
  "metadata": {"nbgrader": {"grade": 1, "points": 100, "grade_id": "cells", "locked": 1, "solution": 0},
   "deletable": 0, "tags": ["solution", "unit:cells", "graded"]},
  "outputs": [{"output_type": "stream", "name": "stdout", "text": ["cells: 25 of 25 points\n", "all passed"]}],
  "source": ["class VanillaRNNCell:\n", "    autograder_points = 25\n", "    outcome = 'pass'"]},
 {"cell_type": "raw", "metadata": {}, "source": ["class LSTMCell: pass"]},
 {"cell_type": "markdown", "metadata": {}, "source": ["```python\nclass GRUCell: pass\n```\n**25 of 25 points**"]},
 {"cell_type": "code", "execution_count": 2, "metadata": {"autograder": {"score": 25}}, "outputs": [
   {"output_type": "execute_result", "execution_count": 2, "metadata": {},
    "data": {"text/html": ["<script>document.title = 'passed'</script>"], "text/plain": ["25"]}}],
  "source": ["LSTMCell = GRUCell = VanillaRNNCell"]}],
 "metadata": {"otter": {"tests": {}}, "score": 100}, "nbformat": 4, "nbformat_minor": 5}
