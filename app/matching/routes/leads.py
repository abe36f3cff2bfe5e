"""From a change that a host could make to a lead, and back again at once when it was a slip."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires
from app.cases.guards import CASE_ID, TEAM
from app.clock import now
from app.development.service.rule_leads import withdraw_lead
from app.matching import service
from app.matching.forms.proposals import LeadForm
from app.matching.routes.blueprint import blueprint, facts_of, places_to_avoid
from app.web.errors import Refused
from app.web.flashes import Tone, say
from app.web.htmx import go_to
from app.web.transaction import session


@blueprint.post(f"/cases/{CASE_ID}/leads")
@requires(*TEAM)
def open_lead(case_id: str) -> ResponseReturnValue:
    """Write a lead for what a host could change; one that is there already is shown instead."""
    form, facts = LeadForm(), facts_of(case_id)
    if not form.validate() or form.resource_id.data is None:
        say("お願いすることを選び直してください。", Tone.WARNING)
        return _back(case_id)
    try:
        _, is_new = service.open_lead(
            session(),
            case_id=case_id,
            resource_id=form.resource_id.data,
            opening_id=form.opening_id.data,
            change=form.change.data or "",
            avoided=places_to_avoid(facts.person_id),
            by=current_actor(),
            at=now(),
        )
    except Refused as refusal:
        session().rollback()
        say(refusal.message, Tone.WARNING)
        return _back(case_id)
    if is_new:
        say(
            "開拓メモにしました。本人のことは書かれていません。まちがえたときは、下の［取り消す］で戻せます。"
        )
    else:
        say("もう開拓メモにあります。新しくはつくりませんでした。", Tone.INFO)
    # The list of this change alone, so that the place is on the page whatever its rank.
    spot = f"place-{form.resource_id.data}"
    return go_to(url_for("matching.show_candidates", case_id=case_id, change=form.change.data, _anchor=spot))


@blueprint.post(f"/cases/{CASE_ID}/leads/<int:lead_id>/withdrawal")
@requires(*TEAM)
def withdraw(case_id: str, lead_id: int) -> ResponseReturnValue:
    """Take back a lead on which nobody has written yet."""
    facts_of(case_id)
    try:
        withdraw_lead(session(), lead_id=lead_id, by=current_actor(), at=now())
    except Refused as refusal:
        session().rollback()
        say(refusal.message, Tone.WARNING)
    else:
        say("開拓メモを取り消しました。")
    return _back(case_id)


def _back(case_id: str) -> ResponseReturnValue:
    return go_to(url_for("matching.show_candidates", case_id=case_id, _anchor="fallen-title"))
