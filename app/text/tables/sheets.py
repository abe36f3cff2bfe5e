"""Looking at a spreadsheet's archive before it is parsed: how large it unpacks, what its parts hold.

Each part is looked through by the XML parser that is to read it afterwards, so nothing can be spelt in a way that one
of them reads and the other does not. It keeps no tree: a look costs time, and no memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from openpyxl.xml.constants import SHEET_MAIN_NS

from app.text.tables.sources import Source, open_source
from app.text.tables.table import COLUMNS_MOST, TableRefused

ROWS_MOST: Final = 200_000
CELLS_MOST: Final = 6_000_000
SHEETS_MOST: Final = 200
_UNPACKED_MOST: Final = 512 * 1024 * 1024
# Texts that cells share are held in memory as a whole.
_SHARED_MOST: Final = 64 * 1024 * 1024
_SHARED_ELEMENTS_MOST: Final = 2_000_000
# Styles, names of sheets, relations: these become a tree. Excel itself keeps no more than 65,490 formats of cells.
_TREE_MOST, _TREE_ELEMENTS_MOST = 16 * 1024 * 1024, 250_000
# Real sheets pack to a tenth or a fiftieth; what packs better is the same few bytes again and again.
_RATIO_MOST: Final = 150
_RATIO_FROM: Final = 16 * 1024 * 1024
_PARTS_MOST: Final = 5_000
_MERGED_MOST: Final = 200_000
# Of one row, and of all that stands around the rows (columns, merged cells, links): openpyxl holds either at once.
_IN_ROW_MOST, _AROUND_MOST = 100_000, 500_000
_DEPTH_MOST: Final = 100

_BLOCK: Final = 256 * 1024
_CELL, _ROW, _FORMULA, _MERGED = (f"{SHEET_MAIN_NS}}}{name}" for name in ("c", "row", "f", "mergeCell"))
# The worksheet, its data, its rows.
_ROW_DEPTH: Final = 3
_LARGE: Final = "Excelの表が大きすぎます（{what}）。使っていない行・列・シートや写真を消すか、行を分けて、いくつかのファイルにしてください。"
_SUSPICIOUS: Final = (
    "広げると極端に大きくなるExcelのファイルのため、開きませんでした。"
    "表計算ソフトで要るところだけを新しいブックに写し、保存し直してください。"
)
_DAMAGED: Final = "Excelのファイルが壊れています。表計算ソフトで開いて保存し直し、もう一度お試しください。"


@dataclass(frozen=True)
class SheetPart:
    """What stands in the file of a sheet: how many cells, whether formulas, and which areas are merged (「A1:B2」)."""

    cells: int
    has_formulas: bool
    merged: tuple[str, ...]


def too_large(what: str) -> TableRefused:
    """Return the refusal of a sheet that is larger than any table; `what` names the limit."""
    return TableRefused(_LARGE.format(what=what))


def too_many_rows() -> TableRefused:
    """Return the refusal of a sheet that goes on below the last row that is read."""
    return too_large(f"{ROWS_MOST:,}行、{COLUMNS_MOST:,}列まで読めます")


def too_many_cells() -> TableRefused:
    """Return the refusal of sheets that have more cells than are read."""
    return too_large(f"{CELLS_MOST:,}個の欄まで読めます")


def refuse_bomb(source: Source) -> None:
    """Raise `TableRefused` for an archive that unpacks to far more than a table; no more than its index is read.

    A part that is larger than its index says ends where the index says, so the sizes hold.
    """
    with open_source(source) as file, ZipFile(file) as archive:
        parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts) or 1
    if unpacked > _RATIO_FROM and unpacked > _RATIO_MOST * packed:
        raise TableRefused(_SUSPICIOUS)
    if unpacked > _UNPACKED_MOST:
        raise too_large(f"広げると{unpacked // 1024 // 1024}MB")
    if len(parts) > _PARTS_MOST:
        raise TableRefused(_SUSPICIOUS)
    # No spreadsheet program packs otherwise, and other ways of packing may ask for gigabytes to unpack a few bytes.
    if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        raise TableRefused(_DAMAGED)


def look_at_sheet(archive: ZipFile, name: str) -> SheetPart:
    """Look through a sheet without keeping it; raise `TableRefused` when it is larger than any table.

    Where a row or a cell says that it stands is not looked at: that is counted while the rows are read.
    """
    cells = rows = depth = in_row = around = 0
    within, has_formulas = False, False
    merged: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal cells, rows, depth, in_row, around, within, has_formulas
        depth += 1
        if depth == _ROW_DEPTH and tag == _ROW:
            rows += 1
            in_row, within = 0, True
        elif within:
            in_row += 1
        else:
            around += 1
        if tag == _CELL:
            cells += 1
        elif tag == _FORMULA:
            has_formulas = True
        elif tag == _MERGED:
            merged.append(attributes.get("ref", ""))
        if rows > ROWS_MOST:
            raise too_many_rows()
        if cells > CELLS_MOST or len(merged) > _MERGED_MOST:
            raise too_many_cells()
        if in_row > _IN_ROW_MOST or around > _AROUND_MOST or depth > _DEPTH_MOST:
            raise TableRefused(_SUSPICIOUS)

    def end(tag: str) -> None:
        nonlocal depth, within
        if depth == _ROW_DEPTH and tag == _ROW:
            within = False
        depth -= 1

    _parse(archive, name, start, end)
    return SheetPart(cells, has_formulas, tuple(merged))


def look_at_shared(archive: ZipFile, name: str) -> None:
    """Raise `TableRefused` when the texts that cells share are too many to be held."""
    if archive.getinfo(name).file_size > _SHARED_MOST:
        raise too_large("文字が多すぎます")
    _count(archive, name, _SHARED_ELEMENTS_MOST)


def look_at_tree(archive: ZipFile, name: str) -> None:
    """Raise `TableRefused` when a part that is read as a tree is too large for one."""
    if archive.getinfo(name).file_size > _TREE_MOST:
        raise TableRefused(_SUSPICIOUS)
    _count(archive, name, _TREE_ELEMENTS_MOST)


def _count(archive: ZipFile, name: str, most: int) -> None:
    count = depth = 0

    def start(*_element: object) -> None:
        nonlocal count, depth
        count += 1
        depth += 1
        if count > most or depth > _DEPTH_MOST:
            raise TableRefused(_SUSPICIOUS)

    def end(_tag: str) -> None:
        nonlocal depth
        depth -= 1

    _parse(archive, name, start, end)


def _parse(
    archive: ZipFile, name: str, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None]
) -> None:
    """Tell of each element. A part with a document type is refused, in whichever encoding: it may define entities."""

    def refuse(*_said: object) -> None:
        raise TableRefused(_DAMAGED)

    parser = ParserCreate(namespace_separator="}")
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = refuse
    try:
        with archive.open(name) as part:
            while block := part.read(_BLOCK):
                parser.Parse(block, False)
        parser.Parse(b"", True)
    except (BadZipFile, KeyError, EOFError, ExpatError):
        raise TableRefused(_DAMAGED) from None
