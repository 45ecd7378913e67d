"""On what a grading ran, as far as it could matter for a verdict."""

from __future__ import annotations

import platform
from importlib import metadata


def environment(device: str) -> dict[str, str]:
    """Versions, system and device, as {"python": "3.11.7", "torch": "2.13.0+cpu", …}."""
    return {
        "python": platform.python_version(),
        **{package: _version(package) for package in ("torch", "numpy")},
        "system": f"{platform.system()} {platform.machine()}",
        "device": device,
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "none"
