"""The files that lie in the zip beside the harness."""
