"""From the bytes of a municipal file to a table: encoding, delimiter, lines before the header, lines of the file.

The reader knows no domain: the caller says which headers it knows, and the line with most of them is the header.
Rows are read anew at each pass, so a long file costs its text and not a list of lists.
"""

import csv
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from app.text.normalise import normalise_text
from app.text.variants import DASHES

# How far down a header is looked for: above it stand a title, a date, a remark.
_HEADER_WITHIN: Final = 30
# Two known headers: one alone may be a word in a title.
_LEAST_KNOWN: Final = 2
_DELIMITERS: Final = (",", "\t", ";", "|")
_TO_LONG_VOWEL: Final = str.maketrans(dict.fromkeys(DASHES, "ー"))
# Stands behind the last line: an open quotation mark swallows it, and so is found.
_END: Final = "\x1ctsunagi-end\x1c"

_SAVE_AS_CSV: Final = (
    "表計算ソフトで開き、「名前を付けて保存」から「CSV UTF-8」を選んで、もう一度お試しください。"
)
_NO_TEXT: Final = {
    b"PK\x03\x04": f"Excel（xlsx）などの、圧縮されたファイルです。{_SAVE_AS_CSV}",
    b"\xd0\xcf\x11\xe0": f"古い形のExcel（xls）のファイルです。{_SAVE_AS_CSV}",
    b"%PDF": "PDFのファイルです。表のデータ（CSV）をもらって、もう一度お試しください。",
}


class TableRefused(Exception):
    """The file cannot be read as a table. `message` says in Japanese what is wrong and what to do; `line` where."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message if line is None else f"{line}行目：{message}"
        self.line = line


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table. `number` is the line of the file on which it begins, counted from 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A file read as a table. `encoding` is said in words; `size` counts the rows that hold anything."""

    name: str
    encoding: str
    headers: tuple[str, ...]
    header_line: int
    size: int
    _text: str = field(repr=False)
    _delimiter: str = field(repr=False)

    def lines(self) -> Iterator[Line]:
        """Yield the rows below the header that hold anything; a header that is repeated further down is no row."""
        for line in _records(self._text, self._delimiter):
            if line.number > self.header_line and _says_anything(line) and line.cells != self.headers:
                yield line


def header_key(header: str) -> str:
    """A key under which two spellings of one header are equal: width, case, line breaks, dashes and marks folded.

    「コ―ド」 with U+2015 is 「コード」, 「名称_カナ」 is 「名称カナ」, 「方書（ビル名等）」 is 「方書(ビル名等)」.
    """
    folded = normalise_text(header).casefold().translate(_TO_LONG_VOWEL)
    return "".join(character for character in folded if unicodedata.category(character)[0] in "LMN")


def read_table(data: bytes, name: str, *, headers: Collection[str]) -> Table:
    """Read a file whose header holds some of `headers`; raise `TableRefused` when it is no such table."""
    text, encoding = decode_text(data)
    known = {header_key(header) for header in headers}
    delimiter, header = _find_header(text, known)
    names = header.cells
    size, closed = 0, False
    for line in _records(f"{text}\n{_END}", delimiter):
        closed = line.cells == (_END,)
        if closed or (line.number > header.number and _says_anything(line) and line.cells != names):
            size += 1
        last = line.number
    if not closed:
        raise TableRefused(
            '引用符（"）が閉じていません。この行の引用符を確かめ、文字としての引用符は「""」と二つ続けて書いてください。',
            last,
        )
    if size == 1:
        raise TableRefused("見出しの下に、データの行がありません。行を書いて、もう一度お試しください。")
    return Table(name, encoding, names, header.number, size - 1, text, delimiter)


def decode_text(data: bytes) -> tuple[str, str]:
    """Return the text of a file and the name of its encoding; raise `TableRefused` when it is no text."""
    if not data.strip():
        raise TableRefused("ファイルが空です。データの入ったファイルを選んでください。")
    for mark, message in _NO_TEXT.items():
        if data.startswith(mark):
            raise TableRefused(message)
    for encoding, label in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_text(text):
            return text, label
    raise TableRefused(
        "文字を読み取れません。UTF-8 か Shift_JIS（Windowsの標準）のCSVで保存し直して、もう一度お試しください。"
    )


def _encodings(data: bytes) -> Iterator[tuple[str, str]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield "utf-16", "UTF-16"
        return
    head = data[:2_000]
    # Every second byte of western letters, digits and commas is zero in UTF-16 that lost its mark.
    if head.count(0) > len(head) // 8:
        yield ("utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"), "UTF-16"
        return
    yield "utf-8-sig", "UTF-8"
    yield "cp932", "Shift_JIS"


def _is_text(text: str) -> bool:
    """Tell text from what only happens to decode: no control characters but line ends and tabs."""
    return not re.search(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]", text) and bool(text.strip("\ufeff \r\n\t"))


def _records(text: str, delimiter: str) -> Iterator[Line]:
    """Yield every record with the line on which it begins; cells may hold line breaks.

    Raises `TableRefused` on a cell that no spreadsheet could have written.
    """
    reader = csv.reader(_physical_lines(text), delimiter=delimiter)
    begins = 1
    try:
        for cells in reader:
            yield Line(begins, tuple(cells))
            begins = reader.line_num + 1
    except csv.Error:
        raise TableRefused(
            '一つの欄が長すぎます。引用符（"）の閉じ忘れがないか確かめてください。', begins
        ) from None


def _physical_lines(text: str) -> Iterator[str]:
    """Yield the lines with their ends. Only CR and LF end a line: `splitlines` would cut at U+2028 as well."""
    for match in re.finditer(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text):
        yield match.group()


def _find_header(text: str, known: Collection[str]) -> tuple[str, Line]:
    best, found = 0, None
    for delimiter in _DELIMITERS:
        for line in islice(_records(text, delimiter), _HEADER_WITHIN):
            score = len({header_key(cell) for cell in line.cells} & set(known) - {""})
            if score > best:
                best, found = score, (delimiter, line)
    if found is None or best < _LEAST_KNOWN:
        raise TableRefused(
            "見出しの行が見つかりません。「名称」「住所」のような列の名前を、データのすぐ上の行に書いてください。"
        )
    return found


def _says_anything(line: Line) -> bool:
    return any(cell and not cell.isspace() for cell in line.cells)
