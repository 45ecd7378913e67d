"""The Gradescope autograder: a zip that Otter makes and we finish.

`package` and `environment` are called by `autograder zip`, `otter_run` by whoever tries a zip here, and
`payload/` by Gradescope.

1. `runtime` chooses what the grader of one assignment needs of this repository; solutions are not in it.
2. `package` has `otter generate` make a zip and puts ours into it; `environment` says what is installed.
3. On Gradescope, `payload/run_otter.py` grades first and lets Otter report afterwards.
"""
