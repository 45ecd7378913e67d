"""The course's own lint: known mistakes, correct alternatives and attacks, against every check.

Called by `autograder audit` and `autograder calibrate`, by the harness's tests, and by nothing that grades.

1. `corpus`, `notebooks`, `attacks` and `mutants` make submissions of what lies in tests/: each has a known
   verdict.
2. `pool` grades them all in a few processes that collect the checks once.
3. `known` holds the verdicts against what was known, and writes the table for the diagnosis.
4. `terminal` and `page` show it.

Besides: `replay` gives a submission's answers again from memory, so that `hostile` can put hostile values
(`hostile_cases`, `hostile_values`) in their place; `calibrate` finds the thresholds of checks that train
(`distributions` draws them), `sweep` the draws on which a check fails what is right; `additions` writes the
first form of a mistake and of an alternative for `autograder new`.
"""
