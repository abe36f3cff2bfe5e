"""Reading the cells of one row: what is understood becomes a value, what is not stays as it was written, in a note."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final, TypeVar

from app.resources.exchange.columns import Column
from app.text.normalise import normalise_text
from app.text.values import Reading
from app.text.values.reading import says_nothing, shown

T = TypeVar("T")

Point = tuple[float, float]
Value = str | int | bool | date | Point | dict[str, Any] | list[Any] | None
"""A value of a row. A point is (longitude, latitude); a timetable is its JSON document."""

LONGEST: Final = {
    "kana": 200, "nickname": 100, "operator": 160, "legal_basis": 80, "address": 200, "building": 160,
    "point_source": 100, "served_area": 200, "nearest_stop": 100, "pickup": 100, "schedule": 200, "audience": 300,
    "capacity_note": 300, "fee": 200, "application": 200, "contact": 200, "source": 200, "confirmed_by": 60, "url": 500,
    "gap_basis": 200, "listing_agreed_by": 60, "end_reason": 200,
}  # fmt: skip
"""How many letters a value may have; what is longer is kept whole in the note."""

_LARGEST_CELL: Final = 20_000

# Most cells of a file come again and again (kinds, codes, days), and reading one costs more than remembering it.
REMEMBERED: Final = 4_096
tidy = lru_cache(REMEMBERED)(normalise_text)
is_silent = lru_cache(REMEMBERED)(says_nothing)

# What spreadsheets take for the beginning of a formula (OWASP, CSV Injection), behind any number of our own marks.
_FORMULA: Final = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def shielded(text: str) -> str:
    """Return a text as a cell that no spreadsheet runs: with an apostrophe before what would begin a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unshielded(cell: str) -> str:
    """Return the text that `shielded` made a cell of; any other cell as it stands."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


@dataclass(slots=True)
class Cells:
    """The cells of one row by column, without those that say nothing, and what becomes of them."""

    by_column: Mapping[Column, list[str]]
    traits: Mapping[str, str]
    values: dict[str, Value] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    # Lines for 要確認メモ: each cell that was not understood, as it was written.
    memos: list[str] = field(default_factory=list)

    @property
    def is_own(self) -> bool:
        """Whether the row comes from our own export: its texts stand as people wrote them, and stay so."""
        return Column.HANDLE in self.by_column

    def spell(self, text: str) -> str:
        """Return a text as it is kept, on one line."""
        return " ".join(text.split()) if self.is_own else tidy(text)

    def spell_lines(self, text: str) -> str:
        """Return a text of several lines as it is kept."""
        return "\n".join(text.splitlines()).strip()[:_LARGEST_CELL] if self.is_own else prose(text)

    def all(self, column: Column) -> list[str]:
        """Return what stands in the columns of this meaning; cells that say nothing were left out."""
        return list(self.by_column.get(column, ()))

    def one(self, column: Column) -> str:
        """Return the first cell of this meaning that says anything, as it stands; '' when there is none."""
        texts = self.by_column.get(column)
        return texts[0] if texts else ""

    def words(self, column: Column) -> str:
        """Return the cell on one line, '' when it says nothing."""
        texts = self.by_column.get(column)
        return self.spell(texts[0]) if texts else ""

    def refuse(self, column: Column, problem: str) -> None:
        """Say why the row cannot be taken; `problem` tells the remedy as well."""
        self.reasons.append(f"{column.value}：{problem}")

    def keep_unread(self, column: Column, text: str, reason: str) -> None:
        """Leave the value unknown, keep what was written, and say so."""
        kept = shown_whole(text)
        self.memos.append(f"{column.value}「{kept}」")
        self.warnings.append(
            f"{column.value}：{reason}値は「不明」とし、書かれていた内容は要確認メモに残します。"
        )

    def put_text(self, name: str, column: Column) -> None:
        """Take a text of one line."""
        text = self.words(column)
        if text:
            self.put(name, column, text)

    def put(self, name: str, column: Column, text: str) -> None:
        """Take a text that was put together; one that is too long for its place goes into the note as a whole."""
        most = LONGEST.get(name)
        if most is not None and len(text) > most:
            self.keep_unread(column, text, f"{most}文字より長いため、この欄には入りません。")
        else:
            self.values[name] = text

    def put_prose(self, name: str, *columns: Column) -> None:
        """Take texts of several lines."""
        texts = [self.spell_lines(text) for column in columns for text in self.all(column)]
        if any(texts):
            self.values[name] = "\n".join(dict.fromkeys(text for text in texts if text))

    def read(self, column: Column, parse: Callable[[str], Reading[T]]) -> tuple[T | None, str]:
        """Return value and note of a cell; one that is not understood is kept as it was written."""
        text = self.one(column)
        if not text:
            return None, ""
        reading = parse(text)
        if reading.reason:
            self.keep_unread(column, text, reading.reason)
        return reading.value, reading.note

    def put_read(self, name: str, column: Column, parse: Callable[[str], Reading[T]]) -> None:
        """Take a value that a parser understands; words around it go into the note."""
        value, note = self.read(column, parse)
        if value is None:
            return
        assert isinstance(value, str | int | date)
        self.values[name] = value
        if note:
            self.memos.append(f"{column.value}「{shown_whole(self.one(column))}」")


def prose(text: str) -> str:
    """Return a text of several lines with each line tidied."""
    lines = [normalise_text(line) for line in text.splitlines()]
    return "\n".join(line for line in lines if line)[:_LARGEST_CELL]


def shown_whole(text: str) -> str:
    """Return what was written, on one line; a page of prose is cut where nobody would read on."""
    return normalise_text(text)[:2_000]


def short(text: str) -> str:
    """Return the beginning of a text for a message."""
    return shown(normalise_text(text))
