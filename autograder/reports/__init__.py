"""A `Result` as people and Gradescope read it.

Called by whoever has a result; nothing here judges. Texts of a student's are shown as text, whatever they
hold.

terminal    a line per check, a sentence and a hint per failure, one thing to do next; the table of `doctor`
html        one page that needs nothing else
gradescope  results.json
"""
