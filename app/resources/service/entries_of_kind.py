"""What a change of a kind means for its entries: the words that they are found by, and when they are asked after again.

Both are drawn from other columns and stand in no history: they follow again when the change is taken back.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor, Scope
from app.resources.engine.slices import in_slices
from app.resources.models import Resource, ResourceKind
from app.resources.models.derived import WORDS, words_for
from app.resources.queries import kinds as queries

# Each entry has words of its own, so each takes five values in the statement.
_SLICE: Final = 200
# A day takes three; the embedded database takes 32,766 values in a statement.
_DAYS: Final = 2_000


def refresh_entries(session: Session, *, kind: ResourceKind, names: Collection[str], by: Actor) -> None:
    """Bring the entries of a kind up to date after these columns of it were changed, and before that is written."""
    # Until it is written, the row still knows what stood there.
    with session.no_autoflush:
        if "label" in names:
            _put_words(session, kind, by.scope)
        if "check_interval_days" in names:
            _move_checks(session, kind, _value_before(kind, "check_interval_days"), by.scope)


def _value_before(kind: ResourceKind, name: str) -> Any:
    """Return what stands in the database as long as the change was not written."""
    gone = sa.inspect(kind).attrs[name].history.deleted
    return gone[0] if gone else None


def _put_words(session: Session, kind: ResourceKind, scope: Scope) -> None:
    entries = queries.list_entries_of_kind(session, kind.id, scope=scope)
    for part in in_slices(entries, _SLICE):
        words = {entry.id: words_for(entry, kind.label) for entry in part}
        session.execute(
            sa.update(Resource)
            .where(Resource.id.in_(words))
            .values(
                {
                    name: sa.case({key: said[name] for key, said in words.items()}, value=Resource.id)
                    for name in WORDS
                }
            )
            .execution_options(synchronize_session=False, scope=scope)
        )


def _move_checks(session: Session, kind: ResourceKind, days_before: int | None, scope: Scope) -> None:
    """Move the day of the next check where it followed from the former interval; a day that somebody set stays."""
    confirmed = queries.list_days_of_confirmation(session, kind.id, scope=scope)
    for part in in_slices(confirmed, _DAYS):
        session.execute(
            sa.update(Resource)
            .where(
                Resource.kind_id == kind.id,
                Resource.check_interval_days.is_(None),
                Resource.is_light.is_(False),
                Resource.confirmed_on.in_(part),
                _follows(part, days_before),
            )
            .values(next_check_on=_days_later(part, kind.check_interval_days))
            .execution_options(synchronize_session=False, scope=scope)
        )


def _follows(confirmed: Collection[date], days: int | None) -> sa.ColumnElement[bool]:
    unset = Resource.next_check_on.is_(None)
    if days is None:
        return unset
    return sa.or_(unset, Resource.next_check_on == _days_later(confirmed, days))


def _days_later(confirmed: Collection[date], days: int | None) -> sa.ColumnElement[date | None]:
    # The two databases add days to a day each in its own way; entries share few days of confirmation.
    if days is None:
        return sa.cast(sa.null(), sa.Date)
    return sa.case({day: day + timedelta(days=days) for day in confirmed}, value=Resource.confirmed_on)
