"""A server that grades nothing and starts at once: what it does is in the name of the submission.

It is started as the real one is, with the same argument, and speaks as the real one does.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import time
from pathlib import Path


def main() -> None:
    setup = json.loads(sys.argv[-1])
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    folder = Path(setup["folder"])
    (folder / "servers").mkdir(exist_ok=True)
    (folder / "servers" / str(os.getpid())).touch()
    if setup["rules"] == "others":
        say(refused="The grader's server found another state of: the checks.")
    say(ready=True)
    for line in sys.stdin:
        request = json.loads(line)
        serve(folder, request, request["handed"]["id"])


def serve(folder: Path, request: dict, name: str) -> None:
    with (folder / "asked").open("a") as asked:
        asked.write(name + "\n")
    say(seen="cells::one")
    first = (folder / "asked").read_text().split().count(name) == 1
    if name.startswith("slow"):
        time.sleep(0.2)
    if name.startswith("hang"):
        time.sleep(1000)
    if name.startswith("dies") or (first and name.startswith("stumbles")):
        os.kill(os.getpid(), signal.SIGKILL)
    if name.startswith("murders"):  # the worker that asked, as the kernel may when there is no memory left
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(1000)
    if name.startswith("babbles"):
        print("Hello, I am a check that prints.", flush=True)
    if name.startswith("full"):
        say(status="unwritten", said="The disk is full.")
    target = Path(request["target"], "results", f"{name}.json")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}")
    pending = name.startswith("faulty") or (first and name.startswith("wavers"))
    draft.write_text(json.dumps({"key": request["key"], "problem": "", "is_fault": pending}))
    draft.replace(target)
    say(status="pending" if pending else "graded", said="")


def say(**answer: object) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
