"""From a failed check to the mistake behind it."""
