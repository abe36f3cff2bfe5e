"""The one door through which rows of the catalogue are changed: each field with what stood there before.

Steps are made with `begin`, `change_row` and `note_added`; `undo_batch` takes a step back where nobody has changed the
same since. What waits for a coordinator is proposed with `propose_changes` and settled with `decide_changes`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.resources.models import Change, Host, Opening, Resource, ResourceKind
from app.resources.queries import history as queries
from app.resources.service.columns import as_plain, set_plain, set_value
from app.resources.service.derived import refresh_derived
from app.resources.vocabulary import ChangeCause, ChangeState, ChangeSubject

Row = Resource | Host | Opening | ResourceKind

_SUBJECTS: Final[dict[type[Row], ChangeSubject]] = {
    Resource: ChangeSubject.RESOURCE,
    Host: ChangeSubject.HOST,
    Opening: ChangeSubject.OPENING,
    ResourceKind: ChangeSubject.KIND,
}
_MODELS: Final = {subject: model for model, subject in _SUBJECTS.items()}

# A step over many rows is one event in the log, which its own service writes; these are noted row by row.
_NOTED_ONE_BY_ONE: Final = frozenset(
    {ChangeCause.EDIT, ChangeCause.HOST, ChangeCause.CONFIRM, ChangeCause.MERGE}
)


@dataclass(frozen=True)
class Batch:
    """One step of somebody: its changes are shown and taken back together."""

    id: str
    cause: ChangeCause
    by: Actor
    at: datetime


@dataclass(frozen=True)
class Kept:
    """A change that could not be taken back, and why."""

    subject: ChangeSubject
    subject_id: int
    name: str
    field: str
    why: str


@dataclass(frozen=True)
class Undone:
    """How many changes were taken back, and which were kept."""

    done: int
    kept: tuple[Kept, ...]


def begin(cause: ChangeCause, *, by: Actor, at: datetime) -> Batch:
    """Start a step."""
    return Batch(uuid4().hex, cause, by, at)


def subject_of(row: Row) -> ChangeSubject:
    """Return what a row is, as the history calls it."""
    return _SUBJECTS[type(row)]


def change_row(session: Session, row: Row, values: Mapping[str, Any], *, batch: Batch) -> tuple[str, ...]:
    """Put values into a row where they differ, note each with what stood there, and return the names of those.

    Beside columns an `Opening` takes `slots` and a `Resource` takes `service_areas` and `point`; see
    `app.resources.service.columns`. What is drawn from the changed columns follows by itself.
    """
    was_refuge = _is_refuge(row)
    changed = []
    for name, value in values.items():
        before = as_plain(row, name)
        set_value(session, row, name, value, scope=batch.by.scope)
        after = as_plain(row, name)
        if before != after:
            changed.append((name, before, after))
    if not changed:
        return ()
    names = tuple(name for name, _, _ in changed)
    refresh_derived(session, row, names, at=batch.at)
    session.flush()
    if _is_refuge(row) and not was_refuge:
        _close_history(session, row)
    for name, before, after in changed:
        _note(session, row, name, before, after, batch)
    _record(session, row, "changed", batch, names)
    return names


def note_added(session: Session, row: Row, *, batch: Batch) -> None:
    """Note that a row came, so that the step can be taken back. The row has been flushed."""
    _note(session, row, "", None, {"name": name_of(row)}, batch)
    _record(session, row, "added", batch, ())


def propose_changes(session: Session, row: Row, values: Mapping[str, Any], *, batch: Batch) -> int:
    """Note changes that somebody has to look at before they are made; return how many differ."""
    found = 0
    for name, value in values.items():
        before, after = as_plain(row, name), as_plain(row, name, value)
        if before != after:
            _note(session, row, name, before, after, batch, state=ChangeState.WAITING)
            found += 1
    if found:
        _record(session, row, "change_proposed", batch, tuple(values))
    return found


def decide_changes(
    session: Session, *, batch_id: str, accept: bool, by: Actor, at: datetime
) -> tuple[Change, ...]:
    """Make or decline what was proposed in a step, and return it; nothing when somebody was quicker."""
    waiting = [
        change
        for change in queries.list_changes_of_batch(session, batch_id, scope=by.scope)
        if change.state is ChangeState.WAITING
    ]
    for change in waiting:
        row = find_row(session, change.subject, change.subject_id, by=by)
        if accept and row is not None:
            change.before = as_plain(row, change.field)
            set_plain(session, row, change.field, change.after, scope=by.scope)
            refresh_derived(session, row, (change.field,), at=at)
            change.state = ChangeState.APPLIED
        else:
            change.state = ChangeState.DECLINED
        change.decided_by, change.decided_at = by.account_id, at
    session.flush()
    if waiting:
        _record_batch(session, "change_accepted" if accept else "change_declined", waiting, by, at)
    return tuple(waiting)


def undo_batch(session: Session, *, batch_id: str, by: Actor, at: datetime) -> Undone:
    """Take a step back, the last change first. What was changed since is kept and told, and so is what is in use."""
    changes = [
        change
        for change in queries.list_changes_of_batch(session, batch_id, scope=by.scope)
        if change.state is ChangeState.APPLIED
    ]
    newest = _newest_changes(session, changes, by)
    own = {change.id for change in changes}
    kept: list[Kept] = []
    undone: list[Change] = []
    for change in reversed(changes):
        row = find_row(session, change.subject, change.subject_id, by=by)
        touched = newest.get((change.subject, change.subject_id), 0) not in own
        why = _take_back(session, row, change, touched=touched, by=by, at=at)
        if why is None:
            change.state, change.decided_by, change.decided_at = ChangeState.UNDONE, by.account_id, at
            undone.append(change)
        else:
            name = name_of(row) if row is not None else ""
            kept.append(Kept(change.subject, change.subject_id, name, change.field, why))
    session.flush()
    if undone:
        _record_batch(session, "change_undone", undone, by, at)
    return Undone(len(undone), tuple(reversed(kept)))


def find_row(session: Session, subject: ChangeSubject, subject_id: int, *, by: Actor) -> Row | None:
    """Return the row that a change speaks of; None when it is gone or not for these eyes."""
    model: type[Row] = _MODELS[subject]
    found: Row | None = session.scalars(queries.select_row(model, subject_id, scope=by.scope)).one_or_none()
    return found


def name_of(row: Row) -> str:
    """Return what people call a row."""
    if isinstance(row, Opening):
        return row.task
    return row.label if isinstance(row, ResourceKind) else row.name


def _take_back(
    session: Session, row: Row | None, change: Change, *, touched: bool, by: Actor, at: datetime
) -> str | None:
    """Undo one change and return None, or return why it stays."""
    if row is None:
        return "もう登録されていません。"
    if change.field:
        if as_plain(row, change.field) != change.after:
            return "あとから直されているので、そのまま残しました。"
        set_plain(session, row, change.field, change.before, scope=by.scope)
        refresh_derived(session, row, (change.field,), at=at)
        return None
    if touched:
        return "あとから直されているので、そのまま残しました。"
    try:
        with session.begin_nested():
            session.delete(row)
            session.flush()
    except IntegrityError:
        return "ほかの記録で使われているので、そのまま残しました。"
    return None


def _newest_changes(
    session: Session, changes: Collection[Change], by: Actor
) -> dict[tuple[ChangeSubject, int], int]:
    found: dict[tuple[ChangeSubject, int], int] = {}
    for subject in {change.subject for change in changes}:
        ids = sorted({change.subject_id for change in changes if change.subject is subject})
        newest = queries.get_newest_change_ids(session, subject=subject, subject_ids=ids, scope=by.scope)
        found |= {(subject, key): number for key, number in newest.items()}
    return found


def _is_refuge(row: Row) -> bool:
    return isinstance(row, Resource) and row.is_refuge


def _close_history(session: Session, row: Row) -> None:
    """What was written of a place before it turned out to be secret tells the same as the place itself."""
    session.execute(
        sa.update(Change)
        .where(Change.subject == subject_of(row), Change.subject_id == row.id)
        .values(is_refuge=True)
        .execution_options(synchronize_session=False)
    )


def _note(
    session: Session,
    row: Row,
    name: str,
    before: Any,
    after: Any,
    batch: Batch,
    *,
    state: ChangeState = ChangeState.APPLIED,
) -> None:
    subject = batch.by.subject
    session.add(
        Change(
            batch=batch.id,
            cause=batch.cause,
            state=state,
            subject=subject_of(row),
            subject_id=row.id,
            is_refuge=_is_refuge(row),
            field=name,
            before=before,
            after=after,
            made_at=batch.at,
            account_id=batch.by.account_id,
            host_id=subject[1] if subject is not None else None,
        )
    )


def _record(session: Session, row: Row, what: str, batch: Batch, names: Iterable[str]) -> None:
    if batch.cause in _NOTED_ONE_BY_ONE:
        record_event(
            session,
            action=f"{subject_of(row).value}.{what}",
            subject_kind=subject_of(row).value,
            subject_id=row.id,
            by=batch.by.account_id,
            at=batch.at,
            detail={"batch": batch.id, "fields": " ".join(names)},
        )


def _record_batch(
    session: Session, action: str, changes: Collection[Change], by: Actor, at: datetime
) -> None:
    record_event(
        session,
        action=f"catalogue.{action}",
        subject_kind="catalogue_change",
        subject_id=next(iter(changes)).batch,
        by=by.account_id,
        at=at,
        detail={"changes": len(changes)},
    )
