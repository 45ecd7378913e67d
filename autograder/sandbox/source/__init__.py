"""What a source says without being run, for both ends: which names a statement reads, sets and changes.

Called by the reader of notebooks (`submission.slice`) and, in a worker, by what runs a source statement by
statement (`inside.guarded`, `inside.script`). Nothing but the standard library is needed.

names      what one statement does to names
slicing    which statements the names that are asked for depend on
"""
