"""What instructors write: the configuration, the masters and what is made of them for students.

Called by every room that asks what an assignment is; it runs neither checks nor students' code.

config        grading_config.yaml as an `Assignment`; what does not fit is refused with its line
yaml_file     a file as plain data, with the line of every key; entry: what all its parts have in common
agreement     where the configuration and what lies in tests/ and templates/ disagree
extends       a second file that changes points, limits and late rules of the first, and nothing else
late          deadlines, and what a day after them costs
rubric        what people grade, and how their points and the machine's become one grade
hand_in       what the file to upload is called, and what must be there
check_files   what the check files say without being run, for the configuration to be held against
masters       a solution with marks, split into what students receive and what solves it
parts         a master whole, with the modules of texts/ that it names
notebooks     one notebook from a text master and the modules beside it
templates     templates/ from solutions/
texts/        the texts and languages that students train on: parts of the data.py that they are given
skeletons     the first form of a check, starter that of an assignment, for `autograder new`
insertions    a new entry in grading_config.yaml, all others untouched
which         which assignment a folder, or names in a notebook, belong to
words         how sentences list, count and guess names
"""
