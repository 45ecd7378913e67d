"""A class: many submissions, graded on any machine, with nothing lost and nothing graded twice.

Called by the command line alone. All state is files in one folder, `DIR`, so that any process may end at any
time and the same command goes on where it ended:

downloads   what a course system's download holds, staged as DIR/submissions/ and DIR/manifest.jsonl
handed      one line of the manifest: who handed in what, and when
store       DIR/results/<id>.json, each with the key of all that decides its verdicts
command     `autograder class`, step by step; run: what is left, graded, and what replaces what
keys        what decides the verdicts on a submission; changes: whose points another grading changes
engine      what is not graded yet: on a Dask cluster, or as one shard of many (dask_engine, shards)
crew        Dask's workers on this machine
graders     the engine's end of a server: started, bounded from outside, renewed
server      one warm grader per worker: the checks collected once, torch loaded once
progress    how far it is
work        reports and notebooks as safe and small HTML, read once and kept in DIR/shown
rubric      sheets for what people grade, and what they say once filled
spreadsheet tables as spreadsheet programs write them, and may safely open them
lateness    how late a submission is by the assignment's rule, and what that costs
options     DIR/options.yaml: what `class` was told and later commands go by
overrides   what people decided about points: waivers, and points for one person
marks       verdicts become points when they are read: configuration, DIR/overrides.yaml, late rules
gradebook   marks put into the sheet that the instructor downloaded
similar     which submissions have much of their text in common
pages       a page per student, and one about the class

Verdicts are facts and stay; points are opinions of the instructor and are computed anew at each reading.
"""
