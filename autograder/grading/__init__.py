"""One submission becomes a Result: collect the checks, order them, run them, give verdicts.

Called by the command line, `watch`, notebooks, classes, the grading process of the zip and `audit`. What a
check raises ends here: nothing of a submission's can make `grade` raise.

1. `collect`    pytest finds the check functions; with their entries in the configuration they are `Planned`
2. `run`        what was asked for, needed checks first, units after those they wait for; then the canary
3. `processes`  a forked process of the grader's per unit, bounded; a fault is tried once more, alone
4. `session`    one unit: a student, and one check after the other with the draw that is theirs
5. `verdicts`   what a check raised, in the words that a student reads
6. `run` again  failures that a known mistake explains get its sentence, some an example (`diagnosis`)

`seeds` makes the seed of a submission, `environment` says on what it was graded, `comparison` holds two
gradings side by side; `as_tests` offers the same checks to plain pytest.
"""

from autograder.grading.run import grade

__all__ = ["grade"]
