"""Two people at one entry: which of the colleague's changes the later one has not touched, and may be taken over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


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
