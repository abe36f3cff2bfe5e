"""Writing what was put into many rows of one table with few statements, which thousands of single ones would take.

The session writes a row that has a version one by one. Here rows that get the same values are written by one statement.
Whether they may be written is asked as at every flush; the rows are locked by whoever read them for changing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_dict, set_committed_value

from app.accounts.vocabulary import Actor
from app.db.base import Base
from app.db.scope import Guarded, ScopeViolation
from app.db.sets import is_one_of
from app.resources.engine.slices import in_slices
from app.resources.models import Change, Resource
from app.resources.models.rows import as_plain

_DELETED_AT_ONCE: Final = 100
"""A place in use keeps its slice together, whose rows are then tried one by one."""


def write_resources(session: Session, *, rows: Iterable[Base], by: Actor) -> None:
    """Write what was put into the columns of the places among these rows, and count up their versions.

    The session lets go of what it has nothing more to write of; else each flush would look through all of them again.
    """
    groups: dict[tuple[tuple[str, str], ...], list[Resource]] = {}
    columns = frozenset(sa.inspect(Resource).column_attrs.keys())
    links = frozenset(sa.inspect(Resource).relationships.keys())
    for row in rows:
        # What was taken away again has nothing left to be written.
        if not isinstance(row, Resource) or not sa.inspect(row).persistent:
            continue
        unchanged = sa.inspect(row).unmodified
        names = sorted(columns - unchanged)
        if not links <= unchanged:
            # The areas that a place serves are rows of their own.
            continue
        if names:
            _refuse_outside(row, by)
            key = tuple((name, repr(as_plain(row, name))) for name in names)
            groups.setdefault(key, []).append(row)
    for key, alike in groups.items():
        values = {name: getattr(alike[0], name) for name, _ in key}
        session.execute(
            sa.update(Resource)
            .where(is_one_of(Resource.id, [row.id for row in alike]))
            .values({**values, "version": Resource.version + 1})
            .execution_options(synchronize_session=False, scope=by.scope)
        )
        for row in alike:
            session.expunge(row)
            for name, value in {**values, "version": row.version + 1}.items():
                set_committed_value(row, name, value)


def add_together(session: Session, *, rows: Sequence[Base], by: Actor) -> None:
    """Insert rows of one table with few statements. They stay apart from the session and get no key.

    The session would ask for the keys one by one on the embedded database. What hangs on a row (the areas that a place
    serves) is not written.
    """
    if not rows:
        return
    for row in rows:
        if isinstance(row, Guarded):
            _refuse_outside(row, by)
    mapper = sa.inspect(type(rows[0]))
    version = mapper.version_id_col
    names = [
        attribute.key
        for attribute in mapper.column_attrs
        if attribute.columns[0] is not version and not attribute.columns[0].primary_key
    ]
    # Of a row that was never in a session what was not set is nothing; asked by name, each would be looked for anew.
    written = [instance_dict(row) for row in rows]
    session.bulk_insert_mappings(
        mapper, [{name: values.get(name) for name in names} for values in written], render_nulls=True
    )


def delete_together(session: Session, *, rows: Collection[Resource], by: Actor) -> frozenset[int]:
    """Delete places a slice at a time and return the keys of those that are gone; a slice with one in use stays whole.

    What hangs on a place goes by the database. The session lets go of what is gone.
    """
    gone: set[int] = set()
    for part in in_slices(rows, _DELETED_AT_ONCE):
        for row in part:
            _refuse_outside(row, by)
        ids = [row.id for row in part]
        try:
            with session.begin_nested():
                session.execute(
                    sa.delete(Resource)
                    .where(is_one_of(Resource.id, ids))
                    .execution_options(synchronize_session=False, scope=by.scope)
                )
        except IntegrityError:
            continue
        for row in part:
            session.expunge(row)
        gone.update(ids)
    return frozenset(gone)


def settle_changes(
    session: Session, *, changes: Collection[Change], values: dict[str, Any], by: Actor
) -> None:
    """Put the same values into these rows of the history."""
    for change in changes:
        _refuse_outside(change, by)
    session.execute(
        sa.update(Change)
        .where(is_one_of(Change.id, [change.id for change in changes]))
        .values(values)
        .execution_options(synchronize_session=False, scope=by.scope)
    )
    for change in changes:
        for name, value in values.items():
            set_committed_value(change, name, value)


def _refuse_outside(row: Guarded, by: Actor) -> None:
    if not row.is_within(by.scope):
        raise ScopeViolation(f"a row of {type(row).__name__} outside the scope would have been written")
