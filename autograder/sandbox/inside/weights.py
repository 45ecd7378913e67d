"""A module's *effective* weights: what its equations use, however they are stored. Worker only.

A module parametrised by torch.nn.utils.parametrize, or by the older torch.nn.utils.weight_norm, stores other
tensors than it computes with. Here it shows the ones it computes with, under the plain name ("cell.weight"),
and loading goes through the parametrisation.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import nn
from torch.nn.parameter import is_lazy
from torch.nn.utils import parametrize
from torch.nn.utils.weight_norm import WeightNorm


def parameters(module: nn.Module) -> dict[str, torch.Tensor]:
    """Effective parameters by name, each tensor once.

    Those of lazy modules that are not built yet are left out.
    """
    return _once(_named(module, buffers=False))


def state(module: nn.Module) -> dict[str, torch.Tensor]:
    """Effective parameters and buffers by name."""
    return _once(_named(module, buffers=True))


def trainable(module: nn.Module) -> list[str]:
    """The names of `parameters` that an optimiser would change."""
    with torch.enable_grad():
        return [name for name, tensor in parameters(module).items() if tensor.requires_grad]


def frozen(module: nn.Module) -> list[str]:
    """The names of the other `parameters`, but for those that hold one and the same number everywhere."""
    trained = trainable(module)
    others = {name: tensor for name, tensor in parameters(module).items() if name not in trained}
    return [
        name for name, tensor in others.items() if tensor.numel() and (tensor != tensor.flatten()[0]).any()
    ]


def plain(module: nn.Module) -> bool:
    """Whether what an optimiser changes is what the equations use: nothing is parametrised."""
    return {id(tensor) for tensor in parameters(module).values()} == {id(p) for p in module.parameters()}


def load(module: nn.Module, tensors: Mapping[str, torch.Tensor]) -> None:
    """Assign some of `state(module)`. Raises KeyError for an unknown name, ValueError for another shape."""
    with torch.no_grad():
        for name, tensor in tensors.items():
            path, _, attribute = name.rpartition(".")
            try:
                part = module.get_submodule(path)
                now = _get(part, attribute)
            except AttributeError:
                raise KeyError(f"there is no weight {name}") from None
            if now.shape != tensor.shape:
                raise ValueError(f"{name} has shape {tuple(now.shape)}, not {tuple(tensor.shape)}")
            _set(part, attribute, tensor.to(now.dtype).to(now.device))


@contextlib.contextmanager
def held(module: nn.Module) -> Iterator[dict[str, torch.Tensor]]:
    """Inside, the effective parameters are computed once and used by every forward.

    So gradients reach them.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(parametrize.cached())
        for part in module.modules():
            for norm in _weight_norms(part).values():
                tensor = norm.compute_weight(part)
                # The hook recomputes the weight at every call; an attribute of the hook itself comes first.
                norm.compute_weight = lambda _, tensor=tensor: tensor  # type: ignore[method-assign,misc]
                setattr(part, norm.name, tensor)
                stack.callback(delattr, norm, "compute_weight")
        yield parameters(module)


def _named(module: nn.Module, *, buffers: bool) -> Iterator[tuple[str, torch.Tensor]]:
    for path, part in nn.Module.named_modules(module):
        if "parametrizations" in path.split("."):
            continue
        prefix = f"{path}." if path else ""
        norms = _weight_norms(part)
        stored = {f"{name}{end}" for name in norms for end in ("_g", "_v")}
        for name, parameter in nn.Module.named_parameters(part, recurse=False):
            if name not in stored and not is_lazy(parameter):
                yield prefix + name, parameter
        for name in [*_parametrised(part), *norms]:
            yield prefix + name, _get(part, name)
        for name, buffer in nn.Module.named_buffers(part, recurse=False) if buffers else ():
            if not is_lazy(buffer):
                yield prefix + name, buffer


def _once(pairs: Iterator[tuple[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    seen: set[int] = set()
    kept: dict[str, torch.Tensor] = {}
    for name, tensor in pairs:
        if id(tensor) not in seen:
            seen.add(id(tensor))
            kept[name] = tensor
    return kept


def _parametrised(part: nn.Module) -> list[str]:
    return list(part.parametrizations) if parametrize.is_parametrized(part) else []  # type: ignore[arg-type]


def _weight_norms(part: nn.Module) -> dict[str, WeightNorm]:
    hooks: Mapping[int, Any] = part.__dict__.get("_forward_pre_hooks", {})
    return {hook.name: hook for hook in hooks.values() if isinstance(hook, WeightNorm)}


def _get(part: nn.Module, name: str) -> torch.Tensor:
    norm = _weight_norms(part).get(name)
    tensor = norm.compute_weight(part) if norm else getattr(part, name)
    if not isinstance(tensor, torch.Tensor):
        raise AttributeError(name)
    return tensor


def _set(part: nn.Module, name: str, tensor: torch.Tensor) -> None:
    norm = _weight_norms(part).get(name)
    if norm:
        getattr(part, name + "_g").copy_(torch.norm_except_dim(tensor, 2, norm.dim))
        getattr(part, name + "_v").copy_(tensor)
        setattr(part, name, norm.compute_weight(part))
    elif name in _parametrised(part):
        setattr(part, name, tensor)
    else:
        getattr(part, name).copy_(tensor)
