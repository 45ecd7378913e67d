"""What crosses the boundary: values, frames, programs, and the errors that stand for what went wrong."""
