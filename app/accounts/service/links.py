"""Signed links: for half an hour, somebody without an account speaks for one subject."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import policies, queries
from app.accounts.models import LinkVisit, SignedLink
from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.crypto.tokens import fingerprint, new_token
from app.web.errors import Missing


def issue_link(session: Session, *, subject_kind: str, subject_id: int, by: Actor, at: datetime) -> str:
    """Make a link for somebody without an account and return its token; earlier ones of the subject end."""
    revoke_links(session, subject_kind=subject_kind, subject_id=subject_id, by=by, at=at)
    token = new_token()
    session.add(
        SignedLink(
            token_hash=fingerprint(token),
            subject_kind=subject_kind,
            subject_id=subject_id,
            issued_by=by.account_id,
            issued_at=at,
            expires_at=at + policies.LINK_LASTS,
        )
    )
    _record(session, "link.issued", (subject_kind, subject_id), by.account_id, at)
    return token


def revoke_links(session: Session, *, subject_kind: str, subject_id: int, by: Actor, at: datetime) -> int:
    """End the open links of a subject, and the visits that run on followed ones; return how many links."""
    open_links = sa.update(SignedLink).where(
        SignedLink.subject_kind == subject_kind,
        SignedLink.subject_id == subject_id,
        SignedLink.ended_at.is_(None),
    )
    ended: int = session.execute(open_links.values(ended_at=at)).rowcount  # type: ignore[attr-defined]
    # Somebody who opened a letter that was not theirs must not keep their half hour when a new one is made.
    of_subject = sa.select(SignedLink.id).where(
        SignedLink.subject_kind == subject_kind, SignedLink.subject_id == subject_id
    )
    running = sa.update(LinkVisit).where(LinkVisit.link_id.in_(of_subject), LinkVisit.expires_at > at)
    left: int = session.execute(running.values(expires_at=at)).rowcount  # type: ignore[attr-defined]
    if ended or left:
        _record(
            session, "link.revoked", (subject_kind, subject_id), by.account_id, at, count=ended, visits=left
        )
    return ended


def follow_link(session: Session, *, token: str, at: datetime) -> tuple[str, tuple[str, int]]:
    """Use a link up; return the token of the half hour that it gives, and its subject. Raises `Missing`."""
    link = queries.find_open_link(session, fingerprint(token), now=at)
    # Asked in the update as well: of two browsers at the same moment, one comes in.
    used = sa.update(SignedLink).where(
        SignedLink.id == (link.id if link else 0), SignedLink.ended_at.is_(None)
    )
    if link is None or session.execute(used.values(ended_at=at)).rowcount != 1:  # type: ignore[attr-defined]
        raise Missing
    visit_token, subject = new_token(), (link.subject_kind, link.subject_id)
    session.add(
        LinkVisit(
            link_id=link.id, token_hash=fingerprint(visit_token), expires_at=at + policies.LINK_VISIT_LASTS
        )
    )
    _record(session, "link.followed", subject, None, at)
    return visit_token, subject


def find_subject(session: Session, *, token: str, now: datetime) -> tuple[str, int] | None:
    """Return whom a link's visit speaks for, None when it is over."""
    link = queries.find_link_visit(session, fingerprint(token), now=now)
    return (link.subject_kind, link.subject_id) if link else None


def _record(
    session: Session, action: str, subject: tuple[str, int], by: int | None, at: datetime, **detail: int
) -> None:
    kind, key = subject
    record_event(session, action=action, subject_kind=kind, subject_id=key, by=by, at=at, detail=detail)
