"""Tables as text: commas, tabs, semicolons, bars. Lines are read from the bytes, a block at a time."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import chain
from typing import Final

from app.text.tables.encodings import find_encoding
from app.text.tables.sources import Source, blocks_of, open_source
from app.text.tables.table import (
    LEAST_KNOWN,
    NO_HEADER,
    NO_ROWS,
    Line,
    Table,
    TableRefused,
    find_header,
    rows_below,
)

_DELIMITERS: Final = (",", "\t", ";", "|")
# Stands behind the last line: an open quotation mark swallows it, and so is found.
_END: Final = "\x1ctsunagi-end\x1c"

# A whole prefecture has some ten thousand places. Twenty megabytes of line ends or of commas alone would keep a
# worker busy for half a minute before anybody could say that they are no table.
_LINE_ENDS_MOST, _LINE_MOST = 1_000_000, 1024 * 1024


@dataclass(frozen=True)
class _Text:
    """A text with its encoding and delimiter."""

    source: Source
    encoding: str
    delimiter: str

    def lines(self, *, with_end: bool = False) -> Iterator[Line]:
        """Yield every record with the line on which it begins; cells may hold line breaks.

        Raises `TableRefused` on a cell that no spreadsheet could have written. `with_end` adds the mark of the end.
        """
        # Only CR and LF end a line, which `newline=""` sees to: `splitlines` would cut at U+2028 as well.
        with open_source(self.source) as file, TextIOWrapper(file, self.encoding, newline="") as text:
            begins = 1
            reader = csv.reader(chain(text, (_END,)) if with_end else text, delimiter=self.delimiter)
            try:
                for cells in reader:
                    yield Line(begins, tuple(cells))
                    begins = reader.line_num + 1
            except csv.Error:
                raise TableRefused(
                    '一つの欄が長すぎます。引用符（"）の閉じ忘れがないか確かめてください。', begins
                ) from None


def read_delimited(source: Source, name: str, *, known: Collection[str]) -> Table:
    """Read a text whose header holds some of `known` (see `header_key`); raise `TableRefused` when none does."""
    _refuse_monster(source)
    encoding, label = find_encoding(source)
    best, header, text = 0, None, None
    for delimiter in _DELIMITERS:
        candidate = _Text(source, encoding, delimiter)
        score, line = find_header(candidate.lines(), known)
        if score > best:
            best, header, text = score, line, candidate
    if header is None or text is None or best < LEAST_KNOWN:
        raise TableRefused(NO_HEADER)
    size = _count_rows(text, header)
    return Table(name, label, header.cells, header.number, size, text)


def _count_rows(text: _Text, header: Line) -> int:
    last = header

    def noted() -> Iterator[Line]:
        nonlocal last
        for line in text.lines(with_end=True):
            last = line
            yield line

    size = sum(1 for _ in rows_below(header.number, header.cells, noted()))
    if last.cells != (_END,):
        raise TableRefused(
            '引用符（"）が閉じていません。この行の引用符を確かめ、文字としての引用符は「""」と二つ続けて書いてください。',
            last.number,
        )
    if size == 1:
        raise TableRefused(NO_ROWS)
    return size - 1


def _refuse_monster(source: Source) -> None:
    ends, run = 0, 0
    for block in blocks_of(source):
        ends += block.count(b"\n") + block.count(b"\r")
        if ends > _LINE_ENDS_MOST:
            raise TableRefused("行が多すぎます。空の行を消すか、いくつかのファイルに分けてください。")
        # A line longer than a block runs over its whole length.
        first = min((at for at in (block.find(b"\n"), block.find(b"\r")) if at >= 0), default=-1)
        if run + (len(block) if first < 0 else first) > _LINE_MOST:
            raise TableRefused("一行が長すぎます。表計算ソフトで開き、CSVで保存し直してください。")
        last = max(block.rfind(b"\n"), block.rfind(b"\r"))
        run = run + len(block) if last < 0 else len(block) - last - 1
