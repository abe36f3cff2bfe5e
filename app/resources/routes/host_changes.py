"""受け入れ先からの変更: what hosts changed by their links and a coordinator looks at; and the letter with a link."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guards import current_actor, requires
from app.accounts.vocabulary import Actor, Role
from app.clock import now, today
from app.outbox.vocabulary import SENDERS
from app.resources.policies import DECIDERS, KEEPERS
from app.resources.queries import hosts as host_queries
from app.resources.queries.history import list_names_of_rows
from app.resources.queries.host_changes import count_waiting_of_hosts, list_waiting_of_hosts
from app.resources.routes.host_words import said_changes
from app.resources.service.changes import decide_changes
from app.resources.service.host_letters import write_to_host
from app.resources.vocabulary import ChangeSubject
from app.web.errors import Missing, Refused
from app.web.flashes import Tone, say
from app.web.transaction import apart, session, use_scope

blueprint = Blueprint("resources_host_changes", __name__, template_folder="../templates")

# A CSW keeps hosts and reaches no outbox; the letter is queued all the same, and printed by who prints.
_LETTER: Final = "queueing a letter with a link for a host"


@blueprint.get("/host-changes")
@requires(*DECIDERS)
def list_host_changes() -> str:
    """What waits, the longest first."""
    scope = current_actor().scope
    waiting = list_waiting_of_hosts(session(), scope=scope)
    ids = {subject: {c.subject_id for c in waiting if c.subject is subject} for subject in ChangeSubject}
    tasks = list_names_of_rows(session(), ChangeSubject.OPENING, ids[ChangeSubject.OPENING], scope=scope)
    hosts = list_names_of_rows(
        session(), ChangeSubject.HOST, {c.host_id for c in waiting if c.host_id is not None}, scope=scope
    )
    return render_template("resources/hosts/changes.html", changes=said_changes(waiting, tasks), hosts=hosts)


@blueprint.post("/host-changes/<string(length=32):batch>")
@requires(*DECIDERS)
def decide(batch: str) -> ResponseReturnValue:
    """反映する or 見送る."""
    actor = current_actor()
    answer = request.form.get("answer")
    if answer not in ("accept", "decline"):
        raise Missing
    waits = any(change.batch == batch for change in list_waiting_of_hosts(session(), scope=actor.scope))
    done = waits and decide_changes(session(), batch_id=batch, accept=answer == "accept", by=actor, at=now())
    if not done:
        say("もう決まったか、受け入れ先が取りやめたものです。", Tone.INFO)
    else:
        say(
            "反映しました。"
            if answer == "accept"
            else "見送りました。受け入れ先のページに、そのことが出ます。"
        )
    return redirect(url_for("resources_host_changes.list_host_changes"), 303)


@blueprint.post("/hosts/<int:host_id>/letter")
@requires(*KEEPERS)
def write_letter(host_id: int) -> ResponseReturnValue:
    """手紙をつくる: a letter with a fresh link waits to be printed; the link before ends."""
    actor = current_actor()
    with apart(write=False) as opened:
        host_queries.get_host_entry(opened, host_id, on=today(), scope=actor.scope)
    # The same account, reaching for this step what the product itself reaches.
    writer = replace(actor, reason=_LETTER)
    use_scope(writer.scope)
    try:
        write_to_host(session(), host_id=host_id, as_letter=True, by=writer, at=now())
    except Refused as refusal:
        session().rollback()
        say(refusal.message, Tone.WARNING)
        return redirect(url_for("resources_hosts.show_host", host_id=host_id), 303)
    if actor.holds(*SENDERS):
        say("手紙をつくりました。ここで印刷できます。前に出したリンクは使えなくなりました。")
        return redirect(url_for("outbox.list_outbox"), 303)
    say("手紙をつくりました。「送るもの」の担当者が印刷します。前に出したリンクは使えなくなりました。")
    return redirect(url_for("resources_hosts.show_host", host_id=host_id), 303)


def render_today(actor: Actor) -> Markup:
    """The part of きょう that says how many changes of hosts wait."""
    waiting = count_waiting_of_hosts(session(), scope=actor.scope) if actor.holds(Role.COORDINATOR) else 0
    if not waiting:
        return Markup("")
    page = render_template("resources/hosts/changes_today.html", waiting=waiting)
    return Markup(page)  # noqa: S704 -- escaped by the template
