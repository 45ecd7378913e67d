"""What a model does, in plain numbers, measured where it lives: in a notebook or in a worker.

A worker gets the text of this file (`Student.provide`), so nothing of the house is imported. Each function
gives a mapping of tensors, or the sentence that says why there is nothing to show. A model is afterwards as
before: its mode, its weights, their `.grad`.

The inside of a model is seen by forward hooks. A *cell* is any module that is called with one step (B, D) and
a state, (B, H) or a pair of these, and returns a state of that form; a *layer* is nn.RNN, nn.LSTM or nn.GRU.
The gates of an LSTM written by hand are local variables, which nobody sees from outside. But they show in its
answers, since in C' = f ⊙ C + i ⊙ C̃ and h' = o ⊙ tanh(C') all of f, i, C̃ and o depend on h and x alone: the
same step taken from C = 0 answers i ⊙ C̃, from C = 1 it answers f + i ⊙ C̃, and o is h' / tanh(C').
"""

import contextlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

HOMES: dict[str, str] = {}  # which module defines each name of the student's: nothing here asks

_NO_CELL = (
    "No recurrent cell was seen at work: what can be drawn is a module that is called as cell(x, state) and "
    "returns the new state, or a layer of PyTorch's."
)
_NEAR = 1e-3


# --- states and gates -----------------------------------------------------------------------------------


def picture_states(model: nn.Module, named: Mapping[str, Any], steps: int) -> dict[str, Tensor] | str:
    """The states of the top cell or layer over one sentence: "h" (T, H), of an LSTM "c", too, and its gates.

    `named` are arguments of forward by name, for one sentence of `steps` steps; those that this model does
    not take are left out. The gates are "forget", "written" (i ⊙ C̃) and "output", all (T, H); they are left
    out where any step is computed otherwise than an LSTM's.
    """
    with torch.no_grad(), _in_use(model):
        with _watched(model) as parts:
            model(**_taken(model, named))
        if not parts:
            return _NO_CELL
        found = parts[-1].steps()
        if isinstance(found, str):
            return found
        if len(found) != steps:
            return f"{parts[-1].name} took {len(found)} steps over {steps} characters."
        return _states(found)


# One step: x, the state before it, and the function that takes it.
_Step = tuple[Tensor, Any, Callable[[Tensor, Any], Any]]


def _states(steps: Sequence[_Step]) -> dict[str, Tensor]:
    after = [step(x, before) for x, before, step in steps]
    if isinstance(after[0], Tensor):
        return {"h": torch.cat(after)}
    seen = {"h": torch.cat([h for h, _ in after]), "c": torch.cat([c for _, c in after])}
    gates = [gate for each in steps if (gate := _gates(*each)) is not None]
    if len(gates) == len(steps):
        forget, written, output = (torch.cat(of_steps) for of_steps in zip(*gates, strict=True))
        seen |= {"forget": forget, "written": written, "output": output}
    return seen


def _gates(
    x: Tensor, before: Any, step: Callable[[Tensor, Any], Any]
) -> tuple[Tensor, Tensor, Tensor] | None:
    """(f, i ⊙ C̃, o) of one step; None when it is not computed as an LSTM's."""
    h, c = before
    starts = [c, torch.zeros_like(c), torch.ones_like(c)]
    answers = [step(x, (h, start)) for start in starts]
    shown = torch.stack([answer[0] for answer in answers])
    kept = torch.stack([answer[1] for answer in answers])  # (3, 1, H)
    forget, written = kept[2] - kept[1], kept[1]
    squashed = torch.tanh(kept)
    clearest = squashed.abs().argmax(dim=0, keepdim=True)  # from here o is divided out best
    divisor = squashed.gather(0, clearest)[0]
    output = torch.where(divisor == 0, divisor, shown.gather(0, clearest)[0] / divisor)
    is_kept = torch.allclose(kept, forget * torch.stack(starts) + written, atol=_NEAR)
    is_shown = torch.allclose(shown, output * squashed, atol=_NEAR)
    return (forget, written, output) if is_kept and is_shown else None


# --- gradient by distance -------------------------------------------------------------------------------


def picture_distance(model: nn.Module, named: Mapping[str, Any], steps: int) -> dict[str, Tensor] | str:
    """How strongly the last state depends on the input d steps before, relative to d = 0: "norms" (T,).

    `named` holds sequences of `steps` steps. Entry d is the length of vᵀ (d h_T / d x_{T-d}), a mean over the
    rows, each with a random direction v of its own.
    """
    with torch.enable_grad(), _in_use(model), torch.backends.cudnn.flags(enabled=False):
        with _watched(model) as parts, _embedded(model) as embedded:
            result = model(**_taken(model, named))
        inputs = _in_steps(embedded, steps) or [x for part in parts[:1] for x in part.inputs()]
        last = _returned_state(result)
        if last is None and parts:
            last = parts[-1].last_state()
        if last is None or not inputs:
            return _NO_CELL
        if not (last.requires_grad and all(each.requires_grad for each in inputs)):
            return "No gradient flows from the last state to the inputs: does something detach it?"
        pull = torch.randn(last.shape, generator=torch.Generator().manual_seed(0)).to(last)
        pull /= pull.norm(dim=-1, keepdim=True)
        found = torch.autograd.grad(last, inputs, pull, allow_unused=True)
    slopes = [torch.zeros_like(x) if slope is None else slope for x, slope in zip(inputs, found, strict=True)]
    by_time = _by_time(slopes, steps)  # (T, B, D)
    if len(by_time) != steps:
        return f"{len(by_time)} steps were read of {steps}."
    norms = by_time.norm(dim=-1).mean(dim=1).flip(0)
    if not norms[0] > 0:
        return "The last state does not depend on the last input."
    return {"norms": norms / norms[0]}


def _in_steps(embedded: Sequence[Tensor], steps: int) -> list[Tensor]:
    """Of what embeddings gave, the sequences: tensors with an axis of `steps`, or one for each step."""
    whole = [each for each in embedded if each.ndim == 3 and steps in each.shape[:2]]
    single = [each for each in embedded if each.ndim == 2]
    return whole or (single[-steps:] if len(single) >= steps else [])


def _by_time(slopes: Sequence[Tensor], steps: int) -> Tensor:
    """(T, B, D) of a tensor for each step, (B, D), or of some with an axis of time before or behind B."""
    if slopes[0].ndim == 2:
        return torch.stack(list(slopes))
    timed = [each if len(each) in (1, steps) else each.transpose(0, 1) for each in slopes]
    whole = len(timed[0]) == steps  # and more than one, if all is embedded anew at each step
    return torch.stack(timed).sum(dim=0) if whole else torch.cat(timed)


def _returned_state(result: Any) -> Tensor | None:
    """h_T (B, H) of a model that returns it behind something else, alone or as (h, c); None of any other."""
    state = result[1] if isinstance(result, (tuple, list)) and len(result) == 2 else None
    h = state[0] if isinstance(state, (tuple, list)) and len(state) == 2 else state
    if not isinstance(h, Tensor) or not h.is_floating_point() or h.ndim not in (2, 3):
        return None
    return h[-1] if h.ndim == 3 else h


# --- which cells carry loss -----------------------------------------------------------------------------


def picture_loss(loss: Callable[..., Any], targets: Tensor, size: int) -> dict[str, Tensor] | str:
    """What each cell of targets (B, T) weighs in loss(logits, targets) of equal scores: "shares" (B, T)."""
    with torch.enable_grad():
        logits = torch.zeros(*targets.shape, size, device=targets.device, requires_grad=True)
        return _shares(loss(logits, targets), logits)


def picture_loss_of_model(loss: Callable[..., Any], model: nn.Module, *given: Any) -> dict[str, Tensor] | str:
    """The same of loss(model, …), where equal scores take the place of the model's logits (B, T, V)."""
    seen: list[Tensor] = []

    def replaced(_module: nn.Module, _inputs: Any, logits: Any) -> Any:
        if not isinstance(logits, Tensor) or logits.ndim != 3:
            return logits
        seen.append(torch.zeros_like(logits).requires_grad_())
        return seen[-1]

    handle = model.register_forward_hook(replaced)
    try:
        with torch.enable_grad(), _in_use(model):
            total = loss(model, *given)
    finally:
        handle.remove()
    return _shares(total, seen[0]) if len(seen) == 1 else "The loss does not call the model just once."


def _shares(total: Any, logits: Tensor) -> dict[str, Tensor] | str:
    if not isinstance(total, Tensor) or total.numel() != 1 or not total.requires_grad:
        return "The loss is not one number that a gradient can flow from."
    (slope,) = torch.autograd.grad(total.sum(), logits, allow_unused=True)
    norms = logits.new_zeros(logits.shape[:-1]) if slope is None else slope.norm(dim=-1)
    return {"shares": norms / norms.sum()} if norms.sum() > 0 else "No cell of the batch carries loss."


# --- norms over training --------------------------------------------------------------------------------


def picture_norms(train: Callable[..., Any], model: nn.Module, part: str, *given: Any, **options: Any) -> Any:
    """Train, and see the gradient of the weights whose name holds `part` right after each backward.

    Gives "norms" (N,), before anything could clip them, and "returned", what train(model, …) returned.
    """
    seen: dict[str, list[Tensor]] = {}  # by weight, the square of each step

    def note(name: str) -> Callable[[Tensor], None]:
        def noted(weight: Tensor) -> None:
            if weight.grad is not None:
                seen.setdefault(name, []).append(weight.grad.detach().square().sum())

        return noted

    handles = [
        weight.register_post_accumulate_grad_hook(note(name))  # type: ignore[no-untyped-call]
        for name, weight in model.named_parameters()
        if part in name and weight.requires_grad
    ]
    try:
        with torch.enable_grad():
            returned = train(model, *given, **options)
    finally:
        for handle in handles:
            handle.remove()
    if not seen:
        return f"No weight whose name holds {part} got a gradient in training."
    norms = torch.stack([torch.stack(squares).sum().sqrt() for squares in zip(*seen.values(), strict=False)])
    return {"norms": norms, "returned": returned}


# --- how a model is seen --------------------------------------------------------------------------------


class _Part:
    """A cell or a layer, and its calls in order: the step or sequence given, the state before, the result."""

    def __init__(self, module: nn.Module) -> None:
        self.module = module
        self.name = type(module).__name__
        self.calls: list[tuple[Any, Any, Any]] = []

    def is_recurrent(self) -> bool:
        """Whether it was ever given a state; PyTorch's need none."""
        is_torchs = isinstance(self.module, (nn.RNNBase, nn.RNNCellBase))
        return is_torchs or any(state is not None for _, state, _ in self.calls)

    def inputs(self) -> list[Tensor]:
        """What it read, to ask a gradient for: the sequences of a layer, the steps of a cell."""
        return [x.data if isinstance(x, PackedSequence) else x for x, _, _ in self.calls]

    def last_state(self) -> Tensor:
        """h_T (B, H)."""
        _, _, result = self.calls[-1]
        state = result[1] if isinstance(self.module, nn.RNNBase) else result
        h: Tensor = state[0] if isinstance(state, tuple) else state
        return h[-1] if h.ndim == 3 else h

    def steps(self) -> list[_Step] | str:
        """Its steps over one sentence; a layer takes each anew, from the state that the last one left."""
        layer = self.module
        if not isinstance(layer, nn.RNNBase):
            return [
                (x, _each(after, torch.zeros_like) if before is None else before, layer.forward)
                for x, before, after in self.calls
            ]
        if layer.num_layers > 1 or layer.bidirectional or layer.proj_size or len(self.calls) > 1:
            return f"A picture needs an {self.name} that reads once, in one direction, and has one layer."

        def step(x: Tensor, before: Any) -> Any:
            _, after = layer(x[None], _each(before, lambda state: state[None]))
            return _each(after, lambda state: state[0])

        _, state, _ = self.calls[0]
        blank = self.last_state().new_zeros(1, layer.hidden_size)
        if state is None:
            state = (blank, blank) if isinstance(layer, nn.LSTM) else blank
        else:
            state = _each(state, lambda each: each[0])
        taken: list[_Step] = []
        for x in self.inputs()[0].reshape(-1, 1, layer.input_size):  # of one sentence, wherever its axis is
            taken.append((x, state, step))
            state = step(x, state)
        return taken


@contextlib.contextmanager
def _watched(model: nn.Module) -> Iterator[list[_Part]]:
    """Gives, when it ends, the cells and layers that were called, in the order of their first results."""
    parts: dict[nn.Module, _Part] = {}

    def note(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        call = _call(module, [*args, *kwargs.values()], result)
        if call is not None:
            parts.setdefault(module, _Part(module)).calls.append(call)

    seen: list[_Part] = []
    with _hooked(model.modules(), note):
        yield seen
    seen.extend(part for part in parts.values() if part.is_recurrent())


@contextlib.contextmanager
def _embedded(model: nn.Module) -> Iterator[list[Tensor]]:
    """Gives what the embeddings of a model answer, in this order."""
    seen: list[Tensor] = []
    embeddings = [module for module in model.modules() if isinstance(module, nn.Embedding)]
    with _hooked(embeddings, lambda _module, _args, _kwargs, result: seen.append(result)):
        yield seen


@contextlib.contextmanager
def _hooked(modules: Iterable[nn.Module], note: Callable[..., None]) -> Iterator[None]:
    handles = [module.register_forward_hook(note, with_kwargs=True) for module in modules]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _call(module: nn.Module, given: list[Any], result: Any) -> tuple[Any, Any, Any] | None:
    """What a cell or layer was given and gave, None in the place of no state; None for any other module."""
    if isinstance(module, nn.RNNBase):
        return given[0], given[1] if len(given) > 1 else None, result
    of_torch = type(module).__module__.startswith("torch.") and not isinstance(module, nn.RNNCellBase)
    if of_torch or not 1 <= len(given) <= 2:
        return None
    x, state = [*given, None][:2]
    if isinstance(x, (tuple, list)) or not (_is_state(x) and _is_state(result)):
        return None
    if state is None:
        return x, None, result
    is_pair = [isinstance(each, (tuple, list)) for each in (state, result)]
    return (x, state, result) if _is_state(state) and is_pair[0] == is_pair[1] else None


def _is_state(thing: Any) -> bool:
    """Whether it is (B, H), or a pair of these."""
    if isinstance(thing, (tuple, list)):
        return len(thing) == 2 and all(isinstance(each, Tensor) and _is_state(each) for each in thing)
    return isinstance(thing, Tensor) and thing.ndim == 2 and thing.is_floating_point()


def _each(state: Any, change: Callable[[Tensor], Tensor]) -> Any:
    return tuple(map(change, state)) if isinstance(state, (tuple, list)) else change(state)


@contextlib.contextmanager
def _in_use(model: nn.Module) -> Iterator[None]:
    """Within it a model is in evaluation mode, afterwards each of its modules is in its own."""
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes.items():
            module.training = mode


def _taken(model: nn.Module, named: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that forward takes, where the model is."""
    place = next((weight.device for weight in model.parameters()), torch.device("cpu"))
    known = inspect.signature(model.forward).parameters
    return {
        name: value.to(place) if isinstance(value, Tensor) else value
        for name, value in named.items()
        if name in known
    }
