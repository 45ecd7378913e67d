"""The seed of a submission's hidden draws: a secret of the instructor's and what was handed in decide it."""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
from pathlib import Path

from autograder.course.config import ConfigError

VARIABLE = "AUTOGRADER_SECRET"
FILE = Path(".autograder", "secret")


def seed_for(root: Path, digest: str) -> int:
    """63 bits that the same submission gets again, and that nobody without the secret can foresee."""
    mac = hmac.digest(secret(root), digest.encode(), "sha256")
    return int.from_bytes(mac[:8], "big") >> 1


def secret(root: Path) -> bytes:
    """$AUTOGRADER_SECRET, else what `root`/.autograder/secret holds; that file is made at first use.

    Raises ConfigError when it can be neither read nor made.
    """
    if given := os.environ.get(VARIABLE, "").strip():
        return given.encode()
    path = root / FILE
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not path.exists():
            _make(path)
        kept = path.read_bytes().strip()
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be used ({error.strerror}): set {VARIABLE} to a secret instead."
        ) from None
    if not kept:
        raise ConfigError(f"{path} is empty: delete it, or write a secret into it.")
    return kept


def _make(path: Path) -> None:
    """A new secret, whole or not at all; that of whoever is first stays."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as stream:
            stream.write(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # unlike a renaming, it never replaces what is there
    finally:
        draft.unlink(missing_ok=True)
