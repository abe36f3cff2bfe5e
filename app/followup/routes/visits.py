"""Visits on the phone, planned contacts on another day, a visit in full and its correction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, requires
from app.cases import queries as cases
from app.cases.guards import CASE_ID, TEAM, case_url, note_case_read
from app.cases.vocabulary import CaseLabel
from app.clock import now, today
from app.followup import queries, service
from app.followup.forms import CorrectionForm, MoveForm, VisitForm
from app.followup.routes.blueprint import TOUCHPOINT_ID, VISIT_ID, blueprint, label_of, places_of
from app.followup.vocabulary import Means, Met, Mood, Party, Promise, SharingBasis
from app.web.errors import Refused
from app.web.flashes import Tone, say
from app.web.formats import full_date
from app.web.forms import put_refusal_on
from app.web.htmx import go_to
from app.web.paging import Page, page_number
from app.web.transaction import apart, session

PAGE_SIZE = 20


@blueprint.get(f"/touchpoints/{TOUCHPOINT_ID}/visit")
@requires(*TEAM)
def show_due_visit(touchpoint_id: str) -> ResponseReturnValue:
    """The phone page, opened from a planned contact: what is known already is chosen."""
    touchpoint = queries.get_touchpoint(session(), touchpoint_id, scope=current_actor().scope)
    if not touchpoint.is_open:
        say("この約束は、もう記録されたか、取りやめになっています。", Tone.INFO)
        return go_to(case_url(touchpoint.case_id))
    met = Met.HOST if touchpoint.party is Party.HOST else Met.PERSON
    return _phone_page(_empty_form(touchpoint.case_id, met), **_about_touchpoint(touchpoint_id))


@blueprint.post(f"/touchpoints/{TOUCHPOINT_ID}/visit")
@requires(*TEAM)
def log_due_visit(touchpoint_id: str) -> ResponseReturnValue:
    """The visit that a planned contact led to."""
    form = VisitForm()
    touchpoint = queries.get_touchpoint(session(), touchpoint_id, scope=current_actor().scope)
    if form.validate():
        try:
            service.log_visit(
                session(),
                case_id=touchpoint.case_id,
                touchpoint_id=touchpoint_id,
                facts=form.facts(today()),
                by=current_actor(),
                at=now(),
            )
        except Refused as refusal:
            put_refusal_on(form, refusal)
        else:
            return _logged(form, url_for("accounts.show_today"))
    return _phone_page(form, **_about_touchpoint(touchpoint_id)), 422


@blueprint.get(f"/cases/{CASE_ID}/visits/new")
@requires(*TEAM)
def show_new_visit(case_id: str) -> str:
    """The phone page, opened from a case."""
    about = _about_case(case_id)
    form = _empty_form(case_id, Met.PERSON)
    if len(about["placements"]) == 1:
        form.placement_id.data = about["placements"][0][0]
    return _phone_page(form, **about)


@blueprint.post(f"/cases/{CASE_ID}/visits/new")
@requires(*TEAM)
def log_visit(case_id: str) -> ResponseReturnValue:
    """A visit that nobody had planned."""
    form = VisitForm()
    if form.validate():
        try:
            service.log_visit(
                session(),
                case_id=case_id,
                placement_id=form.placement_id.data or None,
                facts=form.facts(today()),
                by=current_actor(),
                at=now(),
            )
        except Refused as refusal:
            put_refusal_on(form, refusal)
        else:
            return _logged(form, case_url(case_id))
    return _phone_page(form, **_about_case(case_id)), 422


@blueprint.get(f"/cases/{CASE_ID}/visits")
@requires(*TEAM)
def list_visits(case_id: str) -> str:
    """All visits of a case, newest first, as much of each as a list needs."""
    note_case_read(case_id)
    scope, label, page = current_actor().scope, label_of(case_id), page_number()
    visits = queries.list_visits(
        session(), case_id, first=(page - 1) * PAGE_SIZE, most=PAGE_SIZE, scope=scope
    )
    return render_template(
        "followup/visits.html",
        case_id=case_id,
        case=label,
        page=Page(visits, queries.count_visits(session(), case_id, scope=scope), page, PAGE_SIZE),
        workers=queries.list_worker_names(session(), scope=scope),
    )


@blueprint.get(f"/visits/{VISIT_ID}")
@requires(*TEAM)
def show_visit(visit_id: str) -> str:
    """One visit in full, with every version before; that it was opened is written down first."""
    actor = current_actor()
    with apart(write=True) as opened:
        view = service.record_visit_read(opened, visit_id=visit_id, by=actor, at=now())
    return render_template(
        "followup/visit.html",
        visit=view,
        case=label_of(view.case_id),
        workers=queries.list_worker_names(session(), scope=actor.scope),
        is_author=view.author_id == actor.account_id,
    )


@blueprint.get(f"/visits/{VISIT_ID}/correct")
@requires(*TEAM)
def show_correction(visit_id: str) -> str:
    """The visit once more, to be written anew."""
    actor = current_actor()
    with apart(write=True) as opened:
        view = service.record_visit_read(opened, visit_id=visit_id, by=actor, at=now())
    return _correction_page(CorrectionForm.showing(view), visit_id, view.case_id)


@blueprint.post(f"/visits/{VISIT_ID}/correct")
@requires(*TEAM)
def correct_visit(visit_id: str) -> ResponseReturnValue:
    """Another version; the one before stays readable."""
    actor, form = current_actor(), CorrectionForm()
    visit = queries.get_visit(session(), visit_id, scope=actor.scope)
    if form.validate():
        try:
            service.correct_visit(
                session(),
                visit_id=visit_id,
                facts=form.said(today=today(), next_on=visit.next_on),
                seen_version=form.version.data or 0,
                by=actor,
                at=now(),
            )
        except Refused as refusal:
            put_refusal_on(form, refusal)
        else:
            say("訂正しました。前の内容も残っています。")
            return go_to(url_for("followup.show_visit", visit_id=visit_id))
    return _correction_page(form, visit_id, visit.case_id), 422


@blueprint.get(f"/touchpoints/{TOUCHPOINT_ID}/move")
@requires(*TEAM)
def show_move(touchpoint_id: str) -> str:
    """Ask for another day and the reason."""
    queries.get_touchpoint(session(), touchpoint_id, scope=current_actor().scope)
    return render_template(
        "followup/move.html", form=MoveForm(formdata=None), **_about_touchpoint(touchpoint_id)
    )


@blueprint.post(f"/touchpoints/{TOUCHPOINT_ID}/move")
@requires(*TEAM)
def move_touchpoint(touchpoint_id: str) -> ResponseReturnValue:
    """Put a contact on another day."""
    form = MoveForm()
    if form.validate():
        try:
            service.move_touchpoint(
                session(),
                touchpoint_id=touchpoint_id,
                to=form.to.data or today(),
                reason=form.reason.data,
                by=current_actor(),
                at=now(),
            )
        except Refused as refusal:
            put_refusal_on(form, refusal)
        else:
            say(f"{full_date(form.to.data or today())}に変えました。理由も記録に残しました。")
            return go_to(url_for("accounts.show_today"))
    return render_template("followup/move.html", form=form, **_about_touchpoint(touchpoint_id)), 422


def _empty_form(case_id: str, met: Met) -> VisitForm:
    scope = current_actor().scope
    person_id = cases.get_own_case(session(), case_id, scope=scope).person_id
    return VisitForm(
        formdata=None,
        data={
            "means": Means.PHONE,
            "met": [met],
            "next_when": Promise.NONE,
            "happened_on": today(),
            "sharing_basis": queries.find_sharing_default(session(), person_id, on=today(), scope=scope),
            "placement_id": "",
        },
    )


def _about_touchpoint(touchpoint_id: str) -> dict[str, Any]:
    """What the page says about the contact that it was opened from."""
    scope = current_actor().scope
    touchpoint = queries.get_touchpoint(session(), touchpoint_id, scope=scope)
    label, place = label_of(touchpoint.case_id), ""
    if touchpoint.placement_id is not None:
        resource_id = queries.list_placements_by_id(session(), [touchpoint.placement_id], scope=scope)[
            touchpoint.placement_id
        ].resource_id
        place = places_of([resource_id]).of(resource_id, label)
    return {
        "case_id": touchpoint.case_id,
        "case": label,
        "touchpoint": touchpoint,
        "place": place,
        "placements": [],
        "with_host": touchpoint.placement_id is not None,
    }


def _about_case(case_id: str) -> dict[str, Any]:
    """What the page says about a case, and where its person takes part now."""
    label = label_of(case_id)
    running = queries.list_running_placements(session(), case_id, scope=current_actor().scope)
    places = places_of(placement.resource_id for placement in running)
    return {
        "case_id": case_id,
        "case": label,
        "touchpoint": None,
        "place": "",
        "placements": [(placement.id, places.of(placement.resource_id, label)) for placement in running],
        "with_host": bool(running),
    }


def _phone_page(
    form: VisitForm, *, placements: Sequence[tuple[str, str]], case: CaseLabel, **about: Any
) -> str:
    form.offer_promises(today())
    form.placement_id.choices = {**dict(placements), "": "特に決めない"}
    return render_template(
        "followup/new_visit.html",
        form=form,
        moods=Mood,
        case=case,
        asks_placement=bool(placements),
        author_only=SharingBasis.AUTHOR_ONLY,
        **about,
    )


def _correction_page(form: CorrectionForm, visit_id: str, case_id: str) -> str:
    return render_template(
        "followup/correct_visit.html",
        form=form,
        visit_id=visit_id,
        case_id=case_id,
        case=label_of(case_id),
        moods=Mood,
    )


def _logged(form: VisitForm, address: str) -> ResponseReturnValue:
    next_on = form.facts(today()).next_on
    say(f"記録しました。次の約束は{full_date(next_on)}です。" if next_on else "記録しました。")
    return go_to(address)
