"""What leaves the repository: templates and the student release, made from the solutions, and the zip."""
