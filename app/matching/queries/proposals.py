"""Reading proposals and their steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.accounts.vocabulary import Scope
from app.db.sealing import read_sealed
from app.matching.exchange import Snapshot
from app.matching.models import Proposal
from app.matching.vocabulary import ProposalState
from app.web.errors import Missing

GOES_ON: Final = (*(state for state in ProposalState if state.is_open), ProposalState.ACCEPTED)
"""States in which a proposal is under way: somebody's answer is awaited, or it leads to a start."""


@dataclass(frozen=True)
class StepView:
    """One step of a proposal; `by` is None when the product moved it."""

    state: ProposalState
    at: datetime
    by: int | None


@dataclass(frozen=True)
class ProposalView:
    """A proposal as pages show it, with what was computed then."""

    proposal_id: str
    case_id: str
    resource_id: int
    opening_id: int | None
    slot_id: int | None
    state: ProposalState
    owner_id: int
    due_at: datetime | None
    ended_side: str | None
    ended_reason: str | None
    made_at: datetime
    version: int
    snapshot: Snapshot
    steps: tuple[StepView, ...]


def get_proposal(session: Session, proposal_id: str, *, scope: Scope) -> Proposal:
    """Return a proposal; raise `Missing` for another team's."""
    return _one(session, _select_proposals(scope).where(Proposal.id == proposal_id))


def get_locked_proposal(session: Session, proposal_id: str, *, scope: Scope) -> Proposal:
    """Return a proposal that nobody else can move until the transaction ends; raise `Missing` for another team's.

    PostgreSQL locks the row; on the embedded database the transaction holds the writer's lock already.
    """
    return _one(
        session,
        _select_proposals(scope)
        .where(Proposal.id == proposal_id)
        .with_for_update()
        .execution_options(populate_existing=True),
    )


def _select_proposals(scope: Scope) -> sa.Select[Proposal]:
    return sa.select(Proposal).where(Proposal.visible_to(scope))


def _one(session: Session, wanted: sa.Select[Proposal]) -> Proposal:
    proposal = session.scalars(wanted).one_or_none()
    if proposal is None:
        raise Missing
    return proposal


def get_proposal_view(session: Session, proposal_id: str, *, scope: Scope) -> ProposalView:
    """Return a proposal with its steps; raise `Missing` for another team's."""
    return _view(session, get_proposal(session, proposal_id, scope=scope))


def list_proposals(session: Session, case_id: str, *, scope: Scope) -> list[ProposalView]:
    """Return the proposals of a case: open ones first, newest first."""
    found = session.scalars(
        _select_proposals(scope)
        .where(Proposal.case_id == case_id)
        .options(selectinload(Proposal.steps))
        .order_by(Proposal.state.not_in(GOES_ON), Proposal.made_at.desc(), Proposal.id)
    )
    return [_view(session, proposal) for proposal in found]


def _view(session: Session, proposal: Proposal) -> ProposalView:
    return ProposalView(
        proposal_id=proposal.id,
        case_id=proposal.case_id,
        resource_id=proposal.resource_id,
        opening_id=proposal.opening_id,
        slot_id=proposal.slot_id,
        state=proposal.state,
        owner_id=proposal.owner_id,
        due_at=proposal.due_at,
        ended_side=proposal.ended_side.label if proposal.ended_side else None,
        ended_reason=proposal.ended_reason.label if proposal.ended_reason else None,
        made_at=proposal.made_at,
        version=proposal.version,
        snapshot=Snapshot.from_document(read_sealed(session, proposal)),
        steps=tuple(StepView(step.state, step.at, step.by) for step in proposal.steps),
    )


def find_running_proposal(
    session: Session, case_id: str, resource_id: int, opening_id: int | None, *, scope: Scope
) -> Proposal | None:
    """Return what is already under way between a case and a place."""
    return session.scalars(
        _select_proposals(scope)
        .where(
            Proposal.case_id == case_id,
            Proposal.resource_id == resource_id,
            Proposal.opening_id.is_(None) if opening_id is None else Proposal.opening_id == opening_id,
            Proposal.state.in_(GOES_ON),
        )
        .limit(1)
    ).one_or_none()


def list_running(
    session: Session, case_id: str, *, owner_id: int | None = None, scope: Scope
) -> dict[int, str]:
    """Return what is under way for a case: the proposal by its place, the latest where there are several.

    With `owner_id` it is what this account proposed, and nothing of its colleagues.
    """
    own = () if owner_id is None else (Proposal.owner_id == owner_id,)
    return dict(
        session.execute(
            sa.select(Proposal.resource_id, Proposal.id)
            .where(Proposal.visible_to(scope), Proposal.case_id == case_id, Proposal.state.in_(GOES_ON), *own)
            .order_by(Proposal.made_at, Proposal.id)
        ).all()
    )


@dataclass(frozen=True)
class DueProposal:
    """A proposal that waits for its owner, as きょう shows it."""

    proposal_id: str
    case_id: str
    resource_id: int
    state: ProposalState
    due_at: datetime


def list_due_proposals(
    session: Session, *, owner_id: int, until: datetime, scope: Scope
) -> list[DueProposal]:
    """Return the proposals of an owner whose date comes before a moment, earliest first."""
    rows = session.execute(
        sa.select(Proposal.id, Proposal.case_id, Proposal.resource_id, Proposal.state, Proposal.due_at)
        .where(
            Proposal.visible_to(scope),
            Proposal.owner_id == owner_id,
            Proposal.state.in_(GOES_ON),
            Proposal.due_at < until,
        )
        .order_by(Proposal.due_at, Proposal.id)
    )
    return [DueProposal(key, case_id, place, state, due) for key, case_id, place, state, due in rows if due]


def list_lapsed_ids(session: Session, *, at: datetime, scope: Scope) -> Sequence[str]:
    """Return the proposals whose host has not answered in time, oldest first."""
    return session.scalars(
        sa.select(Proposal.id)
        .where(Proposal.visible_to(scope), Proposal.state == ProposalState.ASKED, Proposal.due_at <= at)
        .order_by(Proposal.due_at, Proposal.id)
    ).all()
