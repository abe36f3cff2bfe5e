"""The host's own pages, entered by a signed link without an account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import current_actor, linked, public, sign_in_rules
from app.accounts.policies import LINK_VISIT_LASTS
from app.accounts.queries import count_open_accounts, find_open_link
from app.accounts.vocabulary import Actor, Role
from app.clock import now, today
from app.crypto.tokens import fingerprint
from app.resources.engine.host_visibility import is_left_out
from app.resources.forms.hosts import PauseForm
from app.resources.forms.own_page import Rest, read_slots
from app.resources.queries import host_changes
from app.resources.queries.host_page import list_own_page
from app.resources.queries.openings import get_host
from app.resources.routes.host_words import said_changes
from app.resources.routes.hosts import blueprint
from app.resources.service import host_letters
from app.resources.service import hosts as service
from app.resources.vocabulary import WEEKDAYS, ChangeState, DayPart
from app.web.errors import Missing, Refused
from app.web.flashes import Tone, say
from app.web.forms import put_refusal_on
from app.web.transaction import apart, session, use_scope

__all__ = ["blueprint"]

DECIDED_SHOWN_FOR: Final = timedelta(days=30)
_RENEWAL: Final = Actor.system("sending a new link to the registered contact of a host")


@blueprint.get("/h/<string(length=43):token>")
@public
def show_link(token: str) -> ResponseReturnValue:
    """What a link leads to. It changes nothing, because mail scanners open links too."""
    guest = _find_guest(token)
    if guest is None:
        # Used, run out or never made: the page is the same.
        return render_template("resources/hosts/gone.html", token=token), 404
    return render_template("resources/hosts/link.html", token=token, **_page(guest))


@blueprint.post("/h/<string(length=43):token>")
@public
def enter(token: str) -> ResponseReturnValue:
    """ぜんぶこのままで大丈夫: enter and confirm in one step."""
    moment = now()
    guest = _find_guest(token)
    if guest is None:
        return render_template("resources/hosts/gone.html", token=token), 404
    try:
        visit = service.enter_and_confirm(session(), token=token, by=guest, at=moment)
    except Missing:
        session().rollback()
        return render_template("resources/hosts/gone.html", token=token), 404
    say("ありがとうございます。ぜんぶこのままで、確かめました。")
    rules, response = sign_in_rules(), redirect(url_for("resources_hosts.show_own"), 303)
    response.set_cookie(rules.link_cookie, visit, secure=rules.https, httponly=True, samesite="Lax", path="/")
    return response


@blueprint.post("/h/<string(length=43):token>/renewal")
@public
def renew(token: str) -> ResponseReturnValue:
    """新しいリンクを送ってもらう: to the registered contact, and the same answer whatever the link was."""
    use_scope(_RENEWAL.scope)
    host_letters.renew_link(session(), token=token, by=_RENEWAL, at=now())
    return redirect(url_for("resources_hosts.show_renewal"), 303)


@blueprint.get("/h/renewal")
@public
def show_renewal() -> str:
    """What happens after a new link was asked for."""
    return render_template("resources/hosts/renewal.html")


@blueprint.get("/host")
@linked(service.SUBJECT)
def show_own() -> str:
    """The host's own openings and what can be done with them."""
    return _own_page(PauseForm(formdata=None))


@blueprint.post("/host/confirm")
@linked(service.SUBJECT)
def confirm() -> ResponseReturnValue:
    """All is as it stands."""
    service.confirm_openings(session(), host_id=host_id(), by=current_actor(), at=now())
    return _done("ありがとうございます。ぜんぶこのままで、確かめました。")


@blueprint.post("/host/seats")
@linked(service.SUBJECT)
def change_seats() -> ResponseReturnValue:
    """Other numbers of seats, or another weekday."""
    try:
        typed = read_slots(request.form)
        told = service.change_slots(
            session(),
            host_id=host_id(),
            seats=typed.seats,
            shown=typed.shown,
            added=typed.added,
            by=current_actor(),
            at=now(),
        )
    except Refused as refusal:
        session().rollback()
        return _own_page(PauseForm(formdata=None), slots_error=refusal, typed=request.form), 422
    if told.waiting:
        return _done("人数がとても増えるので、担当者が確かめてから反映します。")
    if told.changed:
        return _done(f"{told.changed}か所の曜日・人数を変えました。")
    return _done("曜日と人数は前と同じです。確かめました。")


@blueprint.post("/host/pause")
@linked(service.SUBJECT)
def pause() -> ResponseReturnValue:
    """A rest until a day: one of the quick choices, or the day that was typed."""
    form = PauseForm()
    quick = request.form.get("for", "")
    if quick in set(Rest):
        form.until.data = until = Rest(quick).until(today())
    elif form.validate() and form.until.data is not None:
        until = form.until.data
    else:
        return _own_page(form), 422
    try:
        service.pause_openings(session(), host_id=host_id(), until=until, by=current_actor(), at=now())
    except Refused as refusal:
        session().rollback()
        form.validate()
        put_refusal_on(form, refusal)
        return _own_page(form), 422
    return _done("お休みにしました。再開の日に、自動でもとに戻ります。")


@blueprint.post("/host/resume")
@linked(service.SUBJECT)
def resume() -> ResponseReturnValue:
    """The rest is over."""
    service.resume_openings(session(), host_id=host_id(), by=current_actor(), at=now())
    return _done("受け入れを再開しました。")


@blueprint.post("/host/call")
@linked(service.SUBJECT)
def ask_for_call() -> ResponseReturnValue:
    """A call, please."""
    service.ask_for_call(session(), host_id=host_id(), by=current_actor(), at=now())
    return _done("担当のコーディネーターに伝えました。お電話をお待ちください。")


@blueprint.post("/host/undo")
@linked(service.SUBJECT)
def undo() -> ResponseReturnValue:
    """The last change of this visit is taken back."""
    undone = service.undo_last(session(), host_id=host_id(), by=current_actor(), at=now())
    if undone.kept:
        return _done("あとから直されているところは、そのまま残しました。", Tone.WARNING)
    return _done("さっきの変更を取り消しました。" if undone.done else "取り消す変更は、ありません。")


@blueprint.post("/host/proposals/<string(length=32):batch>/withdrawal")
@linked(service.SUBJECT)
def withdraw(batch: str) -> ResponseReturnValue:
    """What waits for a coordinator is taken back."""
    gone = service.withdraw_proposal(
        session(), host_id=host_id(), batch_id=batch, by=current_actor(), at=now()
    )
    return _done(
        "確かめ待ちの変更を、取りやめました。" if gone else "もう担当者が決めたか、取りやめたものです。"
    )


def host_id() -> int:
    """Return the key of the host for whom the visit speaks."""
    subject = current_actor().subject
    assert subject is not None, "the guard lets in nobody else"
    return subject[1]


def _find_guest(token: str) -> Actor | None:
    """Return for whom a link speaks, and let this request reach just that; None when it is over."""
    with apart(write=False) as opened:
        link = find_open_link(opened, fingerprint(token), now=now())
    if link is None or link.subject_kind != service.SUBJECT:
        return None
    guest = Actor(None, "", subject=(link.subject_kind, link.subject_id), on=today())
    # Whoever else may be signed in on this browser: the page shows what the host sees.
    use_scope(guest.scope)
    return guest


def _page(actor: Actor) -> dict[str, Any]:
    assert actor.subject is not None
    own = list_own_page(session(), actor.subject[1], at=now(), scope=actor.scope)
    offered = [each.opening for each in own if each.is_offered]
    return {
        "host": get_host(session(), actor.subject[1], scope=actor.scope),
        "own": own,
        "paused_until": max(
            (o.paused_until for o in offered if o.paused_until and o.paused_until > today()), default=None
        ),
        "on": today(),
    }


def _own_page(form: PauseForm, *, slots_error: Refused | None = None, typed: Any = None) -> str:
    actor, moment = current_actor(), now()
    scope, key = actor.scope, host_id()
    waiting = host_changes.list_waiting_of_hosts(session(), host_id=key, scope=scope)
    decided = host_changes.list_decided_of_host(session(), key, since=moment - DECIDED_SHOWN_FOR, scope=scope)
    last = host_changes.find_last_batch_of_host(session(), key, since=moment - LINK_VISIT_LASTS, scope=scope)
    page = _page(actor)
    tasks = {each.opening.id: each.opening.task for each in page["own"]}
    return render_template(
        "resources/hosts/own.html",
        form=form,
        rests=list(Rest),
        slots_error=slots_error,
        typed=typed or {},
        weekdays=WEEKDAYS,
        parts=list(DayPart),
        waiting=said_changes(waiting, tasks),
        decided=said_changes(decided, tasks),
        declined=ChangeState.DECLINED,
        last=said_changes([change for change in last if change.field != "confirmed_on"], tasks),
        seen_by=count_open_accounts(session(), role=Role.COORDINATOR),
        seen=[each for each in page["own"] if each.is_offered and not is_left_out(each.reasons)],
        **page,
    )


def _done(message: str, tone: Tone = Tone.SUCCESS) -> ResponseReturnValue:
    say(message, tone)
    return redirect(url_for("resources_hosts.show_own"), 303)
