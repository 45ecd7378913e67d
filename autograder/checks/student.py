"""The verbs that a check may use on a student's code. All of it runs elsewhere; only values come back.

Every verb raises a `StudentFailure` when the code gives no answer: `StudentMissing` (the name is not there),
`StudentRaised` (an exception) or `StudentStopped` (time, memory, a crash). Values are described in
`sandbox.wire.values`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from autograder.checks.answers import Named, leaves
from autograder.checks.patience import Patience
from autograder.checks.thing import Array, Gradients, StateDict, Thing
from autograder.sandbox import (
    Limits,
    Module,
    Opaque,
    Printed,
    Program,
    Reference,
    StudentEnded,
    StudentRaised,
    StudentStopped,
    Value,
    Worker,
    Workers,
    missing,
)

Target = Thing | str  # a module or function that was made, or a function of the interface by its name
CALLS = ("call", "calls", "gradients", "backward", "on_meta")  # that all run the same code of the student's
MOST_WEIGHTS = 1_000  # tensors of one module; no check makes one with a hundred


class Student:
    """One student's program. A worker is started at the first verb and replaced after it died.

    Modules are in eval mode and autograd is off unless a verb says otherwise: `train` puts modules into
    training mode, `grad` turns autograd on. `seed` seeds torch, numpy and random before the call.
    """

    def __init__(self, workers: Workers, program: Program, *, limits: Limits, refuse: bool = False) -> None:
        self._workers, self._program, self._limits = workers, program, limits
        self._refuse = refuse
        self._worker: Worker | None = None
        self._shapes: dict[tuple[int, str], tuple[int, ...]] = {}  # of what is trained, by handle and name
        self._printed, self._lately = "", Printed()
        self._peak_mb = 0.0  # of the workers before this one
        self._patience = Patience()
        self._made: dict[int, tuple[str, ...]] = {}  # by handle: the name of a thing, and what it was made as
        self._imported: set[str] = set()  # modules that the present worker has imported
        self._stopped: dict[str, StudentStopped] = {}  # by module: one import that ends a worker is enough
        self.lost = False  # whether a worker was gone since this was last set to False

    def __enter__(self) -> Student:
        return self

    def __exit__(self, *exception: object) -> None:
        self.fresh()

    # --- verbs ----------------------------------------------------------------------------------------------

    def new(self, name: str, *args: Value, seed: int = 0, **kwargs: Value) -> Thing:
        """An object of a class of the interface, or of torch's own by its full name ("torch.nn.LSTM").

        "torch.optim.Adam" takes a module as its first argument and trains that module's parameters.
        """
        asked = {"args": list(args), "kwargs": kwargs, "seed": seed}
        thing = self._thing(self._ask("new", name=name, **asked), name)
        self._made[thing.handle] = (name, *(value for value in args if isinstance(value, str)))
        return thing

    def provide(self, name: str, source: str, names: Sequence[str]) -> None:
        """Put a module of the grader's beside the student's, as `name`; `names` of it can then be asked for.

        It has a constant `HOMES`: which module defines each name of the student's. It may use their code, and
        so be misused by it: what comes back is as little to be believed as anything of theirs. The first time
        a new worker takes the place of the present one, and things of the old one are gone.
        """
        if all(self._program.homes.get(each) == name for each in names):
            return
        homes = {each: home for each, home in self._program.homes.items() if each not in names}
        module = Module(name, "", f"{source}\nHOMES.update({homes!r})\n")
        self._program = replace(
            self._program,
            modules=(*self._program.modules, module),
            homes={**homes, **dict.fromkeys(names, name)},
        )
        self.fresh()

    def named(self, name: str) -> Thing:
        """A function, class or constant of the interface, to be passed to another call (a collate_fn)."""
        return self._thing(self._ask("named", name=name), name)

    def call(
        self,
        target: Target,
        *args: Value,
        train: bool = False,
        grad: bool = False,
        seed: int = 0,
        **kwargs: Value,
    ) -> Value:
        """What a module's forward, or a function of the interface, returns."""
        return self.call_and_see(target, *args, train=train, grad=grad, seed=seed, **kwargs)[0]

    def call_and_see(
        self,
        target: Target,
        *args: Value,
        train: bool = False,
        grad: bool = False,
        seed: int = 0,
        **kwargs: Value,
    ) -> tuple[Value, list[Value]]:
        """The result, and the positional arguments, one by one, as they are after the call."""
        match self._ask(
            "call", target=target, args=list(args), kwargs=kwargs, train=train, grad=grad, seed=seed
        ):
            case tuple((result, list(after))) if len(after) == len(args):
                return result, after
        raise _forged()

    def calls(
        self,
        target: Target,
        *args: Value,
        seeds: Sequence[int],
        train: bool = False,
        grad: bool = False,
        **kwargs: Value,
    ) -> list[Value]:
        """What a call returns from each of several seeds, each time for fresh arguments.

        All of them together have the time of one call: for what is drawn a hundred times in milliseconds.
        """
        asked = {"args": list(args), "kwargs": kwargs, "train": train, "grad": grad, "seeds": list(seeds)}
        match self._ask("calls", target=target, **asked):
            case list(results) if len(results) == len(seeds):
                return results
        raise _forged()

    def method(
        self,
        thing: Thing,
        name: str,
        *args: Value,
        train: bool = False,
        grad: bool = False,
        seed: int = 0,
        **kwargs: Value,
    ) -> Value:
        """What a method of an object returns ("__len__" and "__getitem__" are methods)."""
        asked = {"args": list(args), "kwargs": kwargs, "train": train, "grad": grad, "seed": seed}
        return self._ask("method", target=thing, name=name, **asked)

    def weights(self, thing: Thing) -> StateDict:
        """The module's effective parameters and buffers, those that hold a number.

        Raises StudentRaised (TypeError) for what is no module.
        """
        match self._ask("weights", target=thing):
            case {"values": dict(values), "trainable": list(names), "plain": bool(plain)}:
                if len(values) > MOST_WEIGHTS:
                    raise StudentStopped(
                        f"{thing.name} holds {len(values)} tensors of weights, too many to be judged."
                    )
                if not _are_names(names) or not all(map(_is_tensor, values.values())):
                    raise _forged()
                kept = {name: a for name, a in values.items() if isinstance(a, np.ndarray) and a.size}
                trained = frozenset(names).intersection(kept)
                self._same_shapes(thing, {name: kept[name].shape for name in trained})
                return StateDict(kept, trained, plain)
        raise _forged()

    def frozen(self, thing: Thing) -> list[str]:
        """The names of a module's parameters that no optimiser changes; constants are none."""
        names = self._ask("frozen", target=thing)
        if not isinstance(names, list) or not _are_names(names):
            raise _forged()
        return sorted(map(str, names))

    def load(self, thing: Thing, weights: Mapping[str, Array]) -> None:
        """Assign weights by name; those not given keep their values.

        A name that is not there, or another shape, is a StudentRaised: what names and shapes there are is the
        student's claim, and no claim of theirs may become the grader's fault.
        """
        self._ask("load", target=thing, values=dict(weights))
        self._same_shapes(thing, {name: weight.shape for name, weight in weights.items()})

    def gradients(
        self, target: Target, *args: Value, pull: Value, train: bool = False, seed: int = 0, **kwargs: Value
    ) -> Gradients:
        """d<pull, output> by the float arguments and by the weights.

        `pull` has the output's structure, with arrays of its shapes, or None where not wanted.
        """
        match self._ask(
            "gradients", target=target, args=list(args), kwargs=kwargs, pull=pull, train=train, seed=seed
        ):
            case {"inputs": list(inputs), "weights": dict(weights)}:
                given = [x for x in leaves(list(args)) if isinstance(x, np.ndarray) and x.dtype.kind == "f"]
                if len(inputs) != len(given) or not all(map(_is_gradient, [*inputs, *weights.values()])):
                    raise _forged()
                if any(g is not None and g.shape != x.shape for g, x in zip(inputs, given, strict=True)):
                    raise _forged()
                if isinstance(target, Thing):
                    known = {name: g.shape for name, g in weights.items() if g is not None}
                    self._same_shapes(target, known)
                return Gradients(inputs, Named(weights, "gradient"))
        raise _forged()

    def fill(self, thing: Thing, turn: float, scale: float) -> None:
        """Give a module the weights of a canonical draw: a student does who is traced for the diagnosis."""
        raise NotImplementedError

    def backward(
        self, target: Thing, *args: Value, pull: Value, train: bool = False, seed: int = 0, **kwargs: Value
    ) -> None:
        """Leave d<pull, output> in `.grad` of a module's parameters, and nothing else.

        A function may read it there.
        """
        self._ask(
            "backward", target=target, args=list(args), kwargs=kwargs, pull=pull, train=train, seed=seed
        )

    def random_numbers(self) -> dict[str, float]:
        """The next number of Python's, NumPy's and torch's generator, by name, as the last call left them."""
        match self._ask("random_numbers"):
            case {"python": float(python), "numpy": float(numbers), "torch": float(tensors)}:
                return {"python": python, "numpy": numbers, "torch": tensors}
        raise _forged()

    def on_meta(self, target: Thing, *args: Value) -> str | None:
        """The error that the forward raises off the CPU, in one sentence; None: fine, or not applicable."""
        answer = self._ask("on_meta", target=target, args=list(args))
        if answer is not None and not isinstance(answer, str):
            raise _forged()
        return answer

    def run(
        self, module: str, constants: Mapping[str, Value], names: Sequence[str], *, seed: int = 0
    ) -> dict[str, Value]:
        """Run a module as a script with other values for its top-level constants.

        Gives the variables in `names` as they are at its end: "W", or an attribute of one, "W.requires_grad".
        """
        return self.run_from(module, {}, constants, names, seed=seed)[0]

    def run_from(
        self,
        module: str,
        start: Mapping[str, Array],
        constants: Mapping[str, Value],
        names: Sequence[str],
        *,
        seed: int = 0,
    ) -> tuple[dict[str, Value], frozenset[str]]:
        """`run` from other first weights: the tensors of these names get these values, in place.

        They get them outside of loops, again and again, until the script asks autograd for a gradient. The
        second result: which of them held their values then, or at the end of a script without gradients.
        """
        asked = {"constants": dict(constants), "names": list(names), "seed": seed, "start": dict(start)}
        match self._ask("run", module=module, **asked):
            case {"values": dict(values), "held": list(held)} if values.keys() == set(names):
                if _are_names(held):
                    return values, frozenset(held)
        raise _forged()

    def fresh(self) -> None:
        """Let the next verb start in a new worker. Things of the old one are gone."""
        if self._worker is not None:
            self._worker.close()
            self._printed += self._worker.printed
            self._peak_mb = self.peak_mb
            self._lately += self._worker.take_printed()
        self._worker = None
        self._shapes.clear()
        self._made.clear()
        self._imported.clear()

    def again(self) -> None:
        """Start over in a fresh worker, also with modules during whose import one was gone."""
        self.fresh()
        self.lost = False
        for home in [home for home, failure in self._stopped.items() if isinstance(failure, StudentEnded)]:
            del self._stopped[home]

    @property
    def printed(self) -> str:
        """What the code printed so far, in all its workers."""
        return self._printed + (self._worker.printed if self._worker else "")

    @property
    def peak_mb(self) -> float:
        """The most resident memory that one of its workers was seen with; 0 where nobody can tell."""
        return max(self._peak_mb, self._worker.peak_mb if self._worker else 0.0)

    def take_printed(self) -> Printed:
        """What the code printed since this was last asked for."""
        found = self._lately + (self._worker.take_printed() if self._worker else Printed())
        self._lately = Printed()
        return found

    # --- how ------------------------------------------------------------------------------------------------

    def _ask(self, operation: str, /, **fields: Value) -> Value:
        """What the worker answers; the module of the name that it is asked about is imported before."""
        lowered = {name: self._lower(value) for name, value in fields.items()}
        about = fields.get("target", fields.get("name"))
        if isinstance(about, str) and not about.startswith("torch."):
            self._import(about)
        worker, kind = self._present(), self._kind_of(operation, fields)
        try:
            trains = operation == "run" or bool(fields.get("train") or fields.get("grad"))
            return worker.ask(operation, self._patience.share(kind, trains=trains), **lowered)
        except StudentEnded:  # nobody knows yet whose doing it was: it may try again for as long
            self.lost = True
            raise
        except StudentStopped as failure:
            raise self._patience.stopped(kind, failure) from None

    def _kind_of(self, operation: str, fields: Mapping[str, Value]) -> tuple[str, ...]:
        """What a call asks, and of what: its target, the things among its arguments, the names it sets."""
        kind = ["call" if operation in CALLS else operation]
        kind += [str(fields[name]) for name in ("name", "module") if name in fields]
        args, kwargs, constants = (fields.get(each) for each in ("args", "kwargs", "constants"))
        given = [
            *(args if isinstance(args, list) else ()),
            *(kwargs.values() if isinstance(kwargs, dict) else ()),
        ]
        for value in (fields.get("target"), *given):
            if isinstance(value, Thing):
                kind += self._made.get(value.handle, (value.name,))
            elif isinstance(value, str):
                kind.append(value)
        return (*kind, *(constants if isinstance(constants, dict) else ()))

    def _import(self, name: str) -> None:
        """Import the module that defines `name`, within the time for imports."""
        home = self._program.homes.get(name)
        if home is None:
            raise missing(self._program, name)
        if home in self._stopped:
            raise self._stopped[home]
        worker = self._present()
        if home in self._imported:
            return
        try:
            worker.ask("load_module", module=home)
        except StudentStopped as failure:
            filename = next(module.filename for module in self._program.modules if module.name == home)
            self.lost |= isinstance(failure, StudentEnded)
            self._stopped[home] = type(failure)(
                f"Importing {filename} failed: {_lower_first(failure.sentence)}", failure.frames
            )
            raise self._stopped[home] from None
        self._imported.add(home)

    def _present(self) -> Worker:
        if self._worker is not None and self._worker.ended:
            self.fresh()
        if self._worker is None:
            self._worker = self._workers.start(self._program, limits=self._limits, refuse=self._refuse)
        return self._worker

    def _same_shapes(self, thing: Thing, shapes: Mapping[str, tuple[int, ...]]) -> None:
        """What an object once said of its weights holds: a tensor that is trained keeps its shape."""
        for name, shape in shapes.items():
            if self._shapes.setdefault((thing.handle, name), shape) != shape:
                raise StudentStopped(f"A weight of {thing.name} has another shape than it had before.")

    def _thing(self, handle: Value, name: str) -> Thing:
        if type(handle) is not int or self._worker is None:
            raise _forged()
        return Thing(handle, name, self._worker, self)

    def _lower(self, value: Value) -> Value:
        """`value` with references in place of things."""
        if isinstance(value, Thing):
            if value._worker is not self._worker or value._worker.ended:
                raise StudentStopped(f"The process that held this {value.name} ended earlier.")
            return Reference(value.handle)
        if isinstance(value, Opaque):
            raise StudentRaised("TypeError", f"a {value.kind} cannot be passed on")
        if isinstance(value, (list, tuple)):
            return type(value)(self._lower(item) for item in value)
        if isinstance(value, Mapping):
            return {key: self._lower(item) for key, item in value.items()}
        return value


def _lower_first(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _are_names(names: Sequence[object]) -> bool:
    return all(isinstance(name, str) for name in names)


def _is_tensor(value: object) -> bool:
    """Also one whose numbers could not cross."""
    return isinstance(value, (np.ndarray, Opaque))


def _is_gradient(value: object) -> bool:
    return value is None or (isinstance(value, np.ndarray) and value.dtype.kind == "f")


def _forged() -> StudentStopped:
    return StudentStopped("Your code sent the grader something other than its result.")
