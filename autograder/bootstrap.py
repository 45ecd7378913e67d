"""Set up `.venv` beside the project with the versions of requirements.lock. Run as `python3 autograder/bootstrap.py`.

Standard library only, and syntax that any Python 3 reads, so that an old interpreter gets a sentence, not a traceback.
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
LOCK = ROOT / "requirements.lock"
LOG = VENV / "setup.log"
STAMP = VENV / "ready"
OLDEST, NEWEST = (3, 10), (3, 14)  # the Pythons that the pinned torch has wheels for
CPU_WHEELS = "https://download.pytorch.org/whl/cpu"


def main():
    python = find_python()
    fingerprint = hashlib.sha256(
        LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + repr(python).encode()
    ).hexdigest()
    if STAMP.is_file() and STAMP.read_text() == fingerprint:
        return
    print("Setting up .venv: a minute or two the first time, nothing afterwards.", flush=True)
    if VENV.exists():
        shutil.rmtree(str(VENV))
    made = subprocess.run([python, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if made.returncode:
        advice = (
            " On Debian and Ubuntu, `apt install python3-venv` brings it." if sys.platform == "linux" else ""
        )
        stop("Python could not make a virtual environment in %s.%s" % (VENV, advice))
    pip = [str(executable()), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    install(pip + cpu_torch() + ["-r", str(LOCK)])
    install(pip + ["--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    STAMP.write_text(fingerprint)
    print("Ready.", flush=True)


def find_python():
    """The interpreter to build on: this one when torch supports it, else the newest supported one on the PATH."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which("python3.%d" % minor)
        if found:
            return found
    stop(
        "Python %d.%d to %d.%d is needed (torch has no build for %s). Install one, or name it: make PYTHON=/path/to/python3.12 …"
        % (OLDEST + NEWEST + (".".join(map(str, sys.version_info[:2])),))
    )


def executable():
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def cpu_torch():
    """On Linux PyPI's torch brings gigabytes of CUDA: without a GPU, ask PyTorch's own index for the small build."""
    if sys.platform != "linux" or shutil.which("nvidia-smi"):
        return []
    try:
        socket.create_connection(("download.pytorch.org", 443), timeout=3).close()
    except OSError:
        return []
    return ["--extra-index-url", CPU_WHEELS]


def install(command):
    """Run pip, one dot per package, everything it says in setup.log."""
    said = []
    with LOG.open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
        for line in process.stdout:
            log.write(line)
            said.append(line.strip())
            if re.match("Collecting|Installing|Building|Downloading", line):
                print(".", end="", flush=True)
    print(flush=True)
    if process.wait():
        errors = [line for line in said if line.lower().startswith("error")]
        stop(
            "The packages could not be installed: %s Is the network there? The whole story is in %s."
            % (errors[-1] if errors else "pip failed.", LOG)
        )


def stop(sentence):
    print(sentence, file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        stop("Setting up .venv failed: %s." % error)
