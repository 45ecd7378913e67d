"""A file from the first mirror that has it: resumed when cut off, checked, then put in its place."""

import os
import time
from collections.abc import Callable
from email.utils import formatdate, mktime_tz, parsedate_tz
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

AGENT = "rnn-course-texts/1.0 (data for a course, downloaded once and kept)"
PATIENCE, LONGEST, LARGEST = 15.0, 120.0, 20_000_000  # seconds without a byte, seconds and bytes in all


def cache_folder() -> Path:
    """Where downloads are kept."""
    try:
        from platformdirs import user_cache_path
    except ImportError:
        return Path.home() / ".cache" / "rnn-autograder"
    return user_cache_path("rnn-autograder")


def download(urls: list[str], path: Path, check: Callable[[Path], object], largest: int = 0) -> None:
    """Save the first of the urls that works as path. check raises ValueError if a file is not what is wanted.

    largest is the size in bytes that is too much; a file that may be larger than usual gets more time.

    What came before a connection broke is kept (.part), and the next attempt goes on from there.
    Raises ConnectionError with one sentence that names the trouble of each mirror.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    troubles = []
    for url in urls:
        host = urlsplit(url).netloc
        part = path.with_name(f"{path.name}.{host.replace(':', '-')}.part")
        for _ in range(3):
            size = part.stat().st_size if part.exists() else 0
            try:
                receive(url, part, size, largest or LARGEST)
                check(part)
                part.replace(path)  # in one step: nobody ever sees half a file under this name
                return
            except ValueError as error:
                trouble = str(error)
                part.unlink(missing_ok=True)
            except HTTPError as error:
                trouble = f"HTTP error {error.code}"
                if error.code == 416:  # nothing follows what we have, so that was wrong: begin again
                    part.unlink(missing_ok=True)
                    continue
            except (OSError, HTTPException) as error:
                trouble = str(getattr(error, "reason", error)) or type(error).__name__
            if not part.exists() or part.stat().st_size <= size:  # nothing new came: next mirror
                break
        troubles.append(f"{host}: {trouble}")
    raise ConnectionError(f"{path.name} could not be downloaded ({'; '.join(troubles)}).")


def receive(url: str, part: Path, size: int, largest: int) -> None:
    """Add to part what follows its first size bytes, or all if the server's file has changed since."""
    headers = {"User-Agent": AGENT}
    if size:  # part carries the date that the server gave
        headers |= {"Range": f"bytes={size}-", "If-Range": formatdate(part.stat().st_mtime, usegmt=True)}
    deadline = time.monotonic() + LONGEST * max(1.0, largest / LARGEST)
    with urlopen(Request(url, headers=headers), timeout=PATIENCE) as answer:
        size = size if answer.status == 206 else 0
        end = size + int(answer.headers["Content-Length"] or largest)
        date = parsedate_tz(answer.headers["Last-Modified"] or "")
        try:
            with part.open("ab" if size else "wb") as file:
                while (
                    size < end <= largest and (chunk := answer.read1(65536)) and time.monotonic() < deadline
                ):
                    size += file.write(chunk)
                    print(f"\r{url}: {size // 1000} kB", end="", flush=True)
        finally:
            print()
            os.utime(part, (mktime_tz(date) if date else 0,) * 2)
    if answer.headers["Content-Length"] and part.stat().st_size != end:
        raise ConnectionError(f"the connection ended after {size} of {end} bytes")
