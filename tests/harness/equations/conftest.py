"""Students made of whole submissions, whose code runs in this process."""

from tests.harness.worked.conftest import student_of  # noqa: F401
