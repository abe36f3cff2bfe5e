"""What the address of a week asks for, and the addresses of the weeks beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import request, url_for

from app.matching.engine.combining import MOST_PLACES

MOST_LEFT_OUT: Final = 30
_LARGEST: Final = 2**31 - 1


@dataclass(frozen=True)
class AskedWeek:
    """What the address asks for: places that stand in the week, places that do not, and how many at most."""

    pinned: tuple[int, ...]
    left_out: tuple[int, ...]
    most: int

    def address(self, case_id: str) -> str:
        """The page that shows this."""
        told: dict[str, Any] = {
            "with": list(self.pinned),
            "without": list(self.left_out),
            "places": None if self.most == MOST_PLACES else self.most,
        }
        return url_for("matching.show_week", case_id=case_id, **told)

    def with_place(self, resource_id: int) -> AskedWeek:
        """The same with a place pinned; of more than a week holds the earliest pin gives way."""
        pinned = [*(one for one in self.pinned if one != resource_id), resource_id][-self.most :]
        return AskedWeek(tuple(pinned), tuple(one for one in self.left_out if one != resource_id), self.most)

    def without_place(self, resource_id: int) -> AskedWeek:
        """The same with a place left out."""
        loose = self.loosened(resource_id)
        return AskedWeek(loose.pinned, (*loose.left_out, resource_id), self.most)

    def loosened(self, resource_id: int) -> AskedWeek:
        """The same where a place is neither pinned nor left out."""
        return AskedWeek(
            tuple(one for one in self.pinned if one != resource_id),
            tuple(one for one in self.left_out if one != resource_id),
            self.most,
        )

    def holding(self, most: int) -> AskedWeek:
        """The same with another number of places at most."""
        return AskedWeek(self.pinned[:most], self.left_out, most)


def asked_week() -> AskedWeek:
    """Read the address; what is no place is passed over."""
    left_out = _ids("without")[:MOST_LEFT_OUT]
    most = 2 if request.args.get("places") == "2" else MOST_PLACES
    pinned = tuple(one for one in _ids("with") if one not in left_out)[:most]
    return AskedWeek(pinned, left_out, most)


def _ids(name: str) -> tuple[int, ...]:
    texts = (text for text in request.args.getlist(name) if text.isascii() and text.isdecimal())
    found = (int(text) for text in texts if len(text) <= len(str(_LARGEST)))
    return tuple(dict.fromkeys(one for one in found if 0 < one <= _LARGEST))
