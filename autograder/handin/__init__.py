"""From a student's own work to the file to upload. Called by `submit` alone, on the student's machine.

packing    which files are handed in, and what they are called: a list, never "all that lies there"
findings   what the visible checks say of all that is asked for: missing, worth a look, there
shown      the same in the terminal, what is missing first

What is asked for stands in grading_config.yaml (`hand_in`) and in the checks of report and notebook; what has
been packed is read once more by the grader's own reader before anything is written.
"""
