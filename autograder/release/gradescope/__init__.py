"""Files that go into the autograder zip, to files/rnn_grader/ (run_otter.py to its top)."""
