"""The results table of a report: four networks by three numbers, read leniently."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.checks import Mismatch, listing
from autograder.checks.report import Report, Table
from tests.visible.a7_sequence_modeling.support.record import NETWORKS

COLUMNS = {"parameters": "parameter count", "loss": "final training loss", "accuracy": "test accuracy"}
_NUMBER = re.compile(
    r"(?<![\w.])[-+]?(\d{1,3}(?:[,\u00a0\u2009\u202f' ]\d{3})+(?:\.\d+)?|\d*[.,]?\d+)\s*([kK](?!\w)|%)?"
)


@dataclass(frozen=True)
class Number:
    """One number as it stands in a cell: its value, how exactly it is given, and whether in percent."""

    value: float
    unit: float  # of its last digit
    percent: bool
    line: int

    def agrees(self, other: float) -> bool:
        """Whether the other number, rounded or cut off, reads like this one."""
        return abs(self.value - other) < self.unit


@dataclass(frozen=True)
class Results:
    """The table: numbers by network and column, as "lstm" and "loss"."""

    numbers: dict[tuple[str, str], Number]
    line: int


def find(report: Report) -> Results:
    """The results table of section 2. Raises Mismatch when it is missing or incomplete."""
    section = report.sections[1]
    if not section.tables:
        elsewhere = [table for other in report.sections for table in other.tables]
        more = " (the table below stands in another section)" if elsewhere else ""
        raise Mismatch(
            f"Section 2 holds no Markdown table{more}.",
            "Does your table have a header line with a line of dashes below it?",
            place=report.place(elsewhere[0].lines[0] if elsewhere else section.line),
        )
    tables = [_read(table) for table in section.tables]
    best = max(tables, key=lambda each: len(each.numbers))
    gaps = [
        (network, column)
        for network in NETWORKS
        for column in COLUMNS
        if (network, column) not in best.numbers
    ]
    if gaps:
        raise Mismatch(
            f"The results table does not have all of its four rows and three numbers: {_missing(gaps)}.",
            "Four networks, three numbers each: what are the rows and columns of your table called?",
            place=report.place(best.line),
        )
    return best


# -- reading -------------------------------------------------------------------------------------------------


def _read(table: Table) -> Results:
    """What a table holds, whichever way round it is."""
    upright = _numbers(table.rows, table.lines)
    width = max(map(len, table.rows))
    turned = [[row[column] if column < len(row) else "" for row in table.rows] for column in range(width)]
    across = _numbers(turned, [table.lines[0]] * width)
    return Results(max(upright, across, key=len), table.lines[0])


def _numbers(rows: list[list[str]], lines: list[int]) -> dict[tuple[str, str], Number]:
    header, *body = rows
    columns = {name: index for name in COLUMNS if (index := _column(header, name)) is not None}
    found: dict[tuple[str, str], Number] = {}
    for row, line in zip(body, lines[1:], strict=True):
        network = next((name for name in map(_network, row) if name), None)
        for column, index in columns.items():
            number = _number(row[index], line) if index < len(row) else None
            if network and number is not None:
                found.setdefault((network, column), _as_fraction(number) if column == "accuracy" else number)
    return found


def _column(header: list[str], name: str) -> int | None:
    """The column that fits best: a plain "accuracy" is the test's, a plain "loss" the training's."""
    words, better, worse = {
        "parameters": (r"param|weights|count", "count|total", "$^"),
        "loss": (r"loss|cross.?entropy", "train|final", "test|valid"),
        "accuracy": (r"acc", "test|final", "train|valid"),
    }[name]
    scores = [
        (bool(re.search(better, title)) - 2 * bool(re.search(worse, title)), -index)
        for index, title in enumerate(map(str.lower, header))
        if re.search(words, title)
    ]
    return -max(scores)[1] if scores else None


def _network(cell: str) -> str | None:
    """Which network a cell names, if any."""
    name = cell.lower()
    if "gru" in name:
        return "gru"
    if "lstm" in name:
        return "deep_lstm" if re.search(r"deep|stack|\b2(?!\d)|two|×\s*2|x\s*2", name) else "lstm"
    return "rnn" if re.search(r"rnn|vanilla|elman", name) else None


def _number(cell: str, line: int) -> Number | None:
    found = _NUMBER.search(cell)
    if found is None:
        return None
    digits = re.sub(r"[\u00a0\u2009\u202f' ]", "", found[1])
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", digits) and not digits.startswith("0"):
        digits = digits.replace(",", "")
    digits = digits.replace(",", ".")  # a decimal comma
    factor = 1_000 if (found[2] or "") in ("k", "K") else 1
    decimals = len(digits.partition(".")[2])
    sign = -1 if found[0].startswith("-") else 1
    return Number(sign * factor * float(digits), factor * 10.0**-decimals, found[2] == "%", line)


def _as_fraction(number: Number) -> Number:
    """An accuracy between 0 and 1; a number above 1 cannot be a fraction."""
    if number.percent or number.value > 1:
        return Number(number.value / 100, number.unit / 100, True, number.line)
    return number


def _missing(gaps: list[tuple[str, str]]) -> str:
    def parts() -> Iterator[str]:
        for network, (name, _, _) in NETWORKS.items():
            if all((network, column) in gaps for column in COLUMNS):
                yield f"a row for the {name}"
        for column, title in COLUMNS.items():
            if all((network, column) in gaps for network in NETWORKS):
                yield f"a column for the {title}"

    whole = list(parts())
    network, column = gaps[0]
    return f"{listing(whole) if whole else f'the {COLUMNS[column]} of the {NETWORKS[network][0]}'} is missing"
