"""What a source says without being run, for both ends: which names a statement reads, sets and changes."""
