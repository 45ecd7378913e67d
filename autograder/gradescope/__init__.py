"""The Gradescope autograder: a zip that Otter makes and we finish."""
