"""The texts: found or downloaded, stripped, split into sentences, to train on and to test on.

Given, complete and not graded. It needs nothing but Python.
"""

# PARTS: download, gutenberg, synthetic, authors
