"""What a host does on its own page, and what a coordinator does for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.service import follow_link, issue_link
from app.accounts.vocabulary import Actor
from app.audit.engine import Detail
from app.audit.service import record_event
from app.resources.models import Opening
from app.resources.queries import openings as queries
from app.web.errors import Missing, Refused

SUBJECT = "host"
"""The kind of subject of a host's signed links."""

MOST_SEATS = 50


def invite_host(session: Session, *, host_id: int, by: Actor, at: datetime) -> str:
    """Make a fresh signed link for a host and return its token; the one before ends."""
    queries.get_host(session, host_id, scope=by.scope)
    return issue_link(session, subject_kind=SUBJECT, subject_id=host_id, by=by, at=at)


def enter_and_confirm(session: Session, *, token: str, by: Actor, at: datetime) -> str:
    """Follow a host's link and confirm all its openings in the same step; return the token of the visit.

    Raises `Missing` for a link that does not exist, was used or has run out, without saying which.
    """
    visit_token, (kind, host_id) = follow_link(session, token=token, at=at)
    if kind != SUBJECT:
        raise Missing
    confirm_openings(session, host_id=host_id, by=by, at=at)
    return visit_token


def confirm_openings(session: Session, *, host_id: int, by: Actor, at: datetime) -> int:
    """Note that all openings of a host are still as they stand; return how many."""
    openings = queries.list_openings_of_host(session, host_id, scope=by.scope)
    for opening in openings:
        opening.confirmed_on = at.date()
    _record(session, "openings.confirmed", host_id, by, at, {"openings": len(openings)})
    return len(openings)


def change_seats(session: Session, *, host_id: int, seats: Mapping[int, int], by: Actor, at: datetime) -> int:
    """Change the seats of the host's own slots (slot id → seats); return how many changed.

    Who has a seat keeps it: fewer seats than are taken only means that none is free. A slot of another host is
    passed over, since nobody can name it from the page.
    """
    changed = 0
    for opening in queries.list_openings_of_host(session, host_id, scope=by.scope):
        for slot in opening.slots:
            wanted = seats.get(slot.id, slot.seats)
            if not 0 <= wanted <= MOST_SEATS:
                raise Refused(f"席の数は0から{MOST_SEATS}までの数字にしてください。", field=f"slot-{slot.id}")
            if wanted != slot.seats:
                _record(
                    session,
                    "slot.seats_changed",
                    host_id,
                    by,
                    at,
                    {"slot": slot.id, "from": slot.seats, "to": wanted},
                )
                slot.seats = wanted
                changed += 1
        opening.confirmed_on = at.date()
    return changed


def pause_openings(session: Session, *, host_id: int, until: date, by: Actor, at: datetime) -> None:
    """Rest all openings until a day, from which they come back by themselves; raise `Refused` for a day gone by."""
    if until <= at.date():
        raise Refused("再開の日は、あしたより後の日にしてください。", field="until")
    for opening in queries.list_openings_of_host(session, host_id, scope=by.scope):
        _rest(opening, until, at)
    _record(session, "openings.paused", host_id, by, at, {"until": until.isoformat()})


def resume_openings(session: Session, *, host_id: int, by: Actor, at: datetime) -> None:
    """End a rest early."""
    for opening in queries.list_openings_of_host(session, host_id, scope=by.scope):
        _rest(opening, None, at)
    _record(session, "openings.resumed", host_id, by, at, {})


def ask_for_call(session: Session, *, host_id: int, by: Actor, at: datetime) -> None:
    """Note that the host would like to be called."""
    queries.get_host(session, host_id, scope=by.scope).call_asked_at = at
    _record(session, "host.call_asked", host_id, by, at, {})


def note_call_made(session: Session, *, host_id: int, by: Actor, at: datetime) -> None:
    """Note that the host was called."""
    queries.get_host(session, host_id, scope=by.scope).call_asked_at = None
    _record(session, "host.called", host_id, by, at, {})


def _rest(opening: Opening, until: date | None, at: datetime) -> None:
    opening.paused_until, opening.confirmed_on = until, at.date()


def _record(session: Session, action: str, host_id: int, by: Actor, at: datetime, detail: Detail) -> None:
    record_event(
        session,
        action=action,
        subject_kind=SUBJECT,
        subject_id=host_id,
        by=by.account_id,
        at=at,
        detail=detail,
    )
