"""Leads that the matcher proposes: a host, a rule, one unit of what would change. Never whose need it was."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.queries import get_locked_head
from app.audit.service import record_event
from app.development.policies.leads import CANNOT_BE_WITHDRAWN, may_be_withdrawn
from app.development.queries import leads as queries
from app.development.queries import rule_leads
from app.development.service.leads import open_lead
from app.development.vocabulary.leads import LeadFacts, LeadOrigin, RuleAsked, Wanted
from app.web.errors import Refused


def open_rule_lead(
    session: Session,
    *,
    organisation: str,
    asked: RuleAsked,
    wanted: Wanted,
    district_id: int | None,
    by: Actor,
    at: datetime,
) -> tuple[int, bool]:
    """Open a lead for a rule and a host, and return its key and whether it is new.

    One that is under way already is found again as it is: what another worker wrote is not added to.
    """
    # Whoever opens, or writes on, a lead waits here for the other: of two at once the second finds what the first opened.
    get_locked_head(session)
    known = rule_leads.find_open_rule_lead(
        session, asked.rule, host_id=asked.host_id, resource_id=asked.resource_id, scope=by.scope
    )
    if known is not None:
        return known.id, False
    facts = LeadFacts(origin=LeadOrigin.RULE, district_id=district_id, asked=asked)
    return open_lead(session, organisation=organisation, wanted=wanted, facts=facts, by=by, at=at), True


def withdraw_lead(session: Session, *, lead_id: int, by: Actor, at: datetime) -> None:
    """Take back a lead that was opened by mistake, as long as nothing was written on it; raise `Refused` after that."""
    get_locked_head(session)
    lead = queries.get_lead(session, lead_id, scope=by.scope)
    if not may_be_withdrawn(lead, by.account_id):
        raise Refused(CANNOT_BE_WITHDRAWN)
    record_event(
        session,
        action="lead.withdrawn",
        subject_kind="lead",
        subject_id=lead.id,
        by=by.account_id,
        at=at,
        detail={"origin": lead.origin.value},
    )
    for step in lead.steps:
        session.delete(step)
    session.flush()
    session.expire(lead, ["steps"])
    session.delete(lead)
    session.flush()
