"""A `Result` as people and Gradescope read it."""
