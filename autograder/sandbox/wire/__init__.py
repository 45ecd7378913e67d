"""What crosses the boundary: values, frames, programs, and the errors that stand for what went wrong.

Both ends use it. numpy and safetensors only; nothing is ever unpickled.

values      what may cross, and its form: a tree of JSON, and a blob of arrays
frames      one message: two lengths, the JSON, the blob
program     what goes in: sources as text, limits
errors      what can go wrong, with a map of it
text        what a student's code says, made fit to be shown
"""
