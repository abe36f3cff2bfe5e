"""The seats of slots and who has them, put before the one function that says what is free.

Each list here takes the same two statements, however many slots and seats there are. Slots of places that are not for
the eyes of a scope are in none of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.resources.engine.open_days import verdict_of_text
from app.resources.engine.schedule.expansion import OpenVerdict
from app.resources.engine.seats import (
    FreeSeats,
    SeatUse,
    SlotFacts,
    free_seats,
    free_seats_from,
    usage_of,
)
from app.resources.engine.week import hours_text
from app.resources.models import Host, Opening, OpeningSlot, Reservation, Resource
from app.resources.vocabulary import WEEKDAYS, DayPart, HoldState
from app.web.errors import Missing


@dataclass(frozen=True)
class FreeSlot:
    """A slot of an opening and what is free in it. Minutes count from midnight, None where the host did not say."""

    slot_id: int
    opening_id: int
    resource_id: int
    host_id: int
    weekday: int
    part: DayPart
    begins_minute: int | None
    ends_minute: int | None
    seats: int
    answer: FreeSeats

    @property
    def free(self) -> int:
        """How many people can begin."""
        return self.answer.count

    @property
    def when(self) -> str:
        """「火曜 午前 9:30〜11:30」."""
        hours = hours_text(self.begins_minute, self.ends_minute)
        return " ".join(filter(None, (f"{WEEKDAYS[self.weekday]}曜", self.part.label, hours)))

    @property
    def words(self) -> str:
        """「あと1人」, or why nobody can begin."""
        return self.answer.words


@dataclass(frozen=True)
class _Row:
    """A slot with all that its seats depend on."""

    slot_id: int
    opening_id: int
    resource_id: int
    host_id: int
    part: DayPart
    begins_minute: int | None
    ends_minute: int | None
    facts: SlotFacts
    timetable: str | None

    def is_closed(self, day: date) -> bool | None:
        """Whether the timetable of the place says 否 for a day; None where it does not know."""
        verdict = verdict_of_text(self.timetable, day)
        return None if verdict is OpenVerdict.UNKNOWN else verdict is OpenVerdict.NO


def select_counting_reservations(
    *, on: date, now: datetime, scope: Scope
) -> sa.Select[int, int, str, date, date | None]:
    """Return slot, holder and period of every seat that somebody has: taken, or held and not lapsed.

    Seats given back before the month of the day are left out: neither that day nor the beginnings of a month know them.
    """
    counts = sa.or_(
        Reservation.state == HoldState.TAKEN,
        sa.and_(Reservation.state == HoldState.HELD, Reservation.held_until > now),
    )
    ends = sa.or_(Reservation.ends_on.is_(None), Reservation.ends_on >= on.replace(day=1))
    return (
        sa.select(
            OpeningSlot.opening_id,
            Reservation.slot_id,
            Reservation.holder,
            Reservation.starts_on,
            Reservation.ends_on,
        )
        .join(OpeningSlot, OpeningSlot.id == Reservation.slot_id)
        .where(counts, ends)
        .execution_options(scope=scope)
    )


def list_free_slots(
    session: Session,
    *,
    at: datetime,
    on: date | None = None,
    opening_ids: Iterable[int] | None = None,
    holder: str | None = None,
    scope: Scope,
) -> list[FreeSlot]:
    """Return slots with what is free for somebody who begins on a day, today when none is named, in the order of the week.

    Where a slot is not held on the day, its next day counts. `holder` is left out of the count: see `free_seats_from`.
    """
    day = on or at.date()
    uses, rows = _load(session, on=day, now=at, opening_ids=opening_ids, scope=scope)
    return [_slot(row, _from_day(row, uses.get(row.opening_id, ()), day, holder)) for row in rows]


def find_resources_with_free_seats(
    session: Session, *, on: date, now: datetime, day_only: bool = False, scope: Scope
) -> set[int]:
    """Return the places where somebody can begin on a day or soon after it, or with `day_only` on that very day."""
    uses, rows = _load(session, on=on, now=now, opening_ids=None, scope=scope)
    answer = _on_day if day_only else _from_day
    return {row.resource_id for row in rows if answer(row, uses.get(row.opening_id, ()), on).count}


def get_locked_slots(session: Session, slot_ids: Collection[int], *, scope: Scope) -> dict[int, int]:
    """Return the openings of slots, by slot, of which nobody else can take a seat until the transaction ends.

    The cap of a month belongs to the opening, so that is locked before its slots, always in the order of the keys.
    Raises `Missing` when a slot is not there. On the embedded database the transaction holds the writer's lock already.
    """
    if not slot_ids:
        return {}
    of_slots = (
        sa.select(OpeningSlot.id, OpeningSlot.opening_id)
        .join(Opening, Opening.id == OpeningSlot.opening_id)
        .join(Resource, Resource.id == Opening.resource_id)
        .where(OpeningSlot.id.in_(slot_ids))
        .execution_options(scope=scope)
    )
    opening_of = dict(session.execute(of_slots).all())
    if set(slot_ids) - set(opening_of):
        raise Missing
    for column, ids in ((Opening.id, opening_of.values()), (OpeningSlot.id, opening_of)):
        session.execute(
            sa.select(column)
            .where(column.in_(sorted(ids)))
            .order_by(column)
            .with_for_update()
            .execution_options(scope=scope)
        ).all()
    return opening_of


def get_free_slot(
    session: Session,
    slot_id: int,
    *,
    opening_id: int,
    on: date,
    now: datetime,
    holder: str | None = None,
    scope: Scope,
) -> FreeSlot:
    """Return one slot with what is free in it for a holder; raise `Missing` when it is not there."""
    slots = list_free_slots(session, at=now, on=on, opening_ids=[opening_id], holder=holder, scope=scope)
    found = next((slot for slot in slots if slot.slot_id == slot_id), None)
    if found is None:
        raise Missing
    return found


def list_reservations(session: Session, *, holder: str, scope: Scope) -> Sequence[Reservation]:
    """Return the seats of a holder that are held or taken, lapsed holds included."""
    return session.scalars(
        sa.select(Reservation)
        .where(Reservation.holder == holder, Reservation.state != HoldState.RELEASED)
        .order_by(Reservation.id)
        .execution_options(scope=scope)
    ).all()


def _load(
    session: Session, *, on: date, now: datetime, opening_ids: Iterable[int] | None, scope: Scope
) -> tuple[dict[int, list[SeatUse]], list[_Row]]:
    """Load all slots of openings, in the order of the week, and who has a seat, by opening: two statements."""
    wanted = (
        sa.select(
            OpeningSlot.id.label("slot_id"),
            OpeningSlot.opening_id,
            Opening.resource_id,
            Opening.host_id,
            OpeningSlot.weekday,
            OpeningSlot.part,
            OpeningSlot.begins_minute,
            OpeningSlot.ends_minute,
            OpeningSlot.seats,
            OpeningSlot.capacity,
            OpeningSlot.original_users,
            Opening.paused_until,
            Opening.ended_on,
            Opening.monthly_limit,
            Host.is_active,
            Resource.state,
            sa.cast(Resource.timetable, sa.Text).label("timetable"),
        )
        .join(Opening, Opening.id == OpeningSlot.opening_id)
        .join(Host, Host.id == Opening.host_id)
        .join(Resource, Resource.id == Opening.resource_id)
        .order_by(OpeningSlot.opening_id, OpeningSlot.weekday, OpeningSlot.id)
        .execution_options(scope=scope)
    )
    taken = select_counting_reservations(on=on, now=now, scope=scope)
    if opening_ids is not None:
        ids = list(opening_ids)
        if not ids:
            return {}, []
        wanted = wanted.where(Opening.id.in_(ids))
        taken = taken.where(OpeningSlot.opening_id.in_(ids))
    found = session.execute(wanted).all()
    uses: dict[int, list[SeatUse]] = {}
    for opening_id, slot_id, holder, starts_on, ends_on in session.execute(taken):
        uses.setdefault(opening_id, []).append(SeatUse(slot_id, holder, starts_on, ends_on))
    weekdays: dict[int, frozenset[int]] = {}
    for row in found:
        if row.seats:
            weekdays[row.opening_id] = weekdays.get(row.opening_id, frozenset()) | {row.weekday}
    parts = list(DayPart)
    rows = [_row(row, weekdays.get(row.opening_id, frozenset())) for row in found]
    rows.sort(key=lambda row: (row.opening_id, row.facts.weekday, parts.index(row.part)))
    return uses, rows


def _row(row: Any, weekdays: frozenset[int]) -> _Row:
    return _Row(
        slot_id=row.slot_id,
        opening_id=row.opening_id,
        resource_id=row.resource_id,
        host_id=row.host_id,
        part=row.part,
        begins_minute=row.begins_minute,
        ends_minute=row.ends_minute,
        facts=SlotFacts(
            weekday=row.weekday,
            seats=row.seats,
            capacity=row.capacity,
            original_users=row.original_users,
            paused_until=row.paused_until,
            ended_on=row.ended_on,
            host_is_active=row.is_active,
            place=row.state,
            monthly_limit=row.monthly_limit,
            weekdays=weekdays,
        ),
        timetable=row.timetable,
    )


def _from_day(row: _Row, uses: Collection[SeatUse], on: date, holder: str | None = None) -> FreeSeats:
    return free_seats_from(row.facts, uses, on, slot_id=row.slot_id, is_closed=row.is_closed, holder=holder)


def _on_day(row: _Row, uses: Collection[SeatUse], on: date) -> FreeSeats:
    usage = usage_of(uses, slot_id=row.slot_id, on=on)
    return free_seats(row.facts, usage, on, is_closed=row.is_closed(on))


def _slot(row: _Row, answer: FreeSeats) -> FreeSlot:
    return FreeSlot(
        slot_id=row.slot_id,
        opening_id=row.opening_id,
        resource_id=row.resource_id,
        host_id=row.host_id,
        weekday=row.facts.weekday,
        part=row.part,
        begins_minute=row.begins_minute,
        ends_minute=row.ends_minute,
        seats=row.facts.offered,
        answer=answer,
    )
