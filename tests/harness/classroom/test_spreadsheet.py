"""A table is read as any program wrote it, and written so that none runs what is in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.classroom.spreadsheet import harmless, original, read_table, table
from autograder.course.config import ConfigError

ROWS = [["id", "Name", "comment"], ["7", "Zoë, Müller", 'says "no"; then\nyes']]
PLAIN = 'id,Name,comment\r\n7,"Zoë, Müller","says ""no""; then\nyes"\r\n'
GERMAN = 'id;Name;comment\n7;Zoë, Müller;"says ""no""; then\nyes"\n;;\n'


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        GERMAN.encode("cp1252"),
        f"sep=;\r\n{GERMAN}".encode(),
        GERMAN.replace(";", "\t").replace('"no""\t', '"no"";').encode("utf-16"),
        f"\n\n{GERMAN}".encode(),
    ],
    ids=["plain", "mark", "latin", "sep", "utf-16", "empty lines"],
)
def test_a_table_is_read_whatever_program_wrote_it(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(data)
    assert read_table(path) == ROWS


def test_commas_in_quotes_do_not_decide_what_parts_the_cells(tmp_path: Path) -> None:
    (tmp_path / "sheet.csv").write_text('id;"row, with, commas, in, it"\n1;2\n', encoding="utf-8")
    assert read_table(tmp_path / "sheet.csv") == [["id", "row, with, commas, in, it"], ["1", "2"]]


def test_a_table_comes_back_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "sheet.csv").write_text(table(ROWS), encoding="utf-8", newline="")
    assert read_table(tmp_path / "sheet.csv") == ROWS


@pytest.mark.parametrize(
    "cell", ["=cmd|' /C calc'!A0", "+1", "-1 for the axis", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"]
)
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert original(harmless(cell)) == cell


@pytest.mark.parametrize("cell", ["", "Ann", "'tis", "a=b", "1,5"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) == original(cell) == cell


def test_what_is_no_table_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.csv cannot be read"):
        read_table(tmp_path / "none.csv")
    (tmp_path / "long.csv").write_text("id\n" + "x" * (1 << 21))
    with pytest.raises(ConfigError, match=r"long\.csv is no CSV file: field larger"):
        read_table(tmp_path / "long.csv")
