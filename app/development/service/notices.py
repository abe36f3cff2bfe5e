"""What a window does with a notice, and which window a topic goes to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor, Role
from app.audit.service import record_event
from app.db.sealing import read_sealed, write_sealed
from app.development.models import Notice, NoticeWindow
from app.development.policies.residents import notice_may_become, window_problem
from app.development.queries import residents as queries
from app.development.vocabulary.residents import NoticeState, NoticeTopic, Window
from app.web.errors import Refused

_NOT_NOW = "いまは「{}」なので、選べません。画面を開き直して確かめてください。"
_IS_PURGED = "この気づきは、1年がすぎて中身を消しました。"


def record_notice_read(session: Session, *, notice_id: str, by: Actor, at: datetime) -> None:
    """Note that a notice is about to be shown; raise `Missing` when it is not for them, so that nothing is."""
    notice = queries.get_notice(session, notice_id, scope=by.scope)
    _record(session, "notice.read", notice, by, at)


def take_notice(session: Session, *, notice_id: str, by: Actor, at: datetime) -> None:
    """Take a notice: somebody has it."""
    notice = queries.get_notice(session, notice_id, scope=by.scope)
    _become(session, notice, NoticeState.RECEIVED, "", by, at)


def close_notice(session: Session, *, notice_id: str, words: str, by: Actor, at: datetime) -> None:
    """Close a notice with what was done about it."""
    notice = queries.get_notice(session, notice_id, scope=by.scope)
    if not words.strip():
        raise Refused("何をしたかを、短く書いてください。", field="words")
    _become(session, notice, NoticeState.DONE, words, by, at, is_over=True)


def forward_notice(
    session: Session, *, notice_id: str, to: Window | None, words: str, by: Actor, at: datetime
) -> None:
    """Hand a notice to another window in this product, which then has to take it, or to one outside.

    Outside means that somebody told them in another way; the notice is over here, and the words say who was told.
    """
    notice = queries.get_notice(session, notice_id, scope=by.scope)
    if notice.topic is NoticeTopic.PLACE and to is not None:
        raise Refused(
            "場所の情報は、一覧の担当が直します。ほかの窓口へは「市の外・ほかの所」を選んでください。",
            field="to",
        )
    if to is None and not words.strip():
        raise Refused("どこに、どう伝えたかを書いてください。", field="words")
    if to is not None:
        problem = window_problem(to.role)
        if problem:
            raise Refused(problem, field="to")
    _become(session, notice, NoticeState.FORWARDED, words, by, at, is_over=to is None)
    if to is not None:
        notice.window_role, notice.window_name = to.role, to.label
    _record(session, "notice.forwarded", notice, by, at, to=to.role.value if to else "outside")


def change_window(
    session: Session, *, topic: NoticeTopic, role: Role, organisation: str, by: Actor, at: datetime
) -> None:
    """Say where notices of a topic go from now on; those that lie somewhere stay there."""
    problem = window_problem(role)
    if problem:
        raise Refused(problem, field="role")
    row = queries.find_window_row(session, topic, scope=by.scope)
    if row is None:
        row = NoticeWindow(topic=topic)
        session.add(row)
    row.role, row.organisation = role, organisation
    row.changed_at, row.changed_by = at, by.account_id
    record_event(
        session,
        action="notice_window.changed",
        subject_kind="notice_window",
        subject_id=topic.value,
        by=by.account_id,
        at=at,
        detail={"role": role.value},
    )


def _become(
    session: Session,
    notice: Notice,
    state: NoticeState,
    words: str,
    by: Actor,
    at: datetime,
    *,
    is_over: bool = False,
) -> None:
    if notice.closed_at is not None or state not in notice_may_become(notice.state):
        raise Refused(_NOT_NOW.format(notice.state.label))
    if notice.sealed is None:
        raise Refused(_IS_PURGED)
    document = read_sealed(session, notice)
    step = {"state": state.value, "words": words.strip(), "by": by.display_name, "at": at.isoformat()}
    write_sealed(session, notice, {**document, "handled": [*document["handled"], step]})
    notice.state, notice.closed_at = state, at if is_over else None
    if state is not NoticeState.FORWARDED:
        _record(session, "notice.moved", notice, by, at, state=state.value)


def _record(session: Session, action: str, notice: Notice, by: Actor, at: datetime, **detail: str) -> None:
    record_event(
        session,
        action=action,
        subject_kind="notice",
        subject_id=notice.id,
        by=by.account_id,
        at=at,
        detail=detail,
    )
