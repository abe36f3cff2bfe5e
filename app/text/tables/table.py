"""What a file is read as, whichever its format."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Protocol

from app.text.normalise import normalise_text
from app.text.variants import DASHES

# How far down a header is looked for: above it stand a title, a date, a remark.
HEADER_WITHIN: Final = 30
# Two known headers: one alone may be a word in a title.
LEAST_KNOWN: Final = 2
COLUMNS_MOST: Final = 1_000
"""Of a table of any format: the largest that a prefecture publishes has some hundred."""
# No header that is known is longer; prose of a megabyte is not folded to find that out.
_HEADER_MOST: Final = 200
NO_HEADER: Final = (
    "見出しの行が見つかりません。「名称」「住所」のような列の名前を、データのすぐ上の行に書いてください。"
)
NO_ROWS: Final = "見出しの下に、データの行がありません。行を書いて、もう一度お試しください。"
_TO_LONG_VOWEL: Final = str.maketrans(dict.fromkeys(DASHES, "ー"))


class TableRefused(Exception):
    """The file cannot be read as a table. `message` says in Japanese what is wrong and what to do; `line` where."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message if line is None else f"{line}行目：{message}"
        self.line = line


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table. `number` is the line of the file on which it begins, counted from 1.

    `remarks` are pairs (column counted from 0, sentence) about cells that the format itself leaves open, such as a
    formula without a result.
    """

    number: int
    cells: tuple[str, ...]
    remarks: tuple[tuple[int, str], ...] = ()

    @property
    def says_anything(self) -> bool:
        """Whether a cell holds more than blanks."""
        return any(cell and not cell.isspace() for cell in self.cells)


class Source(Protocol):
    """A file whose lines can be read again and again."""

    def lines(self) -> Iterator[Line]:
        """Yield all lines, empty ones and those above the header included."""


@dataclass(frozen=True)
class Table:
    """A file read as a table. `encoding` is said in words; `size` counts the rows that hold anything.

    `sheet` is the sheet of a workbook, and `notes` are sentences about the file as a whole.
    """

    name: str
    encoding: str
    headers: tuple[str, ...]
    header_line: int
    size: int
    _source: Source = field(repr=False)
    sheet: str = ""
    notes: tuple[str, ...] = ()

    def lines(self) -> Iterator[Line]:
        """Yield the rows below the header that hold anything; a header that is repeated further down is no row."""
        return rows_below(self.header_line, self.headers, self._source.lines())

    def remarks_of(self, line: Line) -> Iterator[str]:
        """Yield what is to be told of the cells of a line, each with the name of its column."""
        for place, remark in line.remarks:
            header = normalise_text(self.headers[place]) if place < len(self.headers) else ""
            yield f"{header or f'{place + 1}列目'}：{remark}"


def rows_below(header_line: int, headers: tuple[str, ...], lines: Iterable[Line]) -> Iterator[Line]:
    """Yield the lines that are rows of the table with this header."""
    for line in lines:
        if line.number > header_line and line.cells != headers and line.says_anything:
            yield line


def header_key(header: str) -> str:
    """A key under which two spellings of one header are equal: width, case, line breaks, dashes and marks folded.

    「コ―ド」 with U+2015 is 「コード」, 「名称_カナ」 is 「名称カナ」, 「方書（ビル名等）」 is 「方書(ビル名等)」.
    """
    folded = normalise_text(header).casefold().translate(_TO_LONG_VOWEL)
    return "".join(character for character in folded if unicodedata.category(character)[0] in "LMN")


def find_header(lines: Iterable[Line], known: Collection[str]) -> tuple[int, Line | None]:
    """Return how many known headers the best of the first lines holds, and that line; the first one of equals.

    Raises `TableRefused` when that line has more columns than a table.
    """
    best, found = 0, None
    for line in islice(lines, HEADER_WITHIN):
        cells = (cell for cell in line.cells[:COLUMNS_MOST] if cell and len(cell) <= _HEADER_MOST)
        score = len({header_key(cell) for cell in cells} & set(known))
        if score > best:
            best, found = score, line
    if found is not None and best >= LEAST_KNOWN and len(found.cells) > COLUMNS_MOST:
        raise TableRefused(
            f"列が多すぎます（{len(found.cells):,}列）。{COLUMNS_MOST:,}列まで読めます。要らない列を消して、もう一度お試しください。",
            found.number,
        )
    return best, found
