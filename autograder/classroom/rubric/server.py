"""The pages of a rubric from this machine to its own browsers, so that a filled sheet is saved at once.

It listens on 127.0.0.1 alone and answers only below a secret path. No address is ever a path: ids are looked
up in the manifest. Every grader has a file of their own for each submission, as
DIR/rubric/marks/<id>.ann_1f3c9a.csv, so that two at a time never write the same one; each is written whole or
not at all.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
import secrets
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from autograder import records
from autograder.classroom.rubric.handed_in import handed_in
from autograder.classroom.rubric.pages import Sheets
from autograder.classroom.rubric.sheets import MARKS, PAGES, Line, allowed, points_for, read_sheet
from autograder.course.config import ConfigError

HOST = "127.0.0.1"
MAX_SHEET = 1 << 20
PAGE = "text/html; charset=utf-8"


class Server(ThreadingHTTPServer):
    """Serves the sheets of one class until it is interrupted; `address` is what to open."""

    daemon_threads = True

    def __init__(self, sheets: Sheets, port: int = 0) -> None:
        super().__init__((HOST, port), _Answers)
        self.sheets = sheets
        self.token = secrets.token_urlsafe(16)

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.server_port}/{self.token}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a request that could not be answered: most often its browser has gone away."""

    def save(self, body: bytes) -> Path:
        """Keep a filled sheet of one line. Raises ConfigError, in one sentence, for what is none."""
        strange: list[str] = []
        lines = read_sheet(body, "the sheet", self.sheets.rubric, strange)
        if strange or len(lines) != 1:
            raise ConfigError(strange[0] if strange else "a sheet must have one filled line.")
        [line] = lines
        if line.id not in self.sheets.handed:
            raise ConfigError(f"no submission has the id {line.id!r}.")
        if not line.grader:
            raise ConfigError("the grader's name is missing.")
        for row, cell in zip(self.sheets.rubric.rows, line.cells, strict=True):
            if cell.given and points_for(cell.given, self.sheets.rubric, row) is None:
                raise ConfigError(f"{row.title!r} allows {allowed(self.sheets.rubric, row)}.")
        path = self.sheets.folder / MARKS / _name(line)
        records.write_bytes(path, body)
        return path


def _name(line: Line) -> str:
    """The file of one grader and one submission; names that look alike in it have different files."""
    grader = line.grader.casefold()
    short = re.sub(r"\W+", "_", grader)[:40]
    return f"{line.id}.{short}_{hashlib.sha256(grader.encode()).hexdigest()[:6]}.csv"


class _Answers(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    server_version, sys_version = "rubric", ""

    def do_GET(self) -> None:
        name = self._below_the_token()
        sheets = self.server.sheets
        kind, _, asked = (name or "").partition("/")
        id, _, suffix = asked.rpartition(".")
        try:
            if name in ("", "index.html"):
                self._send(sheets.index().encode("utf-8", "backslashreplace"), PAGE)
            elif kind == "sheets" and id in sheets.handed and suffix == "html":
                self._send((sheets.folder / PAGES / asked).read_bytes(), PAGE)
            elif kind == "sheets" and id in sheets.handed and suffix == "json":
                saved = sheets.saved(id, sheets.marks(), sheets.lines())
                self._send(json.dumps(saved).encode(), "application/json")
            elif kind == "documents":
                self._document(asked)
            else:
                self._refuse(HTTPStatus.NOT_FOUND, "There is nothing here.")
        except (OSError, ConfigError) as error:
            self._refuse(HTTPStatus.NOT_FOUND, f"This cannot be read: {error}")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if self._below_the_token() != "save":
            self._refuse(HTTPStatus.NOT_FOUND, "There is nothing here.")
        elif not length.isdecimal() or int(length) > MAX_SHEET:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The sheet is too large.")
        else:
            try:
                self.server.save(self.rfile.read(int(length)))
                self._send(b"", "text/plain")
            except (ConfigError, records.Unwritten) as error:
                self._refuse(HTTPStatus.BAD_REQUEST, str(error))

    def _below_the_token(self) -> str | None:
        """What is asked for below the secret path; None for what is elsewhere, or meant for another host."""
        token, _, name = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
        host = self.headers.get("Host", "").partition(":")[0]
        known = secrets.compare_digest(token.encode(), self.server.token.encode())
        return name if known and host in (HOST, "localhost") else None

    def _document(self, name: str) -> None:
        """A document of a submission, asked for as <id>/<its number>."""
        id, _, number = name.rpartition("/")
        handed = self.server.sheets.originals.get(id)
        if handed is None or not handed.path or not number.isdecimal():
            return self._refuse(HTTPStatus.NOT_FOUND, "There is nothing here.")
        folder = self.server.sheets.folder
        documents = handed_in(folder, handed, self.server.sheets.assignment).documents
        place = folder / handed.path
        path = place / documents[int(number)] if int(number) < len(documents) else place
        if not path.is_file():
            return self._refuse(HTTPStatus.NOT_FOUND, f"It lies in an archive: open {handed.path}.")
        kind = mimetypes.guess_type(path.name)[0]
        return self._send(
            path.read_bytes(), kind if kind == "application/pdf" else "application/octet-stream"
        )

    def _refuse(self, status: HTTPStatus, sentence: str) -> None:
        self._send(sentence.encode(), "text/plain; charset=utf-8", status)

    def _send(self, content: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("X-Frame-Options", "DENY")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: whoever grades looks at the page."""
