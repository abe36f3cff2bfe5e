"""The chain itself, pure: what is hashed and how a list of links is checked."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256

START = "0" * 64
"""What the first event is chained to."""

Detail = Mapping[str, "str | int | bool | None"]


@dataclass(frozen=True, kw_only=True)
class Link:
    """What an event says, in the form in which it is hashed. `at` is ISO 8601 in UTC with microseconds."""

    number: int
    at: str
    actor_id: int | None
    action: str
    subject_kind: str
    subject_id: str
    detail: str
    previous: str

    def chained(self, key: bytes) -> str:
        """Return the keyed hash of this event and all before it (HMAC-SHA256 over canonical JSON, hex)."""
        return hmac.new(key, canonical(asdict(self)).encode(), sha256).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """What a check of the chain found. `broken_at` is the number of the first event that cannot be trusted."""

    events: int
    head: str
    broken_at: int | None = None
    reason: str | None = None

    @property
    def holds(self) -> bool:
        """Whether every event stands as it was written."""
        return self.broken_at is None


def canonical(value: Mapping[str, object]) -> str:
    """Return JSON in the one spelling that is hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def check_chain(links: Iterable[tuple[Link, str]], head: tuple[int, str], key: bytes) -> Verdict:
    """Check links with their stored hashes, in order, against the stored head (number, hash)."""
    previous, number = START, 0
    for link, stored in links:
        number += 1
        if link.number != number:
            return Verdict(number - 1, previous, number, "an event is missing")
        if link.previous != previous or not hmac.compare_digest(link.chained(key), stored):
            return Verdict(number - 1, previous, number, "an event was changed")
        previous = stored
    if head != (number, previous):
        return Verdict(number, previous, number + 1, "the last events were cut off")
    return Verdict(number, previous)
