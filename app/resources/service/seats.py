"""Holding, taking and giving back seats. Seats are counted and written under the same lock, so none is given twice.

Every change waits at the head of the log anyway. Waiting there first, before an opening and its slots, two who change
seats never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.queries import get_locked_head
from app.audit.service import record_event
from app.resources.engine.seats import FreeSeats, first_day, seat_words
from app.resources.models import Reservation
from app.resources.queries import seats as queries
from app.resources.vocabulary import HoldState, SeatReason
from app.web.errors import Refused

_FULL = "この枠の席は、いまいっぱいです。別の曜日か時間を選んでください。"
_LAPSED = "仮おさえの期限が過ぎて、席がほかの人で埋まりました。もう一度、枠を選んでください。"


def hold_seat(
    session: Session,
    *,
    slot_id: int,
    holder: str,
    starts_on: date,
    held_until: datetime,
    by: Actor,
    at: datetime,
) -> Reservation:
    """Hold a seat for somebody who begins on a day or on the slot's next day; raise `Refused` when none is free then.

    Asked again for the same holder and slot, the hold is only made longer: who has a seat is asked nothing anew.
    """
    get_locked_head(session)
    opening_of = queries.get_locked_slots(session, [slot_id], scope=by.scope)
    for held in queries.list_reservations(session, holder=holder, scope=by.scope):
        if held.slot_id != slot_id:
            continue
        if held.state is HoldState.TAKEN:
            return held
        if not _has_lapsed(held, at):
            held.held_until = held_until
            session.flush()
            _record(session, "seat.held", held, by, at)
            return held
        _give_back(held)
        session.flush()
    free = queries.get_free_slot(
        session,
        slot_id,
        opening_id=opening_of[slot_id],
        on=starts_on,
        now=at,
        holder=holder,
        scope=by.scope,
    ).answer
    if not free.count:
        raise Refused(_refusal(free, at.date()))
    seat = Reservation(
        slot_id=slot_id,
        holder=holder,
        state=HoldState.HELD,
        starts_on=free.on,
        held_until=held_until,
        made_at=at,
    )
    session.add(seat)
    session.flush()
    _record(session, "seat.held", seat, by, at)
    return seat


def take_seats(session: Session, *, holder: str, starts_on: date, by: Actor, at: datetime) -> int:
    """Turn what a holder holds into seats taken from a day on; return how many.

    A hold that has lapsed is asked for anew, and `Refused` is raised when the seat is lost. What is held is kept.
    """
    get_locked_head(session)
    seats = [
        seat
        for seat in queries.list_reservations(session, holder=holder, scope=by.scope)
        if seat.state is HoldState.HELD
    ]
    opening_of = queries.get_locked_slots(session, {seat.slot_id for seat in seats}, scope=by.scope)
    for seat in seats:
        slot = queries.get_free_slot(
            session,
            seat.slot_id,
            opening_id=opening_of[seat.slot_id],
            on=starts_on,
            now=at,
            holder=holder,
            scope=by.scope,
        )
        if slot.free:
            day = slot.answer.on
        elif _has_lapsed(seat, at):
            raise Refused(_LAPSED if slot.answer.why is SeatReason.FULL else _refusal(slot.answer, at.date()))
        else:
            day = max(seat.starts_on, first_day(slot.weekday, starts_on))
        seat.state, seat.held_until, seat.starts_on = HoldState.TAKEN, None, day
        session.flush()
        _record(session, "seat.taken", seat, by, at)
    return len(seats)


def take_over_seats(
    session: Session, *, slot_ids: Collection[int], holder: str, starts_on: date, by: Actor, at: datetime
) -> None:
    """Write down the seats of somebody who goes there already. Nothing is asked: it has happened."""
    get_locked_head(session)
    queries.get_locked_slots(session, slot_ids, scope=by.scope)
    for slot_id in sorted(slot_ids):
        seat = Reservation(
            slot_id=slot_id, holder=holder, state=HoldState.TAKEN, starts_on=starts_on, made_at=at
        )
        session.add(seat)
        session.flush()
        _record(session, "seat.taken", seat, by, at)


def pass_seats(
    session: Session, *, holder: str, to: str, slot_ids: Collection[int], by: Actor, at: datetime
) -> None:
    """Let another holder have what one holds in these slots, and give back what one holds in others.

    The seat is free at no moment in between, so that nobody loses one that fell away from the slot meanwhile.
    """
    get_locked_head(session)
    seats = queries.list_reservations(session, holder=holder, scope=by.scope)
    queries.get_locked_slots(session, {seat.slot_id for seat in seats}, scope=by.scope)
    for seat in seats:
        if seat.slot_id in slot_ids and not _has_lapsed(seat, at):
            seat.holder = to
            _record(session, "seat.passed", seat, by, at)
        else:
            _give_back(seat)
            _record(session, "seat.released", seat, by, at)
    session.flush()


def release_seats(session: Session, *, holder: str, on: date, by: Actor, at: datetime) -> int:
    """Give back all that a holder holds or has taken, from `on` on; return how many."""
    get_locked_head(session)
    seats = queries.list_reservations(session, holder=holder, scope=by.scope)
    for seat in seats:
        if seat.state is HoldState.TAKEN and seat.starts_on < on:
            seat.ends_on = on
        else:
            _give_back(seat)
        _record(session, "seat.released", seat, by, at)
    session.flush()
    return len(seats)


def _has_lapsed(seat: Reservation, at: datetime) -> bool:
    return seat.state is HoldState.HELD and seat.held_until is not None and seat.held_until <= at


def _refusal(free: FreeSeats, today: date) -> str:
    """Say why nobody can begin, and what to do instead."""
    match free.why:
        case SeatReason.FULL:
            return _FULL
        case SeatReason.PAUSED | SeatReason.WEEK_FULL | SeatReason.MONTH_FULL:
            return f"この枠では、その日に始められません。{seat_words(free, today)}。始める日を変えるか、別の枠を選んでください。"
        case _:
            return f"この枠では始められません。{seat_words(free, today)}。別の枠を選んでください。"


def _give_back(seat: Reservation) -> None:
    seat.state, seat.held_until = HoldState.RELEASED, None


def _record(session: Session, action: str, seat: Reservation, by: Actor, at: datetime) -> None:
    record_event(
        session,
        action=action,
        subject_kind="opening_slot",
        subject_id=seat.slot_id,
        by=by.account_id,
        at=at,
        detail={"reservation": seat.id},
    )
