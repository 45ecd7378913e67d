"""A `Result` as people and Gradescope read it.

Called by whoever has a result; nothing here judges. Texts of a student's are shown as text, whatever they
hold.

focus       the one thing to do next, with the lines of the source that it is about
terminal    a line per check, a sentence and a hint per failure; the table of `doctor`
short       what students read: a line per unit and the one next thing; lines, how either is written
fragment    the next thing, a bar for each unit and all checks, as HTML for a notebook's cell
worked      an example to work out by hand, as a table
html        one page that needs nothing else
gradescope  results.json
"""
