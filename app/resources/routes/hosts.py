"""Hosts as the staff keep them: the list, one host, its entry, a rest or a call on its behalf."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guards import current_actor, requires
from app.accounts.queries import list_account_names, list_open_accounts
from app.accounts.vocabulary import Actor, Role
from app.clock import now, today
from app.resources.forms.hosts import HostFilterForm, HostForm, PauseForm
from app.resources.models import Host
from app.resources.policies import KEEPERS
from app.resources.queries import catalogue
from app.resources.queries import hosts as queries
from app.resources.queries.host_criteria import STALE_AFTER_DAYS, HostFilter, Standing
from app.resources.queries.seats import list_free_slots
from app.resources.routes.record_history import history_of_host
from app.resources.service import host_records as records
from app.resources.service import hosts as service
from app.web.errors import InputRefused, Refused
from app.web.flashes import say
from app.web.forms import put_refusal_on
from app.web.paging import Page, Sort, page_number
from app.web.transaction import session

blueprint = Blueprint("resources_hosts", __name__, template_folder="../templates")

PAGE_SIZE = 30
# Who can look after a host.
_LOOK_AFTER = frozenset({Role.COORDINATOR, Role.CSW})


@blueprint.get("/hosts")
@requires(*KEEPERS)
def list_hosts() -> ResponseReturnValue:
    """The hosts of the town: who wants a call, what is free, whose openings were confirmed when."""
    scope = current_actor().scope
    form = HostFilterForm(request.args, trades=queries.list_trades(session(), scope=scope))
    if not form.validate():
        return render_template("resources/hosts/list.html", form=form, page=None), 422
    wanted, number = form.wanted, page_number()
    entries = queries.list_host_entries(
        session(), wanted, on=today(), scope=scope, first=(number - 1) * PAGE_SIZE, most=PAGE_SIZE
    )
    total = queries.count_hosts(session(), wanted, on=today(), scope=scope)
    return render_template(
        "resources/hosts/list.html",
        form=form,
        wanted=wanted,
        page=Page(entries, total, number, PAGE_SIZE),
        sort=Sort(wanted.order.key, wanted.order.is_descending),
        free=_free_by_host([entry.host.id for entry in entries]),
        stale_after=STALE_AFTER_DAYS,
    )


@blueprint.get("/hosts/new")
@requires(*KEEPERS)
def show_new_host() -> str:
    """An empty entry."""
    form = HostForm(formdata=None, keepers=_keepers(None))
    actor = current_actor()
    if actor.holds(*_LOOK_AFTER):
        form.keeper_id.data = str(actor.account_id)
    return _entry_page(form, None)


@blueprint.post("/hosts/new")
@requires(*KEEPERS)
def register_host() -> ResponseReturnValue:
    """A host that takes people in from now on."""
    form = HostForm(keepers=_keepers(None))
    if not form.validate():
        return _entry_page(form, None), 422
    try:
        host_id = records.register_host(session(), facts=form.facts, by=current_actor(), at=now())
    except (Refused, InputRefused) as refusal:
        session().rollback()
        put_refusal_on(form, refusal)
        return _entry_page(form, None), 422
    say("受け入れ先を加えました。つぎに、枠を加えてください。")
    return redirect(url_for("resources_hosts.show_host", host_id=host_id), 303)


@blueprint.get("/hosts/<int:host_id>")
@requires(*KEEPERS)
def show_host(host_id: int) -> str:
    """What a host offers, and how it is."""
    return _host_page(host_id, PauseForm(formdata=None))


@blueprint.get("/hosts/<int:host_id>/edit")
@requires(*KEEPERS)
def show_edit_host(host_id: int) -> str:
    """The entry as it stands."""
    host = _host(host_id)
    shown = {
        "keeper_id": str(host.keeper_id or ""),
        "ask_by": host.ask_by.value if host.ask_by else "",
        "seen_version": host.version,
    }
    return _entry_page(HostForm(formdata=None, obj=host, data=shown, keepers=_keepers(host)), host)


@blueprint.post("/hosts/<int:host_id>/edit")
@requires(*KEEPERS)
def change_host(host_id: int) -> ResponseReturnValue:
    """The entry as it shall stand."""
    host = _host(host_id)
    form = HostForm(keepers=_keepers(host))
    if not form.validate():
        return _entry_page(form, host), 422
    try:
        changed = records.change_host(
            session(),
            host_id=host_id,
            facts=form.facts,
            seen_version=form.seen_version.data or 0,
            by=current_actor(),
            at=now(),
        )
    except (Refused, InputRefused) as refusal:
        session().rollback()
        put_refusal_on(form, refusal)
        return _entry_page(form, _host(host_id)), 422
    say("受け入れ先を直しました。" if changed else "変わったところはありませんでした。")
    return _to_host(host_id)


@blueprint.post("/hosts/<int:host_id>/link")
@requires(*KEEPERS)
def invite(host_id: int) -> ResponseReturnValue:
    """A fresh link to hand over; the one before ends."""
    host = _host(host_id)
    token = service.invite_host(session(), host_id=host_id, by=current_actor(), at=now())
    return render_template(
        "resources/hosts/invitation.html",
        host=host,
        address=url_for("resources_hosts.show_link", token=token, _external=True),
    )


@blueprint.post("/hosts/<int:host_id>/called")
@requires(*KEEPERS)
def note_call(host_id: int) -> ResponseReturnValue:
    """The host was called."""
    records.note_call(session(), host_id=host_id, by=current_actor(), at=now())
    say("電話したことを記録しました。聞いたことを、この画面で直せます。")
    return _to_host(host_id)


@blueprint.post("/hosts/<int:host_id>/rest")
@requires(*KEEPERS)
def rest_host(host_id: int) -> ResponseReturnValue:
    """A rest until a day, agreed with the host."""
    form = PauseForm()
    if not form.validate():
        return _host_page(host_id, form), 422
    try:
        count = records.rest_host(
            session(), host_id=host_id, until=form.until.data or date.min, by=current_actor(), at=now()
        )
    except Refused as refusal:
        session().rollback()
        put_refusal_on(form, refusal)
        return _host_page(host_id, form), 422
    say(f"{count}つの枠を休みにしました。再開の日に、自動でもとに戻ります。")
    return _to_host(host_id)


@blueprint.post("/hosts/<int:host_id>/wake")
@requires(*KEEPERS)
def wake_host(host_id: int) -> ResponseReturnValue:
    """The rest is over."""
    records.wake_host(session(), host_id=host_id, by=current_actor(), at=now())
    say("受け入れを再開しました。")
    return _to_host(host_id)


def render_today(actor: Actor) -> Markup:
    """The part of きょう that belongs to hosts: who waits for a call."""
    if not actor.holds(Role.COORDINATOR):
        return Markup("")
    wanted = HostFilter(standing=Standing.CALL)
    waiting = queries.list_host_entries(session(), wanted, on=today(), scope=actor.scope)
    if not waiting:
        return Markup("")
    return Markup(  # noqa: S704 -- escaped by the template
        render_template("resources/hosts/today.html", hosts=[entry.host for entry in waiting])
    )


def _host(host_id: int) -> Host:
    return queries.get_host_entry(session(), host_id, on=today(), scope=current_actor().scope).host


def _free_by_host(host_ids: list[int]) -> dict[int, int]:
    """Return how many seats of each host somebody can begin on from today, over all its weekdays."""
    scope = current_actor().scope
    ids = queries.list_opening_ids(session(), host_ids, scope=scope)
    free: dict[int, int] = {}
    for slot in list_free_slots(session(), at=now(), opening_ids=ids, scope=scope):
        free[slot.host_id] = free.get(slot.host_id, 0) + slot.free
    return free


def _keepers(host: Host | None) -> dict[int, str]:
    """Who can look after a host, and who does, whatever became of the account."""
    keepers = {
        account.id: account.display_name
        for account in list_open_accounts(session())
        if account.role_set & _LOOK_AFTER
    }
    if host is not None and host.keeper_id is not None and host.keeper_id not in keepers:
        keepers[host.keeper_id] = list_account_names(session()).get(host.keeper_id, "以前の担当者")
    return keepers


def _entry_page(form: HostForm, host: Host | None) -> str:
    return render_template(
        "resources/hosts/entry.html",
        form=form,
        host=host,
        trades=queries.list_trades(session(), scope=current_actor().scope),
    )


def _host_page(host_id: int, form: PauseForm) -> str:
    scope = current_actor().scope
    entry = queries.get_host_entry(session(), host_id, on=today(), scope=scope)
    openings = queries.list_openings_to_keep(session(), host_id, scope=scope)
    accounts = list_account_names(session())
    context: dict[str, Any] = {
        "entry": entry,
        "host": entry.host,
        "keeper": accounts.get(entry.host.keeper_id or 0),
        "openings": openings,
        "free": {
            slot.slot_id: slot
            for slot in list_free_slots(
                session(), at=now(), opening_ids=[opening.id for opening in openings], scope=scope
            )
        },
        "places": catalogue.list_names(session(), [opening.resource_id for opening in openings], scope=scope),
        "steps": history_of_host(host_id, openings, accounts, scope=scope),
        "form": form,
        "stale_after": STALE_AFTER_DAYS,
        "paused_until": max(
            (o.paused_until for o in openings if o.paused_until and o.paused_until > today()), default=None
        ),
    }
    return render_template("resources/hosts/host.html", **context)


def _to_host(host_id: int) -> ResponseReturnValue:
    return redirect(url_for("resources_hosts.show_host", host_id=host_id), 303)
