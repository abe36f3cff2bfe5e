"""Keeping searches. A name and a question are the owner's own words and stand in no log."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.resources.models.searches import SavedSearch
from app.resources.queries import searches as queries
from app.web.errors import Missing, Refused

MOST: Final = 30
"""So many searches one account keeps: more nobody looks through."""
QUESTION_MOST: Final = 1000


def save_search(session: Session, *, name: str, question: str, by: Actor, at: datetime) -> int:
    """Keep a question under a name and return its id; all that it finds now counts as seen. Raises `Refused`."""
    if by.account_id is None:
        raise Missing
    kept = queries.list_searches(session, scope=by.scope)
    if len(kept) >= MOST:
        raise Refused(f"保存できる条件は{MOST}件までです。使わなくなったものを消してから、保存してください。")
    if len(question) > QUESTION_MOST:
        raise Refused("条件が多すぎて、保存できません。種別などの条件を減らしてから、保存してください。")
    _refuse_taken(name, [search.name for search in kept])
    search = SavedSearch(account_id=by.account_id, name=name, question=question, made_at=at, seen_at=at)
    session.add(search)
    session.flush()
    _record(session, "saved", search.id, by, at)
    return search.id


def rename_search(session: Session, *, search_id: int, name: str, by: Actor, at: datetime) -> None:
    """Give a search another name; raise `Missing`, and `Refused` on a name that another one has."""
    search = queries.get_search(session, search_id, scope=by.scope)
    others = queries.list_searches(session, scope=by.scope)
    _refuse_taken(name, [other.name for other in others if other.id != search_id])
    if search.name != name:
        search.name = name
        session.flush()
        _record(session, "renamed", search_id, by, at)


def mark_seen(session: Session, *, search_id: int, by: Actor, at: datetime) -> datetime:
    """Note that the answers are looked at now, and return since when they had not been; raise `Missing`."""
    search = queries.get_search(session, search_id, scope=by.scope)
    before, search.seen_at = search.seen_at, at
    session.flush()
    _record(session, "seen", search_id, by, at)
    return before


def remove_search(session: Session, *, search_id: int, by: Actor, at: datetime) -> None:
    """Forget a search; raise `Missing`."""
    session.delete(queries.get_search(session, search_id, scope=by.scope))
    session.flush()
    _record(session, "removed", search_id, by, at)


def _refuse_taken(name: str, others: list[str]) -> None:
    if name in others:
        raise Refused("同じ名前の条件が、もうあります。別の名前にしてください。", field="name")


def _record(session: Session, what: str, search_id: int, by: Actor, at: datetime) -> None:
    record_event(
        session,
        action=f"saved_search.{what}",
        subject_kind="saved_search",
        subject_id=search_id,
        by=by.account_id,
        at=at,
    )
