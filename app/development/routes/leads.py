"""Leads: what is due first, one lead with its log, and the sheet to hand to an organisation."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.accounts.guards import current_actor, requires
from app.areas.queries import find_area_name, get_district_ids
from app.clock import now, today
from app.development.forms.leads import HostOfLeadForm, LeadFilterForm, LeadForm, StepForm, TalkForm
from app.development.policies.leads import next_states
from app.development.queries import leads as queries
from app.development.service import leads as service
from app.development.vocabulary.leads import LEAD_ROLES, LOADS, LeadOrigin, LeadState
from app.development.vocabulary.residents import OFFER_ROLES
from app.resources.engine.traits import TakingPart, slot_labels
from app.resources.queries import hosts
from app.resources.vocabulary import WEEKDAYS, DayPart
from app.web.errors import Refused
from app.web.flashes import Tone, say
from app.web.forms import put_refusal_on
from app.web.paging import Page, page_number
from app.web.transaction import session

blueprint = Blueprint("development", __name__, template_folder="../templates")

PAGE_SIZE = 30


@blueprint.get("/leads")
@requires(*LEAD_ROLES)
def list_leads() -> ResponseReturnValue:
    """All that is going on, what is due longest first."""
    scope = current_actor().scope
    districts = get_district_ids(session(), scope=scope)
    owners = queries.list_possible_owners(session(), scope=scope)
    form = LeadFilterForm(request.args, districts=districts, owners=owners)
    if not form.validate():
        return redirect(url_for("development.list_leads"))
    wanted, number = form.wanted, page_number()
    counts = queries.count_by_state(session(), wanted, scope=scope)
    form.count_in(counts)
    leads = queries.list_leads(session(), wanted, first=(number - 1) * PAGE_SIZE, most=PAGE_SIZE, scope=scope)
    total = sum(counts[state] for state in wanted.states)
    return render_template(
        "development/leads/list.html",
        form=form,
        page=Page(leads, total, number, PAGE_SIZE),
        due=queries.count_due(session(), wanted, on=today(), scope=scope),
        is_filtered=any(request.args.get(name) for name in ("state", "owner", "district")),
        districts={key: name for name, key in districts.items()},
        owners=dict(owners),
        reads_offers=current_actor().holds(*OFFER_ROLES),
    )


@blueprint.get("/leads/new")
@requires(*LEAD_ROLES)
def show_new_lead() -> str:
    """A sheet for an organisation that somebody thought of."""
    form = LeadForm(formdata=None, data={"origin": LeadOrigin.FIELD, "owner_id": current_actor().account_id})
    return _sheet(form)


@blueprint.post("/leads/new")
@requires(*LEAD_ROLES)
def open_lead() -> ResponseReturnValue:
    """Open it."""
    form = LeadForm()
    _offer_choices(form)
    if not form.validate():
        return _sheet(form), 422
    lead_id = service.open_lead(session(), **form.said(), by=current_actor(), at=now())
    say("開拓メモをつくりました。話したら、その都度ここに書き足してください。")
    return _to_lead(lead_id)


@blueprint.get("/leads/<int:lead_id>")
@requires(*LEAD_ROLES)
def show_lead(lead_id: int) -> str:
    """One lead: what is next, what was said, where it can go."""
    return _page(lead_id, TalkForm(formdata=None, data={"happened_on": today()}), StepForm(formdata=None))


@blueprint.get("/leads/<int:lead_id>/sheet")
@requires(*LEAD_ROLES)
def show_sheet(lead_id: int) -> str:
    """The same sheet, with what is known."""
    lead = queries.get_lead(session(), lead_id, scope=current_actor().scope)
    return _sheet(LeadForm.showing(lead), lead_id=lead_id, keep_owner=lead.owner_id)


@blueprint.post("/leads/<int:lead_id>/sheet")
@requires(*LEAD_ROLES)
def change_lead(lead_id: int) -> ResponseReturnValue:
    """Write it anew."""
    lead = queries.get_lead(session(), lead_id, scope=current_actor().scope)
    form = LeadForm()
    _offer_choices(form, keep_owner=lead.owner_id)
    if form.validate():
        try:
            service.change_lead(
                session(),
                lead_id=lead_id,
                seen_version=form.version.data or 0,
                **form.said(),
                by=current_actor(),
                at=now(),
            )
        except Refused as refusal:
            put_refusal_on(form, refusal)
        else:
            say("書き直しました。")
            return _to_lead(lead_id)
    return _sheet(form, lead_id=lead_id, keep_owner=lead.owner_id), 422


@blueprint.post("/leads/<int:lead_id>/contacts")
@requires(*LEAD_ROLES)
def log_contact(lead_id: int) -> ResponseReturnValue:
    """Write a talk down."""
    form = TalkForm()
    if form.validate():
        try:
            service.log_contact(session(), lead_id=lead_id, talk=form.talk(), by=current_actor(), at=now())
        except Refused as refusal:
            put_refusal_on(form, refusal)
        else:
            say("記録しました。")
            return _to_lead(lead_id)
    session().rollback()
    return _page(lead_id, form, StepForm(formdata=None)), 422


@blueprint.post("/leads/<int:lead_id>/state")
@requires(*LEAD_ROLES)
def move_lead(lead_id: int) -> ResponseReturnValue:
    """Move it on."""
    form = StepForm()
    _offer_hosts(form)
    if form.validate():
        step = form.step()
        try:
            service.move_lead(
                session(), lead_id=lead_id, step=step, host_id=form.host_id.data, by=current_actor(), at=now()
            )
        except Refused as refusal:
            put_refusal_on(form, refusal)
        else:
            say(f"「{step.state.label}」にしました。")
            return _to_lead(lead_id)
    session().rollback()
    return _page(lead_id, TalkForm(formdata=None, data={"happened_on": today()}), form), 422


@blueprint.post("/leads/<int:lead_id>/host")
@requires(*LEAD_ROLES)
def name_host(lead_id: int) -> ResponseReturnValue:
    """Which host it became, when that is known only now."""
    form = HostOfLeadForm()
    lead = queries.get_lead(session(), lead_id, scope=current_actor().scope)
    _offer_hosts(form, keep=lead.host_id)
    if form.validate():
        try:
            service.name_host(
                session(), lead_id=lead_id, host_id=form.host_id.data, by=current_actor(), at=now()
            )
        except Refused as refusal:
            say(refusal.message, Tone.WARNING)
        else:
            say(
                "受け入れ先を書きとめました。"
                if form.host_id.data
                else "受け入れ先を、まだ決まっていないことにしました。"
            )
    else:
        say("受け入れ先を、一覧から選んでください。", Tone.WARNING)
    return _to_lead(lead_id)


@blueprint.post("/leads/<int:lead_id>/undo")
@requires(*LEAD_ROLES)
def undo_step(lead_id: int) -> ResponseReturnValue:
    """Take the last change back."""
    state = service.undo_step(session(), lead_id=lead_id, by=current_actor(), at=now())
    say(f"ひとつ前の「{state.label}」に戻しました。")
    return _to_lead(lead_id)


@blueprint.get("/leads/<int:lead_id>/proposal")
@requires(*LEAD_ROLES)
def show_proposal(lead_id: int) -> str:
    """One page on paper for the organisation: who we are, what could be cut out, how we stand by. Nobody is in it."""
    scope = current_actor().scope
    lead = queries.get_lead(session(), lead_id, scope=scope)
    owners = dict(queries.list_possible_owners(session(), scope=scope))
    return render_template(
        "development/leads/proposal.html",
        lead=lead,
        owner=owners.get(lead.owner_id or 0, current_actor().display_name),
        loads=LOADS,
        **_wanted(lead.wanted_kinds, lead.wanted_slots),
    )


def _to_lead(lead_id: int) -> Response:
    return redirect(url_for("development.show_lead", lead_id=lead_id), 303)


def _page(lead_id: int, talk_form: TalkForm, step_form: StepForm) -> str:
    actor, scope = current_actor(), current_actor().scope
    lead = queries.get_lead(session(), lead_id, scope=scope)
    names = _offer_hosts(step_form)
    host_form = HostOfLeadForm(formdata=None, data={"host_id": lead.host_id})
    _offer_hosts(host_form, keep=lead.host_id)
    return render_template(
        "development/leads/lead.html",
        lead=lead,
        talk_form=talk_form,
        step_form=step_form,
        district=find_area_name(session(), lead.district_id, scope=scope),
        workers=dict(queries.list_possible_owners(session(), scope=scope)),
        simple=[state for state in next_states(lead.state) if state not in _ASKED],
        asked=[state for state in next_states(lead.state) if state in _ASKED],
        host_form=host_form,
        host=names.get(lead.host_id or 0) or (_host_name(lead.host_id) if lead.host_id else None),
        may_undo=sum(row.undone_at is None for row in lead.steps) > 1,
        reads_offers=actor.holds(*OFFER_ROLES),
        loads=LOADS,
        states=LeadState,
        actor=actor,
        **_wanted(lead.wanted_kinds, lead.wanted_slots),
    )


_ASKED = (LeadState.OPENED, LeadState.LATER, LeadState.DECLINED)


def _wanted(kinds: int, slots: int | None) -> dict[str, Any]:
    return {
        "kinds": [kind.label for kind in TakingPart if kinds >> int(kind) & 1],
        "slots": slot_labels(slots or 0),
    }


def _offer_hosts(form: HostOfLeadForm, *, keep: int | None = None) -> dict[int, str]:
    """Give a form the hosts to choose from, and the one that stands there even if it has ended since."""
    known = hosts.list_active_hosts(session(), scope=current_actor().scope)
    names = {host.id: host.name for host in known}
    stands = _host_name(keep) if keep is not None and keep not in names else None
    form.offer_hosts([*names.items(), *([(keep, stands)] if keep is not None and stands else [])])
    return names


def _host_name(host_id: int) -> str | None:
    return hosts.find_host_name(session(), host_id, scope=current_actor().scope)


def _offer_choices(form: LeadForm, *, keep_owner: int | None = None) -> None:
    scope = current_actor().scope
    form.offer_choices(
        districts=get_district_ids(session(), scope=scope),
        owners=queries.list_possible_owners(session(), scope=scope),
        keep_owner=keep_owner,
    )


def _sheet(form: LeadForm, *, lead_id: int | None = None, keep_owner: int | None = None) -> str:
    _offer_choices(form, keep_owner=keep_owner)
    return render_template(
        "development/leads/sheet.html",
        form=form,
        lead_id=lead_id,
        weekdays=WEEKDAYS,
        parts=[part.label for part in DayPart],
    )
