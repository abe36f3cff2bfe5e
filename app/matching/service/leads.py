"""Handing a change of a host over to those who find hosts: the rule and the place go, the person stays here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.development.service.rule_leads import open_rule_lead
from app.development.vocabulary.leads import LEAD_ROLES, RuleAsked, Wanted
from app.matching import queries
from app.matching.engine.relaxation import Asked, Effects, step_named
from app.resources.queries import candidates, whom_to_ask
from app.web.errors import Missing, Refused

CHANGED = "この場のようすが変わりました。画面を開き直して、いまできることを確かめてください。"


def open_lead(
    session: Session,
    *,
    case_id: str,
    resource_id: int,
    opening_id: int | None,
    change: str,
    avoided: Collection[int],
    by: Actor,
    at: datetime,
) -> tuple[int, bool]:
    """Open a lead for a change of one place, and return its key and whether it is new.

    What it holds is computed here from the catalogue of steps: nothing of it is taken from the browser, and neither
    the row nor its line in the log leads back to the case. Raises `Refused` when the change no longer opens the place.
    """
    if not by.holds(*LEAD_ROLES):
        raise Missing
    facts = queries.get_facts(session, case_id, on=at.date(), scope=by.scope)
    need = queries.find_need(session, case_id, scope=by.scope)
    if need is None:
        raise Refused(CHANGED)
    profile = facts.completed(need.content.profile, avoided)
    outcome = queries.get_match(session, profile, at=at, scope=by.scope)
    row = outcome.row_of(resource_id, opening_id)
    step = None if row is None else step_named(Effects.of(outcome), row, change, need_id=need.need_id)
    place = candidates.list_place_cards(session, [resource_id], scope=by.scope).get(resource_id)
    if step is None or step.asked is None or place is None:
        raise Refused(CHANGED)
    host = whom_to_ask.list_hosts_of(session, [] if opening_id is None else [opening_id], scope=by.scope)
    host_id, name = host.get(opening_id or 0, (None, place.name))
    area = whom_to_ask.list_place_areas(session, [resource_id], scope=by.scope).get(resource_id)
    return open_rule_lead(
        session,
        organisation=name,
        asked=RuleAsked(step.rules[0].value, resource_id, host_id),
        wanted=_wanted(step.asked),
        district_id=area.district_id if area else None,
        by=by,
        at=at,
    )


def _wanted(asked: Asked) -> Wanted:
    return Wanted(kinds=asked.kinds, slots=asked.slots, rule=asked.words)
