"""What taking part adds to pages of lower slices: きょう and the page of a case."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from flask import g, render_template
from markupsafe import Markup

from app.accounts.guards import current_actor
from app.accounts.vocabulary import TEAM_ROLES, Actor
from app.cases import queries as cases
from app.cases.service import record_list_read
from app.cases.vocabulary import CaseState, CaseView
from app.clock import now, today
from app.followup import queries
from app.followup.routes.blueprint import places_of
from app.followup.routes.placements import MOST_VISITS
from app.matching.queries import ProposalView
from app.matching.vocabulary import ProposalState
from app.web.formats import relative_day, short_date
from app.web.transaction import apart, session

DAYS_AHEAD = timedelta(days=7)


def render_today(actor: Actor) -> Markup:
    """The part of きょう: whom one has to get in touch with, longest overdue first, until the week is over."""
    if not actor.holds(*TEAM_ROLES) or actor.account_id is None:
        return Markup("")
    day, scope = today(), actor.scope
    due = queries.list_due(session(), owner_id=actor.account_id, until=day + DAYS_AHEAD, scope=scope)
    labels = cases.list_case_labels(session(), {contact.case_id for contact in due}, scope=scope)
    if labels:
        # Who is in it can be told from the page, so it is a list that was read, as that of the cases is.
        with apart(write=True) as opened:
            record_list_read(opened, page="today", count=len(labels), by=actor, at=now())
    placements = queries.list_placements_by_id(
        session(), {contact.placement_id for contact in due if contact.placement_id}, scope=scope
    )
    places = places_of(placement.resource_id for placement in placements.values())
    rows = [
        (
            contact,
            labels[contact.case_id],
            places.of(placements[contact.placement_id].resource_id, labels[contact.case_id])
            if contact.placement_id in placements
            else "",
        )
        for contact in due
        if contact.case_id in labels
    ]
    groups = [
        ("日が過ぎています", [row for row in rows if row[0].due_on < day]),
        ("今日", [row for row in rows if row[0].due_on == day]),
        ("これから7日", [row for row in rows if row[0].due_on > day]),
    ]
    return Markup(render_template("followup/today.html", groups=groups, has_rows=bool(rows)))  # noqa: S704 -- escaped by the template


def render_case_promise(case_id: str, all_ids: Collection[str]) -> str:
    """When somebody of this case is contacted next, in a list of cases: one statement for the whole list."""
    if "next_contacts" not in g:
        g.next_contacts = queries.list_next_contacts(session(), set(all_ids), scope=current_actor().scope)
    day: date | None = g.next_contacts.get(case_id)
    return f"{short_date(day)}（{relative_day(day)}）" if day else ""


def render_case_sections(case: CaseView, actor: Actor) -> Markup:
    """参加 and 記録 on the page of a case, for its team."""
    if not case.is_member:
        return Markup("")
    scope = actor.scope
    placements = queries.list_placements(session(), case.case_id, scope=scope)
    label = cases.list_case_labels(session(), [case.case_id], scope=scope)[case.case_id]
    places = places_of(placement.resource_id for placement in placements)
    planned = queries.list_planned(session(), case.case_id, scope=scope)
    return Markup(  # noqa: S704 -- escaped by the template
        render_template(
            "followup/case.html",
            case_id=case.case_id,
            placements=[(one, places.of(one.resource_id, label)) for one in placements],
            planned=planned,
            visits=queries.list_visits(session(), case.case_id, most=MOST_VISITS, scope=scope),
            visit_count=queries.count_visits(session(), case.case_id, scope=scope),
            workers=queries.list_worker_names(session(), scope=scope),
        )
    )


def render_proposal_actions(proposal: ProposalView, actor: Actor) -> Markup:
    """Begin, beside a proposal to which both sides have said yes; or where it has led."""
    if proposal.state is not ProposalState.ACCEPTED or not actor.holds(*TEAM_ROLES):
        return Markup("")
    return Markup(  # noqa: S704 -- escaped by the template
        render_template(
            "followup/proposal_actions.html",
            proposal=proposal,
            placement=queries.find_placement_of(session(), proposal.proposal_id, scope=actor.scope),
        )
    )


def render_case_actions(case: CaseView, actor: Actor) -> Markup:
    """The buttons at the head of a case: write down, and begin."""
    if not case.is_member or not actor.holds(*TEAM_ROLES):
        return Markup("")
    return Markup(  # noqa: S704 -- escaped by the template
        render_template(
            "followup/case_actions.html",
            case_id=case.case_id,
            is_open=case.state is CaseState.OPEN,
        )
    )


def render_outreach(case_id: str) -> Markup:
    """Where no place fits: go and see the person, and write down what comes next."""
    return Markup(render_template("followup/outreach.html", case_id=case_id))  # noqa: S704 -- escaped by the template
