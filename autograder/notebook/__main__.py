"""`python -m autograder.notebook`."""

from autograder.notebook.helper import main

if __name__ == "__main__":
    main()
