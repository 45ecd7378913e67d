"""The environments of Otter: that which a finished zip asks for, and that in which Otter runs here."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from autograder.course.config import ConfigError

OTTER = "7.0.0"
PREFIX = "/opt/miniforge3"  # not below /root: student code runs as another user, to whom /root is closed
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
PACKAGES = ("numpy", "safetensors", "pydantic", "pyyaml", "pytest", "nbformat", "markdown-it-py", "tqdm")
LINUX = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"}

# Otter's files -> (pattern, replacement); each must be found exactly once, or this is not the Otter we know.
MENDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "setup.sh": (
        (r"apt-get install -y wget .*", "apt-get install -y --no-install-recommends wget ca-certificates"),
        (r"(?s)# install PDF generation.*?(?=# install mamba)", ""),
        (r"mamba_install\.sh -b\n", f"mamba_install.sh -b -p {PREFIX}\n"),
        (r'echo "export PATH=/root/miniforge3/bin.*\n', ""),
        (r"export PATH=/root/miniforge3/bin", f"export PATH={PREFIX}/bin"),
        (r"mamba install .*nb_conda_kernels\n", ""),
        (r"mamba run .*playwright install.*\n", ""),
        (r"\n# set mamba shell\nmamba shell init.*\n?", ""),
    ),
    "environment.yml": (
        (r" *- jupyter_server\n", ""),
        (r"otter-grader\[grading,plugins\]", "otter-grader[grading]"),
    ),
}


class CannotBuild(ConfigError):
    """The zip cannot be made on this machine; the message is one sentence."""


def requirements() -> list[str]:
    """Lines for pip: torch for CPUs, the other packages and all they need, at the versions used here."""
    pins: dict[str, str] = {"torch": ""}
    try:
        for name in ("otter-grader[grading]", *PACKAGES):
            _pin(Requirement(name), pins)
        torch = metadata.version("torch").partition("+")[0]
    except metadata.PackageNotFoundError as error:
        raise CannotBuild(f"{error.name} is not installed here: run `make setup` and try again.") from None
    if (otter := pins.pop("otter-grader")) != OTTER:
        raise CannotBuild(f"The zip is made with otter-grader {OTTER}, but {otter} is installed here.")
    del pins["torch"]
    pinned = [f"{name}=={version}" for name, version in sorted(pins.items())]
    return [f"--extra-index-url {TORCH_INDEX}", f"torch=={torch}+cpu", *pinned]


def _pin(wanted: Requirement, pins: dict[str, str]) -> None:
    """Add the installed version of a package, and of what it needs on Linux, to `pins`."""
    name = canonicalize_name(wanted.name)
    if name in pins and not wanted.extras:
        return
    pins[name] = metadata.version(name)
    for needed in map(Requirement, metadata.requires(name) or ()):
        places = ({**LINUX, "extra": extra} for extra in wanted.extras or {""})
        if needed.marker is None or any(needed.marker.evaluate(place) for place in places):
            with contextlib.suppress(metadata.PackageNotFoundError):  # needed on Linux alone: pip chooses
                _pin(needed, pins)


def of_otter(**settings: str) -> dict[str, str]:
    """This process's environment with `settings`, but without what its user has set for Python itself.

    Somebody's PYTHONWARNINGS=error would end Otter at the first thing that its libraries find old-fashioned.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return kept | settings


def mend(name: str, text: str) -> str:
    """One of Otter's files, without what grading does not need. Raises CannotBuild if unfamiliar."""
    for pattern, replacement in MENDS.get(name, ()):
        text, count = re.subn(pattern, replacement, text)
        if count != 1:
            raise CannotBuild(f"Otter's {name} is not as expected: {count} times {pattern!r}, not once.")
    return text


def run_autograder(package: str) -> str:
    """The script that Gradescope starts. A valid result is there before anything else can fail."""
    return f"""\
#!/usr/bin/env bash
mkdir -p /autograder/results
cp /autograder/source/files/{package}/unfinished.json /autograder/results/results.json
exec {PREFIX}/envs/otter-env/bin/python -I -B /autograder/source/run_otter.py
"""
