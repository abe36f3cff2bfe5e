"""The host's own page, entered by a signed link without an account, and the coordinators' list of hosts."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guards import current_actor, linked, public, requires, sign_in_rules
from app.accounts.queries import find_open_link
from app.accounts.vocabulary import Actor, Role
from app.clock import now, today
from app.crypto.tokens import fingerprint
from app.resources.forms.hosts import PauseForm
from app.resources.queries import openings as queries
from app.resources.service import hosts as service
from app.web.errors import Missing, Refused
from app.web.flashes import Tone, say
from app.web.forms import put_refusal_on
from app.web.transaction import apart, session, use_scope

blueprint = Blueprint("resources_hosts", __name__, template_folder="../templates")

_DIGITS = 9


@blueprint.get("/h/<string(length=43):token>")
@public
def show_link(token: str) -> str:
    """What a link leads to. It changes nothing, because mail scanners open links too."""
    return render_template("resources/hosts/link.html", token=token, **_page(_guest_of(token)))


@blueprint.post("/h/<string(length=43):token>")
@public
def enter(token: str) -> ResponseReturnValue:
    """ぜんぶこのままで大丈夫: enter and confirm in one step."""
    moment = now()
    guest = _guest_of(token)
    visit = service.enter_and_confirm(session(), token=token, by=guest, at=moment)
    say("ありがとうございます。ぜんぶこのままで、確かめました。")
    rules, response = sign_in_rules(), redirect(url_for("resources_hosts.show_own"), 303)
    response.set_cookie(rules.link_cookie, visit, secure=rules.https, httponly=True, samesite="Lax", path="/")
    return response


@blueprint.get("/host")
@linked(service.SUBJECT)
def show_own() -> str:
    """The host's own openings and what can be done with them."""
    return render_template(
        "resources/hosts/own.html", form=PauseForm(formdata=None), **_page(current_actor())
    )


@blueprint.post("/host/confirm")
@linked(service.SUBJECT)
def confirm() -> ResponseReturnValue:
    """All is as it stands."""
    service.confirm_openings(session(), host_id=_host_id(), by=current_actor(), at=now())
    return _done("ありがとうございます。ぜんぶこのままで、確かめました。")


@blueprint.post("/host/seats")
@linked(service.SUBJECT)
def change_seats() -> ResponseReturnValue:
    """Other numbers of seats."""
    try:
        changed = service.change_seats(
            session(), host_id=_host_id(), seats=_typed_seats(), by=current_actor(), at=now()
        )
    except Refused as refusal:
        return _refused(PauseForm(formdata=None), refusal)
    return _done(f"{changed}か所の人数を変えました。" if changed else "人数は前と同じです。確かめました。")


@blueprint.post("/host/pause")
@linked(service.SUBJECT)
def pause() -> ResponseReturnValue:
    """A rest until a day."""
    form = PauseForm()
    if not form.validate():
        return render_template("resources/hosts/own.html", form=form, **_page(current_actor())), 422
    try:
        service.pause_openings(
            session(), host_id=_host_id(), until=form.until.data or date.min, by=current_actor(), at=now()
        )
    except Refused as refusal:
        return _refused(form, refusal)
    return _done("お休みにしました。再開の日に、自動でもとに戻ります。")


@blueprint.post("/host/resume")
@linked(service.SUBJECT)
def resume() -> ResponseReturnValue:
    """The rest is over."""
    service.resume_openings(session(), host_id=_host_id(), by=current_actor(), at=now())
    return _done("受け入れを再開しました。")


@blueprint.post("/host/call")
@linked(service.SUBJECT)
def ask_for_call() -> ResponseReturnValue:
    """A call, please."""
    service.ask_for_call(session(), host_id=_host_id(), by=current_actor(), at=now())
    return _done("担当のコーディネーターに伝えました。お電話をお待ちください。")


@blueprint.get("/hosts")
@requires(Role.COORDINATOR)
def list_hosts() -> str:
    """All hosts: who wants a call, whose openings were confirmed when."""
    scope = current_actor().scope
    return render_template(
        "resources/hosts/list.html",
        hosts=queries.list_hosts(session(), scope=scope),
        confirmed=queries.get_last_confirmations(session(), scope=scope),
    )


@blueprint.post("/hosts/<int:host_id>/link")
@requires(Role.COORDINATOR)
def invite(host_id: int) -> ResponseReturnValue:
    """A fresh link to hand over; the one before ends."""
    token = service.invite_host(session(), host_id=host_id, by=current_actor(), at=now())
    return render_template(
        "resources/hosts/invitation.html",
        host=queries.get_host(session(), host_id, scope=current_actor().scope),
        address=url_for("resources_hosts.show_link", token=token, _external=True),
    )


@blueprint.post("/hosts/<int:host_id>/called")
@requires(Role.COORDINATOR)
def note_call(host_id: int) -> ResponseReturnValue:
    """The host was called."""
    service.note_call_made(session(), host_id=host_id, by=current_actor(), at=now())
    say("電話したことを記録しました。")
    return redirect(url_for("resources_hosts.list_hosts"), 303)


def render_today(actor: Actor) -> Markup:
    """The part of きょう that belongs to hosts: who waits for a call."""
    if not actor.holds(Role.COORDINATOR):
        return Markup("")
    waiting = [host for host in queries.list_hosts(session(), scope=actor.scope) if host.call_asked_at]
    if not waiting:
        return Markup("")
    return Markup(render_template("resources/hosts/today.html", hosts=waiting))  # noqa: S704 -- escaped by the template


def _guest_of(token: str) -> Actor:
    """Return for whom a link speaks, and let this request reach just that; raise `Missing` when it is over."""
    with apart(write=False) as opened:
        link = find_open_link(opened, fingerprint(token), now=now())
    if link is None or link.subject_kind != service.SUBJECT:
        raise Missing
    guest = Actor(None, "", subject=(link.subject_kind, link.subject_id), on=today())
    # Whoever else may be signed in on this browser: the page shows what the host sees.
    use_scope(guest.scope)
    return guest


def _host_id() -> int:
    subject = current_actor().subject
    assert subject is not None, "the guard lets in nobody else"
    return subject[1]


def _page(actor: Actor) -> dict[str, object]:
    assert actor.subject is not None
    host_id, moment = actor.subject[1], now()
    openings = queries.list_openings_of_host(session(), host_id, scope=actor.scope)
    return {
        "host": queries.get_host(session(), host_id, scope=actor.scope),
        "openings": openings,
        "free": queries.list_free_seats(session(), on=today(), now=moment, scope=actor.scope),
        "paused_until": max(
            (o.paused_until for o in openings if o.paused_until and o.paused_until > today()), default=None
        ),
        "on": today(),
    }


def _typed_seats() -> dict[int, int]:
    """Read the numbers; raise `Refused` with the field of the first that is none."""
    seats = {}
    for name, typed in request.form.items():
        # Python refuses to read numbers of thousands of digits; nobody has a billion seats.
        if name.startswith("slot-") and name[5:].isdecimal() and len(name) <= _DIGITS + 5:
            if not typed.strip().isdecimal() or len(typed) > _DIGITS:
                raise Refused("席の数は、0以上の数字で入力してください。", field=name)
            seats[int(name[5:])] = int(typed)
    return seats


def _refused(form: PauseForm, refusal: Refused) -> ResponseReturnValue:
    session().rollback()
    put_refusal_on(form, refusal)
    return render_template("resources/hosts/own.html", form=form, **_page(current_actor())), 422


def _done(message: str) -> ResponseReturnValue:
    say(message, Tone.SUCCESS)
    return redirect(url_for("resources_hosts.show_own"), 303)
