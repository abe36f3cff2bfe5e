"""What becomes of changes afterwards: a step is taken back, or what waits for a coordinator is decided on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.vocabulary import Actor
from app.audit.service import record_event
from app.resources.engine.slices import in_slices
from app.resources.models import Change, Resource, ResourceAlias, ResourceKind
from app.resources.models.rows import MODELS, Row, as_plain, name_of
from app.resources.queries import history as queries
from app.resources.queries.catalogue import list_kinds
from app.resources.service.batches import SLICE, Batch
from app.resources.service.writing_together import delete_together, settle_changes, write_resources
from app.resources.vocabulary import ChangeCause, ChangeState, ChangeSubject, KindGroup
from app.web.errors import Refused

_CHANGED_SINCE = "あとから直されているので、そのまま残しました。"


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


def decide_changes(
    session: Session, *, batch_id: str, accept: bool, by: Actor, at: datetime
) -> tuple[Change, ...]:
    """Make or decline what was proposed in a step, and return it; nothing when somebody was quicker."""
    waiting = [
        change
        for change in queries.list_changes_of_batch(session, batch_id, scope=by.scope)
        if change.state is ChangeState.WAITING
    ]
    batch = Batch(session, ChangeCause.EDIT, by=by, at=at)
    rows = _rows_of(session, waiting, by)
    for change in waiting:
        row = rows.get((change.subject, change.subject_id))
        if accept and row is not None:
            if as_plain(row, change.field) != change.before:
                raise Refused(
                    "この申し出のあとに、同じところが直されています。いまの内容を確かめて、見送るか、画面で直してください。"
                )
            batch.put_plain(row, change.field, change.after)
            change.state = ChangeState.APPLIED
        else:
            change.state = ChangeState.DECLINED
        change.decided_by, change.decided_at = by.account_id, at
    session.flush()
    if waiting:
        _record(session, "change_accepted" if accept else "change_declined", waiting, by, at)
    return tuple(waiting)


def undo_batch(session: Session, *, batch_id: str, by: Actor, at: datetime) -> Undone:
    """Take a step back, the last change first. What was changed since is kept and told, and so is what is in use."""
    changes = [
        change
        for change in queries.list_changes_of_batch(session, batch_id, scope=by.scope)
        if change.state is ChangeState.APPLIED
    ]
    newest = _newest_changes(session, changes, by)
    rows = _rows_of(session, changes, by)
    own = {change.id for change in changes}
    closing = {change.subject_id for change in changes if change.field == "is_refuge" and change.before}
    batch = Batch(session, ChangeCause.UNDO, by=by, at=at)
    kept: list[Kept] = []
    undone: list[Change] = []
    with session.no_autoflush:
        kinds = list_kinds(session, scope=by.scope)
        gone = delete_together(session, rows=_only_added(changes, rows, newest, own), by=by)
        for change in reversed(changes):
            if change.subject is ChangeSubject.RESOURCE and change.subject_id in gone:
                undone.append(change)
                continue
            row = rows.get((change.subject, change.subject_id))
            opens = change.subject_id not in closing
            touched = newest.get((change.subject, change.subject_id), 0) not in own
            why = _take_back(session, batch, row, change, touched=touched, opens=opens)
            if why is None:
                undone.append(change)
            else:
                name = name_of(row) if row is not None else ""
                kept.append(Kept(change.subject, change.subject_id, name, change.field, why))
        write_resources(session, rows=rows.values(), by=by)
        del kinds
    session.flush()
    if undone:
        values = {"state": ChangeState.UNDONE, "decided_by": by.account_id, "decided_at": at}
        settle_changes(session, changes=undone, values=values, by=by)
        if all(each.field != "merged_into_id" for each in kept):
            _forget_names(session, batch_id, by)
        _record(session, "change_undone", undone, by, at)
    return Undone(len(undone), tuple(reversed(kept)))


def _only_added(
    changes: Collection[Change],
    rows: Mapping[tuple[ChangeSubject, int], Row],
    newest: Mapping[tuple[ChangeSubject, int], int],
    own: Collection[int],
) -> list[Resource]:
    """Return the places that a step brought, and to which neither it nor anybody since did anything else."""
    times = Counter((change.subject, change.subject_id) for change in changes)
    keys = [
        (change.subject, change.subject_id)
        for change in changes
        if not change.field and times[change.subject, change.subject_id] == 1
    ]
    found = (rows.get(key) for key in keys if newest.get(key, 0) in own)
    return [row for row in found if isinstance(row, Resource)]


def _take_back(
    session: Session, batch: Batch, row: Row | None, change: Change, *, touched: bool, opens: bool
) -> str | None:
    """Undo one change and return None, or return why it stays. `opens`: nothing in the step makes the row secret again."""
    if row is None:
        return "もう登録されていません。"
    if change.field:
        if as_plain(row, change.field) != change.after:
            return _CHANGED_SINCE
        if change.field == "kind_id" and opens and _would_expose(session, row, change.before):
            return "前の種別は、いまは選べません。"
        batch.put_plain(row, change.field, change.before)
        if change.cause is ChangeCause.IMPORT and isinstance(row, Resource):
            # The same file, taken in again, is to be compared anew.
            row.content_digest = ""
        return None
    if touched:
        return _CHANGED_SINCE
    try:
        with session.begin_nested():
            session.delete(row)
            session.flush()
    except IntegrityError:
        return "ほかの記録で使われているので、そのまま残しました。"
    return None


def _forget_names(session: Session, batch_id: str, by: Actor) -> None:
    """With a step go the further identities that it brought: files lead to the former entries again."""
    session.execute(
        sa.delete(ResourceAlias)
        .where(ResourceAlias.batch == batch_id)
        .execution_options(synchronize_session=False, scope=by.scope)
    )


def _would_expose(session: Session, row: Row, kind_id: int | None) -> bool:
    """Whether an open place would stand under a kind that has become one of secret refuges."""
    kind = session.get(ResourceKind, kind_id)
    is_secret = kind is not None and kind.group is KindGroup.REFUGE
    return is_secret and isinstance(row, Resource) and not row.is_refuge


def _newest_changes(
    session: Session, changes: Collection[Change], by: Actor
) -> dict[tuple[ChangeSubject, int], int]:
    found: dict[tuple[ChangeSubject, int], int] = {}
    for subject in {change.subject for change in changes}:
        ids = sorted({change.subject_id for change in changes if change.subject is subject})
        newest = queries.get_newest_change_ids(session, subject=subject, subject_ids=ids, scope=by.scope)
        found |= {(subject, key): number for key, number in newest.items()}
    return found


def _rows_of(
    session: Session, changes: Collection[Change], by: Actor
) -> dict[tuple[ChangeSubject, int], Row]:
    found: dict[tuple[ChangeSubject, int], Row] = {}
    for subject, model in MODELS.items():
        ids = sorted({change.subject_id for change in changes if change.subject is subject})
        for part in in_slices(ids, SLICE):
            rows = session.scalars(queries.select_rows(model, part, scope=by.scope))
            found |= {(subject, row.id): row for row in rows}
    return found


def _record(session: Session, action: str, changes: Collection[Change], by: Actor, at: datetime) -> None:
    record_event(
        session,
        action=f"catalogue.{action}",
        subject_kind="catalogue_change",
        subject_id=next(iter(changes)).batch,
        by=by.account_id,
        at=at,
        # How many entries are secret is itself a secret.
        detail={} if any(change.is_refuge for change in changes) else {"changes": len(changes)},
    )
