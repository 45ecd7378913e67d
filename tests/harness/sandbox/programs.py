"""Small programs of students, as text."""

from __future__ import annotations

from autograder.checks.student import Student
from autograder.sandbox import Limits, Module, Program

LIMITS = Limits(call_seconds=20, import_seconds=30)


def program(source: str, *names: str, filename: str = "cells.py") -> Program:
    module = filename.removesuffix(".py")
    return Program((Module(module, filename, source),), dict.fromkeys(names, module))


def student(workers, source: str, *names: str, limits: Limits = LIMITS, **options) -> Student:
    return Student(workers, program(source, *names), limits=limits, **options)
