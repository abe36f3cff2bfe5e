"""Spreadsheets (xlsx): the sheet with a known header, each cell as the text that our parsers read.

Nothing is evaluated: of a formula the result is read that the spreadsheet program has left in the file. What a file
claims about itself is checked before anything is parsed, since a few kilobytes may unpack to gigabytes. The sheet is
parsed once and then kept packed, so that further passes are as cheap as those over a text.
"""

from __future__ import annotations

import errno
import gzip
import json
import warnings
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import zip_longest
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from openpyxl.utils.cell import range_boundaries

from app.text.normalise import normalise_text
from app.text.tables.book import Book
from app.text.tables.cells import text_of_cell
from app.text.tables.sheets import (
    CELLS_MOST,
    ROWS_MOST,
    SheetPart,
    refuse_bomb,
    too_large,
    too_many_cells,
    too_many_rows,
)
from app.text.tables.sources import Source, open_source, read_head
from app.text.tables.table import (
    COLUMNS_MOST,
    HEADER_WITHIN,
    LEAST_KNOWN,
    NO_HEADER,
    NO_ROWS,
    Line,
    Table,
    TableRefused,
    find_header,
    rows_below,
)
from app.text.values.reading import shown

_BROKEN: Final = (
    "Excelのファイルとして読めません。表計算ソフトで開いて「Excelブック（xlsx）」か「CSV UTF-8」で保存し直し、"
    "もう一度お試しください。"
)
_NO_RESULT: Final = (
    "式（計算の結果がありません）のため、空として読みます。Excelで開いて保存し直すか、値に変えてください。"
)
_LONG_CELL: Final = "一つの欄が長すぎます。文章を短くするか、欄を分けて、もう一度お試しください。"
# A text may stand in the file once and be the text of a million cells. Excel allows 32,767 characters in one.
_CELL_MOST, _TEXT_MOST = 131_072, 100_000_000


def is_workbook(source: Source) -> bool:
    """Tell a spreadsheet of today from every other file."""
    if not read_head(source, 4).startswith(b"PK\x03\x04"):
        return False
    try:
        with open_source(source) as file, ZipFile(file) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (BadZipFile, NotImplementedError, ValueError):
        return False


@dataclass(frozen=True)
class _Packed:
    """The lines of a sheet, as JSON under gzip."""

    data: bytes

    def lines(self) -> Iterator[Line]:
        """Yield the lines that hold anything, with the numbers of the sheet's rows."""
        with gzip.open(BytesIO(self.data)) as packed:
            for text in packed:
                number, cells, remarks = json.loads(text)
                yield Line(number, tuple(cells), tuple((place, remark) for place, remark in remarks))


def read_workbook(source: Source, name: str, *, known: Collection[str]) -> Table:
    """Read the first sheet whose header holds some of `known`; raise `TableRefused` when there is none."""
    refuse_bomb(source)
    try:
        # What openpyxl leaves out (drawings, validations, styles) it warns of; none of it is read here.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(source, name, known)
    except TableRefused:
        raise
    except OSError as error:
        # openpyxl raises it without a number, and a place before the file's begin is an invalid one. Every other is a
        # fault of the machine or a time that has run out, and says nothing about the file.
        if isinstance(error, TimeoutError) or error.errno not in (None, errno.EINVAL):
            raise
        raise TableRefused(_BROKEN) from None
    except (
        AttributeError, BadZipFile, EOFError, IndexError, KeyError, OverflowError, RuntimeError, SyntaxError,
        TypeError, ValueError, zlib.error,
    ):  # fmt: skip
        # SyntaxError is what the XML parser raises, RuntimeError what stands for a locked part of the archive.
        raise TableRefused(_BROKEN) from None


def _read(source: Source, name: str, known: Collection[str]) -> Table:
    with ExitStack() as opened:

        def load(*, data_only: bool, like: Book | None = None) -> Book:
            file = opened.enter_context(open_source(source))
            book = Book(file, data_only=data_only, like=like)
            opened.enter_context(closing(book.wb))
            return book

        book = load(data_only=True)
        others: list[str] = []
        chosen: tuple[Any, SheetPart, Line] | None = None
        sheets: list[Any] = list(book.wb.worksheets)
        for sheet in sorted(sheets, key=lambda sheet: sheet.sheet_state != "visible"):
            # Where a sheet lies in the archive is said by no public name.
            part = book.parts[sheet._worksheet_path]
            if part.cells == 0:
                continue
            best, header = find_header(_lines(sheet, part, None), known)
            if chosen is None and header is not None and best >= LEAST_KNOWN:
                chosen = sheet, part, header
            else:
                others.append(sheet.title)
        if chosen is None:
            raise TableRefused(NO_HEADER)
        sheet, part, header = chosen
        formulas = None
        if part.has_formulas:
            formulas = load(data_only=False, like=book).wb[sheet.title]
        packed, size = _pack(_lines(sheet, part, formulas), header)
    if size == 0:
        raise TableRefused(NO_ROWS)
    notes: tuple[str, ...] = ()
    if others:
        told = "、".join(f"「{normalise_text(title)[:40]}」" for title in others[:5])
        notes = (
            f"このファイルには、ほかのシート（{told}{'など' if len(others) > 5 else ''}）もあります。"
            f"読むのは「{normalise_text(sheet.title)[:40]}」だけです。ほかも取り込むときは、シートごとに別のファイルにしてください。",
        )
    return Table(name, "Excel（xlsx）", header.cells, header.number, size, packed, sheet.title, notes)


def _pack(lines: Iterable[Line], header: Line) -> tuple[_Packed, int]:
    stream = BytesIO()
    size = 0
    with gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=1, mtime=0) as packed:
        for line in rows_below(header.number, header.cells, (_within(line, header) for line in lines)):
            text = json.dumps([line.number, line.cells, line.remarks], ensure_ascii=False)
            packed.write(text.encode() + b"\n")
            size += 1
    return _Packed(stream.getvalue()), size


def _within(line: Line, header: Line) -> Line:
    """Leave out what stands to the right of the table, and say so: in a sheet nothing slips into the next column."""
    width = len(header.cells)
    beside = tuple(
        (place, f"見出しがないため、読みません（「{shown(normalise_text(cell))}」）。")
        for place, cell in enumerate(line.cells[width:], start=width)
        if cell.strip()
    )
    remarks = tuple(remark for remark in line.remarks if remark[0] < width)
    return Line(line.number, line.cells[:width], remarks + beside)


def _lines(sheet: Any, part: SheetPart, formulas: Any) -> Iterator[Line]:
    """Yield the rows of a sheet. `formulas` is its view with the formulas, needed only where it has any.

    Raises `TableRefused` as soon as a row or a column is reached that lies beyond a table. Rows that the file leaves out
    come as empty ones, one by one, so that a row far down is met by the limit before it is met itself.
    """
    sheet.reset_dimensions()
    if formulas is not None:
        formulas.reset_dimensions()
    fillers = _fillers(part.merged)
    # Of each column: the text of a cell that was merged downwards, and the last row of it.
    held: dict[int, tuple[str, int]] = {}
    filled, letters = 0, 0
    for number, (row, written) in enumerate(
        zip_longest(sheet.iter_rows(), formulas.iter_rows() if formulas is not None else ()), start=1
    ):
        if number > ROWS_MOST or len(row or ()) > COLUMNS_MOST:
            raise too_many_rows()
        if not row and not held:
            # Further down nobody counts the empty rows.
            if number <= HEADER_WITHIN:
                yield Line(number, ())
            continue
        cells: list[str] = []
        remarks: list[tuple[int, str]] = []
        for place, cell in enumerate(row or ()):
            if isinstance(cell.value, str) and len(cell.value) > _CELL_MOST:
                raise TableRefused(_LONG_CELL, number)
            text, remark = text_of_cell(cell)
            if cell.value is None and written is not None and place < len(written):
                remark = _NO_RESULT if written[place].data_type == "f" else remark
            cells.append(text)
            if remark:
                remarks.append((place, remark))
        line = _filled(Line(number, tuple(cells), tuple(remarks)), fillers, held)
        cells = list(line.cells)
        while cells and not cells[-1].strip():
            cells.pop()
        filled += len(cells)
        letters += sum(map(len, cells))
        if filled > CELLS_MOST:
            raise too_many_cells()
        if letters > _TEXT_MOST:
            raise too_large("文字が多すぎます")
        yield replace(line, cells=tuple(cells))


def _fillers(merged: Iterable[str]) -> Mapping[int, list[tuple[int, int]]]:
    """Return of each row the (column, last row) of the cells that are merged downwards from it."""
    fillers: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for area in merged:
        left, top, _, bottom = range_boundaries(area)
        if left and top and bottom and bottom > top:
            fillers[top].append((left - 1, bottom))
    return fillers


def _filled(
    line: Line, fillers: Mapping[int, list[tuple[int, int]]], held: dict[int, tuple[str, int]]
) -> Line:
    """Give each row of a merged cell its text: only the first row of it has one."""
    for place, bottom in fillers.get(line.number, ()):
        if place < len(line.cells):
            held[place] = line.cells[place], bottom
    if not held:
        return line
    cells = list(line.cells)
    for place, (text, bottom) in list(held.items()):
        if line.number > bottom:
            del held[place]
        elif place < len(cells) and not cells[place]:
            cells[place] = text
        elif place >= len(cells):
            cells += [""] * (place - len(cells)) + [text]
    return replace(line, cells=tuple(cells))
