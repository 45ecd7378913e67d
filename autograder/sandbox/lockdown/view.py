"""What a locked worker may read: the Python installation and what shared libraries need. Nothing of ours."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

DEVICES = (Path("/dev/null"),)
# System libraries that extension modules load late, the dynamic loader's cache, and the time zone.
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
_TIME = ("/etc/localtime", "/usr/share/zoneinfo")
_RANDOM = ("/dev/urandom", "/dev/random", "/dev/zero")


def readable(harness: Path) -> list[Path]:
    """Existing folders and files that Python needs.

    They are without `harness` (this package) where it is installed among them.
    """
    roots = [*_python(), *map(Path, _LIBRARIES + _TIME + _RANDOM)]
    return without(dict.fromkeys(root.resolve() for root in roots if root.exists()), [harness])


def _python() -> Iterable[Path]:
    """The standard library and site-packages, of the virtual environment and of the Python below it."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    below = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix, "installed_base": sys.base_prefix}
    for variables in ({}, {**below, "installed_platbase": sys.base_exec_prefix}):
        yield from (Path(sysconfig.get_path(name, vars=variables or None)) for name in names)
    yield from map(Path, site.getsitepackages())
    # Debian's Python looks there too. A .pth file may have added the project itself: its folder is not taken.
    yield from (Path(entry) for entry in sys.path if Path(entry).name in ("dist-packages", "lib-dynload"))


def without(roots: Iterable[Path], hidden: Iterable[Path]) -> list[Path]:
    """`roots`, with what is left of each that holds one of the `hidden` files in its place."""
    kept = list(roots)
    for path in hidden:
        gone = path.resolve()
        above = {*gone.parents}
        kept = [part for root in kept for part in _without(root, gone, above)]
    return kept


def _without(root: Path, gone: Path, above: set[Path]) -> list[Path]:
    """`root`, or, when it is one of the folders `above` what has to go, what is left of it."""
    if root == gone:
        return []
    if root not in above:
        return [root]
    return [kept for child in root.iterdir() for kept in _without(child, gone, above)]


def reachable_by_others(path: Path) -> bool:
    """Whether a user without rights of its own may enter every folder above `path` and read it."""
    try:
        if not all(folder.stat().st_mode & 0o001 for folder in path.parents):
            return False
        return bool(path.stat().st_mode & 0o004) and (not path.is_dir() or bool(path.stat().st_mode & 0o001))
    except OSError:
        return False


def unreachable(paths: Iterable[Path]) -> Path | None:
    """The first of `paths` that another user cannot read; None when all can be."""
    return next((path for path in paths if os.access(path, os.R_OK) and not reachable_by_others(path)), None)
