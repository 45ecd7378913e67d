"""A process with torch warm that forks workers. Started by exec before anything hidden is read.

It holds no secret, runs no code of a student's, and does no automatic differentiation: a fork after that, or
after any OpenMP region with several threads, would hang its children.

Over one SEQPACKET socket it is asked for workers, each request with two descriptors: where the worker answers
and where it prints. Being one datagram, a request may come from any of the grader's own forks. The worker
itself then says, on its own socket: its process id, that it is ready (locked down, before it has seen any
program), and answers from there on. On a student's own machine it is the same without the lockdown.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import random
import select
import signal
import socket
import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from ..lockdown import driver, libc, lifeline, scratch
from ..lockdown import layers as lockdown
from . import worker

_PR_SET_CHILD_SUBREAPER = 36
_ANSWERS = 3  # the worker's descriptor for answers, beside 0, 1 and 2

# What an honest program may import late. It works in a worker too, but every worker would pay for it again.
_WARM = """
    copy decimal encodings.idna inspect linecache statistics symtable textwrap tokenize traceback
    safetensors.numpy torch.jit torch.nn.functional torch.nn.utils.parametrizations torch.nn.utils.rnn
    torch.utils.data torch.ao.nn.quantizable torch._decomp.decompositions tqdm tqdm.auto
""".split()  # noqa: SIM905, one name a line would fill a page


def main(arguments: list[str]) -> None:
    """`arguments`: "locked" or "open", the control socket, the grader's id, workers' folder, the device."""
    kind, descriptor, grader, folder, device = arguments
    lifeline.end_with(int(grader), signal.SIGTERM)
    gc.disable()  # next to nothing of what torch's import makes is garbage, and to look takes a fifth of it
    control = socket.socket(fileno=int(descriptor))
    if kind == "locked":
        lockdown.hide_from_others()
    _warm()
    try:
        plan = _plan(device) if kind == "locked" else None
    except lockdown.Impossible as error:
        control.send(json.dumps({"fault": str(error)}).encode())
        return
    if plan is not None and device == "cpu":
        _step_once()
    gc.freeze()  # so that a worker's collections do not copy what is shared
    gc.enable()
    control.send(json.dumps({"layers": plan.layers if plan is not None else {}}).encode())
    _Zygote(control, Path(folder), device, plan).serve()
    os._exit(0)


def _plan(device: str) -> lockdown.Plan:
    """What locks every worker. Raises lockdown.Impossible."""
    import torch

    from . import refuse

    card = device != "cpu"
    bounded = torch.version.cuda is None and not card
    return lockdown.plan(Path(__file__).parents[2], refuse.files(), address_space=bounded, card=card)


@dataclass
class _Zygote:
    control: socket.socket
    base: Path  # where workers' folders are; goes with the zygote when the grader is gone
    device: str
    plan: lockdown.Plan | None  # None: no lockdown
    _running: dict[int, tuple[_Uid | None, Path]] = field(default_factory=dict)  # by process id
    _prints: dict[int, int] = field(default_factory=dict)  # where a worker prints: its process id
    _pidfds: dict[int, int] = field(default_factory=dict)  # what tells of a worker's end: its process id
    _waiting: select.poll = field(default_factory=select.poll)

    def serve(self) -> None:
        """Fork until the grader has gone; then leave nothing running."""
        libc.call_prctl(_PR_SET_CHILD_SUBREAPER, 1)  # what a worker leaves behind comes to us, not to init
        # The grader's end interrupts the wait for requests by making this socket readable.
        told, tell = socket.socketpair()
        tell.setblocking(False)
        told.setblocking(False)
        ended: list[int] = []
        signal.signal(signal.SIGTERM, lambda number, _: ended.append(number))
        self.base.mkdir(mode=0o700)  # only now: an end before this leaves nothing
        self.base.chmod(0o711)
        signal.set_wakeup_fd(tell.fileno(), warn_on_full_buffer=False)
        self._waiting.register(self.control, select.POLLIN)
        self._waiting.register(told, select.POLLIN)
        while not ended:
            ready = {descriptor for descriptor, _ in self._waiting.poll()}
            for closed in self._prints.keys() & ready:  # whoever asked for this worker has left it
                os.kill(self._prints[closed], signal.SIGKILL)
            if self._pidfds.keys() & ready:  # no SIGCHLD: it would come whenever a worker is stopped, too
                self._reap()
            if self.control.fileno() in ready:
                try:
                    request, descriptors, _, _ = socket.recv_fds(self.control, 4096, 2)
                except ConnectionResetError:  # the grader is gone; what it was told at first is still unread
                    break
                if not request:
                    break
                self._fork(json.loads(request), descriptors)
        for pid in self._running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while self._running:
            self._reap(block=True)
        scratch.remove(self.base)

    def _fork(self, request: dict[str, Any], descriptors: list[int]) -> None:
        try:
            uids = self.plan.uids if self.plan is not None else None
            uid = _Uid.take(uids) if uids is not None else None
            folder = Path(request["scratch"])
            folder.mkdir(mode=0o700)
            if uid is not None:
                os.chown(folder, uid.number, uid.number)
            zygote = os.getpid()
            pid = os.fork()
            if pid == 0:
                try:
                    _become_worker(self, uid, request, zygote, *descriptors)
                finally:
                    os._exit(1)
            self._running[pid] = uid, folder
            self._watch(pid, os.dup(descriptors[1]))
        except (lockdown.Impossible, OSError) as error:
            worker.file_pipe(descriptors[0]).send({"fault": f"No worker could be forked: {error}."})
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _watch(self, pid: int, prints: int) -> None:
        """Wait for a worker's end, and for that of whoever asked: only they hold the rest of `prints`."""
        pidfd = os.pidfd_open(pid)
        self._pidfds[pidfd], self._prints[prints] = pid, pid
        self._waiting.register(pidfd, select.POLLIN)
        self._waiting.register(prints, 0)  # 0: for nothing but a closed connection

    def _reap(self, block: bool = False) -> None:
        """Collect ended children; when one was a worker, end what its user has left and free the user id."""
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, _ = os.waitpid(-1, 0 if block else os.WNOHANG)
                if pid == 0:
                    return
                block = False
                for watched in (self._prints, self._pidfds):
                    for descriptor in [each for each, of in watched.items() if of == pid]:
                        self._waiting.unregister(descriptor)
                        os.close(descriptor)
                        del watched[descriptor]
                if pid in self._running:
                    uid, folder = self._running.pop(pid)
                    if uid is not None:
                        lockdown.kill_all_of(uid.number)
                        uid.free()
                    scratch.remove(folder)


@dataclass
class _Uid:
    """A user id that no other sandbox on this machine uses as long as this is held."""

    number: int
    _claim: socket.socket

    @classmethod
    def take(cls, uids: range) -> _Uid:
        """Claim one. The claim is an abstract socket's name: it goes when its holder does."""
        for number in random.sample(uids, k=256):
            claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                claim.bind(f"\0autograder-uid-{number}".encode())
            except OSError:
                claim.close()
                continue
            if not lockdown.uid_in_use(number):
                return cls(number, claim)
            claim.close()
        raise lockdown.Impossible("no free user id")

    def free(self) -> None:
        self._claim.close()


def _become_worker(
    zygote: _Zygote, uid: _Uid | None, request: dict[str, Any], parent: int, answers: int, output: int
) -> None:
    """In the forked child: keep two descriptors, lock down, report, serve. Does not return."""
    plan, device = zygote.plan, zygote.device
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    null = os.open("/dev/null", os.O_RDONLY)
    # First out of the way of 0 to 3, then into place.
    answers, output = (_above(descriptor, 10) for descriptor in (answers, output))
    os.dup2(null, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(answers, _ANSWERS)
    os.closerange(_ANSWERS + 1, os.sysconf("SC_OPEN_MAX"))
    worker.tell_where_when_asked()
    pipe = worker.file_pipe(_ANSWERS)
    pipe.send({"pid": os.getpid()})
    try:
        os.setsid()
        folder = Path(request["scratch"])
        os.chdir(folder)
        surroundings = scratch.environment(folder) | driver.variables(device)
        os.environ.clear()
        os.environ.update(surroundings)
        tempfile.tempdir = None  # to be looked for again
        random.seed()
        if plan is None:
            lifeline.end_with(parent)
            scratch.bound_files()
        else:
            lockdown.apply(
                plan,
                uid=uid.number if uid else None,
                memory_mb=request["memory_mb"],
                parent=parent,
                folder=folder,
                refuse=request["refuse"],
                make_context=partial(driver.make_context, device),
            )
    except Exception as error:
        pipe.send({"fault": f"The lockdown failed: {error}"})
        return
    pipe.send({"ready": True})
    worker.serve(pipe, locked=plan is not None)
    os._exit(0)


def _above(descriptor: int, lowest: int) -> int:
    import fcntl

    return fcntl.fcntl(descriptor, fcntl.F_DUPFD, lowest)


def _warm() -> None:
    """Import what workers need and run each kind of kernel once, forward only, on the CPU."""
    import torch

    torch.set_num_threads(1)
    with contextlib.suppress(RuntimeError):
        torch.set_num_interop_threads(1)
    for name in _WARM:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    from ..wire import values
    from . import operations, refuse  # noqa: F401, loaded while their files can be read

    with torch.no_grad():
        x = torch.ones(2, 3, 4)
        torch.nn.LSTM(4, 5, batch_first=True)(x)
        hidden = torch.nn.Linear(4, 4)(x).tanh().sigmoid()
        torch.nn.Embedding(3, 4)(torch.zeros(2, 3, dtype=torch.int64))
        torch.nn.functional.cross_entropy(torch.cat([hidden, hidden], -1)[0], torch.tensor([0, 1, 2]))
        torch.stack([hidden, hidden]).sum().item()
        torch.nn.Linear(4, 4, device="meta")(x.to("meta"))
    values.unpack(values.pack([hidden.numpy()]))


def _step_once() -> None:
    """Have both optimisers take a step. It asks the driver how many cards there are.

    After that no fork could use one, so this is for workers that have none.
    """
    import torch

    parameter = torch.nn.Parameter(torch.zeros(1))
    parameter.grad = torch.zeros(1)  # given, not computed: see the top of this file
    for optimiser in (torch.optim.Adam([parameter]), torch.optim.SGD([parameter], 0.1)):
        optimiser.step()
