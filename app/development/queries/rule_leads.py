"""Reading the leads that the matcher proposed: by the rule that a host could change, and whom to ask."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.accounts.vocabulary import Scope
from app.development.models import Lead
from app.development.policies.leads import may_be_withdrawn
from app.development.queries.leads import select_leads
from app.development.vocabulary.leads import OPEN


@dataclass(frozen=True)
class RuleLead:
    """A lead that is under way for a rule: its host, or its place where there is none, and whether it can be taken back."""

    lead_id: int
    key: tuple[str, int | None, int | None]
    may_withdraw: bool


def find_open_rule_lead(
    session: Session, rule: str, *, host_id: int | None, resource_id: int, scope: Scope
) -> Lead | None:
    """Return the lead that is under way already for a rule and a host, or for a place that has no host."""
    asked = (
        sa.and_(Lead.asked_host_id.is_(None), Lead.asked_resource_id == resource_id)
        if host_id is None
        else Lead.asked_host_id == host_id
    )
    return session.scalars(
        select_leads(scope=scope)
        .where(Lead.rule == rule, asked, Lead.state.in_(OPEN))
        .order_by(Lead.id)
        .limit(1)
    ).one_or_none()


def list_open_rule_leads(
    session: Session, *, host_ids: Collection[int], resource_ids: Collection[int], scope: Scope
) -> list[RuleLead]:
    """Return all that is under way for these hosts, and for these places without one, oldest first."""
    leads = session.scalars(
        select_leads(scope=scope)
        .where(
            Lead.rule.is_not(None),
            Lead.state.in_(OPEN),
            sa.or_(
                Lead.asked_host_id.in_(host_ids),
                sa.and_(Lead.asked_host_id.is_(None), Lead.asked_resource_id.in_(resource_ids)),
            ),
        )
        .options(selectinload(Lead.contacts))
        .order_by(Lead.id)
    )
    return [
        RuleLead(
            lead.id,
            (lead.rule or "", lead.asked_host_id, None if lead.asked_host_id else lead.asked_resource_id),
            may_be_withdrawn(lead, scope.account_id),
        )
        for lead in leads
    ]
