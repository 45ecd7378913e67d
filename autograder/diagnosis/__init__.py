"""From a failed check to the mistake or the equation behind it, and to an example to work out by hand.

Called by `grading` after a unit's checks have run, and by `audit`, which makes the table.

1. A check that failed is run again on a canonical draw, with a symmetric fill of all weights.
2. `traced.TracedStudent` listens: each answer of the student's code goes into a `table.Trace`.
3. The trace becomes a `Fingerprint`: kinds and shapes as a hash, numbers as a few sums.
4. `table.causes` looks for the known mistakes whose fingerprints are the same, on two draws or three, and
   gives a name only where one is left and nothing contradicts it.
5. Where no name is given, `equations.Fitting` asks the code public questions and looks for the one wrong
   equation that gives all its numbers.
6. `worked.Bench` looks for the smallest public example that the code gets wrong, whatever the check ran on.
"""
