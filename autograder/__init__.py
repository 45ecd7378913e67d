"""An autograding harness for assignments on recurrent networks."""

__version__ = "0.1.0"
