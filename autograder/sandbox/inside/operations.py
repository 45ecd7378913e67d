"""What a grader may ask of a worker, and how it is done to the student's code. Worker only.

Each operation is a method of `Workspace` that takes values and returns one. Objects stay here; the grader
knows them by handle. Whatever happens inside, the grader judges the returned values alone.
"""

from __future__ import annotations

import copy
import importlib
import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from ..wire.program import Program
from ..wire.values import Array, Reference, Value
from . import deferred, placement, settings, standins, weights
from .digits import Digits
from .guarded import Failure
from .importer import Sources
from .script import NotDefined, Script
from .tensors import array, flatten, to_objects, to_value

deferred.defer()
# The generators' own functions: what a program puts in their place later says nothing about a generator.
_python_draw, _numpy_draw, _torch_draw = random.random, np.random.random, torch.rand

Args = list[Value]
Kwargs = dict[str, Value]


class Missing(Exception):
    """The program has no such name."""


class Workspace:
    """One program and the objects made from it."""

    OPERATIONS = frozenset(
        """
        load_module new named call calls method weights frozen load gradients backward random_numbers on_meta
        run
        """.split()  # noqa: SIM905, one name a line would fill a page
    )

    def __init__(self, program: Program, device: str = "cpu") -> None:
        self._program = program
        self._device = device
        self._placed = placement.as_loaded(device)
        self._objects: list[Any] = []
        self._sources = Sources(program)
        self._failed: dict[str, BaseException] = {}
        settings.forget()
        deferred.compile_nothing()
        standins.install()
        self._sources.install()
        self._digits = Digits()
        self._digits.install()

    @property
    def filenames(self) -> frozenset[str]:
        return self._sources.filenames

    def unset(self, error: BaseException) -> tuple[str, str, Failure] | None:
        """The unset name that an exception is about, the name at the root of it, and what failed there."""
        return self._sources.failures.behind(error)

    def close(self) -> None:
        self._objects.clear()
        self._sources.remove()
        standins.remove()
        self._digits.remove()

    def perform(self, operation: str, fields: dict[str, Value]) -> Value:
        """Run one operation. Raises `Missing` or whatever the student's code raises."""
        if operation not in self.OPERATIONS:
            raise ValueError(f"no operation {operation}")
        self._digits.begin_question()
        placement.turn_tf32_off()  # which a program may have turned on: a parity at 1e-4 fails with it
        for place in (placement.as_loaded(self._device), placement.everywhere(self._device)):
            self._placed = place
            try:
                return getattr(self, operation)(**fields)
            except (RuntimeError, TypeError) as error:
                if not placement.mixes(error, self._device):
                    raise
        self._stay_on_the_cpu()
        return getattr(self, operation)(**fields)

    def _stay_on_the_cpu(self) -> None:
        """Do this and all that follows there, as a program that mixes devices wherever its arguments are."""
        self._device = "cpu"
        self._placed = placement.as_loaded("cpu")
        for thing in self._objects:
            placement.move_to_the_cpu(thing)

    # --- operations -----------------------------------------------------------------------------------------

    def load_module(self, module: str) -> None:
        """Import one of the student's modules; the first failure is kept and raised again."""
        if module in self._failed:
            raise self._failed[module]
        try:
            importlib.import_module(module)
        except BaseException as error:
            self._failed[module] = error
            raise

    def new(self, name: str, args: Args, kwargs: Kwargs, seed: int) -> int:
        """Make an object of a class of the program's, or of torch's ("torch.nn.LSTM"); gives its handle."""
        if name.startswith("torch."):
            with settings.of_the_grader():
                return self._new(name, args, kwargs, seed)
        return self._new(name, args, kwargs, seed)

    def _new(self, name: str, args: Args, kwargs: Kwargs, seed: int) -> int:
        made = self._resolve(name)
        settings.seed_all(seed)
        arguments = self._objects_of(args)
        if (
            isinstance(made, type)
            and issubclass(made, torch.optim.Optimizer)
            and isinstance(arguments[0], nn.Module)
        ):
            arguments[0] = arguments[0].parameters()  # the grader has no handle to each of them
        thing = made(*arguments, **self._objects_of(kwargs))
        return self._keep(thing.to(self._device) if isinstance(thing, nn.Module) else thing)

    def named(self, name: str) -> int:
        """A handle to a function, class or constant of the program's."""
        return self._keep(self._resolve(name))

    def call(
        self, target: Reference | str, args: Args, kwargs: Kwargs, train: bool, grad: bool, seed: int
    ) -> tuple[Value, Value]:
        """Call a module or a function; gives its result and the arguments as they are afterwards."""
        function = self._target(target, train)
        arguments = self._objects_of(args)
        settings.seed_all(seed)
        with torch.set_grad_enabled(grad):
            result = function(*arguments, **self._objects_of(kwargs))
        return to_value(result), to_value(arguments)

    def calls(
        self, target: Reference | str, args: Args, kwargs: Kwargs, train: bool, grad: bool, seeds: list[int]
    ) -> list[Value]:
        """Call with fresh arguments once for each seed; gives the results."""
        results = []
        for seed in seeds:
            fresh_args, fresh_kwargs = copy.deepcopy((args, kwargs))  # for tensors share the arrays' memory
            results.append(self.call(target, fresh_args, fresh_kwargs, train, grad, seed)[0])
        return results

    def method(
        self, target: Reference, name: str, args: Args, kwargs: Kwargs, train: bool, grad: bool, seed: int
    ) -> Value:
        """Call a method of an object."""
        function = getattr(self._target(target, train), name)
        settings.seed_all(seed)
        with torch.set_grad_enabled(grad):
            return to_value(function(*self._objects_of(args), **self._objects_of(kwargs)))

    def weights(self, target: Reference) -> dict[str, Value]:
        """Effective parameters and buffers, which of them are trained, and whether none is parametrised."""
        module = self._module(target)
        named = {name: to_value(tensor) for name, tensor in weights.state(module).items()}
        return {"values": named, "trainable": weights.trainable(module), "plain": weights.plain(module)}

    def frozen(self, target: Reference) -> list[Value]:
        """The names of the parameters that no optimiser changes; constants are none."""
        return list(weights.frozen(self._module(target)))

    def load(self, target: Reference, values: dict[str, Array]) -> None:
        """Assign some effective weights."""
        weights.load(self._module(target), self._objects_of(values))

    def gradients(
        self, target: Reference | str, args: Args, kwargs: Kwargs, pull: Value, train: bool, seed: int
    ) -> dict[str, Value]:
        """d<pull, output> by every float tensor among `args`, in order, and by every effective parameter.

        The parameters are those of the target, or of the first module that a function is given.
        """
        function = self._target(target, train)
        arguments = self._objects_of(args)
        inputs = [
            leaf for leaf in flatten(arguments) if isinstance(leaf, torch.Tensor) and leaf.is_floating_point()
        ]
        for leaf in inputs:
            leaf.requires_grad_()
        settings.seed_all(seed)
        modules = [leaf for leaf in (function, *flatten(arguments)) if isinstance(leaf, nn.Module)]
        module = modules[0] if modules else nn.Module()
        with torch.enable_grad(), placement.without_cudnn(), weights.held(module) as parameters:
            output = function(*arguments, **self._objects_of(kwargs))
            named = {**parameters, **weights.parameters(module)}  # those of lazy modules are there only now
            named = {name: tensor for name, tensor in named.items() if tensor.requires_grad}
            total = _pulled(output, self._objects_of(pull), self._device)
            wanted = [*inputs, *named.values()]
            if total is None or not total.requires_grad or not wanted:
                found: Sequence[torch.Tensor | None] = [None] * len(wanted)
            else:
                found = torch.autograd.grad(total, wanted, allow_unused=True)
        given = [None if gradient is None else array(gradient) for gradient in found]
        return {
            "inputs": given[: len(inputs)],
            "weights": dict(zip(named, given[len(inputs) :], strict=True)),
        }

    def backward(
        self, target: Reference, args: Args, kwargs: Kwargs, pull: Value, train: bool, seed: int
    ) -> None:
        """Leave d<pull, output> in .grad of the module's parameters, as zero_grad and backward do."""
        self._module(target).zero_grad()
        function = self._target(target, train)
        arguments = self._objects_of(args)
        settings.seed_all(seed)
        with torch.enable_grad(), placement.without_cudnn():
            output = function(*arguments, **self._objects_of(kwargs))
            total = _pulled(output, self._objects_of(pull), self._device)
            if total is not None and total.requires_grad:
                total.backward()  # type: ignore[no-untyped-call]

    def random_numbers(self) -> dict[str, Value]:
        """The next number of each generator, which is not seeded before."""
        return {"python": _python_draw(), "numpy": float(_numpy_draw()), "torch": _torch_draw(()).item()}

    def on_meta(self, target: Reference, args: list[Value]) -> str | None:
        """The sentence of the device error that the forward raises off the CPU; None for none.

        Floats and the module are put on the meta device, whose tensors have a device but no data; integers
        stay, for lengths belong on the CPU. A forward without float arguments says nothing about devices this
        way, nor does a module that cannot be copied or a forward that fails for any other reason.
        """
        # From the CPU, wherever the rest is: of tensors on a card the sentence would say nothing of the CPU.
        arguments = to_objects(args, self._objects.__getitem__)
        if not any(
            isinstance(leaf, torch.Tensor) and leaf.is_floating_point() for leaf in flatten(arguments)
        ):
            return None
        module = self._module(target)
        try:
            with torch.no_grad():
                copy.deepcopy(module).to("meta").eval()(*_floats_to_meta(arguments))
        except Exception as error:
            sentence = str(error).partition("\n")[0]
            return sentence if _is_about_devices(sentence) else None
        return None

    def run(
        self, module: str, constants: dict[str, Value], names: list[str], seed: int, start: dict[str, Array]
    ) -> dict[str, Value]:
        """Run a module as a script, with some of its top-level constants and first weights replaced.

        Gives the variables asked for, and which of `start` held their values when training began.
        """
        source = self._sources.module(module)
        if source is None:
            raise Missing(module)
        known_as: dict[str, str] = {}
        for _ in range(2):
            first = self._objects_of(start)
            known = self._objects_of(constants)
            script = Script(source.source, source.filename, names, known, first, known_as)
            settings.forget()  # those of the run before
            settings.seed_all(seed)
            found = self._found(script)
            known_as = script.names_of_its_own()
            if not known_as or len(script.held) + len(known_as) < len(first):
                break  # there is nothing that a second run could hold
        return {"values": {name: to_value(value) for name, value in found.items()}, "held": script.held}

    def _found(self, script: Script) -> dict[str, Any]:
        try:
            return script.run()
        except NotDefined as missing:
            raise Missing(str(missing)) from None

    # --- helpers --------------------------------------------------------------------------------------------

    def _keep(self, thing: Any) -> int:
        self._objects.append(thing)
        return len(self._objects) - 1

    def _objects_of(self, value: Value) -> Any:
        """The arguments (a list or a dict) as objects; what lies in them directly is in no container."""
        lookup = self._objects.__getitem__
        if isinstance(value, (list, tuple)):
            return type(value)(to_objects(item, lookup, self._placed) for item in value)
        if isinstance(value, dict):
            return {key: to_objects(item, lookup, self._placed) for key, item in value.items()}
        return to_objects(value, lookup, self._placed)

    def _resolve(self, name: str) -> Any:
        if name.startswith("torch."):
            path, _, attribute = name.rpartition(".")
            return getattr(importlib.import_module(path), attribute)
        home = self._program.homes.get(name)
        if home is None:
            raise Missing(name)
        self.load_module(home)
        failure = self._sources.failures.of(home, name)
        if failure is not None:
            raise failure.again()
        try:
            return getattr(importlib.import_module(home), name)
        except AttributeError:
            raise Missing(name) from None

    def _target(self, target: Reference | str, train: bool) -> Any:
        if isinstance(target, str):
            return self._resolve(target)
        thing = self._objects[target.handle]
        return thing.train(train) if isinstance(thing, nn.Module) else thing

    def _module(self, target: Reference) -> nn.Module:
        thing = self._objects[target.handle]
        if not isinstance(thing, nn.Module):
            raise TypeError(f"{type(thing).__name__} is no torch.nn.Module")
        return thing


def _pulled(output: Any, pull: Any, device: str) -> torch.Tensor | None:
    """<pull, output> summed over the leaves that have a pull; None for none."""
    if pull is None:
        return None
    if isinstance(pull, (list, tuple)):
        if not isinstance(output, (list, tuple)) or len(output) != len(pull):
            raise TypeError(f"expected {len(pull)} outputs, got {type(output).__name__}")
        parts = [_pulled(o, p, device) for o, p in zip(output, pull, strict=True)]
    elif isinstance(pull, dict):
        parts = [_pulled(output[key], part, device) for key, part in pull.items()]
    else:
        if not isinstance(output, torch.Tensor) or output.shape != pull.shape:
            got = tuple(output.shape) if isinstance(output, torch.Tensor) else type(output).__name__
            raise TypeError(f"expected an output of shape {tuple(pull.shape)}, got {got}")
        weighted: torch.Tensor = output * pull
        return weighted.sum()
    kept = [part for part in parts if part is not None]
    return torch.stack(kept).sum() if kept else None


def _floats_to_meta(tree: Any) -> Any:
    if isinstance(tree, torch.Tensor):
        return tree.to("meta") if tree.is_floating_point() else tree
    if isinstance(tree, (list, tuple)):
        return type(tree)(_floats_to_meta(item) for item in tree)
    if isinstance(tree, dict):
        return {key: _floats_to_meta(item) for key, item in tree.items()}
    return tree


def _is_about_devices(sentence: str) -> bool:
    """A mix of devices; not the meta device's own lack of data, which stops .item() and masks but no GPU."""
    return (
        "device" in sentence and "cpu" in sentence and "meta" in sentence and "data-dependent" not in sentence
    )
