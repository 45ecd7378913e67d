"""The process that holds a student's code: zygote, worker, and the operations that the grader asks for."""
