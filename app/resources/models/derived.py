"""What is drawn from other columns of a resource, kept on the row because filters and lists ask for it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from app.resources.engine.schedule.document import timetable_of
from app.resources.engine.schedule.summary import summary_of
from app.resources.exchange.identity import REFUGE
from app.resources.models.catalogue import Resource, ResourceKind
from app.text.terms import document_terms

SEARCHED: Final = (
    "name", "kana", "nickname", "operator", "legal_basis", "description", "remarks", "address", "building",
    "served_area", "nearest_stop", "schedule", "schedule_note", "audience", "fee", "application",
)  # fmt: skip
"""What is looked up in; a contact is not, because some of them are not public."""

SUMMARY: Final = ("weekday_mask", "schedule", "opens_minute", "closes_minute")
"""What a timetable says, for filters, lists and sums."""

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
    if not {"kind_id", "timetable", *SEARCHED}.isdisjoint(names):
        row.search_terms = terms_of(row, session.get_one(ResourceKind, row.kind_id).label)
    if "next_check_on" not in names and not {"confirmed_on", "check_interval_days", "kind_id"}.isdisjoint(
        names
    ):
        row.next_check_on = next_check(row, session.get_one(ResourceKind, row.kind_id))
    if not _CONFIRMING.issuperset(names):
        row.updated_at = at


def terms_of(resource: Resource, kind: str) -> str:
    """Return what free words are looked up in."""
    texts = [text for name in SEARCHED if (text := getattr(resource, name))]
    return document_terms("\n".join([*texts, kind]))


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
