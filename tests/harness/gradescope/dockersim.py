"""`dockersim.py COMMAND…` runs a command with a container engine's default system calls and capabilities.

A stand-in for Gradescope's container where no engine is at hand. Not simulated: AppArmor, masked /proc,
read-only cgroups, its kernel. Needs root, x86_64, PyPI's pyseccomp and libseccomp.so.2.

moby_seccomp.json is the default profile of the moby project (https://github.com/moby/profiles), unchanged:
copyright the moby authors, Apache License 2.0, https://www.apache.org/licenses/LICENSE-2.0.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path
from typing import Any

PROFILE = Path(__file__).with_name("moby_seccomp.json")
# the capabilities that Docker leaves to a container, by their numbers in linux/capability.h
CAPABILITIES = {
    "CAP_CHOWN": 0,
    "CAP_DAC_OVERRIDE": 1,
    "CAP_FOWNER": 3,
    "CAP_FSETID": 4,
    "CAP_KILL": 5,
    "CAP_SETGID": 6,
    "CAP_SETUID": 7,
    "CAP_SETPCAP": 8,
    "CAP_NET_BIND_SERVICE": 10,
    "CAP_NET_RAW": 13,
    "CAP_SYS_CHROOT": 18,
    "CAP_MKNOD": 27,
    "CAP_AUDIT_WRITE": 29,
    "CAP_SETFCAP": 31,
}
PR_CAPBSET_DROP = 24
CAPABILITY_VERSION_3 = 0x20080522


def missing() -> str | None:
    """Why the simulation cannot run here; None if it can."""
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        return "needs Linux on x86_64"
    if os.geteuid() != 0:
        return "needs root"
    try:
        import pyseccomp  # noqa: F401
    except (ImportError, RuntimeError, OSError):
        return "needs pyseccomp and libseccomp.so.2"
    return None


def restrict_system_calls() -> None:
    """Load the profile, as it applies to x86_64 with the capabilities above, without NO_NEW_PRIVS."""
    import pyseccomp

    operators = {
        "SCMP_CMP_EQ": pyseccomp.EQ,
        "SCMP_CMP_NE": pyseccomp.NE,
        "SCMP_CMP_LT": pyseccomp.LT,
        "SCMP_CMP_GT": pyseccomp.GT,
        "SCMP_CMP_MASKED_EQ": pyseccomp.MASKED_EQ,
    }
    profile = json.loads(PROFILE.read_text(encoding="utf-8"))
    refuse = pyseccomp.ERRNO(profile["defaultErrnoRet"])
    rules = pyseccomp.SyscallFilter(refuse)
    rules.set_attr(pyseccomp.Attr.CTL_NNP, 0)
    for rule in filter(_applies, profile["syscalls"]):
        allowed = rule["action"] == "SCMP_ACT_ALLOW"
        action = pyseccomp.ALLOW if allowed else pyseccomp.ERRNO(rule.get("errnoRet", 1))
        conditions = []
        for given in rule.get("args") or ():
            operands = [given["value"], given.get("valueTwo", 0)][: 1 + ("MASKED" in given["op"])]
            conditions.append(pyseccomp.Arg(given["index"], operators[given["op"]], *operands))
        for name in rule["names"]:
            try:
                rules.add_rule(action, name, *conditions)
            except (OSError, ValueError):  # a system call of another architecture, or newer than libseccomp
                continue
    rules.load()


def _applies(rule: dict[str, Any]) -> bool:
    wanted, unwanted = rule.get("includes") or {}, rule.get("excludes") or {}
    if not set(wanted.get("caps", ())) <= CAPABILITIES.keys() or CAPABILITIES.keys() & set(
        unwanted.get("caps", ())
    ):
        return False
    return "amd64" in wanted.get("arches", ["amd64"]) and "amd64" not in unwanted.get("arches", ())


def drop_capabilities() -> None:
    """Keep the default capabilities alone, in every set and for every program started later."""
    libc = ctypes.CDLL(None, use_errno=True)
    for number in range(64):
        if number not in CAPABILITIES.values():
            libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0)
    mask = sum(1 << number for number in CAPABILITIES.values())
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(
        mask, mask, 0, 0, 0, 0
    )  # effective, permitted, inheritable; low words, then high
    if libc.capset(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capset")


if __name__ == "__main__":
    restrict_system_calls()
    drop_capabilities()
    os.execvp(sys.argv[1], sys.argv[1:])
