"""What is done in planning: a release is made. Nothing here commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor, Scope
from app.audit.queries import get_locked_head
from app.audit.service import record_event
from app.planning.models import Release
from app.planning.policies import next_release_on, quarter_of, release_is_due
from app.planning.queries import releases
from app.web.errors import Refused


def make_release(session: Session, *, scope: Scope, at: datetime, by: Actor) -> Release:
    """Count all open cases, round them, and keep the table; raise `Refused` when the last release is too near.

    `scope` is the product's own, as that of the session: the planner who asks reaches no case.
    """
    # Two who ask at the same moment line up here; the second one then sees the release of the first.
    get_locked_head(session)
    day = at.date()
    last = releases.find_last_release(session, scope=scope)
    if last is not None and not release_is_due(last.counted_on, today=day):
        due = next_release_on(last.counted_on) or day
        raise Refused(
            f"次の集計は{due.year}年{due.month}月{due.day}日からつくれます。"
            "続けて集計すると、その間に増えた1件がだれのことか分かってしまうためです。"
        )
    table = releases.get_finest_table(session, scope=scope)
    release = Release(
        quarter=quarter_of(day), counted_on=day, finest=table.to_json(), made_by=by.account_id, made_at=at
    )
    session.add(release)
    session.flush()
    record_event(
        session,
        action="planning.released",
        subject_kind="release",
        subject_id=release.id,
        by=by.account_id,
        at=at,
    )
    return release
