"""A process in which Otter reports a verdict that is already given: otter_report.py SOURCE STAGE."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    source, stage = sys.argv[1:]
    sys.path.append(source)  # the plugin is named files.rnn_grader.plugin
    from otter.run.run_autograder import main

    main(stage)
