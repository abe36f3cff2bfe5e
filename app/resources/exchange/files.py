"""Tables as files: CSV that spreadsheets open, GeoJSON for maps, XLSX. Written piece by piece, flat in memory."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

from app.resources.exchange.cells import shielded
from app.resources.exchange.columns import Column
from app.resources.exchange.spreadsheets import Sheet, write_xlsx
from app.resources.exchange.writing import Cell, Layout

FORMATS: Final = ("csv", "xlsx", "geojson")
MIME_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
}

UTF8, SHIFT_JIS = "utf-8", "cp932"
UNKNOWN_SIGN: Final = "〓"
"""Stands for a character that the code does not have, as Japanese printers always did."""

_GEO_COLUMNS: Final = {
    "lat": frozenset({"緯度", "事業所緯度"}),
    "lon": frozenset({"経度", "事業所経度"}),
}

SHEET: Final = "社会資源"
"""What the sheet of entries is called."""


@dataclass(frozen=True)
class Wish:
    """What is to be written: a layout, as which file, how its characters are written, and whether for the staff."""

    layout: Layout
    file: str
    encoding: str = UTF8
    for_staff: bool = False

    @property
    def headers(self) -> list[str]:
        """The heads of its columns."""
        return self.layout.headers(for_staff=self.for_staff)


class _Counted:
    """Rows, and how many of them went by."""

    def __init__(self, rows: Iterable[Sequence[Cell]]) -> None:
        self._rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        for row in self._rows:
            self.count += 1
            yield row


def write_table(wish: Wish, rows: Iterable[Sequence[Cell]], to: IO[bytes]) -> int:
    """Write rows into a file and return how many there were. Memory stays flat however many there are."""
    counted = _Counted(rows)
    if wish.file == "xlsx":
        write_xlsx([Sheet(SHEET, wish.headers, counted)], to)
        return counted.count
    geojson = wish.file == "geojson"
    pieces = (
        write_geojson(wish.headers, counted)
        if geojson
        else write_csv(wish.headers, counted, encoding=wish.encoding)
    )
    # One by one: `writelines` would fill the memory before such a file goes to the disk.
    for piece in pieces:
        to.write(piece)
    return counted.count


def write_csv(
    headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, encoding: str = UTF8
) -> Iterator[bytes]:
    """Yield a table as CSV: UTF-8 with its mark, or Shift_JIS (CP932) in which what does not fit becomes 〓."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    yield b"\xef\xbb\xbf" if encoding == UTF8 else b""
    for cells in _with_head(headers, rows):
        writer.writerow([_text(cell) for cell in cells])
        text = buffer.getvalue()
        yield text.encode() if encoding == UTF8 else _fitted(text).encode(SHIFT_JIS)
        buffer.seek(0)
        buffer.truncate()


def misfits(rows: Iterable[Sequence[Cell]]) -> Counter[str]:
    """Return the characters that Shift_JIS does not have, with how often they stand in the cells."""
    found: Counter[str] = Counter()
    for cells in rows:
        for cell in cells:
            if isinstance(cell, str) and not _fits(cell):
                found.update(character for character in cell if not _fits(character))
    return found


def write_geojson(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Yield a table as a FeatureCollection (RFC 7946): a point a row, null where none is known.

    Empty cells are left out, and so is the column for the machine, which only a table brings back in.
    """
    lat = next(place for place, header in enumerate(headers) if header in _GEO_COLUMNS["lat"])
    lon = next(place for place, header in enumerate(headers) if header in _GEO_COLUMNS["lon"])
    before = '{"type":"FeatureCollection","features":[\n'
    for cells in rows:
        point = None if cells[lat] is None else {"type": "Point", "coordinates": [cells[lon], cells[lat]]}
        said: dict[str, Any] = {
            header: cell
            for place, (header, cell) in enumerate(zip(headers, cells, strict=True))
            if cell is not None and place not in (lat, lon) and header != Column.TIMETABLE.value
        }
        feature = {"type": "Feature", "geometry": point, "properties": said}
        yield (before + json.dumps(feature, ensure_ascii=False, separators=(",", ":"))).encode()
        before = ",\n"
    yield ("" if before.startswith(",") else before).encode() + b"\n]}\n"


def _with_head(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    yield headers
    yield from rows


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    # A coordinate is a number and stays one; six digits behind the point are about ten centimetres.
    return (
        f"{cell:.6f}" if isinstance(cell, float) else shielded(cell) if isinstance(cell, str) else str(cell)
    )


def _fits(text: str) -> bool:
    try:
        text.encode(SHIFT_JIS)
    except UnicodeEncodeError:
        return False
    return True


def _fitted(text: str) -> str:
    if _fits(text):
        return text
    return "".join(character if _fits(character) else UNKNOWN_SIGN for character in text)
