"""Grades as tables: DIR/grades.csv, and columns in the sheet that the instructor downloaded.

Called by `autograder gradebook`, and by whatever has graded a class (`write_grades`).

table       grades.csv: a line per submission, and why one has no points
sheet       a CSV file of which only some cells change and all else stays byte for byte
dialects    whose sheet it is, by its head: Canvas, Moodle, Gradescope
joining     which grade is whose: by the system's own number, the student number, the e-mail address
filling     grades put into a sheet, and everything told that found no place

A sheet is never made up, and nobody gets another's grade: where two people may be meant, the cell stays.
"""

from autograder.classroom.gradebook.filling import filled
from autograder.classroom.gradebook.table import FILE, write_grades

__all__ = ["FILE", "filled", "write_grades"]
