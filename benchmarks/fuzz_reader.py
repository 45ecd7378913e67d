"""Hands in thousands of odd submissions to the reader: each must end in a result or one sentence.

    python benchmarks/fuzz_reader.py [--count 20000] [--seed 1]

Notebooks, modules, zips and folders are made from the templates and solutions by a seeded mutator: pieces are
repeated, cut, swapped, nested and replaced by bytes that break something. Printed are how they ended, the
longest time, the most memory of a reader, and whether anything was left.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import resource
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

from autograder.course import config
from autograder.submission import Unreadable, read

ROOT = Path(__file__).parents[1]
BREAKERS = [
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"(" * 3_000, b"[" * 3_000, b"'''", b"\\\n", b"\r", b"\x0c", b"\t",
    b"# coding: rot13\n", b"# -*- coding: utf-7 -*-\n", b"# coding: undefined\n", b"# coding: bz2_codec\n",
    b" " * 50_000 + b"$", b"a=None\n" * 8_000, b"[],\n" * 20_000, b"x = 1;" * 5_000, b"-" * 20_000 + b"1",
    b"if 1: pass\n" + b"elif 1: pass\n" * 900, b"%%writefile ../../x.py\n", b"!ls \\\n" * 500, b"?" * 9_000,
    b"from . import *\n", b"from ..... import a\n", b"lambda: (yield)\n", b"f'{" * 100, b"class A(A): pass\n",
    b'{"cells": [', b'"source": ', b'"cell_type": "code"', b"1e999", b'"\\ud800"', b"null", b"{}" * 999,
    "ª = ⅷ\n".encode(), "é".encode("latin-1"), b"\xed\xa0\x80", b"match x:\n case {**y}: pass\n", b"x: int\n",
]  # fmt: skip


def mutated(data: bytes, rng: random.Random) -> bytes:
    """The bytes after a few changes."""
    for _ in range(rng.choice((0, 1, 1, 2, 3, 8))):
        i, j = sorted(rng.randrange(len(data) + 1) for _ in range(2))
        j = min(j, i + 2_000)
        change = rng.randrange(6)
        if change == 0:
            data = data[:i] + rng.choice(BREAKERS) + data[i:]
        elif change == 1:
            data = data[:i] + data[j:]
        elif change == 2:
            data = data[:j] + data[i:j] * rng.choice((1, 5, 60)) + data[j:]
        elif change == 3:
            data = data[:i] + bytes(rng.randrange(256) for _ in range(min(j - i, 20))) + data[j:]
        elif change == 4:
            data = b"\n".join(rng.sample(lines := data.split(b"\n"), len(lines)))
        else:
            data = rng.choice(BREAKERS) * rng.choice((1, 30)) + data[i:]
    return data[: 22 << 20]


def notebook(cells: list[bytes], rng: random.Random) -> bytes:
    """A notebook of these cells, in one of the forms that there are."""
    texts = [cell.decode("utf-8", "replace") for cell in cells]
    made = [
        {
            "cell_type": rng.choice(("code", "code", "code", "markdown", "raw", 7)),
            "source": rng.choice((text, text.splitlines(keepends=True), [text, None], {"a": text})),
            "outputs": rng.choice(([], [{"text": text}], None, [[[]]], {"data": {"text/plain": [text]}})),
            "execution_count": rng.choice((None, 1, -1, 10**30, "x", True)),
        }
        for text in texts
    ]
    form = rng.choice(({"cells": made}, {"cells": made}, {"worksheets": [{"cells": made}]}, made))
    return json.dumps(form).encode()


def hand_in(folder: Path, seeds: list[bytes], rng: random.Random) -> Path:
    """One submission in an empty folder; the path to be read."""
    names = ["cells.py", "toolkit.py", "loop.py", "report.md", "a.ipynb", "src/h.py", "x\ny.py", "data.bin"]
    files = {}
    for name in rng.sample(names, rng.randrange(1, len(names))):
        pieces = [mutated(rng.choice(seeds), rng) for _ in range(rng.randrange(1, 4))]
        files[name] = notebook(pieces, rng) if name.endswith(".ipynb") else pieces[0]
        if name.endswith(".ipynb"):
            files[name] = mutated(files[name], rng) if rng.random() < 0.5 else files[name]
    kind = rng.randrange(3)
    if kind == 0:
        name, data = rng.choice(sorted(files.items()))
        path = folder / name.replace("/", "_")
        path.write_bytes(data)
        return path
    if kind == 1:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
            for name, data in files.items():
                archive.writestr(rng.choice(("", "", "w/", "../", "/")) + name, data)
        data = packed.getvalue()
        (folder / "a.zip").write_bytes(mutated(data, rng) if rng.random() < 0.5 else data)
        return folder / "a.zip"
    for name, data in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    if rng.random() < 0.2:
        (folder / "link.py").symlink_to("/etc/passwd")
        os.mkfifo(folder / "pipe.py")
    return folder


def fuzz(count: int, seed: int) -> tuple[Counter[str], float, float]:
    """How many ended in which way, the longest time, the most memory in MB."""
    rng = random.Random(seed)
    assignments = list(config.load(ROOT).assignments.values())
    seeds = [path.read_bytes() for path in sorted((ROOT / "solutions").glob("*/*.py"))]
    ends: Counter[str] = Counter()
    longest = 0.0
    for _ in range(count):
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            path = hand_in(Path(folder), seeds, rng)
            start = time.monotonic()
            try:
                read(path, rng.choice(assignments))
                ends["read"] += 1
            except Unreadable as error:
                said = str(error)
                assert said.endswith(".") and "\n" not in said and len(said) < 500, said
                ends["too costly" if " takes too " in said else "a sentence"] += 1
            longest = max(longest, time.monotonic() - start)
    return ends, longest, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    before = set(Path(tempfile.gettempdir()).iterdir())
    ends, longest, memory = fuzz(arguments.count, arguments.seed)
    left = {
        path for path in set(Path(tempfile.gettempdir()).iterdir()) - before if path.name.startswith("fuzz-")
    }
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    alive = children.read_text().split() if children.is_file() else []
    print(
        dict(ends),
        f"longest {longest:.2f} s, most memory {memory:.0f} MB, left: {left or alive or 'nothing'}",
    )


if __name__ == "__main__":
    main()
