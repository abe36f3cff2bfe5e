"""Two people at one entry: which of the colleague's changes the later one has not touched, and may be taken over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

_MARK_LENGTH: Final = 12


def untouched(typed: Mapping[str, Any], changes: Iterable[tuple[str, Any, Any]]) -> list[str]:
    """Return the columns (and items of `traits`) that still hold what stood there before a colleague changed them.

    `typed` holds plain values by column, `changes` are (column, before, after), the first change first: what stood in a
    column when the form was opened is the `before` of its first change.
    """
    found: list[str] = []
    seen: set[str] = set()
    for column, before, after in changes:
        if column in seen or column not in typed:
            continue
        seen.add(column)
        if column == "traits":
            old, new, said = before or {}, after or {}, typed[column] or {}
            found += [
                item
                for item in {**old, **new}
                if old.get(item) != new.get(item) and said.get(item) == old.get(item)
            ]
        elif typed[column] == before:
            found.append(column)
    return found


def mark_of(value: Any) -> str:
    """Return a short mark of a plain value; a form carries it to tell later whether somebody changed what it showed."""
    said = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:_MARK_LENGTH]


def written_marks(values: Mapping[str, Any]) -> str:
    """Return the marks of plain values by column, as a hidden field holds them."""
    return " ".join(f"{name}={mark_of(value)}" for name, value in values.items())


def read_marks(text: str) -> dict[str, str]:
    """Return the marks that `written_marks` wrote; what is nothing of the kind is passed over."""
    pairs = (part.partition("=") for part in text.split())
    return {name: mark for name, between, mark in pairs if between}


def left_and_clashing(
    typed: Mapping[str, Any], now: Mapping[str, Any], marks: Mapping[str, str]
) -> tuple[set[str], set[str]]:
    """Sort the columns that somebody changed since a form showed them (`marks`; plain values by column).

    The first set is what the form left as it was shown: what stands there now is to stay. The second is what both
    changed, and not to the same: somebody has to choose.
    """
    left: set[str] = set()
    clashing: set[str] = set()
    for name, value in typed.items():
        mark = marks.get(name)
        if mark is None or mark_of(now[name]) == mark or value == now[name]:
            continue
        (left if mark_of(value) == mark else clashing).add(name)
    return left, clashing
