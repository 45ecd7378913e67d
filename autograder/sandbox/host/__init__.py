"""The grader's end: where workers come from, what they say, and the self-test.

Runs in the grader and in its units. Nothing that a worker sends is believed beyond being a value.

workers     what all sources and workers have in common: a question, its answer, and the bounds
answers     an answer read as a value, or as the failure that it tells of
output      what a worker prints, as far as it is kept
forked      workers that a zygote forks, locked down or plain (Linux)
portable    one plain subprocess (any system)
inprocess   none at all (benchmarks, tests)
selftest    the canary, and the forbidden acts that `autograder doctor` tries
devices     which devices there are
watchdog    how much memory a process has
"""
