"""The files that lie in the zip beside the harness.

run_otter          what Gradescope runs: zero first, then the verdict, then Otter; standard library only
supervise          grading and Otter as processes with a deadline; standard library only
grade_submission   the grading process: one submission becomes results.json
plugin             Otter's plugin: fills Otter's results with the verdict that is already given
otter_report       the process in which Otter reports
not_graded         the one test that Otter asks for, worth nothing
"""
