"""Opening a workbook by openpyxl, with a look at each part before it is parsed, and nothing read that no table needs."""

from __future__ import annotations

from typing import IO, Any
from zipfile import ZipFile

from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.xml.constants import SHARED_STRINGS

from app.text.tables.sheets import (
    CELLS_MOST,
    SHEETS_MOST,
    SheetPart,
    look_at_shared,
    look_at_sheet,
    look_at_tree,
    too_large,
    too_many_cells,
)


class _Parts(ZipFile):
    """The archive of a workbook. What openpyxl reads at one go becomes a tree, and is looked at before."""

    def read(self, name: Any, pwd: bytes | None = None) -> bytes:
        """Return the whole of a part; raise `TableRefused` when it is too large for a tree."""
        look_at_tree(self, name if isinstance(name, str) else name.filename)
        return super().read(name, pwd)


class Book(ExcelReader):
    """A workbook whose sheets are read row by row.

    `parts` says of each sheet by its path what it holds. A second view of the same file is opened `like` the first one,
    which has had the look.
    """

    def __init__(self, file: IO[bytes], *, data_only: bool, like: Book | None = None) -> None:
        super().__init__(file, read_only=True, data_only=data_only, keep_links=False)
        self.archive = _Parts(file)
        self.like = like
        self.parts: dict[str, SheetPart] = like.parts if like is not None else {}
        self.read()

    def read_strings(self) -> None:
        """Read the texts that cells share."""
        if self.like is not None:
            self.shared_strings = self.like.shared_strings
            return
        package: Any = self.package
        part = package.find(SHARED_STRINGS)
        if part is not None:
            look_at_shared(self.archive, part.PartName[1:])
        super().read_strings()

    def read_properties(self) -> None:
        """Leave out who wrote the file, and when."""

    def read_custom(self) -> None:
        """Leave out what the town's own programs have noted."""

    def read_theme(self) -> None:
        """Leave out the colours."""

    def read_worksheets(self) -> None:
        """Make the sheets ready, each part once; charts and what hangs on a sheet are left out."""
        book: Any = self.wb
        paths: set[str] = set()
        for sheet, relation in self.parser.find_sheets():
            path = relation.target
            if path in paths or path not in self.valid_files or "chartsheet" in relation.Type:
                continue
            paths.add(path)
            if len(paths) > SHEETS_MOST:
                raise too_large(f"シートは{SHEETS_MOST}枚まで読めます")
            if path not in self.parts:
                self.parts[path] = look_at_sheet(self.archive, path)
            if sum(part.cells for part in self.parts.values()) > CELLS_MOST:
                raise too_many_cells()
            view: Any = ReadOnlyWorksheet(book, sheet.name, path, self.shared_strings)
            view.sheet_state = sheet.state
            book._sheets.append(view)
