"""The course's own lint: known mistakes, correct alternatives and attacks, against every check."""
