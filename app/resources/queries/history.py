"""The history of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.resources.models import Change, Reservation
from app.resources.vocabulary import ChangeCause, ChangeState, ChangeSubject


@dataclass(frozen=True)
class BatchHead:
    """One step of somebody, which may have changed many rows."""

    batch: str
    cause: ChangeCause
    made_at: datetime
    account_id: int | None
    host_id: int | None
    rows: int
    fields: int
    standing: int


def list_changes(
    session: Session,
    *,
    subject: ChangeSubject,
    subject_ids: Sequence[int],
    scope: Scope,
    most: int | None = None,
) -> Sequence[Change]:
    """Return what was changed in these rows, the latest first."""
    return session.scalars(
        sa.select(Change)
        .where(Change.subject == subject, Change.subject_id.in_(subject_ids))
        .order_by(Change.made_at.desc(), Change.id.desc())
        .limit(most)
        .execution_options(scope=scope)
    ).all()


def list_changes_of_batch(session: Session, batch: str, *, scope: Scope) -> Sequence[Change]:
    """Return what was changed in one step, in the order in which it was."""
    return session.scalars(
        sa.select(Change).where(Change.batch == batch).order_by(Change.id).execution_options(scope=scope)
    ).all()


def list_waiting_changes(session: Session, *, scope: Scope) -> Sequence[Change]:
    """Return what waits for somebody's decision, the longest waiting first."""
    return session.scalars(
        sa.select(Change)
        .where(Change.state == ChangeState.WAITING)
        .order_by(Change.made_at, Change.id)
        .execution_options(scope=scope)
    ).all()


def get_newest_change_ids(
    session: Session, *, subject: ChangeSubject, subject_ids: Sequence[int], scope: Scope
) -> dict[int, int]:
    """Return for each of these rows the id of its newest change that stands."""
    rows = session.execute(
        sa.select(Change.subject_id, sa.func.max(Change.id))
        .where(
            Change.subject == subject,
            Change.subject_id.in_(subject_ids),
            Change.state == ChangeState.APPLIED,
        )
        .group_by(Change.subject_id)
        .execution_options(scope=scope)
    )
    return {key: newest for key, newest in rows}  # noqa: C416  # rows are no pairs for the type checker


def select_row(model: type[Any], row_id: int, *, scope: Scope) -> sa.Select[Any]:
    """Build the select of one row of the catalogue by its key."""
    return sa.select(model).where(model.id == row_id).execution_options(scope=scope)


def list_slots_in_use(session: Session, slot_ids: Sequence[int], *, scope: Scope) -> set[int]:
    """Return which of these slots anybody has, or ever had, a seat in."""
    return set(
        session.scalars(
            sa.select(Reservation.slot_id)
            .where(Reservation.slot_id.in_(slot_ids))
            .distinct()
            .execution_options(scope=scope)
        )
    )


def list_batches(
    session: Session, *, scope: Scope, cause: ChangeCause | None = None, most: int = 50, first: int = 0
) -> list[BatchHead]:
    """Return the latest steps, the newest first."""
    statement = (
        sa.select(
            Change.batch,
            sa.func.min(Change.cause),
            sa.func.min(Change.made_at),
            sa.func.min(Change.account_id),
            sa.func.min(Change.host_id),
            sa.func.count(sa.distinct(Change.subject_id)),
            sa.func.count(),
            sa.func.sum(sa.case((Change.state == ChangeState.APPLIED, 1), else_=0)),
        )
        .group_by(Change.batch)
        .order_by(sa.func.max(Change.id).desc())
        .offset(first)
        .limit(most)
        .execution_options(scope=scope)
    )
    if cause is not None:
        statement = statement.where(Change.cause == cause)
    return [BatchHead(*row) for row in session.execute(statement)]
