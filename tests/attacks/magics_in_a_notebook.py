"""A notebook that takes its answers by magic: shell lines, scripts, extensions, the front end itself."""

# assignment: a7_sequence_modeling
# form: alone
# expect: nothing from cells

# ruff: noqa
# fmt: off
# %% assignment.ipynb
{"cells": [
 {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [], "source": [
  "%%bash\n", "cp /autograder/source/solutions/a7_sequence_modeling/cells.py . ; touch /tmp/autograder-attack"]},
 {"cell_type": "code", "metadata": {}, "execution_count": 2, "outputs": [], "source": [
  "!cat /autograder/source/tests/hidden/*/*.py > cells.py\n", "%run cells.py\n", "%load_ext evil\n",
  "found = !ls /root\n", "get_ipython().system('id')\n", "get_ipython().run_line_magic('run', 'cells.py')"]},
 {"cell_type": "code", "metadata": {}, "execution_count": 3, "outputs": [], "source": [
  "%%writefile cells.py\n", "VanillaRNNCell = LSTMCell = GRUCell = object"]},
 {"cell_type": "code", "metadata": {}, "execution_count": 4, "outputs": [], "source": [
  "import os\n", "os.system('touch /tmp/autograder-attack')\n",
  "VanillaRNNCell = LSTMCell = GRUCell = lambda *sizes: (lambda x, h: h)"]}],
 "metadata": {"kernelspec": {"name": "bash", "language": "bash"}}, "nbformat": 4, "nbformat_minor": 5}
