"""The course of a case: what is known, where it counts, its end and its restart."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.cases import queries
from app.cases.models import Case
from app.cases.policies import coarse_mesh
from app.cases.service.log import record_case_event
from app.cases.vocabulary import CaseState, CaseStory, ClosingReason
from app.db.sealing import read_sealed, write_sealed
from app.people.queries import find_facts
from app.web.errors import Refused


def write_story(
    session: Session,
    *,
    case_id: str,
    story: CaseStory,
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Write anew what the person wishes, is good at, and what to mind."""
    case = queries.get_own_case(session, case_id, scope=by.scope)
    case.move_on(seen_version)
    write_sealed(session, case, {**read_sealed(session, case), "story": story.document})
    record_case_event(session, case_id=case.id, action="case.story_written", by=by, at=at)


def tell_sender(session: Session, *, case_id: str, reply: str, by: Actor, at: datetime) -> None:
    """Write the words that the window which sent somebody reads. It reads nothing else."""
    case = queries.get_own_case(session, case_id, scope=by.scope)
    if case.referred_by is None:
        raise Refused("この台帳には、依頼元の相談窓口がありません。返事を書く相手がいません。", field="reply")
    write_sealed(session, case, {**read_sealed(session, case), "reply": reply})
    record_case_event(session, case_id=case.id, action="case.sender_told", by=by, at=at)


def place_case(
    session: Session,
    *,
    case_id: str,
    counting_area_id: int | None,
    origin_mesh: str | None,
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Set where a case counts and from where journeys are reckoned; for a protected household only the coarse mesh."""
    case = queries.get_own_case(session, case_id, scope=by.scope)
    facts = find_facts(session, case.person_id, scope=by.scope)
    if facts is None or facts.is_protected:
        counting_area_id, origin_mesh = None, coarse_mesh(origin_mesh)
    case.move_on(seen_version)
    case.counting_area_id, case.origin_mesh = counting_area_id, origin_mesh
    record_case_event(session, case_id=case.id, action="case.placed", by=by, at=at)


def close_case(
    session: Session,
    *,
    case_id: str,
    reason: ClosingReason,
    note: str,
    closed_on: date | None = None,
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """End a case (終結), or note that contact was lost (中断), which needs the attempts as evidence."""
    case = queries.get_own_case(session, case_id, scope=by.scope)
    day = closed_on or at.date()
    if case.state is not CaseState.OPEN:
        raise Refused("この台帳は、すでに終わっています。続けるときは「もう一度ひらく」を選んでください。")
    if case.awaits_decision:
        raise Refused("プランが決定を待っています。先に取り下げるか、決定を待ってください。")
    if reason is ClosingReason.LOST_CONTACT and not note.strip():
        raise Refused(
            "連絡を試みた日と方法を書いてください。例：10月3日 電話、10月10日 訪問、10月20日 手紙",
            field="note",
        )
    if not case.opened_on <= day <= at.date():
        raise Refused("終わった日は、受付日から今日までの日付にしてください。", field="closed_on")
    case.move_on(seen_version)
    case.state, case.closed_on = reason.state, day
    _add_closing(session, case, {"reason": reason.value, "note": note, "on": day.isoformat()})
    record_case_event(session, case_id=case.id, action="case.closed", by=by, at=at, reason=reason.value)


def reopen_case(session: Session, *, case_id: str, by: Actor, at: datetime) -> None:
    """Take a case up again; nothing of it was lost."""
    case = queries.get_own_case(session, case_id, scope=by.scope)
    if case.state is CaseState.OPEN:
        return
    case.state, case.closed_on = CaseState.OPEN, None
    record_case_event(session, case_id=case.id, action="case.reopened", by=by, at=at)


def _add_closing(session: Session, case: Case, closing: dict[str, Any]) -> None:
    document = read_sealed(session, case)
    write_sealed(session, case, {**document, "closings": [*document["closings"], closing]})
