"""What matching adds to pages of lower slices: きょう and the page of a case."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template
from markupsafe import Markup

from app.accounts.guards import current_actor
from app.accounts.vocabulary import TEAM_ROLES, Actor
from app.cases import queries as cases
from app.cases.vocabulary import CaseState, CaseView
from app.clock import now
from app.matching import policies, queries
from app.matching.vocabulary import ProposalState
from app.people.policies import COVERED_PLACE, place_is_covered
from app.people.queries import find_facts
from app.resources.queries import candidates
from app.web.transaction import session

DAYS_AHEAD = timedelta(days=3)

NEXT = {
    ProposalState.DRAFT: "本人に見せる",
    ProposalState.SHOWN: "本人の返事を記録する",
    ProposalState.AGREED: "受け入れ先に相談する",
    ProposalState.ASKED: "受け入れ先の返事を記録する",
    ProposalState.ACCEPTED: "くわしく見る",
}


def render_today(actor: Actor) -> Markup:
    """The part of きょう: proposals whose date has come, earliest first."""
    if not actor.holds(*TEAM_ROLES) or actor.account_id is None:
        return Markup("")
    moment = now()
    due = queries.list_due_proposals(
        session(), owner_id=actor.account_id, until=moment + DAYS_AHEAD, scope=actor.scope
    )
    if not due:
        return Markup("")
    labels = cases.list_case_labels(session(), {one.case_id for one in due}, scope=actor.scope)
    places = candidates.list_place_cards(session(), {one.resource_id for one in due}, scope=actor.scope)
    rows = [
        (
            one,
            labels[one.case_id],
            COVERED_PLACE
            if place_is_covered(is_protected=labels[one.case_id].is_protected, by=actor)
            else places[one.resource_id].name,
            policies.state_now(one.state, one.due_at, now=moment),
        )
        for one in due
        if one.case_id in labels and one.resource_id in places
    ]
    return Markup(render_template("matching/today.html", rows=rows, next_steps=NEXT))  # noqa: S704 -- escaped by the template


def render_case_sections(case: CaseView, actor: Actor) -> Markup:
    """ニーズと候補 on the page of a case, for its team."""
    if not case.is_member:
        return Markup("")
    scope, moment = current_actor().scope, now()
    proposals = queries.list_proposals(session(), case.case_id, scope=scope)
    facts = find_facts(session(), case.person_id, scope=scope)
    covered = facts is None or place_is_covered(is_protected=facts.is_protected, by=actor)
    places = candidates.list_place_cards(session(), {one.resource_id for one in proposals}, scope=scope)
    rows = [
        (
            one,
            COVERED_PLACE if covered or one.resource_id not in places else places[one.resource_id].name,
            policies.state_now(one.state, one.due_at, now=moment),
        )
        for one in proposals
    ]
    latest = queries.find_need(session(), case.case_id, with_drafts=True, scope=scope)
    return Markup(  # noqa: S704 -- escaped by the template
        render_template(
            "matching/case.html",
            case_id=case.case_id,
            is_open=case.state is CaseState.OPEN,
            need=queries.find_need(session(), case.case_id, scope=scope),
            draft=latest if latest and latest.is_draft else None,
            rows=rows,
            next_steps=NEXT,
            actor=actor,
        )
    )
