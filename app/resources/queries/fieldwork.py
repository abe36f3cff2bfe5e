"""Notes from the field, and the areas that workers look after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.vocabulary import Scope
from app.areas.queries import select_town_districts
from app.db.sealing import read_sealed
from app.resources.models import FieldNote, FieldPhoto, Host, KeeperArea, Resource
from app.resources.vocabulary import FieldResult, PhotoSize, ResourceState
from app.web.errors import Missing


@dataclass(frozen=True)
class NoteFilter:
    """What narrows the list of notes; what is empty narrows nothing."""

    # The account whose areas are meant.
    areas_of: int | None = None
    district_id: int | None = None
    resource_id: int | None = None
    host_id: int | None = None
    result: FieldResult | None = None


@dataclass(frozen=True)
class NoteLine:
    """A note with its words, and the names of what it is about."""

    note: FieldNote
    words: str
    resource: str | None
    host: str | None


def select_own_towns(account_id: int, *, scope: Scope) -> sa.Select[int]:
    """Build the ids of the areas that an account looks after, with all towns of its districts."""
    chosen = sa.select(KeeperArea.area_id).where(KeeperArea.account_id == account_id)
    towns = select_town_districts(scope=scope).subquery()
    inside = sa.select(towns.c.town_id).where(towns.c.district_id.in_(chosen))
    both = sa.union(chosen, inside).subquery()
    return sa.select(both.c[0])


def list_keeper_area_ids(session: Session, account_id: int | None, *, scope: Scope) -> Sequence[int]:
    """Return the districts and towns that an account looks after."""
    return session.scalars(
        sa.select(KeeperArea.area_id)
        .where(KeeperArea.account_id == account_id)
        .order_by(KeeperArea.area_id)
        .execution_options(scope=scope)
    ).all()


def list_keeper_areas(session: Session, account_id: int, *, scope: Scope) -> Sequence[KeeperArea]:
    """Return the same as rows, for changing."""
    return session.scalars(
        sa.select(KeeperArea)
        .where(KeeperArea.account_id == account_id)
        .order_by(KeeperArea.area_id)
        .execution_options(scope=scope)
    ).all()


def count_own_places_due(session: Session, account_id: int, *, on: date, scope: Scope) -> int:
    """Count the places of somebody's areas that are to be confirmed by a day; refuges are never among them."""
    statement = (
        sa.select(sa.func.count())
        .select_from(Resource)
        .where(
            Resource.state == ResourceState.ACTIVE,
            Resource.is_refuge.is_(False),
            Resource.next_check_on <= on,
            Resource.town_id.in_(select_own_towns(account_id, scope=scope)),
        )
        .execution_options(scope=scope)
    )
    return session.scalars(statement).one()


def list_notes(
    session: Session, wanted: NoteFilter, *, scope: Scope, first: int = 0, most: int | None = None
) -> list[NoteLine]:
    """Return notes with their words, the latest first: all of them, or `most` from number `first` on."""
    rows = session.execute(
        _notes(wanted, scope, FieldNote, Resource.name, Host.name)
        .outerjoin(Resource, Resource.id == FieldNote.resource_id)
        .outerjoin(Host, Host.id == FieldNote.host_id)
        .order_by(FieldNote.made_at.desc(), FieldNote.id)
        .offset(first or None)
        .limit(most)
    )
    return [
        NoteLine(note, read_sealed(session, note)["words"], resource, host) for note, resource, host in rows
    ]


def count_notes(session: Session, wanted: NoteFilter, *, scope: Scope) -> int:
    """Count the same."""
    found: int = session.scalars(_notes(wanted, scope, sa.func.count(FieldNote.id))).one()
    return found


def get_note(session: Session, note_id: str, *, scope: Scope) -> FieldNote:
    """Return a note, removed ones too; raise `Missing` when there is none for this scope."""
    found = session.scalars(
        sa.select(FieldNote).where(FieldNote.id == note_id).execution_options(scope=scope)
    ).one_or_none()
    if found is None:
        raise Missing
    return found


def get_photo(session: Session, note_id: str, size: PhotoSize, *, scope: Scope) -> FieldPhoto:
    """Return the photo of a note that stands; raise `Missing` when there is none for this scope."""
    found = session.scalars(
        sa.select(FieldPhoto)
        .join(FieldNote, FieldNote.id == FieldPhoto.note_id)
        .where(FieldNote.id == note_id, FieldNote.removed_at.is_(None), FieldPhoto.size == size)
        .execution_options(scope=scope)
    ).one_or_none()
    if found is None:
        raise Missing
    return found


def list_purgeable(session: Session, *, removed_before: datetime, scope: Scope) -> Sequence[FieldNote]:
    """Return the notes removed before a moment whose words are still kept."""
    return session.scalars(
        sa.select(FieldNote)
        .where(FieldNote.removed_at < removed_before, FieldNote.sealed.is_not(None))
        .order_by(FieldNote.id)
        .execution_options(scope=scope)
    ).all()


def list_photos(session: Session, note_ids: Sequence[str], *, scope: Scope) -> Sequence[FieldPhoto]:
    """Return the photos of these notes, for deleting."""
    return session.scalars(
        sa.select(FieldPhoto)
        .where(FieldPhoto.note_id.in_(note_ids))
        .order_by(FieldPhoto.id)
        .execution_options(scope=scope)
    ).all()


def _notes(wanted: NoteFilter, scope: Scope, *columns: Any) -> sa.Select[Any]:
    statement = sa.select(*columns).select_from(FieldNote).where(FieldNote.removed_at.is_(None))
    exact: tuple[tuple[InstrumentedAttribute[Any], object], ...] = (
        (FieldNote.resource_id, wanted.resource_id),
        (FieldNote.host_id, wanted.host_id),
        (FieldNote.result, wanted.result),
    )
    for column, value in exact:
        if value is not None:
            statement = statement.where(column == value)
    if wanted.areas_of is not None:
        statement = statement.where(FieldNote.town_id.in_(select_own_towns(wanted.areas_of, scope=scope)))
    if wanted.district_id is not None:
        towns = select_town_districts(scope=scope).subquery()
        inside = sa.select(towns.c.town_id).where(towns.c.district_id == wanted.district_id)
        statement = statement.where(FieldNote.town_id.in_(inside))
    return statement.execution_options(scope=scope)
