"""What the staff write about a host: the entry itself, a rest that was agreed on the telephone, a call that was made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.resources.models import Host
from app.resources.policies import ASKED_THROUGH
from app.resources.queries import hosts as queries
from app.resources.service.batches import Batch
from app.resources.vocabulary import ChangeCause
from app.web.errors import CHANGED_MEANWHILE, InputRefused, Problem, Refused


def register_host(session: Session, *, facts: Mapping[str, Any], by: Actor, at: datetime) -> int:
    """Add a host with columns of `Host` and return its key; raise `InputRefused` for facts that do not fit together."""
    _refuse_unfit(facts, ())
    host = Host(
        municipality_code=queries.find_municipality_code(session, scope=by.scope),
        published_id=f"T-{uuid4().hex[:16]}",
        **facts,
    )
    session.add(host)
    session.flush()
    Batch(session, ChangeCause.EDIT, by=by, at=at).note_added(host)
    return host.id


def change_host(
    session: Session, *, host_id: int, facts: Mapping[str, Any], seen_version: int, by: Actor, at: datetime
) -> tuple[str, ...]:
    """Change a host and return the names of the columns that differed.

    Raises `Refused` when somebody changed it since it was shown, `InputRefused` for facts that do not fit together.
    """
    host = queries.get_host_entry(session, host_id, on=at.date(), scope=by.scope).host
    if host.version != seen_version:
        raise Refused(CHANGED_MEANWHILE)
    in_training = [
        opening.task
        for opening in queries.list_openings_to_keep(session, host_id, scope=by.scope)
        if opening.training is not None and opening.ended_on is None
    ]
    _refuse_unfit(facts, in_training)
    return Batch(session, ChangeCause.EDIT, by=by, at=at).change(host, facts)


def rest_host(session: Session, *, host_id: int, until: date, by: Actor, at: datetime) -> int:
    """Rest all that a host offers until a day, from which it comes back by itself; return how many openings.

    The host said so, so all of them are confirmed. Raises `Refused` for a day gone by.
    """
    if until <= at.date():
        raise Refused("再開の日は、あした以降の日にしてください。", field="until")
    return _set_rest(session, host_id, until, by, at)


def wake_host(session: Session, *, host_id: int, by: Actor, at: datetime) -> int:
    """End a rest early; return how many openings came back."""
    return _set_rest(session, host_id, None, by, at)


def note_call(session: Session, *, host_id: int, by: Actor, at: datetime) -> None:
    """Note that the host was called: it waits no longer."""
    host = queries.get_host_entry(session, host_id, on=at.date(), scope=by.scope).host
    Batch(session, ChangeCause.EDIT, by=by, at=at).change(host, {"call_asked_at": None})


def _set_rest(session: Session, host_id: int, until: date | None, by: Actor, at: datetime) -> int:
    batch = Batch(session, ChangeCause.EDIT, by=by, at=at)
    openings = queries.list_offered_openings(session, host_id, on=at.date(), scope=by.scope)
    for opening in openings:
        batch.change(opening, {"paused_until": until, "confirmed_on": at.date()})
    return len(openings)


def _refuse_unfit(facts: Mapping[str, Any], in_training: list[str] | tuple[()]) -> None:
    problems = []
    if facts.get("ask_by") in ASKED_THROUGH:
        column, word = ASKED_THROUGH[facts["ask_by"]]
        if not facts.get(column):
            problems.append(
                Problem(
                    column,
                    None,
                    f"「確かめ方」を{facts['ask_by'].label}にするには、{word}が要ります。",
                    f"{word}を入れるか、確かめ方を変えてください。",
                )
            )
    if in_training and not facts.get("recognition"):
        problems.append(
            Problem(
                "recognition",
                None,
                f"就労訓練の枠（{'、'.join(in_training)}）があるので、認定番号を空にできません。",
                "番号を入れるか、先に枠を直してください。",
            )
        )
    if problems:
        raise InputRefused(problems)
