"""The history of the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Scope
from app.db.sets import is_one_of
from app.resources.models import Change, Host, Opening, Resource, ResourceKind
from app.resources.vocabulary import ChangeCause, ChangeState, ChangeSubject
from app.web.errors import Missing


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


@dataclass(frozen=True)
class BatchPart:
    """In how many rows of a table a step changed a column, and the first of them. An empty field: the row itself."""

    batch: str
    subject: ChangeSubject
    field: str
    rows: int
    first_id: int


_MADE: Final = (ChangeState.APPLIED, ChangeState.UNDONE)
_NAMES: Final = {
    ChangeSubject.RESOURCE: (Resource.id, Resource.name),
    ChangeSubject.HOST: (Host.id, Host.name),
    ChangeSubject.OPENING: (Opening.id, Opening.task),
    ChangeSubject.KIND: (ResourceKind.id, ResourceKind.label),
}


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


def get_newest_change_ids(
    session: Session, *, subject: ChangeSubject, subject_ids: Sequence[int], scope: Scope
) -> dict[int, int]:
    """Return for each of these rows the id of its newest change that stands."""
    rows = session.execute(
        sa.select(Change.subject_id, sa.func.max(Change.id))
        .where(
            Change.subject == subject,
            is_one_of(Change.subject_id, subject_ids),
            Change.state == ChangeState.APPLIED,
        )
        .group_by(Change.subject_id)
        .execution_options(scope=scope)
    )
    return {key: newest for key, newest in rows}  # noqa: C416  # rows are no pairs for the type checker


def select_rows(model: type[Any], row_ids: Sequence[int], *, scope: Scope) -> sa.Select[Any]:
    """Build the select of some rows of a table of the catalogue by their keys, for changing."""
    chosen = sa.select(model).where(model.id.in_(row_ids)).order_by(model.id)
    return chosen.with_for_update(of=model).execution_options(scope=scope)


def list_merged_into(session: Session, resource_ids: Sequence[int], *, scope: Scope) -> Sequence[Resource]:
    """Return the entries that were put into these ones, and those that were put into them, for changing."""
    into = sa.select(Resource.id).where(is_one_of(Resource.merged_into_id, resource_ids)).cte(recursive=True)
    further = sa.select(Resource.id).join(into, Resource.merged_into_id == into.c.id)
    return session.scalars(
        sa.select(Resource)
        .where(Resource.id.in_(sa.select(into.union(further).c.id)))
        .order_by(Resource.id)
        .with_for_update(of=Resource)
        .execution_options(scope=scope)
    ).all()


def list_opening_ids(session: Session, resource_ids: Sequence[int], *, scope: Scope) -> Sequence[int]:
    """Return the keys of the openings at these places."""
    return session.scalars(
        sa.select(Opening.id)
        .where(Opening.resource_id.in_(resource_ids))
        .order_by(Opening.id)
        .execution_options(scope=scope)
    ).all()


def list_batches(
    session: Session, *, scope: Scope, cause: ChangeCause | None = None, most: int = 50, first: int = 0
) -> list[BatchHead]:
    """Return the latest steps that were made, the newest first; what only waits or was declined is none of them."""
    statement = (
        _select_heads(scope)
        .where(Change.state.in_(_MADE))
        .order_by(sa.func.max(Change.id).desc())
        .offset(first)
        .limit(most)
    )
    if cause is not None:
        statement = statement.where(Change.cause == cause)
    return [BatchHead(*row) for row in session.execute(statement)]


def count_batches(session: Session, *, scope: Scope) -> int:
    """Return how many steps were made."""
    total = session.scalar(
        sa.select(sa.func.count(sa.distinct(Change.batch)))
        .where(Change.state.in_(_MADE))
        .execution_options(scope=scope)
    )
    return total or 0


def get_batch(session: Session, batch: str, *, scope: Scope) -> BatchHead:
    """Return one step that was made; raise `Missing` when this scope knows of none."""
    row = session.execute(
        _select_heads(scope).where(Change.batch == batch, Change.state.in_(_MADE))
    ).one_or_none()
    if row is None:
        raise Missing
    return BatchHead(*row)


def list_parts_of_batches(session: Session, batches: Collection[str], *, scope: Scope) -> list[BatchPart]:
    """Return what was changed in these steps, by table and column, the columns in which most was changed first."""
    rows = session.execute(
        sa.select(
            Change.batch,
            Change.subject,
            Change.field,
            sa.func.count(sa.distinct(Change.subject_id)),
            sa.func.min(Change.subject_id),
        )
        .where(Change.batch.in_(batches), Change.state.in_(_MADE))
        .group_by(Change.batch, Change.subject, Change.field)
        .order_by(Change.batch, sa.func.count(sa.distinct(Change.subject_id)).desc(), sa.func.min(Change.id))
        .execution_options(scope=scope)
    )
    return [BatchPart(*row) for row in rows]


def list_page_of_batch(
    session: Session, batch: str, *, first: int, most: int, scope: Scope
) -> Sequence[Change]:
    """Return a part of what was changed in a step, in the order in which it was."""
    return session.scalars(
        sa.select(Change)
        .where(Change.batch == batch, Change.state.in_(_MADE))
        .order_by(Change.id)
        .offset(first)
        .limit(most)
        .execution_options(scope=scope)
    ).all()


def list_names_of_rows(
    session: Session, subject: ChangeSubject, row_ids: Collection[int], *, scope: Scope
) -> dict[int, str]:
    """Return what rows of a table are called, by key; those that are gone or not for these eyes have no name."""
    key, name = _NAMES[subject]
    rows = session.execute(sa.select(key, name).where(key.in_(row_ids)).execution_options(scope=scope))
    return {number: called for number, called in rows}  # noqa: C416  # rows are no pairs for the type checker


def _select_heads(scope: Scope) -> sa.Select[*tuple[Any, ...]]:
    return (
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
        .execution_options(scope=scope)
    )
