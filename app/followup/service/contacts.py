"""Planned contacts: made at a start and with a promise, put on another day, answered, dropped."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.db.sealing import new_row_id, read_sealed, write_sealed
from app.followup import policies, queries
from app.followup.models import Touchpoint
from app.followup.vocabulary import MoveReason, Occasion, Party
from app.web.errors import Refused


def plan_contact(
    session: Session,
    *,
    team_id: int,
    case_id: str,
    placement_id: str | None,
    party: Party,
    occasion: Occasion,
    due_on: date,
    owner_id: int | None = None,
    by: Actor,
) -> Touchpoint:
    """Plan a contact with one side for its owner, the actor unless said. The line in the log is that of the larger step."""
    owner_id = owner_id or by.account_id
    if owner_id is None:
        raise RuntimeError("somebody has to own a contact; name the owner when the product itself acts")
    touchpoint = Touchpoint(
        id=new_row_id(),
        team_id=team_id,
        case_id=case_id,
        placement_id=placement_id,
        party=party,
        occasion=occasion,
        due_on=due_on,
        owner_id=owner_id,
    )
    session.add(touchpoint)
    return touchpoint


def move_touchpoint(
    session: Session, *, touchpoint_id: str, to: date, reason: MoveReason, by: Actor, at: datetime
) -> None:
    """Put a contact on another day. It is never dropped without a word: why stands in the log and beside the contact."""
    touchpoint = queries.get_touchpoint(session, touchpoint_id, scope=by.scope)
    if not touchpoint.is_open:
        raise Refused(policies.CONTACT_IS_OVER)
    problem = policies.move_problem(touchpoint.due_on, to, today=at.date())
    if problem:
        raise Refused(problem, field="to")
    before = read_sealed(session, touchpoint)["moves"] if touchpoint.sealed else []
    move = {
        "from": touchpoint.due_on.isoformat(),
        "to": to.isoformat(),
        "reason": reason.value,
        "by": by.account_id,
        "at": at.isoformat(),
    }
    write_sealed(session, touchpoint, {"moves": [*before, move]})
    came_from, touchpoint.due_on = touchpoint.due_on, to
    record_event(
        session,
        action="touchpoint.moved",
        subject_kind="touchpoint",
        subject_id=touchpoint.id,
        by=by.account_id,
        at=at,
        detail={"from": came_from.isoformat(), "to": to.isoformat(), "reason": reason.value},
    )
