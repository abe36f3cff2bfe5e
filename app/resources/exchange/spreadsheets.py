"""Tables as XLSX. Written row by row into a file on disk, so that a hundred thousand rows need no more memory than ten.

Every text is a text cell and no formula, whatever it begins with; it carries the apostrophe of `shielded` all the same,
because people save the sheet as CSV and hand that on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from app.resources.exchange.cells import shielded
from app.resources.exchange.writing import Cell

LONGEST_CELL: Final = 32_767
"""So many characters a cell of a spreadsheet holds."""

_TEXT: Final = "@"
# What no XML can hold; a cell that a page once took in by mistake must not make the file unreadable.
_NO_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_WIDE: Final = 24
_NARROW: Final = 12


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, its heads, its rows; `is_prose` for one that is read and not filled in."""

    name: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    is_prose: bool = False


def write_xlsx(sheets: Iterable[Sheet], to: IO[bytes]) -> None:
    """Write sheets into a file that is open for writing; the first is the one that an import reads."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        page.freeze_panes = "A2"
        for number, header in enumerate(sheet.headers, start=1):
            width = (
                60
                if sheet.is_prose and number > 1
                else _WIDE
                if len(header) > 3 or sheet.is_prose
                else _NARROW
            )
            page.column_dimensions[get_column_letter(number)].width = width
        page.append(_head(page, sheet.headers))
        cells = [_text_cell(page, wraps=sheet.is_prose) for _ in sheet.headers]
        for row in sheet.rows:
            page.append(_written(cells, row))
    book.save(to)


def _head(page: Any, headers: Sequence[str]) -> list[Any]:
    made = []
    for header in headers:
        cell = WriteOnlyCell(page, value=header)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        made.append(cell)
    return made


def _text_cell(page: Any, *, wraps: bool) -> Any:
    cell = WriteOnlyCell(page)
    cell.number_format = _TEXT
    if wraps:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _written(cells: Sequence[Any], row: Sequence[Cell]) -> Iterator[Any]:
    # Each cell is written before the next is asked for, so one object serves a whole column.
    for cell, value in zip(cells, row, strict=True):
        if not isinstance(value, str) or not (text := shielded(_NO_XML.sub("", value))):
            yield value or None if isinstance(value, str) else value
            continue
        # A document for machines that is cut in the middle could not be read; a text is cut by the sheet anyway.
        cell.value = (
            text if len(text) <= LONGEST_CELL else None if text.startswith("{") else text[:LONGEST_CELL]
        )
        if cell.value is not None:
            cell.data_type = "s"
        yield cell
