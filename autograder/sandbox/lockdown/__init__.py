"""What a locked process on Linux may still do: its user, limits, files, system calls."""
