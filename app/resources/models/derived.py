"""What is drawn from other columns of a resource, kept on the row because filters and lists ask for it."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Collection
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from geoalchemy2.shape import to_shape
from sqlalchemy.orm import Session

import app.geo
import app.text
from app.resources.engine import duplicate_facts
from app.resources.engine.duplicate_facts import facts_of, key_terms
from app.resources.engine.schedule.document import timetable_of
from app.resources.engine.schedule.summary import summary_of
from app.resources.exchange.identity import REFUGE
from app.resources.models.catalogue import Resource, ResourceKind
from app.text.terms import searchable, terms_of_folded

SEARCHED: Final = (
    "name", "kana", "nickname", "operator", "legal_basis", "description", "remarks", "address", "building",
    "served_area", "nearest_stop", "schedule", "schedule_note", "audience", "fee", "application",
)  # fmt: skip
"""What is looked up in; a contact is not, because some of them are not public."""

_SAID_BY_LIGHT_CARDS: Final = ("name", "kana", "address", "building", "schedule", "schedule_note")
"""What an informal gathering is looked up in: what its card shows. A search must not answer on words that no page has."""

COMPARED: Final = (
    "name", "kana", "address", "building", "contact", "url", "published_id", "corporate_number", "weekday_mask",
    "opens_minute", "closes_minute", "point_precision", "is_light",
)  # fmt: skip
"""What is compared where two entries may be the same, beside the kind and the point."""

SUMMARY: Final = ("weekday_mask", "schedule", "opens_minute", "closes_minute")
"""What a timetable says, for filters, lists and sums."""

# By these another entry is seen to be the same, beside the words: see `app.resources.engine.duplicate_facts`.
_TELLING: Final = ("contact", "url", "published_id", "point", "point_precision", "is_light", "is_refuge")

WORDS: Final = ("search_terms", "search_text")
"""What `words_for` fills."""

_CONFIRMING: Final = frozenset({"confirmed_on", "confirmed_by", "next_check_on"})


def refresh_derived(session: Session, row: Any, names: Collection[str], *, at: datetime) -> None:
    """Bring up to date what follows from the columns `names` of a resource; other rows have nothing of the kind."""
    if not isinstance(row, Resource):
        return
    if "is_refuge" in names:
        # Whoever may not know of a secret place can neither meet nor touch it by an import; see `exchange.identity`.
        bare = row.identity.removeprefix(REFUGE)
        row.identity = REFUGE + bare if row.is_refuge else bare
    if "timetable" in names and row.timetable is not None:
        summary = summary_of(timetable_of(row.timetable))
        for name in SUMMARY:
            setattr(row, name, getattr(summary, name))
    if not {"kind_id", "timetable", *SEARCHED, *_TELLING}.isdisjoint(names):
        put_words(row, session.get_one(ResourceKind, row.kind_id).label)
    if "next_check_on" not in names and not {"confirmed_on", "check_interval_days", "kind_id"}.isdisjoint(
        names
    ):
        row.next_check_on = next_check(row, session.get_one(ResourceKind, row.kind_id))
    if not _CONFIRMING.issuperset(names):
        row.updated_at = at


def put_words(row: Resource, kind: str) -> None:
    """Write on an entry what free words are looked up in."""
    for name, text in words_for(row, kind).items():
        setattr(row, name, text)


def words_for(resource: Resource, kind: str) -> dict[str, str]:
    """Return by column what free words are looked up in: the terms, and the folded text in which they are compared.

    Behind the terms stand the keys by which the same place is found twice; a secret place has none, it is never held
    against another one. No word reaches from one text into the next: a space parts them, and pieces of words have none.
    """
    columns = _SAID_BY_LIGHT_CARDS if resource.is_light else SEARCHED
    text = searchable("\n".join([*(said for name in columns if (said := getattr(resource, name))), kind]))
    terms = [terms_of_folded(text)]
    if not resource.is_refuge:
        terms += key_terms(facts_of(_compared(resource, kind)))
    return {"search_terms": " ".join(terms), "search_text": text}


def edition_of_words() -> str:
    """Return a word that changes whenever the code does by which words are made; that it changes in vain does no harm.

    It is read from the code itself, because a number that somebody has to raise is forgotten. The tables of Unicode
    come with Python, and so with an update of it.
    """
    made = hashlib.blake2b(unicodedata.unidata_version.encode(), digest_size=8)
    for package in (app.text, app.geo):
        for file in sorted(Path(package.__path__[0]).rglob("*.py")):
            made.update(file.read_bytes())
    for file_name in (__file__, duplicate_facts.__file__):
        made.update(Path(file_name).read_bytes())
    return made.hexdigest()


def _compared(resource: Resource, kind: str) -> dict[str, Any]:
    point = resource.point
    return {name: getattr(resource, name) for name in COMPARED} | {
        "kind": kind,
        "point": to_shape(point).coords[0] if point is not None else None,
    }


def next_check(resource: Resource, kind: ResourceKind) -> date | None:
    """Return the day on which a resource wants to be confirmed again; None where nothing asks for it.

    An informal gathering has no such day unless somebody gave it one: it is not pressed into a rhythm of ours.
    """
    days = resource.check_interval_days
    if days is None and not resource.is_light:
        days = kind.check_interval_days
    if days is None or resource.confirmed_on is None:
        return None
    return resource.confirmed_on + timedelta(days=days)
