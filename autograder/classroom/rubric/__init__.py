"""What people grade of a class: sheets to fill in, and the marks of those that are filled.

Called by `autograder rubric`, and by whatever adds up points (`marks_of`). All state is files of DIR:

sheets      the columns of a sheet; DIR/rubric.csv and DIR/rubric/marks/*.csv, line by line as they are filled
merging     the lines as one `PeoplePart` per submission; who disagrees is told, nothing is chosen for them
handed_in   the reports and notebooks of a submission
pages       DIR/rubric/sheets/<id>.html for each submission, with sheet.js, and DIR/rubric/index.html
server      the same pages from 127.0.0.1, which save a filled sheet at once

A part is added to the machine's points by `Assignment.total`:

    for id, part in marks_of(folder, assignment).items():
        if part.points is not None:  # else a mark is missing, and there is no total yet
            points, most = assignment.total(result.score, result.max_score, part.points)
"""

from autograder.classroom.rubric.merging import PeoplePart, RowMark, marks_of

__all__ = ["PeoplePart", "RowMark", "marks_of"]
