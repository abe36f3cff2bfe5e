"""Long lists: which page, in which order, and the addresses of the others. All of it works without JavaScript."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for

T = TypeVar("T")

# A page number is typed by anybody; the offset made from it must fit into the database's integers.
HIGHEST_PAGE = 1_000_000


@dataclass(frozen=True)
class Page(Generic[T]):
    """A part of a list, and where in the list it stands. ``page`` counts from 1."""

    items: Sequence[T]
    total: int
    page: int
    size: int

    def __post_init__(self) -> None:
        if self.page < 1 or self.size < 1 or self.total < 0:
            raise ValueError("a page counts from 1, holds at least one, and its list is not negative")

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one, empty, page."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The place of the first item in the whole list, from 1; 0 when there is none."""
        return (self.page - 1) * self.size + 1 if self.items else 0

    @property
    def last(self) -> int:
        """The place of the last item in the whole list."""
        return self.first + len(self.items) - 1 if self.items else 0

    @property
    def previous(self) -> int | None:
        """The number of the page before; from beyond the end, the way back leads to the last one."""
        return min(self.page - 1, self.pages) if self.page > 1 else None

    @property
    def next(self) -> int | None:
        """The number of the page after, if there is one."""
        return self.page + 1 if self.page < self.pages else None


def page_number() -> int:
    """The page that the address asks for. What is no number, or none that can be, is the first page."""
    asked = request.args.get("page", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= len(str(HIGHEST_PAGE))):
        return 1
    return min(max(int(asked), 1), HIGHEST_PAGE)


@dataclass(frozen=True)
class Sort:
    """An order of a list, as the address writes it: ``free`` upwards, ``-free`` downwards."""

    key: str
    descending: bool = False

    def __str__(self) -> str:
        return f"-{self.key}" if self.descending else self.key

    def asked_by(self, key: str) -> str:
        """What the header of a column links to: this order turned round, or the column upwards."""
        return str(Sort(key, not self.descending if key == self.key else False))

    def aria(self, key: str) -> str:
        """The value of aria-sort for a column."""
        if key != self.key:
            return "none"
        return "descending" if self.descending else "ascending"


def sort_order(allowed: Collection[str], default: Sort) -> Sort:
    """The order that the address asks for, if the list knows it; the default otherwise."""
    asked = request.args.get("sort", "")
    key = asked.removeprefix("-")
    return Sort(key, asked.startswith("-")) if key in allowed else default


def url_with(**changes: Any) -> str:
    """The address of this page with some of its query changed; ``None`` takes a part away.

    What Flask takes for its own words (``_anchor``, ``_scheme``, ``endpoint`` …) is no question of ours: it is left out.
    """
    asked = request.args.to_dict(flat=False)
    own = {name: value for name, value in asked.items() if name != "endpoint" and not name.startswith("_")}
    parts: dict[str, Any] = {**own, **changes, **(request.view_args or {})}
    kept = {name: value for name, value in parts.items() if value is not None}
    return url_for(request.endpoint or "", **kept)
