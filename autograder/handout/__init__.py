"""What students get, as a folder and a zip: templates, visible checks, and the harness that these need.

Called by `autograder handout`. Nothing hidden is in it, and nothing in it says what is hidden but how many
points that counts for. It is packed by a list: the same repository gives the same bytes.

contents        every file of it: texts of the masters without their solutions, checks, what these import
configuration   grading_config.yaml without hidden checks
writing         the folder and the zip
given/          what only a handout has: its README, and the packages that students need

    README.md  check.py  Makefile  pyproject.toml  requirements.lock  grading_config.yaml
    templates/<assignment>/    tests/visible/<assignment>/    autograder/
"""
