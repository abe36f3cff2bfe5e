"""Two further pages of the host: how its openings look to coordinators, and all that stands there beside the seats."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, linked
from app.accounts.queries import count_open_accounts
from app.accounts.vocabulary import Right, Role
from app.clock import now
from app.resources.engine.host_visibility import is_left_out
from app.resources.engine.record_words import LOADS
from app.resources.forms.own_page import OwnHostForm, OwnOpeningForm
from app.resources.models import Opening
from app.resources.policies import WAITING_FIELDS
from app.resources.queries.host_changes import list_waiting_of_hosts
from app.resources.queries.host_page import list_own_page
from app.resources.queries.openings import get_host
from app.resources.routes.host_visit import host_id
from app.resources.service import hosts as service
from app.resources.vocabulary import ChangeSubject
from app.web.errors import Missing, Refused
from app.web.flashes import say
from app.web.forms import put_refusal_on
from app.web.transaction import session

blueprint = Blueprint("resources_host_own", __name__, template_folder="../templates")


@blueprint.get("/host/preview")
@linked(service.SUBJECT)
def show_preview() -> str:
    """The openings as coordinators see them, and why somebody is or is not offered them."""
    scope = current_actor().scope
    return render_template(
        "resources/hosts/preview.html",
        host=get_host(session(), host_id(), scope=scope),
        own=list_own_page(session(), host_id(), at=now(), scope=scope),
        seen_by=count_open_accounts(session(), role=Role.COORDINATOR),
        seen_secretly_by=count_open_accounts(session(), role=Role.COORDINATOR, right=Right.PLACE_IN_REFUGE),
        is_left_out=is_left_out,
        loads=LOADS,
    )


@blueprint.get("/host/details")
@linked(service.SUBJECT)
def show_details() -> str:
    """What the host says of itself."""
    host = get_host(session(), host_id(), scope=current_actor().scope)
    return _host_page(OwnHostForm.of(host, _proposed(ChangeSubject.HOST, host.id)))


@blueprint.post("/host/details")
@linked(service.SUBJECT)
def change_details() -> ResponseReturnValue:
    """What the host says of itself from now on."""
    form = OwnHostForm()
    if not form.validate():
        return _host_page(form), 422
    try:
        told = service.change_details(
            session(),
            host_id=host_id(),
            opening_id=None,
            values=form.values,
            marks=form.marks,
            by=current_actor(),
            at=now(),
        )
    except service.ChangedSince as changed:
        session().rollback()
        form.tell_of(changed.now, get_host(session(), host_id(), scope=current_actor().scope))
        return _host_page(form), 409
    except Refused as refusal:
        session().rollback()
        put_refusal_on(form, refusal)
        return _host_page(form), 422
    return _done(told)


@blueprint.get("/host/details/<int:opening_id>")
@linked(service.SUBJECT)
def show_opening_details(opening_id: int) -> str:
    """What the host says of one of its openings."""
    opening = _own_opening(opening_id)
    return _opening_page(OwnOpeningForm.of(opening, _proposed(ChangeSubject.OPENING, opening.id)), opening)


@blueprint.post("/host/details/<int:opening_id>")
@linked(service.SUBJECT)
def change_opening_details(opening_id: int) -> ResponseReturnValue:
    """What the host says of one of its openings from now on."""
    opening = _own_opening(opening_id)
    form = OwnOpeningForm()
    if not form.validate():
        return _opening_page(form, opening), 422
    try:
        told = service.change_details(
            session(),
            host_id=host_id(),
            opening_id=opening_id,
            values=form.values,
            marks=form.marks,
            by=current_actor(),
            at=now(),
        )
    except service.ChangedSince as changed:
        session().rollback()
        opening = _own_opening(opening_id)
        form.tell_of(changed.now, opening)
        return _opening_page(form, opening), 409
    except Refused as refusal:
        session().rollback()
        put_refusal_on(form, refusal)
        return _opening_page(form, _own_opening(opening_id)), 422
    return _done(told)


def _own_opening(opening_id: int) -> Opening:
    own = service.list_own_openings(session(), host_id=host_id(), by=current_actor(), at=now())
    found = next((opening for opening in own if opening.id == opening_id), None)
    if found is None:
        raise Missing
    return found


def _proposed(subject: ChangeSubject, key: int) -> dict[str, Any]:
    """What of a row waits for a coordinator, by column."""
    waiting = list_waiting_of_hosts(session(), host_id=host_id(), scope=current_actor().scope)
    return {each.field: each.after for each in waiting if (each.subject, each.subject_id) == (subject, key)}


def _host_page(form: OwnHostForm) -> str:
    actor = current_actor()
    return render_template(
        "resources/hosts/details.html",
        form=form,
        title="連絡先と名前",
        fields=("name", "phone", "email", "postal_address", "ask_by"),
        waits=WAITING_FIELDS[ChangeSubject.HOST],
        action=url_for("resources_host_own.change_details"),
        openings=service.list_own_openings(session(), host_id=host_id(), by=actor, at=now()),
        opening=None,
    )


def _opening_page(form: OwnOpeningForm, opening: Opening) -> str:
    return render_template(
        "resources/hosts/details.html",
        form=form,
        title=opening.task,
        fields=(
            "task", "steps", "tutor", "place_note", "refusal", "pay", "pay_note", "insurance", "insurance_holder",
            "insured_from", "insured_to",
        ),
        waits=WAITING_FIELDS[ChangeSubject.OPENING],
        action=url_for("resources_host_own.change_opening_details", opening_id=opening.id),
        openings=[],
        opening=opening,
    )  # fmt: skip


def _done(told: service.Told) -> ResponseReturnValue:
    if told.changed:
        say(f"{told.changed}か所を直しました。")
    if told.waiting:
        say(f"{told.waiting}か所は、担当者が確かめてから反映します。")
    if not told.changed and not told.waiting:
        say("変わったところは、ありませんでした。")
    return redirect(url_for("resources_hosts.show_own"), 303)
