"""Reading placements, contacts and visits. `scope` is whoever asks and stands in each statement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.accounts.queries import list_account_names
from app.accounts.vocabulary import Scope
from app.cases import queries as cases
from app.db.sealing import read_sealed
from app.followup.models import Placement, Touchpoint, Visit
from app.followup.policies import default_sharing
from app.followup.vocabulary import MoveReason, Party, SharingBasis, VisitNote, VisitVersion
from app.people import queries as people
from app.people.vocabulary import RecipientKind
from app.web.errors import Missing


@dataclass(frozen=True)
class Move:
    """A contact that was put on another day."""

    came_from: date
    went_to: date
    reason: MoveReason
    by: int | None


@dataclass(frozen=True)
class VisitView:
    """A visit as pages show it: the version that counts, and those before it, oldest first."""

    visit_id: str
    case_id: str
    placement_id: str | None
    author_id: int
    version: int
    current: VisitVersion
    former: tuple[VisitVersion, ...]


def select_placements(*, scope: Scope) -> sa.Select[Placement]:
    """Return the placements of the scope's teams."""
    return sa.select(Placement).where(Placement.visible_to(scope))


def get_placement(session: Session, placement_id: str, *, scope: Scope) -> Placement:
    """Return a placement with its steps; raise `Missing` for another team's."""
    placement = session.scalars(
        select_placements(scope=scope)
        .where(Placement.id == placement_id)
        .options(selectinload(Placement.steps))
    ).one_or_none()
    if placement is None:
        raise Missing
    return placement


def find_placement_of(session: Session, proposal_id: str, *, scope: Scope) -> Placement | None:
    """Return the placement that a proposal led to, None while there is none."""
    return session.scalars(
        select_placements(scope=scope).where(Placement.proposal_id == proposal_id)
    ).one_or_none()


def list_placements(session: Session, case_id: str, *, scope: Scope) -> Sequence[Placement]:
    """Return the placements of a case with their steps, running ones first, the latest first."""
    return session.scalars(
        select_placements(scope=scope)
        .where(Placement.case_id == case_id)
        .options(selectinload(Placement.steps))
        .order_by(Placement.ended_on.is_not(None), Placement.started_on.desc(), Placement.id)
    ).all()


def list_running_placements(session: Session, case_id: str, *, scope: Scope) -> Sequence[Placement]:
    """Return where somebody takes part now, the latest first."""
    return session.scalars(
        select_placements(scope=scope)
        .where(Placement.case_id == case_id, Placement.ended_on.is_(None))
        .order_by(Placement.started_on.desc(), Placement.id)
    ).all()


def list_places_to_avoid(session: Session, person_id: str, *, scope: Scope) -> frozenset[int]:
    """Return the resources where somebody must not take part: named themselves, or visited by whom they must not meet.

    The others belong to other teams, so the session has to be the product's own; what leaves here are ids of places.
    """
    kept_away = people.get_exclusions(session, person_id, scope=scope)
    others = cases.list_case_ids_of(session, kept_away.person_ids, scope=scope)
    visited = session.scalars(
        sa.select(Placement.resource_id).where(
            Placement.visible_to(scope), Placement.case_id.in_(others), Placement.ended_on.is_(None)
        )
    )
    return kept_away.resource_ids | frozenset(visited)


def select_open_touchpoints(*, scope: Scope) -> sa.Select[Touchpoint]:
    """Return the contacts that are planned and neither made nor dropped, of the scope's teams."""
    return sa.select(Touchpoint).where(
        Touchpoint.visible_to(scope), Touchpoint.visit_id.is_(None), Touchpoint.dropped_at.is_(None)
    )


def get_touchpoint(session: Session, touchpoint_id: str, *, scope: Scope) -> Touchpoint:
    """Return a contact, also one that was made or dropped; raise `Missing` for another team's."""
    touchpoint = session.scalars(
        sa.select(Touchpoint).where(Touchpoint.id == touchpoint_id, Touchpoint.visible_to(scope))
    ).one_or_none()
    if touchpoint is None:
        raise Missing
    return touchpoint


def list_due(session: Session, *, owner_id: int, until: date, scope: Scope) -> Sequence[Touchpoint]:
    """Return the contacts that an account has to make until a day, longest overdue first."""
    return session.scalars(
        select_open_touchpoints(scope=scope)
        .where(Touchpoint.owner_id == owner_id, Touchpoint.due_on <= until)
        .order_by(Touchpoint.due_on, Touchpoint.case_id, Touchpoint.party, Touchpoint.id)
    ).all()


def list_planned(
    session: Session, case_id: str, *, placement_id: str | None = None, scope: Scope
) -> Sequence[Touchpoint]:
    """Return the planned contacts of a case, or of one placement in it, the next first."""
    planned = select_open_touchpoints(scope=scope).where(Touchpoint.case_id == case_id)
    if placement_id is not None:
        planned = planned.where(Touchpoint.placement_id == placement_id)
    return session.scalars(planned.order_by(Touchpoint.due_on, Touchpoint.party, Touchpoint.id)).all()


def list_next_contacts(session: Session, case_ids: Collection[str], *, scope: Scope) -> dict[str, date]:
    """Return for each of these cases the day of the contact that comes next, overdue or not; one statement."""
    planned = select_open_touchpoints(scope=scope).where(Touchpoint.case_id.in_(case_ids))
    rows = session.execute(
        planned.with_only_columns(Touchpoint.case_id, sa.func.min(Touchpoint.due_on)).group_by(
            Touchpoint.case_id
        )
    )
    return dict(rows.all())


def list_answered_by(
    session: Session,
    case_id: str,
    *,
    placement_id: str | None,
    parties: Collection[Party],
    on: date,
    scope: Scope,
) -> Sequence[Touchpoint]:
    """Return the planned contacts that a visit of this day answers: due by then, with a side that was met.

    A visit that names no placement answers for the whole case as far as the person is concerned: whoever was seen need
    not be called again the same day because they go to two places. A host is asked about one placement.
    """
    due = select_open_touchpoints(scope=scope).where(
        Touchpoint.case_id == case_id, Touchpoint.party.in_(parties), Touchpoint.due_on <= on
    )
    if placement_id is not None:
        due = due.where(sa.or_(Touchpoint.placement_id == placement_id, Touchpoint.placement_id.is_(None)))
    else:
        due = due.where(Touchpoint.party == Party.PERSON)
    return session.scalars(due.order_by(Touchpoint.due_on, Touchpoint.id)).all()


def list_moves(session: Session, touchpoint: Touchpoint, *, scope: Scope) -> list[Move]:
    """Return how often and why a contact was put on another day, first to last; raise `Missing` for another team's."""
    if not touchpoint.is_within(scope):
        raise Missing
    if touchpoint.sealed is None:
        return []
    return [
        Move(
            came_from=date.fromisoformat(move["from"]),
            went_to=date.fromisoformat(move["to"]),
            reason=MoveReason(move["reason"]),
            by=move["by"],
        )
        for move in read_sealed(session, touchpoint)["moves"]
    ]


def select_visits(*, scope: Scope) -> sa.Select[Visit]:
    """Return the visits that the scope reads: of its teams, without what others wrote for themselves alone."""
    return sa.select(Visit).where(Visit.visible_to(scope))


def get_visit(session: Session, visit_id: str, *, scope: Scope) -> Visit:
    """Return a visit; raise `Missing` when the scope does not read it."""
    visit = session.scalars(select_visits(scope=scope).where(Visit.id == visit_id)).one_or_none()
    if visit is None:
        raise Missing
    return visit


def get_visit_view(session: Session, visit_id: str, *, scope: Scope) -> VisitView:
    """Return a visit as its page shows it, with all its versions."""
    return _view(session, get_visit(session, visit_id, scope=scope))


def list_visits(
    session: Session,
    case_id: str,
    *,
    placement_id: str | None = None,
    first: int = 0,
    most: int,
    scope: Scope,
) -> list[VisitView]:
    """Return `most` visits of a case, or of one placement in it, newest first, from the one after the `first` on."""
    visits = session.scalars(
        _visits_of(case_id, placement_id, scope)
        .order_by(Visit.happened_on.desc(), Visit.recorded_at.desc(), Visit.id)
        .offset(first)
        .limit(most)
    )
    return [_view(session, visit) for visit in visits]


def count_visits(session: Session, case_id: str, *, placement_id: str | None = None, scope: Scope) -> int:
    """Count the visits of a case, or of one placement in it, that the scope reads."""
    counted = _visits_of(case_id, placement_id, scope).with_only_columns(sa.func.count(Visit.id))
    return session.scalars(counted).one()


def _visits_of(case_id: str, placement_id: str | None, scope: Scope) -> sa.Select[Visit]:
    visits = select_visits(scope=scope).where(Visit.case_id == case_id)
    return visits if placement_id is None else visits.where(Visit.placement_id == placement_id)


def _view(session: Session, visit: Visit) -> VisitView:
    document = read_sealed(session, visit)
    return VisitView(
        visit_id=visit.id,
        case_id=visit.case_id,
        placement_id=visit.placement_id,
        author_id=visit.author_id,
        version=visit.version,
        current=VisitVersion(
            happened_on=visit.happened_on,
            means=visit.means,
            attendance=visit.attendance,
            sharing_basis=visit.sharing_basis,
            next_on=visit.next_on,
            note=VisitNote.from_document(document),
            recorded_at=visit.recorded_at,
        ),
        former=tuple(VisitVersion.from_document(former) for former in document["former"]),
    )


def find_sharing_default(session: Session, person_id: str, *, on: date, scope: Scope) -> SharingBasis:
    """Return on what ground a note of this day may be shared: the person's running consent, else none."""
    told = people.list_consented_items(
        session, person_id, recipient_kind=RecipientKind.SUPPORT_TEAM, on=on, scope=scope
    )
    return default_sharing(has_consent=bool(told))


def list_placements_by_id(
    session: Session, placement_ids: Collection[str], *, scope: Scope
) -> dict[str, Placement]:
    """Return placements of the scope's teams, by id."""
    found = session.scalars(select_placements(scope=scope).where(Placement.id.in_(placement_ids)))
    return {placement.id: placement for placement in found}


def list_worker_names(session: Session, *, scope: Scope) -> dict[int, str]:
    """Return the names of those who work here, closed accounts too, for whoever belongs to a team."""
    if scope.account_id is None:
        raise Missing
    return list_account_names(session)
