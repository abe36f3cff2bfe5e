"""Signed links on their way to a host: a letter or a mail through the outbox, to the contact that is registered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.accounts.policies import LINK_LASTS
from app.accounts.queries import find_link, list_links, list_open_accounts
from app.accounts.service import issue_link
from app.accounts.vocabulary import Actor
from app.crypto.tokens import fingerprint
from app.outbox.queries import list_deliveries_about
from app.outbox.service.queueing import queue_delivery
from app.outbox.service.tending import withdraw_delivery
from app.outbox.vocabulary import Draft
from app.resources.engine.asking_words import link_wanted_words, link_words
from app.resources.engine.keeping import Notice, keepers_of, sender_for, workers_of
from app.resources.models import Host
from app.resources.queries.host_changes import find_right_needed
from app.resources.queries.openings import get_host
from app.resources.service.hosts import SUBJECT
from app.resources.service.keepers import tell_keepers
from app.resources.vocabulary import AskBy
from app.web.errors import Refused

PURPOSE: Final = "host.link"
_WANTED: Final = "host.link_wanted"
# Of its own accord a host is sent so many in so long: whoever holds an old letter must not be able to flood it.
_MOST: Final = 3
_WITHIN: Final = timedelta(days=30)
_REMEMBERED: Final = timedelta(days=400)


def write_to_host(session: Session, *, host_id: int, as_letter: bool, by: Actor, at: datetime) -> str | None:
    """Queue a delivery with a fresh link for a host and return its id; the link before ends, what carried it is withdrawn.

    Runs under a system scope. Raises `Refused` where a mail to the host is being sent at this moment.
    """
    host = get_host(session, host_id, scope=by.scope)
    for row in list_deliveries_about(
        session,
        purposes=[PURPOSE],
        subject_kind=SUBJECT,
        subject_ids=[str(host_id)],
        only_open=True,
        scope=by.scope,
    ):
        withdraw_delivery(session, delivery_id=row.id, by=by, at=at)
    words = link_words()
    needed, workers = (
        find_right_needed(session, host_id, scope=by.scope),
        workers_of(list_open_accounts(session)),
    )
    token = issue_link(session, subject_kind=SUBJECT, subject_id=host_id, by=by, at=at)
    draft = Draft(
        purpose=PURPOSE,
        subject_kind=SUBJECT,
        subject_id=str(host_id),
        # Each has a link of its own, so none is the same as another.
        dedup_key=f"{PURPOSE}:{host_id}:{fingerprint(token)[:32]}",
        title=words.title,
        paragraphs=words.paragraphs,
        due_on=at.date(),
        sender=sender_for(keepers_of(host.keeper_id, workers, needed), workers),
        addressee=host.name[:120],
        mail_address=host.email or "",
        postal_address=host.postal_address or "",
        prefers_letter=as_letter or host.ask_by is AskBy.LETTER,
        link=f"/h/{token}",
        valid_until=(at + LINK_LASTS).date(),
        needs_right=needed,
    )
    return queue_delivery(session, draft=draft, by=by, at=at)


def renew_link(session: Session, *, token: str, by: Actor, at: datetime) -> bool:
    """Send a new link to the host of an old one, and tell whether anything was queued. The page must not tell it.

    Only to the registered contact; where there is none, the keeper is told. Nothing is queued for a link that never was
    or still works, for a host to which one is on its way, or that was sent enough. Runs under a system scope.
    """
    link = find_link(session, fingerprint(token), since=at - _REMEMBERED)
    if link is None or link.subject_kind != SUBJECT or (link.ended_at is None and link.expires_at > at):
        return False
    host = get_host(session, link.subject_id, scope=by.scope)
    if not host.is_active or not _may_renew(session, host, by, at):
        return False
    if not host.email and not host.postal_address:
        needed = find_right_needed(session, host.id, scope=by.scope)
        key = f"{_WANTED}:{host.id}:{at.date().isoformat()}"
        wanted = Notice(link_wanted_words(host.name), _WANTED, key, f"/hosts/{host.id}")
        keepers = keepers_of(host.keeper_id, workers_of(list_open_accounts(session)), needed)
        return tell_keepers(session, host_id=host.id, notice=wanted, keepers=keepers, by=by, at=at)
    try:
        return write_to_host(session, host_id=host.id, as_letter=False, by=by, at=at) is not None
    except Refused:
        # A mail with a link is leaving at this moment.
        return False


def _may_renew(session: Session, host: Host, by: Actor, at: datetime) -> bool:
    past = list_deliveries_about(
        session,
        purposes=[PURPOSE],
        subject_kind=SUBJECT,
        subject_ids=[str(host.id)],
        scope=by.scope,
    )
    recent = [row for row in past if row.made_at > at - _WITHIN]
    if any(row.is_open for row in recent) or len(recent) >= _MOST:
        return False
    # One a day, by whichever way: a link that was made today may still be on somebody's desk.
    links = list_links(session, subject_kind=SUBJECT, subject_ids=[host.id], since=at - timedelta(days=1))
    return not any(link.ended_at is None and link.expires_at > at for link in links)
