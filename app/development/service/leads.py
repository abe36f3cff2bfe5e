"""Opening leads, writing talks down, moving them on and back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.development.models import Lead, LeadContact, LeadStep
from app.development.policies import leads as policies
from app.development.queries import leads as queries
from app.development.vocabulary.leads import LeadFacts, LeadState, Proposal, Step, Talk, Wanted
from app.resources.engine.traits import mask_of
from app.resources.queries import hosts
from app.web.errors import CHANGED_MEANWHILE, Missing, Refused

_NO_FACTS, _NOTHING_WANTED, _NO_PROPOSAL = LeadFacts(), Wanted(), Proposal()


def open_lead(
    session: Session,
    *,
    organisation: str,
    wanted: Wanted = _NOTHING_WANTED,
    facts: LeadFacts = _NO_FACTS,
    proposal: Proposal = _NO_PROPOSAL,
    offer_id: str | None = None,
    by: Actor,
    at: datetime,
) -> int:
    """Open a lead and return its key. Whoever opens it keeps it unless the facts name another owner.

    All of it is words about an organisation and a rule; a slice above that calls this hands in nothing of a case.
    """
    lead = Lead(state=LeadState.FOUND, offer_id=offer_id, made_at=at, made_by=by.account_id)
    _write(lead, organisation=organisation, wanted=wanted, facts=facts, proposal=proposal)
    if lead.owner_id is None:
        lead.owner_id = by.account_id
    if facts.asked:
        lead.rule, lead.asked_host_id = facts.asked.rule, facts.asked.host_id
        lead.asked_resource_id = facts.asked.resource_id
    lead.steps = [LeadStep(state=LeadState.FOUND, made_at=at, made_by=by.account_id)]
    session.add(lead)
    session.flush()
    _record(session, "lead.opened", lead, by, at, origin=lead.origin.value)
    return lead.id


def change_lead(
    session: Session,
    *,
    lead_id: int,
    seen_version: int,
    organisation: str,
    wanted: Wanted,
    facts: LeadFacts,
    proposal: Proposal,
    by: Actor,
    at: datetime,
) -> None:
    """Write what is known of a lead anew; raise `Refused` when somebody else did so since it was shown."""
    lead = queries.get_lead(session, lead_id, scope=by.scope)
    if lead.version != seen_version:
        raise Refused(CHANGED_MEANWHILE)
    _write(lead, organisation=organisation, wanted=wanted, facts=facts, proposal=proposal)
    _record(session, "lead.changed", lead, by, at)


def log_contact(session: Session, *, lead_id: int, talk: Talk, by: Actor, at: datetime) -> None:
    """Write down a talk. What was promised becomes the next step; without a promise the next step is done.

    The first talk moves a lead that was only found to 連絡した, so that nobody has to say it twice.
    """
    lead = queries.get_lead(session, lead_id, scope=by.scope)
    if talk.happened_on > at.date():
        raise Refused("これからの日付です。話した日を入れてください。", field="happened_on")
    if talk.promise_on is not None and talk.promise_on < talk.happened_on:
        raise Refused("次の約束は、話した日より後の日付にしてください。", field="promise_on")
    lead.contacts.append(
        LeadContact(
            happened_on=talk.happened_on,
            way=talk.way,
            said=talk.said,
            promise=talk.promise or None,
            promise_on=talk.promise_on,
            recorded_at=at,
            recorded_by=by.account_id,
        )
    )
    lead.next_step, lead.next_on = talk.promise or None, talk.promise_on
    _record(session, "lead.talked", lead, by, at, way=talk.way.value)
    if lead.state is LeadState.FOUND:
        _move(session, lead, Step(LeadState.CONTACTED), by, at)


def move_lead(
    session: Session,
    *,
    lead_id: int,
    step: Step,
    host_id: int | None = None,
    opening_id: int | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Move a lead on; raise `Refused` with the field that is missing. A host is named where it became an opening."""
    lead = queries.get_lead(session, lead_id, scope=by.scope)
    problem = policies.step_problem(lead.state, step, today=at.date())
    if problem:
        raise Refused(problem[1], field=problem[0])
    if host_id is not None and hosts.find_host_name(session, host_id, scope=by.scope) is None:
        raise Missing
    _move(session, lead, policies.trimmed(step), by, at)
    if step.state is LeadState.LATER and lead.next_on is not None and lead.next_on <= at.date():
        # What had come due is what waits now; a promise still to come stays.
        lead.next_on = None
    if step.state is LeadState.OPENED:
        lead.host_id, lead.opening_id = host_id, opening_id if host_id else None


def name_host(session: Session, *, lead_id: int, host_id: int | None, by: Actor, at: datetime) -> None:
    """Say which host a lead became, or that it is not known after all; raise `Refused` before it became an opening."""
    lead = queries.get_lead(session, lead_id, scope=by.scope)
    if lead.state is not LeadState.OPENED:
        raise Refused(policies.NOT_OPENED)
    if host_id is not None and hosts.find_host_name(session, host_id, scope=by.scope) is None:
        raise Missing
    if host_id != lead.host_id:
        lead.host_id, lead.opening_id = host_id, None
        _record(session, "lead.host_named", lead, by, at, host=str(host_id or ""))


def undo_step(session: Session, *, lead_id: int, by: Actor, at: datetime) -> LeadState:
    """Take back the last change of the state and return the one that counts again; the log keeps both."""
    lead = queries.get_lead(session, lead_id, scope=by.scope)
    standing = [row for row in lead.steps if row.undone_at is None]
    before = policies.state_before([row.step for row in standing])
    if before is None:
        raise Refused(policies.NOTHING_TO_UNDO)
    standing[-1].undone_at = at
    taken_back = lead.state
    lead.host_id = lead.opening_id = None
    _set_state(lead, before)
    last = lead.contacts[0] if lead.contacts else None
    if taken_back is LeadState.LATER and lead.next_on is None and last is not None:
        lead.next_on = last.promise_on
    _record(session, "lead.moved_back", lead, by, at, undone=taken_back.value, state=before.state.value)
    return before.state


def _move(session: Session, lead: Lead, step: Step, by: Actor, at: datetime) -> None:
    lead.steps.append(
        LeadStep(
            state=step.state,
            reason=step.reason,
            side=step.side,
            back_on=step.back_on,
            made_at=at,
            made_by=by.account_id,
        )
    )
    _set_state(lead, step)
    detail = {"state": step.state.value}
    if step.reason and step.side:
        detail |= {"reason": step.reason.value, "side": step.side.value}
    _record(session, "lead.moved", lead, by, at, **detail)


def _set_state(lead: Lead, step: Step) -> None:
    lead.state, lead.reason, lead.side, lead.back_on = step.state, step.reason, step.side, step.back_on


def _write(lead: Lead, *, organisation: str, wanted: Wanted, facts: LeadFacts, proposal: Proposal) -> None:
    lead.organisation = organisation
    lead.trade, lead.address = facts.trade or None, facts.address or None
    lead.contact, lead.district_id = facts.contact or None, facts.district_id
    lead.wanted_kinds, lead.wanted_slots = mask_of(wanted.kinds), wanted.slots
    lead.opens_rule = wanted.rule or None
    lead.task, lead.task_place = proposal.task or None, proposal.place or None
    lead.steps_of_task = "\n".join(proposal.steps) or None
    lead.body_load, lead.people_load, lead.pace_load = (
        proposal.body_load,
        proposal.people_load,
        proposal.pace_load,
    )
    lead.origin, lead.introduced_by = facts.origin, facts.introduced_by or None
    lead.owner_id = facts.owner_id
    lead.next_step, lead.next_on = facts.next_step or None, facts.next_on


def _record(session: Session, action: str, lead: Lead, by: Actor, at: datetime, **detail: str) -> None:
    record_event(
        session,
        action=action,
        subject_kind="lead",
        subject_id=lead.id,
        by=by.account_id,
        at=at,
        detail=detail,
    )
