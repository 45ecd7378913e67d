"""Runs untrusted code elsewhere. Alone touches it, and imports nothing of the rest."""

from .host.locked import ZygoteWorkers
from .host.portable import PortableWorkers
from .host.selftest import Layer, probe, safest, self_test
from .host.workers import Worker, Workers, missing
from .wire.errors import SandboxFault, StudentFailure, StudentMissing, StudentRaised, StudentStopped
from .wire.program import Limits, Module, Program
from .wire.values import Opaque, Reference, Value

__all__ = [
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
    "safest",
    "self_test",
]
