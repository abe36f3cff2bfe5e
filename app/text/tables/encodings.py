"""Bytes to text: the encodings in which towns write, told by their content, and what is no text at all."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

from app.text.tables.sources import Source, blocks_of, read_head
from app.text.tables.table import TableRefused

EMPTY: Final = "ファイルが空です。データの入ったファイルを選んでください。"
UNREADABLE: Final = (
    "文字を読み取れません。UTF-8 か Shift_JIS（Windowsの標準）のCSVで保存し直して、もう一度お試しください。"
)
_SAVE_AS_CSV: Final = "表計算ソフトで開き、「名前を付けて保存」から「CSV UTF-8」か「Excelブック（xlsx）」を選んで、もう一度お試しください。"
_NO_TEXT: Final = {
    b"PK\x03\x04": f"Excel（xlsx）ではない、圧縮されたファイルです。{_SAVE_AS_CSV}",
    b"\xd0\xcf\x11\xe0": f"古い形のExcel（xls）のファイルです。{_SAVE_AS_CSV}",
    b"%PDF": "PDFのファイルです。表のデータ（CSVかExcel）をもらって、もう一度お試しください。",
}
_LOCKED: Final = (
    "パスワードのかかったExcelのファイルです。Excelで開いてパスワードを外し、保存し直して、もう一度お試しください。"
    "または「CSV UTF-8」で保存してください。"
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")


def refuse_foreign(head: bytes) -> None:
    """Raise `TableRefused` for what is another kind of file, by how it begins."""
    if head.startswith(b"\xd0\xcf\x11\xe0") and "EncryptedPackage".encode("utf-16-le") in head:
        raise TableRefused(_LOCKED)
    for mark, message in _NO_TEXT.items():
        if head.startswith(mark):
            raise TableRefused(message)


def decode_text(data: bytes) -> tuple[str, str]:
    """Return the text of a file and the name of its encoding; raise `TableRefused` when it is no text."""
    refuse_foreign(data)
    encoding, label = find_encoding(data)
    return data.decode(encoding), label


def find_encoding(source: Source) -> tuple[str, str]:
    """Return the codec of a text and its name for people; raise `TableRefused` when it is no text."""
    if not any(block.strip() for block in blocks_of(source)):
        raise TableRefused(EMPTY)
    for encoding, label in _encodings(read_head(source, 2_000)):
        if _is_text(source, encoding):
            return encoding, label
    raise TableRefused(UNREADABLE)


def _encodings(head: bytes) -> Iterator[tuple[str, str]]:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield "utf-16", "UTF-16"
        return
    # Every second byte of western letters, digits and commas is zero in UTF-16 that lost its mark.
    if head.count(0) > len(head) // 8:
        yield ("utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"), "UTF-16"
        return
    yield "utf-8-sig", "UTF-8"
    yield "cp932", "Shift_JIS"


def _is_text(source: Source, encoding: str) -> bool:
    """Tell text from what only happens to decode: no control characters but line ends and tabs, and some letters."""
    decoder = codecs.getincrementaldecoder(encoding)()
    holds_anything = False
    try:
        for block in blocks_of(source):
            text = decoder.decode(block)
            if _CONTROL.search(text):
                return False
            holds_anything = holds_anything or bool(text.strip("\ufeff \r\n\t"))
        text = decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return not _CONTROL.search(text) and (holds_anything or bool(text.strip("\ufeff \r\n\t")))
