"""Identifiers of what the open catalogue publishes: the same at every start, after every edit, and from every copy.

An entry with a published id has the same identifier in every installation. One without has it from the row that was
written for it. An entry whose published id is a UUID already keeps that: what came from an HSDS catalogue goes out as it
came in.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid5

# Never changed: all identifiers follow from it.
_NAMESPACE: Final = UUID("6f1d2c0e-0d5b-5b0e-9b1e-7a54a6b0c3d1")
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PUBLISHED: Final = ("id|", "service|")


def offer_key(identity: str, row_id: int, created_at: datetime) -> str:
    """Return from what the identifiers of an entry are made; `created_at` has to be aware.

    An identity that rests on a published id does not change. One that rests on name and place may follow them, so the
    row itself counts there.
    """
    if identity.startswith(_PUBLISHED):
        return identity
    return f"row|{row_id}|{created_at.astimezone(UTC).isoformat(timespec='microseconds')}"


def published_parts(key: str) -> tuple[str, str, bool]:
    """Return municipality and published id of a key, and whether it is the number of an establishment."""
    if key.startswith("id|"):
        _, municipality, published_id = key.split("|", 2)
        return municipality, published_id, False
    if key.startswith("service|"):
        _, municipality, _kind, number = key.split("|", 3)
        return municipality, number, True
    return "", "", False


def is_uuid(text: str) -> bool:
    """Tell a UUID as it is usually written."""
    return _UUID.fullmatch(text) is not None


def service_id(key: str) -> str:
    """Return the identifier of an entry."""
    _, published_id, _ = published_parts(key)
    return published_id if is_uuid(published_id) else make_id("service", key)


def at_location_id(key: str) -> str:
    """Return the identifier of an entry at its place."""
    return make_id("service_at_location", service_id(key))


def organization_id(name: str, corporate_number: str | None, municipality: str) -> str:
    """Return the identifier of who runs entries: by its number where it is known, else by its name in its town."""
    return make_id("organization", corporate_number or municipality, name)


def make_id(*parts: str) -> str:
    """Return the identifier that follows from these words."""
    return str(uuid5(_NAMESPACE, "\x1f".join(parts)))
