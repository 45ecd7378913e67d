"""The data: IMDb's reviews, found or downloaded, and three small languages made from a seed.

Given, complete and not graded. It needs nothing but Python.
"""

# PARTS: download, grammars, imdb
