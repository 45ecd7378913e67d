"""`python3 autograder/bootstrap.py` sets up `.venv` with the versions of requirements.lock.

`make` and `check.py` begin with it. Standard library only, and nothing newer than Python 3.6, so that an old
interpreter gets a sentence and no traceback.
"""

import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
INSIDE = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCK = ROOT / "requirements.lock"
LOG = VENV / "setup.log"
STAMP = VENV / "ready"
OLDEST, NEWEST = 10, 14  # Python 3.10 to 3.14: the pinned torch has wheels for these
CPU_WHEELS = "https://download.pytorch.org/whl/cpu"


def main() -> None:
    """Make .venv, or do nothing when it is what the lock file asks for. Exits with 2 and a sentence."""
    python = find_python()
    fingerprint = fingerprint_of(python)
    if STAMP.is_file() and STAMP.read_text() == fingerprint:
        return
    print("Setting up .venv: some minutes the first time, nothing afterwards.", flush=True)
    if VENV.exists():
        shutil.rmtree(str(VENV))
    if subprocess.call([python, "-m", "venv", str(VENV)], stdout=subprocess.DEVNULL):
        advice = (
            " On Debian and Ubuntu, `apt install python3-venv` brings it." if sys.platform == "linux" else ""
        )
        stop(f"Python could not make a virtual environment in {VENV}.{advice}")
    (VENV / ".gitignore").write_text("*\n")
    pip = [str(INSIDE), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    install([*pip, *cpu_torch(), "-r", str(LOCK)])
    install([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    STAMP.write_text(fingerprint)
    print("Ready.", flush=True)


def fingerprint_of(python: str) -> str:
    """What .venv depends on: the packages, the interpreter and the place, for a moved one does not work."""
    wanted = LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    places = os.path.realpath(python) + str(ROOT)
    return hashlib.sha256(wanted + places.encode("utf-8", "surrogateescape")).hexdigest()


def find_python() -> str:
    """The interpreter to build on: this one when torch supports it, else the newest supported one around."""
    major, minor = sys.version_info[:2]
    if major == 3 and OLDEST <= minor <= NEWEST:
        return getattr(sys, "_base_executable", sys.executable)  # not that of the .venv to be made
    around = [shutil.which(f"python3.{minor}") for minor in range(NEWEST, OLDEST - 1, -1)]
    found = [path for path in around if path and runs(path)]
    if not found:
        stop(
            f"Python 3.{OLDEST} to 3.{NEWEST} is needed (torch has no build for {major}.{minor}). "
            "Install one, or name it: `make PYTHON=/path/to/python3.12 …`, `/path/to/python3.12 check.py …`."
        )
    return found[0]


def runs(python: str) -> bool:
    """Whether an interpreter starts: a version manager may only pretend to have it."""
    done = subprocess.run([python, "-c", "import venv"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode == 0


def cpu_torch() -> "list[str]":
    """On Linux PyPI's torch brings gigabytes of CUDA: without a GPU, ask PyTorch for its small build."""
    if sys.platform != "linux" or shutil.which("nvidia-smi"):
        return []
    try:
        socket.create_connection(("download.pytorch.org", 443), timeout=3).close()
    except OSError:
        return []
    return ["--extra-index-url", CPU_WHEELS]


def install(command: "list[str]") -> None:
    """Run pip: one dot per package on the terminal, everything it says in setup.log."""
    said = []
    with LOG.open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
            errors="replace",
        )
        for line in process.stdout or []:
            log.write(line)
            said.append(line.strip())
            if re.match("Collecting|Installing|Building", line):
                print(".", end="", flush=True)
    print(flush=True)
    if process.wait():
        errors = [line for line in said if line.startswith("ERROR")] or ["pip failed."]
        stop(f"The packages could not be installed: {errors[-1]} Is the network there? {LOG} has the story.")


def stop(sentence: str) -> None:
    print(sentence, file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        stop(f"Setting up .venv failed: {error}.")
