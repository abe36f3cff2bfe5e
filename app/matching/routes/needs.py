"""The page of a need, and what its limits cost while it is being written."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires
from app.cases.guards import CASE_ID, TEAM, case_url
from app.clock import now, today
from app.matching import queries, service
from app.matching.forms.needs import NeedForm, need_data
from app.matching.queries import NeedFacts
from app.matching.routes.blueprint import blueprint, facts_of, note_read, places_to_avoid
from app.matching.routes.counted import SPOTS, Counted, count, problems_of
from app.people import queries as people
from app.resources.engine.traits import Purpose
from app.resources.vocabulary import WEEKDAYS, DayPart
from app.web.errors import Refused
from app.web.flashes import say
from app.web.forms import put_refusal_on
from app.web.htmx import go_to, wants_fragment
from app.web.transaction import apart, session


@blueprint.get(f"/cases/{CASE_ID}/need")
@requires(*TEAM)
def show_need(case_id: str) -> str:
    """Ask about the need, filled with the newest version, drafts included."""
    note_read(case_id, "need")
    facts = facts_of(case_id)
    latest = queries.find_need(session(), case_id, with_drafts=True, scope=current_actor().scope)
    data = need_data(latest.content, latest.version) if latest else {}
    return _need_page(NeedForm(formdata=None, data=data), facts)


@blueprint.post(f"/cases/{CASE_ID}/need")
@requires(*TEAM)
def write_need(case_id: str) -> ResponseReturnValue:
    """Keep it as a new version: as the current one, or as a draft that is not matched."""
    form, actor, facts = NeedForm(), current_actor(), facts_of(case_id)
    is_draft = "draft" in request.form
    current = queries.find_need(session(), case_id, with_drafts=True, scope=actor.scope)
    content = form.read_content(current.content.profile.answers if current else frozenset())
    if content is not None:
        try:
            service.write_need(
                session(),
                case_id=case_id,
                content=content,
                is_draft=is_draft,
                seen_version=form.version,
                avoided=places_to_avoid(facts.person_id),
                by=actor,
                at=now(),
            )
        except Refused as refusal:
            session().rollback()
            put_refusal_on(form, refusal)
        else:
            say(
                "下書きを保存しました。候補には、まだ使われません。"
                if is_draft
                else "ニーズを保存しました。合う場を、次の画面に並べます。"
            )
            return go_to(
                case_url(case_id) if is_draft else url_for("matching.show_candidates", case_id=case_id)
            )
    return _need_page(form, facts), 422


@blueprint.post(f"/cases/{CASE_ID}/need/costs")
@requires(*TEAM)
def count_costs(case_id: str) -> ResponseReturnValue:
    """Count what fits and what each limit keeps away, for the form as it stands. Nothing of it is kept.

    The log says once in a sitting that somebody had this counted: a line for each keystroke would tell no more.
    """
    actor, at = current_actor(), now()
    with apart(write=False) as opened:
        # Asked first, so that another team's case does not exist, whatever is sent.
        facts = queries.get_facts(opened, case_id, on=today(), scope=actor.scope)
        current = queries.find_need(opened, case_id, with_drafts=True, scope=actor.scope)
        is_noted = queries.count_costs_noted(opened, case_id, at=at, scope=actor.scope) > 0
    if not is_noted:
        note_read(case_id, queries.COSTS_PAGE)
    form = NeedForm()
    content = form.read_content(current.content.profile.answers if current else frozenset())
    if content is None:
        counted = Counted(problems=problems_of(form))
    else:
        profile = facts.completed(content.profile, places_to_avoid(facts.person_id))
        # The session of a POST would hold the writer's lock while it counts.
        with apart(write=False) as opened:
            counted = count(opened, profile, at=at, scope=actor.scope)
    if wants_fragment():
        return render_template("matching/need_costs.html", counted=counted, spots=SPOTS)
    return _need_page(form, facts, counted), 422 if counted.problems else 200


def _need_page(form: NeedForm, facts: NeedFacts, counted: Counted | None = None) -> str:
    scope = current_actor().scope
    return render_template(
        "matching/need.html",
        form=form,
        facts=facts,
        counted=counted,
        versions=queries.list_need_versions(session(), facts.case_id, scope=scope),
        has_never_meets=bool(people.list_never_meets(session(), facts.person_id, scope=scope)),
        weekdays=WEEKDAYS,
        parts=[part.label for part in DayPart],
        purposes=list(Purpose),
    )
