"""A graded class as pages that need nothing else: no scripts, no fonts, no network.

Called with a class's folder by whoever has graded it, or changed what its verdicts count for.

work        a report and a notebook as safe and small HTML
shown       what a page shows of a submission's files, read once and kept in DIR/shown
feedback    DIR/feedback/<id>.html, a page per submission
"""
