"""The page of one proposal: where it stands, what the host would be told, and the next step."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires
from app.accounts.queries import list_team_members
from app.accounts.vocabulary import Scope
from app.cases.guards import TEAM
from app.clock import now, today
from app.matching import policies, queries, service
from app.matching.forms.proposals import StepForm
from app.matching.queries import NeedFacts, ProposalView
from app.matching.routes.blueprint import PROPOSAL_ID, blueprint, facts_of, note_read, places_to_avoid
from app.matching.routes.cards import slot_name
from app.matching.vocabulary import ProposalReason, ProposalState, Side
from app.people import queries as people
from app.people.policies import COVERED_PLACE, place_is_covered
from app.people.vocabulary import ConsentItem, RecipientKind
from app.resources.queries import candidates
from app.resources.queries.seats import list_free_slots
from app.web.errors import Missing, Refused
from app.web.flashes import Tone, say
from app.web.htmx import go_to
from app.web.transaction import session

_DONE = {
    ProposalState.DRAFT: "本人に見せる前に戻しました。",
    ProposalState.SHOWN: "本人に見せました。返事を急がず、様子を聞く日を入れています。",
    ProposalState.AGREED: "本人の希望を記録しました。次は、受け入れ先に相談します。",
    ProposalState.ASKED: "受け入れ先に相談中です。席は、返事の期限まで仮おさえしています。",
    ProposalState.ACCEPTED: "受け入れが決まりました。参加が始まるまで、席をおさえています。",
    ProposalState.DECLINED: "今回は見送りにしました。おさえていた席は、空きに戻しました。",
    ProposalState.WITHDRAWN: "提案を取り下げました。おさえていた席は、空きに戻しました。",
}


@blueprint.get(f"/proposals/{PROPOSAL_ID}")
@requires(*TEAM)
def show_proposal(proposal_id: str) -> str:
    """One proposal."""
    proposal = queries.get_proposal_view(session(), proposal_id, scope=current_actor().scope)
    note_read(proposal.case_id, "proposal")
    return _page(proposal)


@blueprint.post(f"/proposals/{PROPOSAL_ID}/steps")
@requires(*TEAM)
def move_proposal(proposal_id: str) -> ResponseReturnValue:
    """Take the next step."""
    form, actor = StepForm(), current_actor()
    proposal = queries.get_proposal_view(session(), proposal_id, scope=actor.scope)
    facts = facts_of(proposal.case_id)
    if not form.validate():
        say("送られた内容を読み取れませんでした。もう一度選んでください。", Tone.WARNING)
        return go_to(url_for("matching.show_proposal", proposal_id=proposal_id))
    to = ProposalState(form.to.data)
    try:
        service.move_proposal(
            session(),
            proposal_id=proposal_id,
            to=to,
            slot_id=form.slot_id.data,
            side=Side(form.side.data) if form.side.data else None,
            reason=ProposalReason(form.reason.data) if form.reason.data else None,
            seen_version=form.seen_version.data,
            avoided=places_to_avoid(facts.person_id),
            by=actor,
            at=now(),
        )
    except Refused as refusal:
        session().rollback()
        say(refusal.message, Tone.WARNING)
    else:
        say(_DONE[to])
    return go_to(url_for("matching.show_proposal", proposal_id=proposal_id))


def _page(proposal: ProposalView) -> str:
    actor, facts = current_actor(), facts_of(proposal.case_id)
    place = candidates.list_place_cards(session(), [proposal.resource_id], scope=actor.scope).get(
        proposal.resource_id
    )
    if place is None:
        raise Missing
    openings = [] if proposal.opening_id is None else [proposal.opening_id]
    slots = list_free_slots(session(), at=now(), opening_ids=openings, scope=actor.scope)
    state = policies.state_now(proposal.state, proposal.due_at, now=now())
    # Who made it knows the place; to the others of the team it is covered like an address.
    is_owner = proposal.owner_id == actor.account_id
    covered = not is_owner and place_is_covered(is_protected=facts.is_protected, by=actor)
    return render_template(
        "matching/proposal.html",
        proposal=proposal,
        sides=Side,
        reasons=ProposalReason,
        facts=facts,
        place=place,
        is_covered=covered,
        name=COVERED_PLACE if covered else place.name,
        task="".join(candidates.list_tasks(session(), openings, scope=actor.scope).values()),
        seat=next((slot_name(slot) for slot in slots if slot.slot_id == proposal.slot_id), ""),
        slots=[
            (slot.slot_id, slot_name(slot)) for slot in slots if slot.free or slot.slot_id == proposal.slot_id
        ],
        state=state,
        states=ProposalState,
        steps=policies.steps_from(state, due_at=proposal.due_at),
        told=_told(facts, proposal.resource_id, actor.scope),
        workers={
            member.account_id: member.display_name
            for member in list_team_members(session(), facts.team_id, on=today())
        },
        actor=actor,
    )


def _told(facts: NeedFacts, resource_id: int, scope: Scope) -> list[tuple[ConsentItem, bool]]:
    """What the host would learn today, asked of the consents that run now: the alias, and what was agreed to."""
    agreed = people.list_consented_items(
        session(),
        facts.person_id,
        recipient_kind=RecipientKind.RESOURCE,
        recipient_id=resource_id,
        on=today(),
        scope=scope,
    )
    return [(item, item is ConsentItem.ALIAS or item in agreed) for item in ConsentItem]
