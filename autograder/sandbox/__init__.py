"""Runs untrusted code elsewhere. Alone touches it, and imports nothing of the rest."""

from .errors import SandboxFault, StudentFailure, StudentMissing, StudentRaised, StudentStopped
from .inprocess import InProcessWorkers
from .locked import ZygoteWorkers
from .portable import PortableWorkers
from .program import Limits, Module, Program
from .prove import Layer, probe, prove, safest
from .values import Opaque, Reference, Value
from .workers import Worker, Workers, missing

__all__ = [
    "InProcessWorkers",
    "Layer",
    "Limits",
    "Module",
    "Opaque",
    "PortableWorkers",
    "Program",
    "Reference",
    "SandboxFault",
    "StudentFailure",
    "StudentMissing",
    "StudentRaised",
    "StudentStopped",
    "Value",
    "Worker",
    "Workers",
    "ZygoteWorkers",
    "missing",
    "probe",
    "prove",
    "safest",
]
