"""Runs untrusted code elsewhere. Alone touches it, and imports nothing of the rest.

Called by `checks`, which asks a `Worker`, and by whoever starts and ends `Workers`. The rooms inside:
`wire` (what crosses), `lockdown` (what a process may still do), `source` (what a text says without being
run), `inside` (the process that holds a student's code), `host` (the grader's end).

Grading one submission, there are these processes:

    grader ──exec──► zygote ──fork──► worker            one worker for each unit of checks
       └───fork──► unit ──── questions, answers ────┘   values only: JSON and safetensors

1. The grader starts the zygote before it reads anything hidden. The zygote is another program with a scrubbed
   environment: it imports torch, warms it up, and holds no secret.
2. The grader reads the configuration, checks and submission, and forks one process per unit.
3. A unit that needs a worker sends the zygote one datagram with two descriptors: where the worker is to
   answer, and where its prints go.
4. The zygote forks. The child takes a user of its own (when root), limits, Landlock and seccomp, and says
   `ready`. No code of the student's is in it yet: what goes wrong up to here is a `SandboxFault`.
5. The unit sends `begin` with the student's sources as text, then one question after the other: make an
   object, call it, give its gradients. What goes wrong from here on is a `StudentFailure`.
6. The unit bounds the worker from outside: seconds of each answer, memory, what it prints, what it writes.
   Between two questions the worker is stopped. A worker that breaks a bound, or sends anything but its
   answer, is ended; the next question starts in a fresh one.
7. When a worker ends, the zygote ends whatever its user has left and removes its folder. When a unit, the
   grader or the zygote ends, however that happens, what it started ends with it.

Who may do what:

              knows answers   runs a student's code   may open files, sockets, processes
    grader    yes             never                   yes
    unit      yes             never                   yes; its memory is bounded
    zygote    no              never                   yes
    worker    no              yes                     reads Python, writes in its folder; no more

On students' own machines there is no lockdown; the bounds from outside are the same. `ForkedWorkers` have a
zygote whose forks answer the questions as they are, on Linux. Elsewhere `PortableWorkers` do without one: a
plain subprocess serves one unit after the other. `host.inprocess` has no process of its own at all, for
benchmarks and tests; it is not offered here.

With a card, a worker makes its context between the fork and the lockdown (lockdown/driver.py).
"""

from .host.answers import missing
from .host.forked import ForkedWorkers, ZygoteWorkers
from .host.output import Printed
from .host.portable import PortableWorkers
from .host.selftest import Protection, fastest, probe, safest, self_test
from .host.workers import Worker, Workers
from .wire.errors import (
    SandboxFault,
    StudentEnded,
    StudentFailure,
    StudentMissing,
    StudentRaised,
    StudentStopped,
)
from .wire.program import Limits, Module, Program
from .wire.values import Opaque, Reference, Value

__all__ = [
    "ForkedWorkers",
    "Limits",
    "Module",
    "Opaque",
    "PortableWorkers",
    "Printed",
    "Program",
    "Protection",
    "Reference",
    "SandboxFault",
    "StudentEnded",
    "StudentFailure",
    "StudentMissing",
    "StudentRaised",
    "StudentStopped",
    "Value",
    "Worker",
    "Workers",
    "ZygoteWorkers",
    "fastest",
    "missing",
    "probe",
    "safest",
    "self_test",
]
