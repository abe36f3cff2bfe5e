"""What makes two rows the same resource, in one file or in two editions of it.

1. A published id, within its municipality. A serial number (NO, №, #) is never one: it changes with every edition.
   An id of a care provider (事業所番号) is shared by its services, so it counts together with the kind.
2. Else kind, normalised name, and normalised address or venue; for an event its date as well. The building (方書) counts
   where a file has the same name twice at one address.

A secret refuge stands in a space of its own: whoever may not know of it can neither meet nor touch it by an import.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from app.geo.addresses import normalise_address
from app.text.normalise import normalise_name, normalise_text

_MOST: Final = 300
_EXCEL_BROKEN: Final = re.compile(r"\d(?:\.\d+)?e\+\d+", re.IGNORECASE)
REFUGE: Final = "refuge|"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row is, for comparing: the number of the ground, and the building on it."""

    ground: str
    building: str


def place_of(address: str, building: str, venue: str, municipality: str) -> Place:
    """Return the place of a row; without an address the venue stands for it."""
    if not address:
        return Place("", normalise_name(f"{venue}{building}"))
    parts = normalise_address(address)
    ground, name = parts.ground, normalise_text(municipality)
    # 「瀬戸内町22-9」 in one file is 「高松市瀬戸内町22-9」 in another.
    if name and name not in ground:
        ground = normalise_address(f"{name}{ground}").ground
    return Place(ground, normalise_name(f"{building}{parts.building}"))


def by_published_id(municipality: str, published_id: str) -> str:
    """Return the identity of a row with a published id."""
    return _cut(f"id|{municipality}|{published_id}")


def by_establishment(municipality: str, kind: str, number: str) -> str:
    """Return the identity of a care provider's service."""
    return _cut(f"service|{municipality}|{normalise_name(kind)}|{number}")


def by_name(kind: str, name: str, place: Place, date: str, *, with_building: bool) -> str:
    """Return the identity of a row without a published id."""
    parts = [normalise_name(kind), normalise_name(name), place.ground or place.building]
    if with_building and place.ground:
        parts.append(place.building)
    if date:
        parts.append(f"@{date}")
    return _cut("|".join(["name", *parts]))


def is_broken_by_excel(published_id: str) -> bool:
    """Tell an id whose digits a spreadsheet has lost: 「4.5E+12」 stands for a thousand ids."""
    return _EXCEL_BROKEN.fullmatch(published_id) is not None


def _cut(identity: str) -> str:
    if len(identity) <= _MOST - len(REFUGE):
        return identity
    return f"{identity[:200]}|{hashlib.sha256(identity.encode()).hexdigest()}"
