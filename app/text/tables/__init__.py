"""From a municipal file to a table: encoding, delimiter, sheets, lines before the header, lines of the file.

The reader knows no domain: the caller says which headers it knows, and the line with most of them is the header.
Rows are read anew at each pass, so a long file costs its bytes and not a list of lists.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from app.text.tables.delimited import read_delimited
from app.text.tables.encodings import EMPTY, decode_text, refuse_foreign
from app.text.tables.sources import Source, open_source, read_head, size_of
from app.text.tables.table import Line, Table, TableRefused, header_key
from app.text.tables.workbook import is_workbook, read_workbook

LARGEST_FILE: Final = 100 * 1024 * 1024
"""In bytes. A whole prefecture's list has some ten megabytes."""

__all__ = (
    "LARGEST_FILE",
    "Line",
    "Source",
    "Table",
    "TableRefused",
    "decode_text",
    "header_key",
    "is_workbook",
    "open_source",
    "read_head",
    "read_table",
    "refuse_large",
)


def read_table(source: Source, name: str, *, headers: Collection[str]) -> Table:
    """Read a file whose header holds some of `headers`; raise `TableRefused` when it is no such table."""
    refuse_large(source)
    known = frozenset(header_key(header) for header in headers) - {""}
    if is_workbook(source):
        return read_workbook(source, name, known=known)
    refuse_foreign(read_head(source))
    return read_delimited(source, name, known=known)


def refuse_large(source: Source) -> None:
    """Raise `TableRefused` for a file that is too large, before it is read."""
    size = size_of(source)
    if size > LARGEST_FILE:
        raise TableRefused(
            f"ファイルが大きすぎます（{size // 1024 // 1024}MB）。{LARGEST_FILE // 1024 // 1024}MBまで読めます。"
            "要らない列や写真を消すか、行を分けて、いくつかのファイルにしてください。"
        )
    if size == 0:
        raise TableRefused(EMPTY)
