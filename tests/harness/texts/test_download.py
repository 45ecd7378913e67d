"""A file is there whole or not at all, whatever the mirrors do."""

import socket
from pathlib import Path

import pytest

from autograder.course.texts import download as module
from autograder.course.texts.download import download

CONTENT = bytes(range(256)) * 400


def accept(_: Path) -> None:
    pass


def want_content(path: Path) -> None:
    if path.read_bytes() != CONTENT:
        raise ValueError("not the content")


def parts(folder: Path) -> list[Path]:
    return list(folder.glob("*.part"))


def test_a_whole_answer_is_saved_under_a_name_of_our_own(serve, tmp_path):
    mirror = serve(CONTENT)
    download([mirror.url()], tmp_path / "new" / "book.txt", want_content)
    assert (tmp_path / "new" / "book.txt").read_bytes() == CONTENT
    assert not parts(tmp_path / "new")
    assert "course" in mirror.requests[0]["User-Agent"] and len(mirror.requests) == 1


def test_a_broken_connection_is_resumed_where_it_ended(serve, tmp_path):
    mirror = serve(CONTENT, "cut", "cut", "whole")
    download([mirror.url()], tmp_path / "book.txt", want_content)
    half = len(CONTENT) // 2
    assert [request["Range"] for request in mirror.requests] == [
        None,
        f"bytes={half}-",
        f"bytes={half + half // 2}-",
    ]


def test_a_part_of_an_earlier_program_is_resumed(serve, tmp_path):
    mirror = serve(CONTENT, "cut", "503", "whole")
    with pytest.raises(ConnectionError):
        download([mirror.url()], tmp_path / "book.txt", want_content)
    assert not (tmp_path / "book.txt").exists()
    download([mirror.url()], tmp_path / "book.txt", want_content)
    assert mirror.requests[-1]["Range"] == f"bytes={len(CONTENT) // 2}-"


@pytest.mark.parametrize("date", ["Wed, 07 May 2025 00:00:00 GMT", None])
def test_a_file_that_changed_or_has_no_date_begins_again(serve, tmp_path, date):
    mirror = serve(b"old" * 1000, "cut", "503", date="Tue, 06 May 2025 00:00:00 GMT" if date else None)
    with pytest.raises(ConnectionError):
        download([mirror.url()], tmp_path / "book.txt", accept)
    mirror.content, mirror.date, mirror.answers = CONTENT, date, ["whole"]
    download([mirror.url()], tmp_path / "book.txt", want_content)


def test_a_part_that_is_longer_than_the_file_begins_again(serve, tmp_path):
    mirror = serve(CONTENT * 2, "cut", "503", "whole")
    with pytest.raises(ConnectionError):
        download([mirror.url()], tmp_path / "book.txt", accept)
    mirror.content = CONTENT
    download([mirror.url()], tmp_path / "book.txt", want_content)


@pytest.mark.parametrize("bad", ["404", "503", "page", "slow"])
def test_the_next_mirror_is_asked_after_a_bad_one(serve, tmp_path, monkeypatch, bad):
    monkeypatch.setattr(module, "PATIENCE", 0.3)
    first, second, third = serve(CONTENT, bad), serve(CONTENT), serve(CONTENT)
    download([mirror.url() for mirror in (first, second, third)], tmp_path / "book.txt", want_content)
    assert first.requests and len(second.requests) == 1 and not third.requests


def test_a_wrong_file_is_asked_for_once_and_leaves_nothing(serve, tmp_path):
    mirror = serve(b"something else")
    with pytest.raises(ConnectionError, match="not the content"):
        download([mirror.url()], tmp_path / "book.txt", want_content)
    assert len(mirror.requests) == 1 and not list(tmp_path.iterdir())


def test_one_sentence_names_the_trouble_of_each_mirror(serve, tmp_path):
    (tmp_path / "book.txt").write_text("an older copy")
    first, second = serve(CONTENT, "404"), serve(CONTENT, "page")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        host = f"127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(ConnectionError) as caught:
            download([first.url(), second.url(), f"http://{host}/"], tmp_path / "book.txt", want_content)
    sentence = str(caught.value)
    assert sentence.startswith("book.txt could not be downloaded (") and "\n" not in sentence
    for trouble in (": HTTP error 404;", ": not the content;", f"{host}: "):
        assert trouble in sentence
    assert (tmp_path / "book.txt").read_text() == "an older copy"


@pytest.mark.parametrize("answer", ["endless", "whole"])
def test_an_answer_that_is_far_too_large_is_left(serve, tmp_path, monkeypatch, answer):
    monkeypatch.setattr(module, "LARGEST", 50_000)
    with pytest.raises(ConnectionError):
        download([serve(CONTENT, answer).url()], tmp_path / "book.txt", want_content)
    assert all(part.stat().st_size < 200_000 for part in tmp_path.iterdir())
    assert not (tmp_path / "book.txt").exists()


def test_an_attempt_has_an_end(serve, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LONGEST", 0.0)
    with pytest.raises(ConnectionError, match="the connection ended after 0 of"):
        download([serve(CONTENT).url()], tmp_path / "book.txt", want_content)
