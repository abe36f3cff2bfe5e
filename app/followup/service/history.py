"""Taking over what went before: as it was, on its own days, in few statements and with one line in the log a batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.cases import queries as cases
from app.db.sealing import new_row_id, write_sealed
from app.followup import policies
from app.followup.models import Placement, PlacementStep, Visit
from app.followup.service.contacts import plan_contact
from app.followup.vocabulary import (
    CONTACT_DAYS,
    Occasion,
    Party,
    PastPlacement,
    PastVisit,
    SharingBasis,
    Stage,
)
from app.resources.service import seats


def add_past_placements(
    session: Session, *, placements: Sequence[PastPlacement], by: Actor, at: datetime
) -> list[str]:
    """Write placements down as they went and return their ids in the same order.

    Rules of a start are not asked again of what has happened. Contacts are planned from today on only; seats are taken
    for those who still go.
    """
    teams = _teams(session, {past.case_id for past in placements}, by)
    rows = [_placement(past, teams[past.case_id], at) for past in placements]
    session.add_all(rows)
    session.flush()
    for past, row in zip(placements, rows, strict=True):
        if row.ended_on is None:
            _go_on(session, past, row, by, at)
    _record(session, "placement.taken_over", len(rows), by, at)
    return [row.id for row in rows]


def add_past_visits(session: Session, *, visits: Sequence[PastVisit], by: Actor, at: datetime) -> list[str]:
    """Write visits down as they were and return their ids in the same order; a promise of a day to come is planned."""
    teams = _teams(session, {past.case_id for past in visits}, by)
    rows = [_visit(session, past, teams[past.case_id]) for past in visits]
    session.add_all(rows)
    session.flush()
    for past, row in zip(visits, rows, strict=True):
        if row.next_on is not None and row.next_on >= at.date():
            plan_contact(
                session,
                team_id=row.team_id,
                case_id=row.case_id,
                placement_id=row.placement_id,
                party=policies.party_promised(past.facts.note.met),
                occasion=Occasion.PROMISE,
                due_on=row.next_on,
                owner_id=row.author_id,
                by=by,
            )
    _record(session, "visit.taken_over", len(rows), by, at)
    return [row.id for row in rows]


def _teams(session: Session, case_ids: set[str], by: Actor) -> dict[str, int]:
    own = cases.select_cases(scope=by.scope)
    found = session.scalars(own.where(own.selected_columns["id"].in_(case_ids)))
    return {case.id: case.team_id for case in found}


def _placement(past: PastPlacement, team_id: int, at: datetime) -> Placement:
    last = past.steps[-1]
    return Placement(
        id=new_row_id(),
        team_id=team_id,
        case_id=past.case_id,
        resource_id=past.resource_id,
        opening_id=past.opening_id,
        basis_id=past.basis_id,
        stage=last.stage,
        started_on=past.steps[0].happened_on,
        ended_on=last.happened_on if last.stage is Stage.ENDED else None,
        end_reason=past.end_reason,
        end_cause=past.end_cause,
        steps=[
            PlacementStep(
                team_id=team_id,
                stage=step.stage,
                happened_on=step.happened_on,
                recorded_by=step.recorded_by,
                recorded_at=at,
            )
            for step in past.steps
        ],
    )


def _go_on(session: Session, past: PastPlacement, row: Placement, by: Actor, at: datetime) -> None:
    if past.slot_ids:
        seats.take_over_seats(
            session, slot_ids=past.slot_ids, holder=row.id, starts_on=row.started_on, by=by, at=at
        )
    for party in Party:
        for days in CONTACT_DAYS:
            due_on = row.started_on + timedelta(days=days)
            if due_on >= at.date():
                plan_contact(
                    session,
                    team_id=row.team_id,
                    case_id=row.case_id,
                    placement_id=row.id,
                    party=party,
                    occasion=Occasion.REGULAR,
                    due_on=due_on,
                    owner_id=past.owner_id,
                    by=by,
                )


def _visit(session: Session, past: PastVisit, team_id: int) -> Visit:
    facts = past.facts
    visit = Visit(
        id=new_row_id(),
        team_id=team_id,
        case_id=past.case_id,
        placement_id=past.placement_id,
        happened_on=facts.happened_on,
        means=facts.means,
        attendance=facts.attendance,
        sharing_basis=facts.sharing_basis or SharingBasis.AUTHOR_ONLY,
        next_on=facts.next_on,
        author_id=past.author_id,
        recorded_at=past.recorded_at,
    )
    write_sealed(session, visit, {**facts.note.document, "former": []})
    return visit


def _record(session: Session, action: str, count: int, by: Actor, at: datetime) -> None:
    record_event(
        session,
        action=action,
        subject_kind="followup",
        subject_id="history",
        by=by.account_id,
        at=at,
        detail={"count": count},
    )
