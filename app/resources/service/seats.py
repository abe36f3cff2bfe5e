"""Holding, taking and giving back seats. Seats are counted and written under the same lock, so none is given twice."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.resources.models import Reservation
from app.resources.queries import openings as queries
from app.resources.vocabulary import HoldState
from app.web.errors import Refused


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
    """Hold a seat for a while; raise `Refused` when none is free on that day.

    Asked again for the same holder and slot, the hold is only made longer.
    """
    slot = queries.get_locked_slot(session, slot_id, scope=by.scope)
    for held in queries.list_reservations(session, holder=holder, scope=by.scope):
        if held.slot_id == slot_id and held.state is HoldState.TAKEN:
            return held
        if held.slot_id == slot_id:
            _give_back(held)
            session.flush()
    if queries.get_seats_in_use(session, slot_id, on=starts_on, now=at, scope=by.scope) >= slot.seats:
        raise Refused("この枠の席は、いまいっぱいです。別の曜日か時間を選んでください。")
    seat = Reservation(
        slot_id=slot_id,
        holder=holder,
        state=HoldState.HELD,
        starts_on=starts_on,
        held_until=held_until,
        made_at=at,
    )
    session.add(seat)
    session.flush()
    _record(session, "seat.held", seat, by, at)
    return seat


def take_seats(session: Session, *, holder: str, starts_on: date, by: Actor, at: datetime) -> int:
    """Turn what a holder holds into seats taken; return how many. Raises `Refused` when a lapsed hold has been lost."""
    taken = 0
    for seat in queries.list_reservations(session, holder=holder, scope=by.scope):
        slot = queries.get_locked_slot(session, seat.slot_id, scope=by.scope)
        lapsed = seat.state is HoldState.HELD and seat.held_until is not None and seat.held_until <= at
        if (
            lapsed
            and queries.get_seats_in_use(session, slot.id, on=starts_on, now=at, scope=by.scope) >= slot.seats
        ):
            raise Refused(
                "仮おさえの期限が過ぎて、席がほかの人で埋まりました。もう一度、枠を選んでください。"
            )
        seat.state, seat.held_until, seat.starts_on = HoldState.TAKEN, None, starts_on
        session.flush()
        _record(session, "seat.taken", seat, by, at)
        taken += 1
    return taken


def release_seats(session: Session, *, holder: str, on: date, by: Actor, at: datetime) -> int:
    """Give back all that a holder holds or has taken, from `on` on; return how many."""
    seats = queries.list_reservations(session, holder=holder, scope=by.scope)
    for seat in seats:
        if seat.state is HoldState.TAKEN and seat.starts_on < on:
            seat.ends_on = on
        else:
            _give_back(seat)
        _record(session, "seat.released", seat, by, at)
    session.flush()
    return len(seats)


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
