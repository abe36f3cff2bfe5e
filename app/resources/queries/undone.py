"""How a step over many places stands: what of it would be taken back, and whether somebody has taken it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.accounts.vocabulary import Scope
from app.resources.models import Change
from app.resources.vocabulary import ChangeState, ChangeSubject


@dataclass(frozen=True)
class Standing:
    """Of the places in a step: how many it added and changed that stand, how many of those were touched since.

    `undone_at` and `undone_by` tell of the latest time that any of it was taken back.
    """

    added: int
    changed: int
    touched: int
    undone_at: datetime | None
    undone_by: int | None


def get_standing(session: Session, batch: str, *, scope: Scope) -> Standing:
    """Return how a step stands; one that this scope knows nothing of stands with nothing."""
    stands = Change.state == ChangeState.APPLIED
    is_row = Change.field == ""
    rows = sa.select(
        sa.func.count(sa.distinct(sa.case((sa.and_(stands, is_row), Change.subject_id)))),
        sa.func.count(sa.distinct(sa.case((sa.and_(stands, ~is_row), Change.subject_id)))),
        sa.func.max(Change.decided_at),
        sa.func.max(Change.decided_by),
    ).where(Change.batch == batch, Change.subject == ChangeSubject.RESOURCE)
    added, changed, undone_at, undone_by = session.execute(rows.execution_options(scope=scope)).one()
    return Standing(added, changed, _count_touched(session, batch, scope), undone_at, undone_by)


def _count_touched(session: Session, batch: str, scope: Scope) -> int:
    later = aliased(Change)
    is_later = sa.and_(
        later.subject == Change.subject,
        later.subject_id == Change.subject_id,
        later.id > Change.id,
        later.batch != Change.batch,
        later.state == ChangeState.APPLIED,
        # Whatever was done to a place that came is a reason to keep it; of a column only what was done to that column.
        sa.or_(Change.field == "", later.field == Change.field),
    )
    found = session.scalar(
        sa.select(sa.func.count(sa.distinct(Change.subject_id)))
        .join(later, is_later)
        .where(
            Change.batch == batch,
            Change.subject == ChangeSubject.RESOURCE,
            Change.state == ChangeState.APPLIED,
        )
        .execution_options(scope=scope)
    )
    return found or 0
