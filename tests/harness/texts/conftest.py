"""A loopback server that answers as mirrors do on good and on bad days, and made-up books."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from autograder.course.texts import authors, gutenberg

ROOT = Path(__file__).parents[3]
DATE = "Tue, 06 May 2025 07:08:09 GMT"


@dataclass
class Mirror:
    """One server on its own port. `answers` are used up one per request; the last one stays."""

    content: bytes
    answers: list[str]
    date: str | None = DATE
    requests: list[Message] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    address: str = ""

    def url(self, path: str = "/book.txt") -> str:
        return self.address + path


def handler_of(mirror: Mirror) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            mirror.requests.append(self.headers)
            mirror.paths.append(self.path)
            answer = mirror.answers.pop(0) if len(mirror.answers) > 1 else mirror.answers[0]
            if answer.isdigit():
                self.send_error(int(answer))
                return
            content = b"<html><body>Sorry</body></html>" if answer == "page" else mirror.content
            start = 0
            asked = re.match(r"bytes=(\d+)-", self.headers["Range"] or "")
            if asked and self.headers["If-Range"] in (None, mirror.date):
                start = int(asked[1])
                if start >= len(content):
                    self.send_error(416)
                    return
            self.send_response(206 if start else 200)
            if mirror.date:
                self.send_header("Last-Modified", mirror.date)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            if answer != "endless":
                self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            rest = content[start:]
            if answer in ("cut", "slow"):
                rest = rest[: len(rest) // 2]
            self.wfile.write(rest)
            try:
                while answer == "endless" and not mirror.closing.is_set():
                    self.wfile.write(bytes(4096))
            except OSError:
                pass
            if answer == "slow":  # and says nothing more
                self.wfile.flush()
                mirror.closing.wait(30)

    return Handler


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Mirror]]:
    """serve(content, *answers) starts a mirror: "whole", "cut", "page", "slow", "endless" or an HTTP code."""
    monkeypatch.setenv("no_proxy", "*")
    started: list[tuple[Mirror, ThreadingHTTPServer, threading.Thread]] = []

    def start(content: bytes, *answers: str, date: str | None = DATE) -> Mirror:
        mirror = Mirror(content, list(answers or ["whole"]), date)
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(mirror))
        server.daemon_threads = True
        mirror.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        started.append((mirror, server, thread))
        return mirror

    yield start
    for mirror, server, thread in started:
        mirror.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


def made_up_book(name: str, sentences: int = 60, licence: bool = True, front: str = "") -> str:
    """A book of made-up sentences with everything around it that Project Gutenberg's files have."""
    _, _, _, first, last = gutenberg.BOOKS[name]
    middle = "\n\n".join(
        f"The invented “sentence” number {i} isn’t anybody’s—truly." for i in range(sentences)
    )
    body = f"{front}\n\nIt was, {first}, said nobody.\n\n{middle}\n\nAnd so it {last}.\n"
    if not licence:
        return body
    return (
        "\ufeffThe Project Gutenberg eBook of Nothing\n\nThis eBook is for the use of anyone anywhere.\n\n"
        "*** START OF THE PROJECT GUTENBERG EBOOK NOTHING ***\n\nProduced by Nobody\n\nContents\n\n"
        f"{body}\n\nEnd of Project Gutenberg’s Nothing\n\n"
        "*** END OF THE PROJECT GUTENBERG EBOOK NOTHING ***\n\n"
        "*** START: FULL LICENSE ***\n\nSection 1. General Terms of Use\n"
    ).replace("\n", "\r\n")


@pytest.fixture
def book() -> Callable[..., str]:
    return made_up_book


@pytest.fixture
def small_books(monkeypatch: pytest.MonkeyPatch) -> None:
    """Books of a few kilobytes count as whole."""
    for name, (number, _, _, first, last) in gutenberg.BOOKS.items():
        monkeypatch.setitem(gutenberg.BOOKS, name, (number, 2, 9, first, last))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty current folder, an empty cache (returned) and no AUTOGRADER_DATA."""
    cache = tmp_path / "cache"
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(gutenberg, "cache_folder", lambda: cache)
    monkeypatch.delenv("AUTOGRADER_DATA", raising=False)
    authors.load_from.cache_clear()
    yield cache
    authors.load_from.cache_clear()


@pytest.fixture
def run_twice(tmp_path: Path) -> Callable[[Path, str], str]:
    """What code prints that imports a handed-out data.py, without any package: the same in every process."""

    def run(given: Path, code: str) -> str:
        shutil.copy(given, tmp_path)
        begin = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\nimport data\n"
        command = [sys.executable, "-S", "-c", begin + code]
        one, other = (
            subprocess.check_output(command, env=told, cwd=tmp_path, text=True, timeout=60)
            for told in ({**os.environ, "AUTOGRADER_DATA": "synthetic", "PYTHONHASHSEED": n} for n in "12")
        )
        assert one == other
        return one

    return run


@pytest.fixture(scope="session")
def real_texts() -> Path:
    """A folder with the four real texts, which are no part of this project."""
    for folder in (os.environ.get("AUTOGRADER_DATA", ""), ROOT.parent / "shared" / "data"):
        if folder and (Path(folder) / "austen.txt").is_file():
            return Path(folder)
    pytest.skip("the four real texts are not at hand (AUTOGRADER_DATA names a folder of them)")
