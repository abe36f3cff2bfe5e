"""The number by which our own files name an entry, so that a row finds it again whatever was renamed since.

It holds the key of the entry and a fingerprint of when it was made: in another installation, where the same key is
something else, the fingerprint does not fit and the row is told by its name and place as any other.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Final

_DIGITS: Final = 10
_HANDLE: Final = re.compile(rf"T([1-9][0-9]{{0,8}})-[0-9a-f]{{{_DIGITS}}}")


def handle_of(key: int, made_at: datetime) -> str:
    """Return the number of an entry; `made_at` is aware."""
    said = f"{key}|{made_at.astimezone(UTC).isoformat(timespec='microseconds')}"
    return f"T{key}-{hashlib.sha256(said.encode()).hexdigest()[:_DIGITS]}"


def key_of(handle: str) -> int | None:
    """Return the key in a number, which may be that of another installation; None for what is no number of ours."""
    found = _HANDLE.fullmatch(handle)
    return int(found[1]) if found else None
