"""Reading leads. They hold nobody's data; the scope stands in each statement all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.accounts.queries import list_open_accounts
from app.accounts.vocabulary import Scope
from app.development.models import Lead
from app.development.vocabulary.leads import LEAD_ROLES, OPEN, WORKING, LeadState
from app.web.errors import Missing


@dataclass(frozen=True)
class LeadFilter:
    """What a list of leads shows. Without states: all that are not over."""

    states: tuple[LeadState, ...] = OPEN
    owner_id: int | None = None
    district_id: int | None = None


def select_leads(*, scope: Scope) -> sa.Select[Lead]:
    """Build the selection of leads."""
    return sa.select(Lead).execution_options(scope=scope)


def get_lead(session: Session, lead_id: int, *, scope: Scope) -> Lead:
    """Return a lead with its steps and talks; raise `Missing` when there is none."""
    lead = session.scalars(
        select_leads(scope=scope)
        .where(Lead.id == lead_id)
        .options(selectinload(Lead.steps), selectinload(Lead.contacts))
    ).one_or_none()
    if lead is None:
        raise Missing
    return lead


def list_leads(
    session: Session, wanted: LeadFilter, *, first: int = 0, most: int, scope: Scope
) -> Sequence[Lead]:
    """Return leads, what is due longest first, what has no day after that, what is over last."""
    due = _due_on()
    return session.scalars(
        _narrowed(select_leads(scope=scope), wanted)
        .order_by(Lead.state.not_in(OPEN), due.is_(None), due, Lead.id)
        .offset(first)
        .limit(most)
    ).all()


def count_by_state(session: Session, wanted: LeadFilter, *, scope: Scope) -> dict[LeadState, int]:
    """Count by state what owner and district of a filter find; a state that nobody is in counts 0."""
    all_states = LeadFilter(tuple(LeadState), wanted.owner_id, wanted.district_id)
    rows = session.execute(
        _narrowed(select_leads(scope=scope), all_states)
        .with_only_columns(Lead.state, sa.func.count(Lead.id))
        .group_by(Lead.state)
    )
    return dict.fromkeys(LeadState, 0) | dict(rows.all())


def count_due(session: Session, wanted: LeadFilter, *, on: date, scope: Scope) -> int:
    """Count the leads of a filter for which something has to be done by a day."""
    counted = _narrowed(select_leads(scope=scope), wanted).with_only_columns(sa.func.count(Lead.id))
    return session.scalars(counted.where(_due_on() <= on)).one()


def list_due(session: Session, *, owner_id: int, until: date, most: int, scope: Scope) -> Sequence[Lead]:
    """Return an account's leads for which something has to be done by a day, longest due first."""
    due = _due_on()
    return session.scalars(
        select_leads(scope=scope)
        .where(Lead.owner_id == owner_id, due <= until)
        .order_by(due, Lead.id)
        .limit(most)
    ).all()


def find_lead_of_offer(session: Session, offer_id: str, *, scope: Scope) -> Lead | None:
    """Return the lead that was made from an offer."""
    return session.scalars(select_leads(scope=scope).where(Lead.offer_id == offer_id)).one_or_none()


def list_possible_owners(session: Session, *, scope: Scope) -> list[tuple[int, str]]:
    """Return (id, name) of the open accounts that can keep a lead, for whoever may see leads."""
    if not scope.system and not scope.holds(*LEAD_ROLES):
        raise Missing
    return [
        (account.id, account.display_name)
        for account in list_open_accounts(session)
        if not account.role_set.isdisjoint(LEAD_ROLES)
    ]


def _narrowed(leads: sa.Select[Lead], wanted: LeadFilter) -> sa.Select[Lead]:
    leads = leads.where(Lead.state.in_(wanted.states))
    if wanted.owner_id is not None:
        leads = leads.where(Lead.owner_id == wanted.owner_id)
    if wanted.district_id is not None:
        leads = leads.where(Lead.district_id == wanted.district_id)
    return leads


def _due_on() -> sa.ColumnElement[date | None]:
    """`Lead.due_on` as the database sees it; nothing is due of what is over."""
    is_later = Lead.state == LeadState.LATER
    return sa.case(
        (is_later & (Lead.next_on < Lead.back_on), Lead.next_on),
        (is_later, Lead.back_on),
        (Lead.state.in_(WORKING), Lead.next_on),
        else_=None,
    )
