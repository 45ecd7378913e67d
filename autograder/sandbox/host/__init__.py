"""The grader's end: where workers come from, what they say, and the self-test."""
